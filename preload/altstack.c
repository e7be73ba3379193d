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
	t->alt_swapped = 1;
}

void altstack_leave(struct thread *t, const struct signal_frame *m)
{
	t->on_altstack = (uint8_t)m->outer_altstack;
	t->alt_swapped = (uint8_t)m->outer_swapped;
}

void altstack_restore(struct thread *t)
{
	struct kernel_stack ss = t->program_altstack;

	if (!t->alt_swapped)
		return;
	ss.flags &= ~SS_ONSTACK;
	kernel_set(&ss);
	t->alt_swapped = 0;
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

static int answer(struct thread *t, const struct frame *f)
{
	struct kernel_stack ss;

	if (f->args[0] && memory_read(t, &ss, f->args[0], sizeof(ss)) != sizeof(ss))
		return -EFAULT;
	if (f->args[0])
		return -EPERM; /* it is in use */
	ss = t->program_altstack;
	ss.flags |= SS_ONSTACK;
	if (f->args[1] && memory_write(t, f->args[1], &ss, sizeof(ss)) != sizeof(ss))
		return -EFAULT;
	return 0;
}

int altstack_call(struct thread *t, struct frame *f)
{
	if (!t->alt_swapped)
		return ENTER_CALL;
	f->result = answer(t, f);
	if (f->rec)
		call_end(t, f, 0);
	return ENTER_DONE;
}
