/* SPDX-License-Identifier: MIT */
/*
 * The system calls that touch what the core rests on: signal actions and masks, births, execve,
 * ends, mappings. They always take the full path, recorded or not.
 */
#ifndef ITRACE_SPECIAL_H
#define ITRACE_SPECIAL_H

#include "core.h"

enum special {
	SPECIAL_NONE = 0,
	SPECIAL_SIGACTION,
	SPECIAL_SIGPROCMASK,
	SPECIAL_SIGRETURN,
	SPECIAL_SIGPENDING,
	SPECIAL_SIGSET0, /* args[0] points to a signal set that is waited with */
	SPECIAL_SIGSET3,
	SPECIAL_SIGSET4,
	SPECIAL_SIGSET5, /* args[5] points to {set, size} */
	SPECIAL_SIGWAIT,
	SPECIAL_CLONE,
	SPECIAL_EXEC,
	SPECIAL_EXIT,
	SPECIAL_MAP,
	SPECIAL_PRCTL,
	SPECIAL_ARCH_PRCTL,
	SPECIAL_SECCOMP,
	SPECIAL_PTRACE,
	SPECIAL_ALTSTACK,
	SPECIAL_NAMESPACE,
	SPECIAL_WAIT, /* args[1] points to the status */
};

extern const uint8_t special_of[SESSION_CALLS]; /* enum special */

/* As call_enter() and call_exit(), for a call whose special_of is not 0. */
int special_enter(struct thread *t, struct frame *f);
void special_exit(struct thread *t, struct frame *f);

/* unshare or setns is about to be called: notes whether it is for a PID namespace. */
void special_namespace(uint32_t nr, const uint64_t args[6]);

#endif
