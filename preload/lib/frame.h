/* SPDX-License-Identifier: MIT */
/*
 * The open calls of each thread, outermost first.
 *
 * An open call is a slot. Slots come from one table for the whole process, since the ways back
 * (x86_64/stubs.S) are one table; a thread takes them by the block. A thread's slots form a stack
 * (frame_thread.top), which most calls use as one. What does not:
 *
 *   - longjmp and exceptions leave open calls behind. The next call (or return) heals: an open call
 *     whose stack lies below the current stack pointer is over, if both are on the thread's own
 *     stack. Elsewhere (coroutines, signal stacks) nothing can be told from the order of addresses,
 *     so a call counts as over only when its return address has been overwritten.
 *   - coroutines return in any order. Each way back knows its slot, so order does not matter: a
 *     slot that returns below the top becomes a hole.
 *   - signal handlers come in anywhere, and may leave by siglongjmp. So a slot is filled in before
 *     top moves over it, and is free again before top moves back. A handler that finds the slot at
 *     top filled in has interrupted just that, and takes the next one.
 *
 * A slot is never given away while its call may still return: a wrong guess costs a slot, not the
 * program.
 */
#ifndef ITRACE_LIB_FRAME_H
#define ITRACE_LIB_FRAME_H

#include "lib.h"
#include "stub_limits.h"

#define FRAME_FREE 0 /* no call, or one that has returned below others that are still open */

/* The layout is known to x86_64/stubs.S. */
struct frame_slot {
	uint64_t ra; /* original return address */
	uint64_t sp; /* stack pointer behind the return, or FRAME_FREE */
};

struct frame_info {
	struct record *rec; /* NULL: not recorded */
	struct frame_thread *thread;
	uint32_t uid;	 /* of the thread that reserved rec */
	uint32_t func;	 /* index of the function */
	uint16_t index;	 /* in the thread's stack */
	uint16_t bottom; /* the thread's top before this call */
	uint8_t armed;	 /* its return address stands on the stack as the way back */
	uint8_t tail;	 /* called by a jump from the open call below, and returns with it */
};

struct frame_thread {
	struct core_lib_thread *core;
	uint32_t uid; /* core->uid when it was last looked at: another one in a fork's child */
	uint32_t pid, tid;
	uint64_t stack_low; /* the thread's own stack: [low, high); high = 0: not known yet */
	uint64_t stack_high;
	uint32_t top;	    /* open calls, holes included */
	uint32_t nr_blocks; /* blocks taken: room for nr_blocks * LIB_BLOCK_SLOTS open calls */
	uint16_t blocks[LIB_DEPTH_MAX / LIB_BLOCK_SLOTS];
};

extern struct frame_slot lib_slots[LIB_SLOTS_MAX];
extern struct frame_info lib_infos[LIB_SLOTS_MAX];
extern char lib_return_stubs[];

/* Start-up. Returns 0 or -ENOMEM. */
int frame_init(void);

/* The thread's stack of open calls, made at the first call. NULL if there is no room. */
struct frame_thread *frame_thread_make(struct core_lib_thread *t);

/* The first call in a fork's child: tells whose memory it has. */
void frame_thread_forked(struct frame_thread *f);

static inline struct frame_thread *frame_thread(struct core_lib_thread *t)
{
	struct frame_thread *f = t->data;

	if (UNLIKELY(!f))
		return frame_thread_make(t);
	if (UNLIKELY(f->uid != t->uid))
		frame_thread_forked(f);
	return f;
}

/* What hangs off a thread that is gone. */
void frame_thread_gone(struct core_lib_thread *t);

static inline unsigned int frame_slot_at(const struct frame_thread *f, unsigned int index)
{
	return f->blocks[index / LIB_BLOCK_SLOTS] * LIB_BLOCK_SLOTS + index % LIB_BLOCK_SLOTS;
}

static inline uint64_t frame_way_back(unsigned int slot)
{
	return (uint64_t)lib_return_stubs + 16 * (uint64_t)slot + 1;
}

/* Removes what is over by now, at a call or return at sp whose return address is ra. */
void frame_heal(struct frame_thread *f, uint64_t sp, uint64_t ra);

/* One more block. False if there is none. */
bool frame_grow(struct frame_thread *f);

/* The index of a free slot for a call at sp, where the one at top is not: see above. */
unsigned int frame_skip(struct frame_thread *f, unsigned int top, uint64_t sp);

/*
 * Opens a call at sp; ra: its return address. Returns its slot, -1 if there is no room. The caller
 * fills in rec, uid, func, tail and, in the end, armed.
 */
static inline int frame_push(struct frame_thread *f, uint64_t sp, uint64_t ra)
{
	unsigned int top = f->top, index, slot;

	if (top && UNLIKELY(lib_slots[frame_slot_at(f, top - 1)].sp <= sp)) {
		frame_heal(f, sp, ra);
		top = f->top;
	}
	index = top;
	if (UNLIKELY(index >= f->nr_blocks * LIB_BLOCK_SLOTS) && !frame_grow(f))
		return -1;
	if (UNLIKELY(lib_slots[frame_slot_at(f, index)].sp != FRAME_FREE)) {
		index = frame_skip(f, top, sp);
		if (index >= f->nr_blocks * LIB_BLOCK_SLOTS)
			return -1;
	}
	slot = frame_slot_at(f, index);
	lib_infos[slot].rec = NULL;
	lib_infos[slot].armed = 0;
	lib_infos[slot].thread = f;
	lib_infos[slot].index = (uint16_t)index;
	lib_infos[slot].bottom = (uint16_t)top;
	lib_slots[slot].sp = sp;
	BARRIER(); /* against a signal handler of this thread: see above */
	f->top = index + 1;
	f->core->depth = index + 1;
	return (int)slot;
}

/* The call that is not the topmost has returned. */
void frame_pop_slow(struct frame_thread *f, unsigned int slot);

/* The call of this slot has returned. */
static inline void frame_pop(unsigned int slot)
{
	struct frame_thread *f = lib_infos[slot].thread;
	unsigned int index = lib_infos[slot].index;

	if (UNLIKELY(index + 1 != f->top)) {
		frame_pop_slow(f, slot);
		return;
	}
	lib_slots[slot].sp = FRAME_FREE;
	BARRIER();
	f->top = lib_infos[slot].bottom;
	f->core->depth = f->top;
}

#endif
