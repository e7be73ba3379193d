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
 * Markers. Where HANDOFF_F_PTRACE is set the core's constructor speaks to the ptrace thread by a
 * system call that the kernel does not know: prctl(HANDOFF_PRCTL, enum handoff_marker, a, b, c).
 * The kernel answers -EINVAL; the ptrace thread changes the result to 0, so that the core knows
 * that it is there. Between HANDOFF_BEGIN's entry and the last marker's return everything that
 * this thread does is the core's own footprint and is not shown.
 *
 *     HANDOFF_BEGIN                 the constructor starts
 *     HANDOFF_END   a = thread uid  the core is armed; on return ptrace must have let go. The next
 *                                   thing in the thread's ring is its RECORD_ATTACH.
 *     HANDOFF_FAIL  a = -errno      the core cannot work here (environment cleaned, nothing armed):
 *                                   ptrace stays
 */
#ifndef ITRACE_HANDOFF_H
#define ITRACE_HANDOFF_H

#define HANDOFF_VARIABLE "ITRACE_SESSION"
#define HANDOFF_PAD_VARIABLE "ITRACE_SESSION_PAD="

#define HANDOFF_PRCTL 0x49545243 /* "ITRC" */

enum handoff_marker {
	HANDOFF_BEGIN = 1,
	HANDOFF_END = 2,
	HANDOFF_FAIL = 3,
};

/* flags of ITRACE_SESSION */
#define HANDOFF_F_PTRACE 0x1 /* the launcher's ptrace thread sees this thread */
#define HANDOFF_F_PIDNS 0x2  /* it may be in another PID namespace: CHUNK_F_PIDNS */

#endif
