/* SPDX-License-Identifier: MIT */
/*
 * What method shim keeps of a thread, in thread-local storage.
 */
#ifndef ITRACE_SHIM_THREAD_H
#define ITRACE_SHIM_THREAD_H

#include <stdbool.h>

#include "core_shim.h"
#include "lib/shim_call.h"

struct shim_thread {
	struct thread *thread;	     /* the core's; NULL until its first call */
	volatile bool busy;	     /* the recorder runs */
	bool over;		     /* its end has been told */
	struct thread *vfork_parent; /* in vfork's child, which borrows this memory: the parent's */
	struct shim_call vfork_call;
};

#pragma GCC visibility push(hidden)

extern __thread struct shim_thread shim_self __attribute__((tls_model("initial-exec")));
extern const struct core_shim *shim_core;

/* The calling thread's recorder, taken; NULL: nothing is to be recorded. Any context. */
struct thread *shim_lock(void);
void shim_unlock(void);

#pragma GCC visibility pop

#endif
