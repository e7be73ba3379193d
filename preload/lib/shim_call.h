/* SPDX-License-Identifier: MIT */
/*
 * One call of method shim on its way: on the wrapper's stack; the words are the core's.
 */
#ifndef ITRACE_SHIM_CALL_H
#define ITRACE_SHIM_CALL_H

#include <stdint.h>

struct shim_call {
	void *record; /* NULL: not recorded, or over */
	uint64_t words[7];
};

#endif
