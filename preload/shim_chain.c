/* SPDX-License-Identifier: MIT */
/*
 * See shim_chain.h. The recorder itself may have been left by a signal handler's longjmp() at any
 * instruction: a record is found by its frame from the moment its room is taken to the moment it is
 * published, and may be half made.
 */
#include <asm/unistd.h>

#include "call.h"
#include "shim_chain.h"

#define OTHER_STACK (64ul << 20) /* farther up than this is another stack */
#define SS_DISABLE 2

static struct kernel_stack alternate_stack(void)
{
	struct kernel_stack none = { 0 }, alt;

	if (core.quiet || raw3(__NR_sigaltstack, 0, (long)&alt, 0) || alt.flags & SS_DISABLE)
		return none;
	return alt;
}

static bool is_on(const struct kernel_stack *stack, uint64_t place)
{
	return place - stack->sp < stack->size;
}

static bool is_left(const struct kernel_stack *alt, uint64_t from, uint64_t place)
{
	if (is_on(alt, from) != is_on(alt, place))
		return is_on(alt, from);
	return place >= from && place - from < OTHER_STACK;
}

bool chain_is_left(uint64_t from, uint64_t place)
{
	struct kernel_stack alt;

	if (place < from)
		return false;
	alt = alternate_stack();
	return is_left(&alt, from, place);
}

static bool is_in_chunk(const struct thread *t, const struct record *rec)
{
	return t->chunk && (uint64_t)rec - (uint64_t)t->chunk < core.pool.chunk_size;
}

/* The record of a frame that was left, if it is open. */
static struct record *open_record(const struct thread *t, const struct frame *f)
{
	struct record *rec = f->rec ? f->rec : (struct record *)f->saved;

	if (!rec || f->rec)
		return rec;
	/* left within call_end(): if it is published already, it may be somebody else's by now */
	return is_in_chunk(t, rec) && rec->state == RECORD_ENTERED ? rec : NULL;
}

static void abandon(struct thread *t, struct frame *f)
{
	f->rec = open_record(t, f);
	f->saved = 0;
	if (!f->rec)
		return;
	if ((uint64_t)f->rec == t->head) {
		/* left in front of the commit: the room was never taken */
		__atomic_store_n(&f->rec->state, RECORD_EMPTY, __ATOMIC_RELAXED);
		f->rec = NULL;
		return;
	}
	/* left between giving back what was too much and saying so */
	if (is_in_chunk(t, f->rec) && (uint64_t)f->rec + f->rec->size > t->head)
		f->rec->size = (uint32_t)(t->head - (uint64_t)f->rec);
	call_abandon(t, f);
}

static void drop_newest(struct thread *t)
{
	struct frame *f = (struct frame *)t->top;

	abandon(t, f);
	t->top = f->pop;
}

struct frame *chain_push(struct thread *t, uint64_t place)
{
	struct frame *f = (struct frame *)t->top - 1;

	if ((uint64_t)f < t->stack_low)
		return NULL;
	f->kind = FRAME_CALL;
	f->rsp = place;
	f->rec = NULL;
	f->saved = 0;
	f->pop = t->top;
	__atomic_store_n(&t->top, (uint64_t)f, __ATOMIC_RELEASE); /* for a handler's longjmp */
	return f;
}

void chain_pop(struct thread *t, struct frame *f)
{
	while (t->top < (uint64_t)f)
		drop_newest(t);
	__atomic_store_n(&t->top, f->pop, __ATOMIC_RELEASE);
}

bool chain_has(const struct thread *t, const struct frame *f, uint64_t place,
	       const struct record *rec)
{
	return t->top <= (uint64_t)f && (uint64_t)f < t->stack_high && f->rsp == place &&
	       f->rec == rec;
}

void chain_jump(struct thread *t, uint64_t place)
{
	struct kernel_stack alt;

	if (t->top == t->stack_high)
		return;
	alt = alternate_stack();
	while (t->top < t->stack_high && is_left(&alt, ((struct frame *)t->top)->rsp, place))
		drop_newest(t);
}

void chain_heal(struct thread *t, uint64_t place)
{
	if (unlikely(t->top < t->stack_high && place >= ((struct frame *)t->top)->rsp))
		chain_jump(t, place);
}

void chain_forget(struct thread *t)
{
	for (uint64_t at = t->top; at < t->stack_high; at = ((struct frame *)at)->pop)
		((struct frame *)at)->rec = NULL;
	t->top = t->stack_high;
}
