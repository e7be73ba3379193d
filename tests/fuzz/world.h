/* SPDX-License-Identifier: MIT */
/*
 * What the harnesses of this folder print with: options as a command line gives them, and a
 * stand-in for the machine. The kernel's answers that the reader asks for (time, pidfds, /proc)
 * come from here, so that a run depends on its input alone: the build gives the calls other names.
 */
#ifndef TESTS_FUZZ_WORLD_H
#define TESTS_FUZZ_WORLD_H

#include "options.h"

/* The command lines that a session may be started with; the program is "true". */
extern const unsigned int world_nr_options;

/* Options number i (modulo their number), to be released with options_release(). */
void world_options(struct options *o, unsigned int i);

/* A descriptor of /dev/null, the same each time. */
int world_output(void);

/* Starts time anew. */
void world_reset(void);

#endif
