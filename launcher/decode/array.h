/* SPDX-License-Identifier: MIT */
/*
 * Walking an array in the tracee's memory, printing brackets and commas on the way.
 */
#ifndef ITRACE_ARRAY_H
#define ITRACE_ARRAY_H

#include "decode/decode.h"

struct array_walk {
	const char *data;
	uint64_t addr;	/* of element 0 */
	uint64_t n;	/* elements the call was told of */
	uint64_t limit; /* elements to be shown */
	uint64_t have;	/* elements captured */
	uint64_t i;	/* elements shown */
	size_t size;
};

/* Prints what comes before the first of n elements of size bytes at addr. */
void array_begin(struct decode *d, struct array_walk *w, uint64_t addr, uint64_t n, size_t size);

/* The next element to be printed, its comma printed; NULL: no more, the array is closed. */
const void *array_next(struct decode *d, struct array_walk *w);

#endif
