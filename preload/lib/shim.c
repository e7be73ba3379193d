/* SPDX-License-Identifier: MIT */
/*
 * libitrace-shim.so: the ground under the generated wrappers (shim.h). Finds the real functions,
 * keeps each thread's place in the ring, and passes calls on to the core.
 *
 * A wrapper that runs in a signal handler may have interrupted the recorder itself on the same
 * thread: its call is not recorded then.
 */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "core_shim.h"
#include "lib/shim.h"
#include "lib/shim_thread.h"

__thread struct shim_thread shim_self __attribute__((tls_model("initial-exec")));
const struct core_shim *shim_core;

static pthread_key_t end_key;
static bool have_key;

/* Ends the recorder's part of the thread, after the program's own destructors as far as possible.
 */
static void thread_ends(void *value)
{
	struct thread *t = value;

	shim_self.thread = NULL;
	shim_self.over = true;
	shim_core->thread_end(t);
}

struct thread *shim_lock(void)
{
	if (!shim_core || shim_self.busy || shim_self.over)
		return NULL;
	shim_self.busy = true;
	if (!shim_self.thread) {
		int saved = errno;

		shim_self.thread = shim_core->thread_begin(NULL);
		if (shim_self.thread && have_key && !shim_self.vfork_parent)
			pthread_setspecific(end_key, shim_self.thread);
		errno = saved;
	}
	if (!shim_self.thread)
		shim_self.busy = false;
	return shim_self.thread;
}

void shim_unlock(void)
{
	shim_self.busy = false;
}

void shim_enter(struct shim_call *call, unsigned int nr, const uint64_t args[6], const void *ip)
{
	struct thread *t = shim_lock();

	call->record = NULL;
	if (!t)
		return;
	shim_core->enter(t, call, nr, args, ip);
	shim_unlock();
}

void shim_exit(struct shim_call *call, long ret)
{
	struct thread *t = call->record ? shim_lock() : NULL;

	if (!t)
		return;
	shim_core->exit(t, call, ret);
	shim_unlock();
}

void shim_leave(struct shim_call *call)
{
	struct thread *t = call->record ? shim_lock() : NULL;

	if (!t)
		return;
	shim_core->leave(t, call);
	shim_unlock();
}

static long missing(void)
{
	errno = ENOSYS;
	return -1;
}

void *shim_resolve(unsigned int i)
{
	int saved = errno;
	void *target = dlsym(RTLD_NEXT, shim_funcs[i].name);

	if (!target)
		target = (void *)missing;
	shim_funcs[i].target = target;
	errno = saved;
	return target;
}

void shim_start(void)
{
	for (unsigned int i = 0; i < nr_shim_funcs; i++) {
		if (!shim_funcs[i].target)
			shim_resolve(i);
	}
	have_key = !pthread_key_create(&end_key, thread_ends);
}

__attribute__((constructor)) static void start(void)
{
	shim_start();
}

/* From the core's constructor, before libc's: nothing of libc may be called. */
__attribute__((visibility("default"))) void itrace_shim_start(const struct core_shim *shim)
{
	if (shim->version == CORE_SHIM_VERSION)
		shim_core = shim;
}
