/* SPDX-License-Identifier: MIT */
/*
 * core_shim.h, carried out: records of calls that come by a function of libc. Program memory is
 * copied by the kernel's hand throughout, since the program's SIGSEGV is its own here.
 *
 * A handler may interrupt the recorder itself at any instruction. What it calls is recorded by a
 * second struct thread of the same kernel thread, with a chunk of its own: t->lib.data.
 *
 * A fork may go past every wrapper (daemon(), forkpty(), syscall()). Its child is known by a page
 * that the kernel clears there.
 */
#include <asm/unistd.h>
#include <linux/errno.h>
#include <linux/mman.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>

#include "call.h"
#include "core_shim.h"
#include "exec.h"
#include "lib/shim_call.h"
#include "memory.h"
#include "shim_chain.h"
#include "shim_core.h"
#include "special.h"
#include "thread.h"
#include "writer.h"

/* The main thread, known from the start, until the shims ask for it. */
static struct thread *waiting;

/* 0 in the child of a fork that has not been noticed yet. */
static uint32_t no_page = 1;
static uint32_t *same_process = &no_page;

static void watch_forks(void)
{
	long page = raw6(__NR_mmap, 0, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			 -1, 0);

	if (ERROR(page))
		return;
	if (raw3(__NR_madvise, page, PAGE, MADV_WIPEONFORK)) {
		raw3(__NR_munmap, page, PAGE, 0);
		return;
	}
	same_process = (uint32_t *)page;
	*same_process = 1;
}

/* With nothing known of the calling thread: t is NULL, or the parent's. */
static void become_process(struct thread *t)
{
	*same_process = 1;
	core.threads_lock = 0;
	thread_forget_others(t);
	waiting = NULL;
	if (!t)
		return;
	chain_forget(t);
	t->lib.data = NULL;
	thread_become_process(t);
	t->recording = 0;
	/* under a filter of the program's it cannot even ask who it is */
	if (core.quiet)
		return;
	t->pid = (int32_t)raw3(__NR_getpid, 0, 0, 0);
	t->tid = t->pid;
	if (t->follow && !core.gone)
		thread_attach(t);
}

static void forked(struct thread *t)
{
	if (!*same_process || (same_process == &no_page && raw3(__NR_getpid, 0, 0, 0) != t->pid))
		become_process(t);
}

static bool is_caller(const struct thread *t)
{
	return !core.quiet && raw3(__NR_gettid, 0, 0, 0) == t->tid;
}

static struct thread *take_waiting(void)
{
	struct thread *t = waiting;

	if (!t || !is_caller(t))
		return NULL;
	waiting = NULL;
	return t;
}

static struct thread *make_thread(const struct thread *parent, bool recording)
{
	struct thread *t = thread_new();

	if (!t)
		return NULL;
	t->pid = (int32_t)raw3(__NR_getpid, 0, 0, 0);
	t->tid = (int32_t)raw3(__NR_gettid, 0, 0, 0);
	t->parent_tid = parent ? parent->tid : 0;
	t->parent_uid = parent ? parent->lib.uid : core.former_uid;
	t->follow = (core.flags & SESSION_F_FOLLOW) != 0;
	t->fault_blocked = 1;
	if (recording)
		thread_attach(t);
	return t;
}

static void begin(struct thread **ret, struct thread *parent)
{
	uint64_t mask;

	if (core.quiet || core.gone)
		return;
	mask = signals_block();
	if (!*same_process)
		become_process(NULL);
	*ret = take_waiting();
	if (!*ret)
		*ret = make_thread(parent, core.flags & SESSION_F_FOLLOW);
	signals_restore(mask);
}

static bool in_exec(const struct thread *t)
{
	uint64_t nr = t->top < t->stack_high ? ((struct frame *)t->top)->nr : 0;

	return nr == __NR_execve || nr == __NR_execveat;
}

static struct thread *nested(struct thread *t)
{
	uint64_t mask;

	/* a new writer would be taken for the new image's */
	if (t->lib.data || !t->recording || core.quiet || core.gone || !*same_process || in_exec(t))
		return t->lib.data;
	mask = signals_block();
	t->lib.data = make_thread(t, true);
	signals_restore(mask);
	return t->lib.data;
}

static void end(struct thread *t)
{
	struct thread *inner = t->lib.data;

	if (inner) {
		thread_retire(inner);
		__atomic_store_n(&inner->state, THREAD_EXITING, __ATOMIC_RELEASE);
	}
	thread_end(t);
	__atomic_store_n(&t->state, THREAD_EXITING, __ATOMIC_RELEASE);
}

static void gone(struct thread *t)
{
	if (t->lib.data)
		thread_free(t->lib.data);
	thread_free(t);
}

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
	if (unlikely(!*same_process))
		become_process(t);
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
	return rec && *same_process && call->uid == t->lib.uid &&
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

	if (unlikely(!*same_process))
		become_process(t);
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
	chain_jump(t, place);
	if (t->lib.data)
		chain_jump(t->lib.data, place);
}

static const struct core_shim shim = {
	.version = CORE_SHIM_VERSION,
	.thread_begin = begin,
	.thread_end = end,
	.thread_gone = gone,
	.forked = forked,
	.nested = nested,
	.is_caller = is_caller,
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
	watch_forks();
	itrace_shim_start(&shim);
	return 0;
}

void shim_core_attach(void)
{
	uint64_t mask = signals_block();

	waiting = make_thread(NULL, true);
	signals_restore(mask);
}
