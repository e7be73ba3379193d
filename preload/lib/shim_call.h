/* SPDX-License-Identifier: MIT */
/*
 * One call of method shim on its way: on the wrapper's stack, but for `place` the core's.
 */
#ifndef ITRACE_SHIM_CALL_H
#define ITRACE_SHIM_CALL_H

#include <stdint.h>

struct frame;

struct shim_call {
	void *record;	/* NULL: not recorded, or over */
	uint64_t place; /* the stack pointer of the wrapper's caller */
	struct frame *frame;
	uint32_t uid; /* of the thread */
};

#endif
