/* SPDX-License-Identifier: MIT */
/*
 * The registers of a call on its way in, and how its arguments are found (System V ABI for AMD64,
 * 3.2.3: six integer registers, eight vector registers, the rest on the stack in order).
 */
#ifndef ITRACE_LIB_WRAP_H
#define ITRACE_LIB_WRAP_H

#include <stdint.h>

#define WRAP_VALUES_MAX 48 /* arguments of a call that are recorded, variable ones included */
#define WRAP_WANTS_MAX 24  /* pieces of memory that a format asks for */

/* As x86_64/stubs.S pushes them; the caller's stack arguments follow. */
struct lib_regs {
	uint64_t func;
	uint64_t args[6]; /* rdi rsi rdx rcx r8 r9 */
	uint64_t rax;
	uint64_t r10;
	uint64_t ra;
};

/* Where the next argument is. */
struct wrap_args {
	const struct lib_regs *regs;
	const uint64_t *vectors; /* low halves of xmm0 to xmm7 */
	const uint64_t *stack;
	unsigned int gp, fp, nr_stack;
};

/* The next argument of that class (enum lib_class), as it is recorded. */
uint64_t wrap_next(struct wrap_args *a, unsigned int class);

/* Called by the stubs. Returns the address to go on at. */
uint64_t lib_wrap_enter(struct lib_regs *regs) __attribute__((visibility("hidden")));
void lib_wrap_exit(unsigned int slot, uint64_t rax) __attribute__((visibility("hidden")));

#endif
