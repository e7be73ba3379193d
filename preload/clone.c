/* SPDX-License-Identifier: MIT */
/*
 * Two kinds of children. One that shares memory (CLONE_VM: threads, vfork, posix_spawn) is given a
 * thread of its own beforehand, with a copy of the parent's frame to return with: entry.S goes on
 * with that one and never looks at the parent's. One with a copy of the memory goes on with its
 * copy of everything, and forgets what belongs to the others.
 *
 * All signals stay blocked from before the call until the child is armed; both sides restore the
 * mask as they leave (frame.masked).
 */
#include <asm/unistd.h>
#include <linux/errno.h>
#include <linux/sched.h>

#include "call.h"
#include "clone.h"
#include "frames.h"
#include "held.h"
#include "memory.h"
#include "sigaction.h"
#include "signals.h"
#include "thread.h"
#include "trap/trap.h"

#ifndef CLONE_CLEAR_SIGHAND
#define CLONE_CLEAR_SIGHAND 0x100000000ull
#endif

/* The flags of a birth. False: clone3's argument cannot be read; the kernel will say so. */
static bool clone_flags(struct thread *t, const struct frame *f, uint64_t *ret_flags)
{
	switch ((uint32_t)f->nr) {
	case __NR_fork:
		*ret_flags = 0;
		return true;
	case __NR_vfork:
		*ret_flags = CLONE_VM | CLONE_VFORK;
		return true;
	case __NR_clone:
		*ret_flags = (uint32_t)f->args[0];
		return true;
	}
	return memory_read(t, ret_flags, f->args[0], 8) == 8;
}

/* What a fork's child must not find taken by a thread that it does not have. */
static void fork_lock(struct thread *t)
{
	lock_take(&core.threads_lock);
	lock_take(&t->sighand->lock);
	trap_lock();
}

static void fork_unlock(struct thread *t)
{
	trap_unlock();
	lock_release(&t->sighand->lock);
	lock_release(&core.threads_lock);
}

static void block_signals(struct thread *t, struct frame *f)
{
	if (f->masked != MASKED_ALL)
		f->mask = signals_block();
	f->masked = MASKED_ALL;
	t->all_blocked = 1;
}

/* The child's thread, for a child that shares memory. */
static struct frame *prepare_child(struct thread *t, struct frame *f, uint64_t flags)
{
	struct thread *child = thread_new();
	struct frame *cf;

	if (!child)
		return NULL;
	child->pid = t->pid;
	child->parent_tid = t->tid;
	child->parent_uid = t->lib.uid;
	child->follow = t->follow;
	child->traps_blocked = t->traps_blocked;
	child->fault_blocked = t->fault_blocked;
	if (flags & CLONE_VFORK)
		child->program_altstack = t->program_altstack;
	child->borrowed = (flags & CLONE_VFORK) != 0;
	child->sighand = t->sighand;
	if (!(flags & CLONE_SIGHAND)) {
		child->sighand = child->own_sighand;
		sighand_init(child->sighand, flags & CLONE_CLEAR_SIGHAND ? NULL : t->sighand);
	}
	cf = (struct frame *)child->stack_high - 1;
	*cf = *f;
	cf->rec = NULL;
	cf->thread = child;
	cf->pop = child->stack_high;
	child->top = (uint64_t)cf;
	return cf;
}

int clone_enter(struct thread *t, struct frame *f)
{
	uint64_t flags;

	if (call_traced(t, f->nr))
		call_begin(t, f);
	if (!clone_flags(t, f, &flags))
		return ENTER_CALL;
	if (flags & CLONE_NEWPID)
		core.pidns = 1;
	block_signals(t, f);
	f->sigset = flags;
	f->thread = t;
	if (!(flags & CLONE_VM)) {
		f->child = f;
		fork_lock(t);
		return ENTER_CLONE;
	}
	f->child = prepare_child(t, f, flags);
	if (!f->child) {
		f->result = -ENOMEM;
		if (f->rec)
			call_end(t, f, 0);
		t->all_blocked = 0;
		return ENTER_DONE;
	}
	if (!(flags & CLONE_VFORK))
		__atomic_store_n(&core.multi, 1, __ATOMIC_RELAXED);
	return ENTER_CLONE;
}

void clone_parent(struct frame *f)
{
	uint64_t flags = f->sigset;

	if (!(flags & CLONE_VM)) {
		fork_unlock(f->thread);
		return;
	}
	/* never born; or vfork's: it has its own memory by now, or is dead */
	if (f->result < 0 || flags & CLONE_VFORK)
		thread_free(f->child->thread);
}

/* The child of a fork: what it copied of the parent's becomes its own. */
static void become_process(struct thread *t, struct frame *f)
{
	fork_unlock(t);
	thread_forget_others(t);
	frames_forget(t, (uint64_t)f);
	core.multi = 0;
	thread_become_process(t);
	held_forget(t);
	t->borrowed = 0;
	t->pid = (int32_t)raw3(__NR_getpid, 0, 0, 0);
	t->tid = t->pid;
	if (f->sigset & CLONE_CLEAR_SIGHAND)
		sighand_init(t->sighand, NULL);
}

static void become_thread(struct thread *t, const struct frame *f)
{
	if (!(f->sigset & CLONE_THREAD))
		t->pid = (int32_t)raw3(__NR_getpid, 0, 0, 0);
	t->tid = (int32_t)raw3(__NR_gettid, 0, 0, 0);
}

void clone_child(struct frame *f)
{
	struct thread *t = f->thread;
	bool traced = t->follow && !core.gone;

	if (f->sigset & CLONE_VM)
		become_thread(t, f);
	else
		become_process(t, f);
	if (f->sigset & CLONE_CLEAR_SIGHAND)
		signals_install(t->sighand);
	t->all_blocked = 0;
	if (traced) {
		thread_start(t);
		return;
	}
	t->recording = 0;
	thread_set_filter(t);
}
