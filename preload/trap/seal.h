/* SPDX-License-Identifier: MIT */
/*
 * Sealing: Syscall User Dispatch costs each system call some 25 ns in the kernel, trapped or not.
 * A process that makes many is therefore surveyed once (survey.h): if every instruction in it that
 * makes a system call is known, each of them is made to trap by itself, as an undefined instruction
 * (SIGILL), until it is met and rewritten; then nothing is left for the dispatch to find, and it is
 * taken away.
 *
 * What becomes executable later is surveyed in turn, before the call that maps it returns. Where
 * that fails, a seal is broken for good: the threads are dispatched again, each from its next call
 * on.
 */
#ifndef ITRACE_SEAL_H
#define ITRACE_SEAL_H

#include "../core.h"

/* At the process's start: sets how many calls a thread makes before it asks for a seal. */
void seal_init(void);

/* Has a thread's filter to wait, so that the calls it lets pass are counted? */
bool seal_pending(void);

/* After how many of its calls a thread says seal_due(); 0: never. */
uint32_t seal_after(void);

/* It is time: seals if nobody has tried, and sets t's filter. On the private stack, no lock held;
 * makes system calls. */
void seal_due(struct thread *t);

/* Puts t under dispatch, or takes it away, as core.sud says. */
void seal_follow(struct thread *t);

/* [start, start + len) has become executable. */
void seal_mapped(struct thread *t, uint64_t start, uint64_t len);

/* [start, start + len) is about to be moved. True if sealed code lies there, which is to be told to
 * seal_mapped() at its new place: its sites are plain instructions meanwhile. */
bool seal_moving(struct thread *t, uint64_t start, uint64_t len);

/* Code may come to be that no call tells of. */
void seal_break(struct thread *t, enum seal_reason reason);

/* The calling thread, which has a process of its own, is about to be seen by another tracer: no
 * site that was not met yet is to trap. */
void seal_forget(struct thread *t);

#endif
