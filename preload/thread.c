/* SPDX-License-Identifier: MIT */
/*
 * A thread's memory is one mapping:
 *
 *     guard page | private stack | struct thread, filter | alternate stack | own signal table
 *
 * of which a thread touches three or four pages. It is reused once the kernel says that the thread
 * is gone: the thread itself runs on it to its very end.
 */
#include <asm/unistd.h>
#include <linux/errno.h>
#include <linux/mman.h>

#include "memory.h"
#include "special.h"
#include "thread.h"
#include "trap/seal.h"
#include "trap/trap.h"
#include "writer.h"

#define STACK_SIZE (128ul << 10)
#define HEAD_SIZE (T_FILTER + T_FILTER_SIZE + OWN_ALTSTACK_SIZE)
#define MAP_SIZE ((PAGE + STACK_SIZE + HEAD_SIZE + sizeof(struct sighand) + PAGE - 1) & ~(PAGE - 1))

static struct thread *thread_map(void)
{
	long map = raw6(__NR_mmap, 0, MAP_SIZE, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	struct thread *t;

	if (ERROR(map))
		return NULL;
	raw3(__NR_mprotect, map, PAGE, PROT_NONE);
	t = (struct thread *)((uint64_t)map + PAGE + STACK_SIZE);
	t->own_sighand = (struct sighand *)((uint64_t)t + HEAD_SIZE);
	return t;
}

static bool is_gone(const struct thread *t)
{
	return !core.quiet && raw3(__NR_tgkill, t->pid, t->tid, 0) == -ESRCH;
}

static struct thread *find_free(void)
{
	struct thread *t;

	for (t = core.threads; t; t = t->next) {
		uint32_t state = __atomic_load_n(&t->state, __ATOMIC_ACQUIRE);

		if (state == THREAD_EXITING && is_gone(t)) {
			if (core.hooks && core.hooks->thread_gone)
				core.hooks->thread_gone(&t->lib);
			state = THREAD_FREE;
		}
		if (state == THREAD_FREE)
			break;
	}
	return t;
}

static void thread_reset(struct thread *t)
{
	struct sighand *own = t->own_sighand;
	struct thread *next = t->next;

	memset(t, 0, sizeof(*t));
	t->self = t;
	t->own_sighand = own;
	t->next = next;
	t->own_altstack = (uint64_t)t + T_FILTER + T_FILTER_SIZE;
	t->stack_low = (uint64_t)t - STACK_SIZE;
	t->stack_high = (uint64_t)t;
	t->top = t->stack_high;
	t->base = t->stack_high;
	t->selector = 1; /* SYSCALL_DISPATCH_FILTER_BLOCK, for good */
	t->exec_fd[0] = t->exec_fd[1] = -1;
}

struct thread *thread_new(void)
{
	struct thread *t;

	lock_take(&core.threads_lock);
	t = find_free();
	if (!t) {
		t = thread_map();
		if (t) {
			t->next = core.threads;
			core.threads = t;
		}
	}
	if (t) {
		thread_reset(t);
		__atomic_store_n(&t->state, THREAD_LIVE, __ATOMIC_RELEASE);
	}
	lock_release(&core.threads_lock);
	return t;
}

void thread_free(struct thread *t)
{
	if (core.hooks && core.hooks->thread_gone)
		core.hooks->thread_gone(&t->lib);
	if (t->scratch)
		raw3(__NR_munmap, (long)t->scratch, (long)t->scratch_size, 0);
	__atomic_store_n(&t->state, THREAD_FREE, __ATOMIC_RELEASE);
}

void thread_forget_others(struct thread *t)
{
	for (struct thread *o = core.threads; o; o = o->next) {
		if (o == t || o->state == THREAD_FREE)
			continue;
		o->state = THREAD_FREE;
		if (core.hooks && core.hooks->thread_gone)
			core.hooks->thread_gone(&o->lib);
	}
}

void thread_set_filter(struct thread *t)
{
	uint8_t *filter = thread_filter(t);
	bool record = t->recording && !core.gone;
	bool counts = record && seal_pending();

	for (unsigned int i = 0; i < SESSION_CALLS; i++) {
		bool traced = record && core.traced[i / 8] >> (i & 7) & 1;

		filter[i] = !traced && !special_of[i] && !counts;
	}
}

void thread_attach(struct thread *t)
{
	t->lib.uid = __atomic_fetch_add(&core.pool.session->next_uid, 1, __ATOMIC_RELAXED);
	t->recording = 1;
	t->calls_left = seal_after();
	thread_set_filter(t);
	writer_event(t, RECORD_ATTACH, 0, t->parent_tid, 0, NULL, 0);
	/* its ids mean others to the launcher, which can tell only while it lives */
	if (core.pidns)
		writer_wait_met(t);
}

void thread_start(struct thread *t)
{
	thread_attach(t);
	trap_thread_start(t);
}

void thread_end(struct thread *t)
{
	if (!t->recording || core.gone)
		return;
	writer_event(t, RECORD_EXIT, 0, 0, 0, NULL, 0);
	thread_retire(t);
}

void thread_retire(struct thread *t)
{
	t->recording = 0;
	t->chunk = NULL;
	t->head = 0;
	t->limit = 0;
}

void thread_become_process(struct thread *t)
{
	t->parent_tid = t->tid;
	t->parent_uid = t->lib.uid;
	t->chunk = NULL;
	t->head = 0;
	t->limit = 0;
	t->seq = 0;
	t->lost = 0;
}

void thread_stop_recording(struct thread *t)
{
	if (!t->recording)
		return;
	thread_retire(t);
	thread_set_filter(t);
	trap_thread_stop(t);
}
