/* SPDX-License-Identifier: MIT */
/*
 * Which frames are still alive?
 *
 *   - A signal frame lives while its handler runs: the program's stack pointer is at or below the
 *     one the handler started with, on the same stack.
 *   - A call frame lives if a living signal frame lies below it: the handler interrupted it.
 *   - The rest was left by siglongjmp. Its records are closed; its room on the private stack is
 *     not reused before room is short, since a program that switches stacks in a handler may still
 *     come back to what looked dead.
 */
#include "altstack.h"
#include "call.h"
#include "frames.h"

#define STACK_SHORT (48 << 10)	 /* less than this left: win back what dead frames take */
#define OTHER_STACK (64ul << 20) /* farther up than this is another stack */

/* Its restorer, which it returns to, runs one word above where the handler started. */
static bool handler_lives(const struct signal_frame *m, uint64_t rsp)
{
	if (m->altstack && rsp - m->altstack >= m->altstack_size)
		return false;
	return rsp <= m->rsp + 8 || rsp - m->rsp > OTHER_STACK;
}

/* The next older frame; closes the record of this one. */
static uint64_t frame_drop(struct thread *t, uint64_t at)
{
	struct frame *f = (struct frame *)at;

	switch (f->kind) {
	case FRAME_SHORT:
		return at + F_SHORT_SIZE;
	case FRAME_CALL:
		call_abandon(t, f);
		return f->pop;
	case FRAME_SIGNAL:
		return f->pop;
	}
	return t->stack_high;
}

uint64_t frames_heal(struct thread *t, uint64_t top, uint64_t rsp)
{
	uint64_t at = top;
	bool is_short = top - t->stack_low < STACK_SHORT;

	while (at < t->stack_high && at != t->base) {
		struct signal_frame *m = (struct signal_frame *)at;

		if (m->kind == FRAME_SIGNAL && handler_lives(m, rsp)) {
			t->on_altstack = altstack_of(m);
			if (!m->altstack && !m->outer_swapped)
				altstack_restore(t);
			return is_short ? at : top;
		}
		at = frame_drop(t, at);
	}
	t->on_altstack = ALTSTACK_NOT;
	altstack_restore(t);
	t->base = is_short ? t->stack_high : top;
	return t->base;
}

struct signal_frame *frames_find_signal(struct thread *t, uint64_t top, uint64_t sp)
{
	struct signal_frame *found = NULL;

	for (uint64_t at = top; at < t->stack_high && !found;) {
		struct signal_frame *m = (struct signal_frame *)at;

		if (m->kind == FRAME_SIGNAL && m->rsp + 8 == sp)
			found = m;
		at = m->kind == FRAME_SHORT ? at + F_SHORT_SIZE : m->pop;
		if (at <= (uint64_t)m)
			break;
	}
	if (!found)
		return NULL;
	for (uint64_t at = top; at < (uint64_t)found;)
		at = frame_drop(t, at);
	return found;
}

void frames_forget(struct thread *t, uint64_t top)
{
	while (top < t->stack_high) {
		struct frame *f = (struct frame *)top;

		if (f->kind == FRAME_SHORT) {
			top += F_SHORT_SIZE;
			continue;
		}
		if (f->kind != FRAME_CALL && f->kind != FRAME_SIGNAL)
			break;
		if (f->kind == FRAME_CALL)
			f->rec = NULL;
		if (f->pop <= top)
			break;
		top = f->pop;
	}
}
