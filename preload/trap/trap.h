/* SPDX-License-Identifier: MIT */
/*
 * Method trap: how system calls come to core_entry. The kernel raises SIGSYS at a site (Syscall
 * User Dispatch, or a seccomp filter where that is missing); the site is then rewritten so that it
 * comes by a jump from there on.
 */
#ifndef ITRACE_TRAP_H
#define ITRACE_TRAP_H

#include "core.h"
#include "signals.h"

/* Prepares the process and arms its one thread. Returns 0 or -errno: no trap here. */
int trap_init(struct thread *t);

/* Arms and disarms the calling thread. Returns 0 or -errno. */
int trap_thread_start(struct thread *t);
void trap_thread_stop(struct thread *t);

/* A SIGSYS: true if a trap of ours raised it; uc then goes on at core_entry. Signals blocked. */
bool trap_signal(struct thread *t, const struct siginfo_head *info, struct kernel_ucontext *uc);

/* A SIGILL: the same. */
bool trap_fault(struct thread *t, const struct siginfo_head *info, struct kernel_ucontext *uc);
/* Both by what signal_entry_quiet has kept; *rip becomes the address behind the call. Never
 * rewrites a site: the program filters its calls. Any signal may come in between. */
bool trap_quiet(int sig, int32_t code, uint32_t arch, uint64_t *rip);

/* The program is about to change its mappings by the call in f. */
void trap_mapping(struct thread *t, struct frame *f);

/* It has done so: code that is new is trapped too. */
void trap_mapped(struct thread *t, const struct frame *f);

/* The site whose stub lies at rip, 0 if rip is in none. Any context. */
uint64_t trap_site_of_stub(uint64_t rip);

/* Around fork: nobody else changes sites meanwhile. Signals blocked. */
void trap_lock(void);
void trap_unlock(void);

#endif
