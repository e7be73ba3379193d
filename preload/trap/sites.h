/* SPDX-License-Identifier: MIT */
/*
 * The sites of the process: each is looked at once, when it first traps.
 */
#ifndef ITRACE_SITES_H
#define ITRACE_SITES_H

#include "../core.h"

/* A site trapped with system call nr: rewrites it if that can be done. Signals blocked. */
void sites_hit(struct thread *t, uint64_t site, uint64_t nr);

/* An undefined instruction at site: true if it stands there for a system call with number nr, which
 * is then dealt with as by sites_hit(). Signals blocked. */
bool sites_fault(struct thread *t, uint64_t site, uint64_t nr);

/* Whether one stands there. Takes no lock: any context. */
bool sites_is_armed(uint64_t site);

/*
 * Puts undefined instructions into the n sites, `syscall` instructions in the private mapping
 * [start, end), so that they trap by themselves. Returns 0 or -errno; some may be done then. Lock
 * held, signals blocked.
 */
int sites_arm(struct thread *t, uint64_t start, uint64_t end, const uint64_t *sites, uint32_t n);

/* Makes system call instructions again of the armed sites in [start, end) that were not rewritten
 * since. Lock held, signals blocked. */
void sites_disarm(struct thread *t, uint64_t start, uint64_t end);

/* Is there a jump of ours at addr? Lock held. */
bool sites_is_patched(struct thread *t, uint64_t addr);

/* The pages [start, start + len) are about to be changed by the program: rewritten sites whose
 * stubs lie there become system call instructions again. */
void sites_release_stubs(struct thread *t, uint64_t start, uint64_t len);

void sites_lock(void);
void sites_unlock(void);

#endif
