/* SPDX-License-Identifier: MIT */
/* The two ends of a session that the user sees: where the trace goes, and how itrace itself exits.
 */
#ifndef ITRACE_COMMAND_TRACE_ENDS_H
#define ITRACE_COMMAND_TRACE_ENDS_H

#include <stdbool.h>
#include <sys/types.h>

#include "options.h"

/* The trace's descriptor: stderr, a file or a pipe (*ret_pid: the process behind it; else
 * untouched). *ret_owned: it is to be closed. Returns -errno with the message already printed. */
int trace_output_open(const struct options *o, pid_t *ret_pid, bool *ret_owned);

/* Ends as the tracee ended (status as wait4(2) gives it): returns the same exit status, or does not
 * return but dies of the same signal, without a second core file. */
int trace_mirror(int status);

#endif
