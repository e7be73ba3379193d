/* SPDX-License-Identifier: MIT */
/*
 * The chain of frames on the private stack (core.h), and what becomes of frames that a signal
 * handler left behind by siglongjmp.
 */
#ifndef ITRACE_FRAMES_H
#define ITRACE_FRAMES_H

#include "core.h"

/*
 * Called when the program runs, at stack pointer rsp, while the chain from `top` upwards is not
 * empty. Closes the records of frames that nobody comes back to. Returns the top that the chain has
 * without the frame that is being pushed: `top` itself, unless room must be won back.
 */
uint64_t frames_heal(struct thread *t, uint64_t top, uint64_t rsp);

/* The signal frame from top upwards whose handler returns through a kernel frame at sp (behind the
 * return address); the records of what lies in front of it are closed. NULL if there is none. */
struct signal_frame *frames_find_signal(struct thread *t, uint64_t top, uint64_t sp);

/* Forgets the open records of the whole chain: they are the parent's. After fork, in the child. */
void frames_forget(struct thread *t, uint64_t top);

#endif
