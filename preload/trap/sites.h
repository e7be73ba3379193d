/* SPDX-License-Identifier: MIT */
/*
 * The sites of the process: each is looked at once, when it first traps.
 */
#ifndef ITRACE_SITES_H
#define ITRACE_SITES_H

#include "../core.h"

/* A site trapped with system call nr: rewrites it if that can be done. Signals blocked. */
void sites_hit(struct thread *t, uint64_t site, uint64_t nr);

/* The pages [start, start + len) are about to be changed by the program: rewritten sites whose
 * stubs lie there become system call instructions again. */
void sites_release_stubs(struct thread *t, uint64_t start, uint64_t len);

void sites_lock(void);
void sites_unlock(void);

#endif
