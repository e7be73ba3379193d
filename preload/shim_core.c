/* SPDX-License-Identifier: MIT */
/*
 * core_shim.h, carried out: records of calls that come by a function of libc. Program memory is
 * copied by the kernel's hand throughout, since the program's SIGSEGV is its own here.
 */
#include <asm/unistd.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/prctl.h>

#include "call.h"
#include "core_shim.h"
#include "exec.h"
#include "lib/shim_call.h"
#include "memory.h"
#include "shim_core.h"
#include "special.h"
#include "thread.h"

/* words of struct shim_call */
enum { WORD_OPS, WORD_NR_OPS, WORD_UID };

/* The main thread, known from the start, until the shims ask for it. */
static struct thread *waiting;

static struct thread *take_waiting(void)
{
	struct thread *t = waiting;

	if (!t || raw3(__NR_gettid, 0, 0, 0) != t->tid)
		return NULL;
	waiting = NULL;
	return t;
}

static struct thread *begin(struct thread *parent)
{
	struct thread *t = take_waiting();
	uint64_t mask;

	if (t || core.gone)
		return t;
	mask = signals_block();
	t = thread_new();
	if (t) {
		t->pid = (int32_t)raw3(__NR_getpid, 0, 0, 0);
		t->tid = (int32_t)raw3(__NR_gettid, 0, 0, 0);
		t->parent_tid = parent ? parent->tid : 0;
		t->parent_uid = parent ? parent->lib.uid : core.former_uid;
		t->follow = (core.flags & SESSION_F_FOLLOW) != 0;
		t->fault_blocked = 1;
		thread_attach(t);
	}
	signals_restore(mask);
	return t;
}

static void end(struct thread *t)
{
	thread_end(t);
	__atomic_store_n(&t->state, THREAD_EXITING, __ATOMIC_RELEASE);
}

static void forked(struct thread *t)
{
	core.threads_lock = 0;
	thread_forget_others(t);
	thread_become_process(t);
	t->pid = (int32_t)raw3(__NR_getpid, 0, 0, 0);
	t->tid = t->pid;
	if (t->follow && !core.gone)
		thread_attach(t);
	else
		t->recording = 0;
}

static void enter(struct thread *t, struct shim_call *call, unsigned int nr, const uint64_t args[6],
		  const void *ip)
{
	struct frame f;

	call->record = NULL;
	if (nr == __NR_seccomp || (nr == __NR_prctl && args[0] == PR_SET_SECCOMP))
		core.quiet = 1;
	if (nr == __NR_unshare || nr == __NR_setns)
		special_namespace(nr, args);
	if (!call_traced(t, nr))
		return;
	f.nr = nr;
	f.ret = (uint64_t)ip;
	f.rec = NULL;
	memcpy(f.args, args, sizeof(f.args));
	call_begin(t, &f);
	call->record = f.rec;
	call->words[WORD_OPS] = (uint64_t)f.ops;
	call->words[WORD_NR_OPS] = f.nr_ops;
	call->words[WORD_UID] = t->lib.uid;
}

/* A fork's child goes on behind its parent's calls, whose records are not its own. */
static bool take_back(const struct thread *t, struct shim_call *call, struct frame *f)
{
	f->rec = call->record;
	call->record = NULL;
	return f->rec && call->words[WORD_UID] == t->lib.uid;
}

static void leave_by_return(struct thread *t, struct shim_call *call, long ret)
{
	struct frame f;

	if (!take_back(t, call, &f))
		return;
	f.ops = (const struct plan_op *)call->words[WORD_OPS];
	f.nr_ops = (uint32_t)call->words[WORD_NR_OPS];
	f.result = ret;
	call_end(t, &f, 0);
}

static void leave_by_unwinding(struct thread *t, struct shim_call *call)
{
	struct frame f;

	if (take_back(t, call, &f))
		record_publish(f.rec, RECORD_ABANDONED);
}

static char **exec_env(struct thread *t, const char *path, char *const *envp)
{
	enum exec_image image = EXEC_LOADABLE;
	char **env;

	if (path)
		image = exec_image_of(t, AT_FDCWD, (uint64_t)path, 0);
	if (exec_image_is_foreign(image))
		exec_untraced(t, exec_image_reason(image));
	if (image != EXEC_LOADABLE)
		return (char **)envp;
	if (!exec_prepare(t, (uint64_t)envp, false, &env))
		return env;
	exec_untraced(t, UNTRACED_LIBRARY);
	return (char **)envp;
}

static const struct core_shim shim = {
	.version = CORE_SHIM_VERSION,
	.thread_begin = begin,
	.thread_end = end,
	.forked = forked,
	.enter = enter,
	.exit = leave_by_return,
	.leave = leave_by_unwinding,
	.exec_env = exec_env,
	.exec_done = exec_undo,
};

int shim_core_start(void)
{
	if (!itrace_shim_start)
		return -ENOSYS;
	itrace_shim_start(&shim);
	return 0;
}

void shim_core_attach(void)
{
	waiting = begin(NULL);
}
