/* SPDX-License-Identifier: MIT */
/*
 * Alternate signal stacks. While a handler of the program runs on its alternate stack, the kernel
 * is told another one, of ours: a SIGSYS raised by a call in that handler needs room for its frame,
 * which a small stack does not have. rt_sigreturn puts the program's back by itself; a handler left
 * by siglongjmp is noticed by frames_heal().
 */
#ifndef ITRACE_ALTSTACK_H
#define ITRACE_ALTSTACK_H

#include "core.h"
#include "signals.h"

/* thread.alt_swapped: which one the kernel has */
enum {
	ALT_PROGRAM = 0,
	ALT_IN_USE = 1, /* ours, while a handler runs on the program's */
	ALT_GONE = 2,	/* ours, since the program's is unmapped */
};

/* What thread.on_altstack is while the handler of m is the innermost one. */
uint8_t altstack_of(const struct signal_frame *m);

/* A handler is about to start at m->rsp: notes what stack that is, and swaps if need be. */
void altstack_enter(struct thread *t, struct signal_frame *m, const struct kernel_ucontext *uc);

/* [start, start + len) is about to be unmapped. A program that ends may do so to an alternate stack
 * that is set: from then on the kernel has ours, for the traps. */
void altstack_unmap(struct thread *t, uint64_t start, uint64_t len);

/* The handler of m returns: the kernel restores what uc holds. */
void altstack_leave(struct thread *t, const struct signal_frame *m);

/* No handler on an alternate stack is in progress any more: gives the program's back. */
void altstack_restore(struct thread *t);

/* The kernel put its frame on our stack: where it belongs by the program's settings, as the stack
 * pointer below which it goes. 0: it is not on our stack. Sets uc's stack right. */
uint64_t altstack_home(struct thread *t, const struct signal_frame *m, struct kernel_ucontext *uc);

/* sigaltstack() of the program; as special_enter(), its record being open. */
int altstack_call(struct thread *t, struct frame *f);

#endif
