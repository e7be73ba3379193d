/* SPDX-License-Identifier: MIT */
/*
 * What method shim keeps of a thread, in thread-local storage. A vfork's child borrows it, and its
 * parent has it back with whatever the child left there: what is the parent's own is put aside, one
 * level for each vfork that has not returned. All signals are blocked from before the call until
 * each side has what is its own: no handler sees the other's.
 */
#ifndef ITRACE_SHIM_THREAD_H
#define ITRACE_SHIM_THREAD_H

#include <stdbool.h>

#include "core_shim.h"
#include "lib/shim_call.h"

#define VFORKS_MAX 8 /* children of vforks within vforks; deeper ones are not traced */

struct shim_vfork {
	struct thread *thread; /* the parent's */
	struct shim_call call;
	uint64_t mask; /* of signals */
};

struct shim_thread {
	struct thread *thread; /* the core's; NULL until its first call */
	/* The recorder runs: the place of its wrapper's caller; else 0. [1]: the one that records
	 * for handlers which interrupted the first. */
	volatile uint64_t busy[2];
	unsigned int missed; /* calls of handlers that interrupted both */
	bool over;	     /* its end has been told */
	bool shared;	     /* a clone() without a TLS of its own may run beside it */
	unsigned int depth;  /* the vforks that the caller is a child of */
	struct shim_vfork vforks[VFORKS_MAX];
};

#pragma GCC visibility push(hidden)

extern __thread struct shim_thread shim_self __attribute__((tls_model("initial-exec")));
extern const struct core_shim *shim_core;

/* The calling thread's recorder, taken, for a call from `place`; NULL: nothing is to be recorded.
 * Any context. */
struct thread *shim_lock(uint64_t place);
/* t: what shim_lock() returned. */
void shim_unlock(struct thread *t);

/* Forgets that a recorder was taken: where another thread's memory was copied or borrowed. */
void shim_unlock_all(void);

/* Around a call that makes a child which borrows this memory. before: puts the parent, and the
 * record of the call, aside; returns the level for the others. child: in the child. after: the
 * parent goes on. */
unsigned int shim_vfork_before(const struct shim_call *call);
void shim_vfork_child(unsigned int level);
void shim_vfork_after(unsigned int level);

#pragma GCC visibility pop

#endif
