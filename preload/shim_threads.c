/* SPDX-License-Identifier: MIT */
/*
 * The threads of method shim.
 *
 * A handler may interrupt the recorder itself at any instruction. What it calls is recorded by a
 * second struct thread of the same kernel thread, with a chunk of its own: t->lib.data. It lies at
 * the lower end of t's private stack, so that nothing is mapped in the middle of the program's
 * life.
 *
 * A fork may go past every wrapper (daemon(), forkpty(), syscall()). Its child is known by a page
 * that the kernel clears there.
 */
#include <asm/unistd.h>
#include <linux/mman.h>

#include "memory.h"
#include "shim_chain.h"
#include "shim_core.h"
#include "shim_threads.h"
#include "thread.h"

/* The main thread, known from the start, until the shims ask for it. */
static struct thread *waiting;

/* 0 in the child of a fork that has not been noticed yet. */
static uint32_t no_page = 1;
uint32_t *shim_same_process = &no_page;

void shim_thread_watch_forks(void)
{
	long page = raw6(__NR_mmap, 0, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			 -1, 0);

	if (ERROR(page))
		return;
	if (raw3(__NR_madvise, page, PAGE, MADV_WIPEONFORK)) {
		raw3(__NR_munmap, page, PAGE, 0);
		return;
	}
	shim_same_process = (uint32_t *)page;
	*shim_same_process = 1;
}

#define NESTED_STACK (16ul << 10)
#define NESTED_HEAD (16ul << 10)

_Static_assert(T_FILTER + SESSION_CALLS <= NESTED_HEAD, "thread_set_filter() needs no more");

static void make_nested(struct thread *t)
{
	struct thread *n = (struct thread *)(t->stack_low + NESTED_STACK);

	memset(n, 0, sizeof(*n));
	n->self = n;
	n->next = t;
	n->stack_low = t->stack_low;
	n->stack_high = n->top = n->base = (uint64_t)n;
	n->exec_fd[0] = n->exec_fd[1] = -1;
	n->fault_blocked = 1;
	t->stack_low += NESTED_STACK + NESTED_HEAD;
	t->lib.data = n;
}

/* With nothing known of the calling thread: t is NULL, or the parent's. */
void shim_thread_become_process(struct thread *t)
{
	*shim_same_process = 1;
	core.threads_lock = 0;
	thread_forget_others(t);
	waiting = NULL;
	if (!t)
		return;
	chain_forget(t);
	chain_forget(t->lib.data);
	thread_retire(t->lib.data);
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

void shim_thread_forked(struct thread *t)
{
	if (!*shim_same_process ||
	    (shim_same_process == &no_page && raw3(__NR_getpid, 0, 0, 0) != t->pid))
		shim_thread_become_process(t);
}

bool shim_thread_is_caller(const struct thread *t)
{
	return !core.quiet && raw3(__NR_gettid, 0, 0, 0) == t->tid;
}

static struct thread *take_waiting(void)
{
	struct thread *t = waiting;

	if (!t || !shim_thread_is_caller(t))
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
	make_nested(t);
	if (recording)
		thread_attach(t);
	return t;
}

void shim_thread_begin(struct thread **ret, struct thread *parent)
{
	uint64_t mask;

	if (core.quiet || core.gone)
		return;
	mask = signals_block();
	if (!*shim_same_process)
		shim_thread_become_process(NULL);
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

struct thread *shim_thread_nested(struct thread *t)
{
	struct thread *n = t->lib.data;
	uint64_t mask;

	if (!t->recording || core.gone || !*shim_same_process)
		return NULL;
	if (n->recording)
		return n;
	/* a new writer would be taken for the new image's */
	if (core.quiet || in_exec(t))
		return NULL;
	mask = signals_block();
	n->pid = t->pid;
	n->tid = n->parent_tid = t->tid;
	n->parent_uid = t->lib.uid;
	thread_attach(n);
	signals_restore(mask);
	return n;
}

static struct thread *find_thread(int32_t tid)
{
	struct thread *t = core.threads;

	while (t && (t->tid != tid || t->state == THREAD_FREE))
		t = t->next;
	return t;
}

struct thread *shim_thread_borrower(volatile uint64_t **ret_busy)
{
	struct thread *t;
	uint64_t mask;

	if (core.quiet || core.gone)
		return NULL;
	t = find_thread((int32_t)raw3(__NR_gettid, 0, 0, 0));
	if (!t) {
		mask = signals_block();
		t = make_thread(NULL, core.flags & SESSION_F_FOLLOW);
		/* nobody tells of its end: it is looked for when a thread is needed */
		if (t)
			__atomic_store_n(&t->state, THREAD_EXITING, __ATOMIC_RELEASE);
		signals_restore(mask);
	}
	if (t)
		*ret_busy = &t->lib.words[0];
	return t;
}

void shim_thread_end(struct thread *t)
{
	thread_retire(t->lib.data);
	thread_end(t);
	__atomic_store_n(&t->state, THREAD_EXITING, __ATOMIC_RELEASE);
}

void shim_core_attach(void)
{
	uint64_t mask = signals_block();

	waiting = make_thread(NULL, true);
	signals_restore(mask);
}
