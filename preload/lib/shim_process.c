/* SPDX-License-Identifier: MIT */
/*
 * The wrappers of what returns twice, and syscall(). A child with a copy of the memory is known by
 * the core whatever made it; one that shares the memory borrows its parent's thread-local storage,
 * which is put aside where the parent waits for it.
 */
#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/shim.h"
#include "lib/shim_thread.h"

static void child_begins(void)
{
	shim_unlock_all();
	if (shim_self.thread && shim_core)
		shim_core->forked(shim_self.thread);
}

SHIM_EXPORT pid_t fork(void)
{
	SHIM_CALL call;
	pid_t pid;

	SHIM_ENTER(SYS_fork);
	pid = SHIM_FIND(fork)();
	if (!pid)
		child_begins();
	shim_exit(&call, shim_result(pid));
	return pid;
}

SHIM_EXPORT pid_t _Fork(void)
{
	SHIM_CALL call;
	pid_t pid;

	SHIM_ENTER(SYS_fork);
	pid = SHIM_FIND(_Fork)();
	if (!pid)
		child_begins();
	shim_exit(&call, shim_result(pid));
	return pid;
}

/* From vfork() in shim_vfork.S: before the call, and behind it in the child and in the parent. */
__attribute__((visibility("hidden"))) unsigned int vfork_before(const void *ip, uint64_t place)
{
	static const uint64_t none[6];
	struct shim_call call = { .place = place };

	if (shim_self.depth < VFORKS_MAX)
		shim_enter(&call, SYS_vfork, none, ip);
	return shim_vfork_before(&call);
}

__attribute__((visibility("hidden"))) long vfork_behind(long ret, unsigned int level)
{
	struct shim_call call = { .record = NULL };

	if (!ret) {
		shim_vfork_child(level);
		return 0;
	}
	/* a handler may come to a vfork of its own as soon as signals are let in */
	if (level < VFORKS_MAX)
		call = shim_self.vforks[level].call;
	shim_vfork_after(level);
	shim_exit(&call, ret);
	if (ret < 0) {
		errno = (int)-ret;
		ret = -1;
	}
	return ret;
}

/* What clone()'s child is to do once it is known whose thread-local storage it has. */
struct birth {
	int (*fn)(void *arg);
	void *arg;
	unsigned int level;
};

static int start_borrower(void *arg)
{
	struct birth b = *(struct birth *)arg;

	shim_vfork_child(b.level);
	return b.fn(b.arg);
}

static int clone_and_wait(struct birth b, void *stack, int flags, pid_t *ptid, void *tls,
			  pid_t *ctid)
{
	static const struct shim_call none;
	int ret;

	b.level = shim_vfork_before(&none);
	ret = SHIM_FIND(clone)(start_borrower, stack, flags, &b, ptid, tls, ctid);
	shim_vfork_after(b.level);
	return ret;
}

SHIM_EXPORT int clone(int (*fn)(void *arg), void *stack, int flags, void *arg, ...)
{
	SHIM_CALL call;
	bool borrows = flags & CLONE_VM && !(flags & CLONE_SETTLS);
	pid_t *ptid, *ctid;
	va_list ap;
	void *tls;
	int ret;

	va_start(ap, arg);
	ptid = va_arg(ap, pid_t *);
	tls = va_arg(ap, void *);
	ctid = va_arg(ap, pid_t *);
	va_end(ap);
	SHIM_ENTER(SYS_clone, flags, stack, ptid, ctid, tls);
	if (borrows && flags & CLONE_VFORK && fn && stack) {
		ret = clone_and_wait((struct birth){ fn, arg, 0 }, stack, flags, ptid, tls, ctid);
	} else {
		shim_self.shared |= borrows;
		ret = SHIM_FIND(clone)(fn, stack, flags, arg, ptid, tls, ctid);
	}
	shim_exit(&call, shim_result(ret));
	return ret;
}

/* Whether a call by number makes a child that goes on with this very stack, in the same memory:
 * there the wrapper must not be told of its return twice. */
static bool shares_stack(long nr, const uint64_t args[6])
{
	return nr == SYS_vfork || nr == SYS_clone3 || (nr == SYS_clone && args[0] & CLONE_VM);
}

SHIM_EXPORT long syscall(long nr, ...)
{
	SHIM_CALL call;
	uint64_t args[6];
	va_list ap;
	long ret;

	va_start(ap, nr);
	for (int i = 0; i < 6; i++)
		args[i] = va_arg(ap, uint64_t);
	va_end(ap);
	if (nr == SYS_execve)
		return execve((char *)args[0], (char **)args[1], (char **)args[2]);
	if (nr == SYS_execveat)
		return execveat((int)args[0], (char *)args[1], (char **)args[2], (char **)args[3],
				(int)args[4]);
	call.record = NULL;
	call.place = SHIM_PLACE;
	if (!shares_stack(nr, args))
		shim_enter(&call, (unsigned int)nr, args, __builtin_return_address(0));
	ret = SHIM_FIND(syscall)(nr, args[0], args[1], args[2], args[3], args[4], args[5]);
	if (!ret && (nr == SYS_fork || nr == SYS_clone))
		child_begins();
	shim_exit(&call, shim_result(ret));
	return ret;
}
