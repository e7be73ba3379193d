/* SPDX-License-Identifier: MIT */
/* The preload library's words to the ptrace thread (itrace/handoff.h), for tests that play its
 * part. */
#ifndef ITRACE_TEST_HANDOFF_SAY_H
#define ITRACE_TEST_HANDOFF_SAY_H

#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "itrace/handoff.h"

/* Returns 0 if the ptrace thread is there. */
static inline long handoff_begin(void)
{
	return syscall(SYS_prctl, HANDOFF_PRCTL, HANDOFF_BEGIN, 0, 0, 0);
}

static inline void handoff_end(enum handoff_marker marker, int32_t a)
{
	struct handoff_signal info = {
		.code = SI_QUEUE, .a = a, .marker = marker, .magic = HANDOFF_PRCTL
	};

	syscall(SYS_rt_tgsigqueueinfo, getpid(), getpid(), HANDOFF_SIGNAL, &info);
}

#endif
