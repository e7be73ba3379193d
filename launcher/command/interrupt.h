/* SPDX-License-Identifier: MIT */
/*
 * Fatal signals to the launcher: end the session cleanly, with everything printed. What strace
 * does: a program that it started gets the signal too, processes that it attached to are let go.
 */
#ifndef ITRACE_COMMAND_INTERRUPT_H
#define ITRACE_COMMAND_INTERRUPT_H

#include <stdbool.h>

#include "options.h"
#include "source/ptrace.h"

/* Installs the handlers, after the tracee has been started (it inherits none of this). */
void interrupt_init(const struct options *o);

/* Acts on a signal that arrived. True: the session is to end. Reader thread. */
bool interrupt_handle(struct ptrace_source *src);

/* The first fatal signal that arrived, 0 = none. */
int interrupt_signal(void);

#endif
