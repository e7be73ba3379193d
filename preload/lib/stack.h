/* SPDX-License-Identifier: MIT */
/*
 * Where the calling thread's own stack lies.
 */
#ifndef ITRACE_LIB_STACK_H
#define ITRACE_LIB_STACK_H

#include <stdint.h>

/* [*low, *high); low = high = 1 if it cannot be told. Slow: reads /proc/self/maps. Any context. */
void stack_bounds(uint64_t *low, uint64_t *high);

#endif
