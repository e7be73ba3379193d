/* SPDX-License-Identifier: MIT */
/*
 * The threads of method shim: core_shim.h says what each of these is for.
 */
#ifndef ITRACE_SHIM_THREADS_H
#define ITRACE_SHIM_THREADS_H

#include "core.h"

/* 0 in the child of a fork that has not been noticed yet. */
extern uint32_t *shim_same_process;

/* From here on forks are noticed, where the kernel has what that takes. */
void shim_thread_watch_forks(void);

/* In the child of a fork: t is the parent's, NULL if nothing is known of the calling thread. */
void shim_thread_become_process(struct thread *t);
void shim_thread_forked(struct thread *t);

void shim_thread_begin(struct thread **ret, struct thread *parent);
void shim_thread_end(struct thread *t);
struct thread *shim_thread_nested(struct thread *t);
struct thread *shim_thread_borrower(volatile uint64_t **ret_busy);
bool shim_thread_is_caller(const struct thread *t);

#endif
