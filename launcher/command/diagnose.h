/* SPDX-License-Identifier: MIT */
/* --diagnose: what became of the call sites that method trap met. */
#ifndef ITRACE_COMMAND_DIAGNOSE_H
#define ITRACE_COMMAND_DIAGNOSE_H

#include "session.h"
#include "sink/text.h"

/* Appends the counts, one line each. */
void diagnose_print(const struct launcher_session *s, struct text *out);

#endif
