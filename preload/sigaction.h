/* SPDX-License-Identifier: MIT */
/*
 * The table of the program's own signal actions (struct sighand).
 */
#ifndef ITRACE_SIGACTION_H
#define ITRACE_SIGACTION_H

#include "core.h"

/* What the program has for sig; consistent, whoever changes it meanwhile. Any context. */
void sigaction_read(const struct sighand *s, int sig, struct kernel_action *ret_a);

/* SA_RESETHAND: sig goes back to its default, unless it no longer is *a. Signals blocked. */
void sigaction_reset(struct sighand *s, int sig, const struct kernel_action *a);

/* s starts as a copy of from, or empty. */
void sighand_init(struct sighand *s, const struct sighand *from);

#endif
