/* SPDX-License-Identifier: MIT */
/*
 * The calls of one thread that are in progress under method shim, newest first: frames (core.h) on
 * the thread's private stack, on which this method runs no code.
 *
 * A wrapper that longjmp() leaves tells nobody. Its call is over when the program calls from, or
 * jumps to, a place on the same stack that is not below it; its record is closed as abandoned then.
 * A place is the stack pointer of a wrapper's caller. A signal handler on the alternate stack says
 * nothing of what it interrupted on another.
 */
#ifndef ITRACE_SHIM_CHAIN_H
#define ITRACE_SHIM_CHAIN_H

#include "core.h"

/* A frame for a call from `place`; NULL: nested too deeply. */
struct frame *chain_push(struct thread *t, uint64_t place);

/* Takes f off, and what is newer, which was left; f->rec must be over. */
void chain_pop(struct thread *t, struct frame *f);

/* Whether f is still the frame of the call from `place` with record rec. */
bool chain_has(const struct thread *t, const struct frame *f, uint64_t place,
	       const struct record *rec);

/* Closes the calls that were left, now that the thread calls from `place`. */
void chain_heal(struct thread *t, uint64_t place);

/* The same before it jumps to `place`. */
void chain_jump(struct thread *t, uint64_t place);

/* In a fork's child: the records are the parent's. */
void chain_forget(struct thread *t);

/* Whether code that ran at `from` has been left for good, now that the thread is at `place`. */
bool chain_is_left(uint64_t from, uint64_t place);

#endif
