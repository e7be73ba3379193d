/* SPDX-License-Identifier: MIT */
/*
 * The signals that sites trap by (TRAP_BITS) are never really blocked. What the program believes to
 * be blocked is thread.traps_blocked; one of these signals that is sent meanwhile is held back here
 * until the program lets it in.
 */
#ifndef ITRACE_HELD_H
#define ITRACE_HELD_H

#include "core.h"
#include "signals.h"

/* A signal that is not of the core's making: true if it is to be held back, and is. From a signal
 * handler, all signals blocked. */
bool held_take(struct thread *t, int sig, const struct siginfo_head *info);

/* The program's mask has changed: sends what it lets in now. Makes system calls. */
void held_release(struct thread *t);

/* The bits of what is held back. */
uint64_t held_signals(const struct thread *t);

/* An execve is about to be made, with the traps really blocked: sends everything, so that the new
 * image finds it pending. */
void held_hand_on(struct thread *t);

/* The thread is the child of a fork: what was sent to its parent is not for it. */
void held_forget(struct thread *t);

#endif
