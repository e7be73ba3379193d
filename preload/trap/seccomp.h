/* SPDX-License-Identifier: MIT */
/*
 * Trapping by seccomp, where Syscall User Dispatch is missing. A filter outlives an execve while
 * our handler does not, so it must never trap "everything outside the core": it traps exactly the
 * addresses of the `syscall` instructions (or what looks like one) that the executable mappings
 * hold. The next image has them elsewhere, since addresses are randomised; where they are not, the
 * method is refused.
 */
#ifndef ITRACE_SECCOMP_H
#define ITRACE_SECCOMP_H

#include "../core.h"

/* Traps what is mapped now. Returns 0 or -errno: not possible here. Signals blocked. */
int seccomp_init(struct thread *t);

/* The range may have become executable: traps what is new in it. Any context. */
void seccomp_scan(struct thread *t, uint64_t start, uint64_t len);

/* True if the filter traps the instruction at site. Any context. */
bool seccomp_traps(uint64_t site);

#endif
