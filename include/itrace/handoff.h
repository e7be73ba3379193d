/* SPDX-License-Identifier: MIT */
/*
 * How a session reaches a new process image, and how ptrace hands it over to the core.
 *
 * Environment. Whoever executes a program that is to be traced (the launcher, or the core in front
 * of an execve) puts session.preload in front of LD_PRELOAD and adds one variable
 *
 *     ITRACE_SESSION=<ring fd>,<uid>,<tid>,<flags>          decimal
 *
 * ring fd: open in the new image, without CLOEXEC; the core maps it and closes it. uid, tid: the
 * thread that called execve, 0 from the launcher. Both variables are the last ones of the
 * environment, LD_PRELOAD only if the program has none of its own. If it has one, a second variable
 * HANDOFF_PAD_VARIABLE is added: the number of variables that disappear again must be even, since
 * the auxiliary vector behind them stays where it is and its entries have two words.
 *
 * Markers. Where HANDOFF_F_PTRACE is set the core's constructor speaks to the ptrace thread.
 * Between the first marker and the last everything that this thread does is the core's own
 * footprint: it is not shown, and causes no stop.
 *
 *     HANDOFF_BEGIN                 the constructor starts: prctl(HANDOFF_PRCTL, HANDOFF_BEGIN),
 *                                   which the kernel does not know (-EINVAL). The ptrace thread
 *                                   makes the result 0, so that the core knows that it is there.
 *     HANDOFF_END   a = thread uid  the core is armed; afterwards ptrace must have let go. The next
 *                                   thing in the thread's ring is its RECORD_ATTACH.
 *     HANDOFF_FAIL  a = -errno      the core cannot work here (environment cleaned, nothing armed):
 *                                   ptrace stays
 *
 * The last two are a signal that the thread sends itself, HANDOFF_SIGNAL with struct
 * handoff_signal, and that the ptrace thread swallows. Where there is none any more it is a signal
 * that is ignored.
 */
#ifndef ITRACE_HANDOFF_H
#define ITRACE_HANDOFF_H

#include <stdint.h>

#define HANDOFF_VARIABLE "ITRACE_SESSION"
#define HANDOFF_PAD_VARIABLE "ITRACE_SESSION_PAD="

#define HANDOFF_PRCTL 0x49545243 /* "ITRC" */

enum handoff_marker {
	HANDOFF_BEGIN = 1,
	HANDOFF_END = 2,
	HANDOFF_FAIL = 3,
};

#define HANDOFF_SIGNAL                                                             \
	23 /* SIGURG: ignored unless handled, and no program starts with a handler \
	    */

/* siginfo_t of HANDOFF_SIGNAL, with the kernel's layout for SI_QUEUE. */
struct handoff_signal {
	int32_t signo;
	int32_t err;
	int32_t code; /* SI_QUEUE */
	int32_t fill;
	int32_t a;	 /* si_pid */
	uint32_t marker; /* si_uid: enum handoff_marker */
	uint64_t magic;	 /* si_value: HANDOFF_PRCTL */
	uint8_t rest[96];
};

_Static_assert(sizeof(struct handoff_signal) == 128, "siginfo_t");

/* flags of ITRACE_SESSION */
#define HANDOFF_F_PTRACE 0x1 /* the launcher's ptrace thread sees this thread */
#define HANDOFF_F_PIDNS 0x2  /* it may be in another PID namespace: CHUNK_F_PIDNS */

#endif
