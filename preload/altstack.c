/* SPDX-License-Identifier: MIT */
/*
 * See altstack.h.
 */
#include <asm/signal.h>
#include <asm/unistd.h>
#include <linux/errno.h>

#include "altstack.h"
#include "call.h"
#include "memory.h"

#define ROOM 6144    /* for the hooks, and what the handler has called by then */
#define SS_ONSTACK 1 /* linux/signal.h */
#define SS_DISABLE 2
#ifndef SS_AUTODISARM
#define SS_AUTODISARM (1u << 31)
#endif

static void kernel_set(const struct kernel_stack *ss)
{
	raw3(__NR_sigaltstack, (long)ss, 0, 0);
}

static bool holds(const struct kernel_stack *ss, uint64_t sp)
{
	return sp - ss->sp < ss->size;
}

uint8_t altstack_of(const struct signal_frame *m)
{
	if (!m->altstack)
		return ALTSTACK_NOT;
	if (!core.quiet)
		return ALTSTACK_MASK;
	return m->rsp - m->altstack >= ROOM ? ALTSTACK_STAY : ALTSTACK_NOT;
}

void altstack_enter(struct thread *t, struct signal_frame *m, const struct kernel_ucontext *uc)
{
	struct kernel_stack ours = { t->own_altstack, 0, 0, OWN_ALTSTACK_SIZE };

	m->outer_altstack = t->on_altstack;
	m->outer_swapped = t->alt_swapped;
	if (!t->alt_swapped)
		t->program_altstack =
			(struct kernel_stack){ uc->ss_sp, uc->ss_flags, 0, uc->ss_size };
	m->altstack = 0;
	if (!holds(&t->program_altstack, m->rsp)) {
		t->on_altstack = ALTSTACK_NOT;
		return;
	}
	m->altstack = t->program_altstack.sp;
	m->altstack_size = t->program_altstack.size;
	t->on_altstack = altstack_of(m);
	if (t->alt_swapped || (uint32_t)t->program_altstack.flags & SS_AUTODISARM || core.quiet)
		return;
	kernel_set(&ours);
	t->alt_swapped = ALT_IN_USE;
}

void altstack_leave(struct thread *t, const struct signal_frame *m)
{
	t->on_altstack = (uint8_t)m->outer_altstack;
	t->alt_swapped = (uint8_t)m->outer_swapped;
}

void altstack_restore(struct thread *t)
{
	struct kernel_stack ss = t->program_altstack;

	if (t->alt_swapped != ALT_IN_USE)
		return;
	ss.flags &= ~SS_ONSTACK;
	kernel_set(&ss);
	t->alt_swapped = ALT_PROGRAM;
}

uint64_t altstack_home(struct thread *t, const struct signal_frame *m, struct kernel_ucontext *uc)
{
	const struct kernel_stack *ss = &t->program_altstack;

	if (m->rsp - t->own_altstack >= OWN_ALTSTACK_SIZE)
		return 0;
	if (!t->alt_swapped) {
		uc->ss_sp = ss->sp;
		uc->ss_flags = ss->flags & ~SS_ONSTACK;
		uc->ss_size = ss->size;
	}
	return holds(ss, uc->rsp) ? uc->rsp - RED_ZONE : ss->sp + ss->size;
}

static bool overlaps(const struct kernel_stack *ss, uint64_t start, uint64_t len)
{
	return ss->size && (ss->sp - start < len || start - ss->sp < ss->size);
}

void altstack_unmap(struct thread *t, uint64_t start, uint64_t len)
{
	struct kernel_stack ours = { t->own_altstack, 0, 0, OWN_ALTSTACK_SIZE }, now;

	if (likely(!overlaps(&t->program_altstack, start, len)) || t->alt_swapped ||
	    t->on_altstack || core.quiet)
		return;
	if (raw3(__NR_sigaltstack, 0, (long)&now, 0) || now.flags & SS_DISABLE ||
	    !overlaps(&now, start, len))
		return;
	t->program_altstack = now;
	kernel_set(&ours);
	t->alt_swapped = ALT_GONE;
}

/* The program's is gone, and it sets another one. */
static int change(struct thread *t, const struct kernel_stack *ss)
{
	int err;

	if (t->on_altstack)
		return -EPERM;
	err = (int)raw3(__NR_sigaltstack, (long)ss, 0, 0);
	if (err)
		return err;
	t->program_altstack = *ss;
	t->alt_swapped = ALT_PROGRAM;
	return 0;
}

static int answer(struct thread *t, const struct frame *f)
{
	struct kernel_stack ss, old = t->program_altstack;
	int err = 0;

	if (f->args[0] && memory_read(t, &ss, f->args[0], sizeof(ss)) != sizeof(ss))
		return -EFAULT;
	if (f->args[0])
		err = t->alt_swapped == ALT_IN_USE ? -EPERM : change(t, &ss);
	if (err)
		return err;
	if (t->alt_swapped == ALT_IN_USE)
		old.flags |= SS_ONSTACK;
	if (f->args[1] && memory_write(t, f->args[1], &old, sizeof(old)) != sizeof(old))
		return -EFAULT;
	return 0;
}

int altstack_call(struct thread *t, struct frame *f)
{
	if (!t->alt_swapped) {
		/* what altstack_unmap() looks at first; the kernel has the last word */
		if (f->args[0])
			memory_read(t, &t->program_altstack, f->args[0],
				    sizeof(t->program_altstack));
		return ENTER_CALL;
	}
	f->result = answer(t, f);
	if (f->rec)
		call_end(t, f, 0);
	return ENTER_DONE;
}
