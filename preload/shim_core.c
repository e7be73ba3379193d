/* SPDX-License-Identifier: MIT */
/*
 * core_shim.h, carried out: records of calls that come by a function of libc. Program memory is
 * copied by the kernel's hand throughout, since the program's SIGSEGV is its own here.
 */
#include <asm/unistd.h>
#include <linux/errno.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>

#include "call.h"
#include "core_shim.h"
#include "exec.h"
#include "lib/shim_call.h"
#include "memory.h"
#include "shim_chain.h"
#include "shim_core.h"
#include "shim_threads.h"
#include "special.h"
#include "thread.h"
#include "writer.h"

static void before_call(unsigned int nr, const uint64_t args[6])
{
	bool filters = nr == __NR_seccomp && args[0] <= SECCOMP_SET_MODE_FILTER;
	bool strict = nr == __NR_seccomp && args[0] == SECCOMP_SET_MODE_STRICT;

	if (nr == __NR_unshare || nr == __NR_setns)
		special_namespace(nr, args);
	if (nr == __NR_prctl && args[0] == PR_SET_SECCOMP) {
		filters = true;
		strict = args[1] == SECCOMP_MODE_STRICT;
	}
	if (filters)
		core.quiet = 1;
	/* strict mode takes the time stamp counter away, and every call that tells time */
	if (strict)
		writer_clock_lost(false);
	if (nr == __NR_prctl && args[0] == PR_SET_TSC && args[1] == PR_TSC_SIGSEGV)
		writer_clock_lost(true);
}

static void enter(struct thread *t, struct shim_call *call, unsigned int nr, const uint64_t args[6],
		  const void *ip)
{
	struct frame *f;

	call->record = NULL;
	if (unlikely(!*shim_same_process))
		shim_thread_become_process(t);
	chain_heal(t, call->place);
	if (t->lib.data)
		chain_heal(t->lib.data, call->place);
	before_call(nr, args);
	if (!call_traced(t, nr))
		return;
	f = chain_push(t, call->place);
	if (!f)
		return;
	f->nr = nr;
	f->ret = (uint64_t)ip;
	memcpy(f->args, args, sizeof(f->args));
	call_begin(t, f);
	if (!f->rec)
		chain_pop(t, f);
	call->record = f->rec;
	call->frame = f;
	call->uid = t->lib.uid;
}

/* A fork's child goes on behind its parent's calls, whose records are not its own; and a call that
 * was taken for left is over. */
static bool take_back(const struct thread *t, struct shim_call *call)
{
	struct record *rec = call->record;

	call->record = NULL;
	return rec && *shim_same_process && call->uid == t->lib.uid &&
	       chain_has(t, call->frame, call->place, rec);
}

static void leave_by_return(struct thread *t, struct shim_call *call, long ret)
{
	struct frame *f = call->frame;

	if (!take_back(t, call))
		return;
	f->result = ret;
	f->saved = (uint64_t)f->rec;
	call_end(t, f, 0);
	f->saved = 0;
	chain_pop(t, f);
}

static void leave_by_unwinding(struct thread *t, struct shim_call *call)
{
	struct frame *f = call->frame;
	struct record *rec;

	if (!take_back(t, call))
		return;
	rec = f->rec;
	f->rec = NULL;
	record_publish(rec, RECORD_ABANDONED);
	chain_pop(t, f);
}

static char **exec_env(struct thread *t, const struct shim_exec *exec)
{
	struct exec_request request = { .dirfd = exec->dirfd,
					.flags = exec->flags,
					.path = (uint64_t)exec->path,
					.envp = (uint64_t)exec->envp,
					.elsewhere = exec->elsewhere };

	if (unlikely(!*shim_same_process))
		shim_thread_become_process(t);
	if (exec->elsewhere && !t->follow)
		return (char **)exec->envp;
	return (char **)exec_lead(t, &request);
}

static bool traced(const struct thread *t, unsigned int nr)
{
	return call_traced(t, nr);
}

static void missed(struct thread *t, unsigned int n)
{
	if (!t->recording || core.gone)
		return;
	if (t->chunk)
		__atomic_fetch_add(&t->chunk->lost, n, __ATOMIC_RELAXED);
	else
		__atomic_fetch_add(&core.pool.session->lost, n, __ATOMIC_RELAXED);
	writer_event(t, RECORD_LOST, 0, n, 0, NULL, 0);
}

static uint64_t block(void)
{
	return core.quiet ? 0 : signals_block();
}

static void restore(uint64_t mask)
{
	if (!core.quiet)
		signals_restore(mask);
}

static void jump(struct thread *t, uint64_t place)
{
	struct thread *outer = t->lib.data ? t : t->next;

	chain_jump(outer, place);
	chain_jump(outer->lib.data, place);
}

static const struct core_shim shim = {
	.version = CORE_SHIM_VERSION,
	.thread_begin = shim_thread_begin,
	.thread_end = shim_thread_end,
	.thread_gone = thread_free,
	.forked = shim_thread_forked,
	.nested = shim_thread_nested,
	.borrower = shim_thread_borrower,
	.is_caller = shim_thread_is_caller,
	.enter = enter,
	.exit = leave_by_return,
	.leave = leave_by_unwinding,
	.traced = traced,
	.missed = missed,
	.jump = jump,
	.is_left = chain_is_left,
	.signals_block = block,
	.signals_restore = restore,
	.exec_env = exec_env,
	.exec_done = exec_undo,
};

int shim_core_start(void)
{
	if (!itrace_shim_start)
		return -ENOSYS;
	shim_thread_watch_forks();
	itrace_shim_start(&shim);
	return 0;
}
