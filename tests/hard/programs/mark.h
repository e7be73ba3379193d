/* SPDX-License-Identifier: MIT */
/*
 * What the programs of this folder share: calls that are easy to count in a trace, and ends.
 * A mark is getpgid() of a process that cannot exist: it fails, harmlessly, with ESRCH.
 */
#ifndef TESTS_HARD_MARK_H
#define TESTS_HARD_MARK_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MARK_BASE 1073741824

static inline void mark(int kind)
{
	if (getpgid(MARK_BASE + kind) != -1)
		abort();
}

/* Ends the program with a message if what must hold does not. */
#define CHECK(condition)                                                                    \
	do {                                                                                \
		if (!(condition)) {                                                         \
			fprintf(stderr, "%s:%d: %s: %m\n", __FILE__, __LINE__, #condition); \
			exit(99);                                                           \
		}                                                                           \
	} while (0)

#endif
