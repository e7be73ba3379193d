/* SPDX-License-Identifier: MIT */
/*
 * libitrace-shim.so: the ground under the generated wrappers (shim.h). Finds the real functions,
 * keeps each thread's place in the ring, and passes calls on to the core.
 *
 * A wrapper that runs in a signal handler may have interrupted the recorder itself on the same
 * thread: a second one takes its call, and what interrupts that one too is counted as lost.
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

/* Known from its first call on. */
static void find_thread(void)
{
	int saved = errno;

	if (shim_self.depth > VFORKS_MAX)
		return;
	shim_core->thread_begin(&shim_self.thread,
				shim_self.depth ? shim_self.vforks[shim_self.depth - 1].thread
						: NULL);
	if (shim_self.thread && have_key && !shim_self.depth)
		pthread_setspecific(end_key, shim_self.thread);
	errno = saved;
}

static void restore_signals(uint64_t mask)
{
	if (shim_core)
		shim_core->signals_restore(mask);
}

/* Whether a recorder is interrupted by the handler that calls now, and not left by one that is
 * over. */
static bool is_taken(unsigned int which, uint64_t place)
{
	return shim_self.busy[which] && !shim_core->is_left(shim_self.busy[which], place);
}

static struct thread *lock_nested(uint64_t place)
{
	struct thread *t;

	if (!shim_self.thread || is_taken(1, place))
		return NULL;
	shim_self.busy[1] = place;
	t = shim_core->nested(shim_self.thread);
	if (!t)
		shim_self.busy[1] = 0;
	return t;
}

/* Whether the calling thread runs beside the one whose thread-local storage this is. */
static bool is_borrower(void)
{
	return shim_self.shared && shim_self.thread && !shim_core->is_caller(shim_self.thread);
}

static struct thread *lock_borrower(uint64_t place)
{
	volatile uint64_t *busy;
	struct thread *t = shim_core->borrower(&busy);

	if (!t || (*busy && !shim_core->is_left(*busy, place)))
		return NULL;
	*busy = place;
	return t;
}

static bool unlock_borrower(void)
{
	volatile uint64_t *busy;

	if (!is_borrower())
		return false;
	if (shim_core->borrower(&busy))
		*busy = 0;
	return true;
}

struct thread *shim_lock(uint64_t place)
{
	if (!shim_core || shim_self.over)
		return NULL;
	if (is_borrower())
		return lock_borrower(place);
	if (is_taken(0, place))
		return lock_nested(place);
	shim_self.busy[1] = 0;
	shim_self.busy[0] = place;
	if (!shim_self.thread)
		find_thread();
	if (!shim_self.thread)
		shim_self.busy[0] = 0;
	return shim_self.thread;
}

void shim_unlock(struct thread *t)
{
	unsigned int missed;

	if (t != shim_self.thread) {
		if (!unlock_borrower())
			shim_self.busy[1] = 0;
		return;
	}
	missed = __atomic_exchange_n(&shim_self.missed, 0, __ATOMIC_RELAXED);
	if (missed)
		shim_core->missed(t, missed);
	shim_self.busy[0] = 0;
}

void shim_unlock_all(void)
{
	shim_self.busy[0] = shim_self.busy[1] = 0;
}

void shim_enter(struct shim_call *call, unsigned int nr, const uint64_t args[6], const void *ip)
{
	struct thread *t = shim_lock(call->place);

	call->record = NULL;
	if (!t) {
		if (shim_self.busy[0] && shim_self.thread && !is_borrower() &&
		    shim_core->traced(shim_self.thread, nr))
			__atomic_fetch_add(&shim_self.missed, 1, __ATOMIC_RELAXED);
		return;
	}
	shim_core->enter(t, call, nr, args, ip);
	shim_unlock(t);
}

void shim_exit(struct shim_call *call, long ret)
{
	struct thread *t = call->record ? shim_lock(call->place) : NULL;

	if (!t)
		return;
	shim_core->exit(t, call, ret);
	shim_unlock(t);
}

void shim_leave(struct shim_call *call)
{
	struct thread *t = call->record ? shim_lock(call->place) : NULL;

	if (!t)
		return;
	shim_core->leave(t, call);
	shim_unlock(t);
}

unsigned int shim_vfork_before(const struct shim_call *call)
{
	unsigned int level = shim_self.depth;
	uint64_t mask = shim_core ? shim_core->signals_block() : 0;

	if (level < VFORKS_MAX)
		shim_self.vforks[level] = (struct shim_vfork){ shim_self.thread, *call, mask };
	else
		restore_signals(mask);
	return level;
}

void shim_vfork_child(unsigned int level)
{
	/* it makes itself known by its first call */
	shim_self.thread = NULL;
	shim_unlock_all();
	shim_self.depth = level + 1;
	if (level < VFORKS_MAX)
		restore_signals(shim_self.vforks[level].mask);
}

void shim_vfork_after(unsigned int level)
{
	if (shim_self.depth > level && shim_self.thread)
		shim_core->thread_gone(shim_self.thread);
	shim_self.thread = level < VFORKS_MAX ? shim_self.vforks[level].thread : NULL;
	shim_unlock_all();
	shim_self.depth = level;
	if (level < VFORKS_MAX)
		restore_signals(shim_self.vforks[level].mask);
}

void *shim_find(const char *name)
{
	int saved = errno;
	void *f = dlsym(RTLD_NEXT, name);

	errno = saved;
	return f;
}

static long missing(void)
{
	errno = ENOSYS;
	return -1;
}

void *shim_resolve(unsigned int i)
{
	void *target = shim_find(shim_funcs[i].name);

	if (!target)
		target = (void *)missing;
	shim_funcs[i].target = target;
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
