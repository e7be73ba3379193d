/* SPDX-License-Identifier: MIT */
/* The command that itrace is for: run or attach, trace, print. */
#ifndef ITRACE_COMMAND_TRACE_H
#define ITRACE_COMMAND_TRACE_H

#include "options.h"

/* Returns the exit status of itrace; does not return if the tracee was killed by a signal (the
 * launcher dies of the same one, as strace does). Prints errors. */
int command_trace(const struct options *o);

#endif
