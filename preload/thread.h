/* SPDX-License-Identifier: MIT */
/*
 * struct thread: made before the kernel's thread, given back after it.
 */
#ifndef ITRACE_THREAD_H
#define ITRACE_THREAD_H

#include "core.h"

/* Takes a thread with an empty chain, everything else 0. Signals blocked. NULL: no memory. */
struct thread *thread_new(void);

/* Gives it back; its kernel thread is gone or never was. Signals blocked. */
void thread_free(struct thread *t);

/* After fork, in the child: only t is left of all threads. */
void thread_forget_others(struct thread *t);

/* Sets which calls take the full path. */
void thread_set_filter(struct thread *t);

/* The calling thread begins its trace: uid, chunk and RECORD_ATTACH. Signals blocked. */
void thread_attach(struct thread *t);
/* The same, and arms the trap. */
void thread_start(struct thread *t);

/*
 * Behind a record that tells of the thread's end, or that it is no longer traced: records no more.
 * The reader gives the chunk away as soon as it has read that, so nothing may be written there
 * behind it, not even that the chunk is closed; only records that are open may be completed.
 */
void thread_retire(struct thread *t);

/* The calling thread ends: tells so. */
void thread_end(struct thread *t);

/* In a fork's child: nothing of the parent's ring is its own. */
void thread_become_process(struct thread *t);

/* The calling thread records no more and runs as if untraced. */
void thread_stop_recording(struct thread *t);

#endif
