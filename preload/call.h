/* SPDX-License-Identifier: MIT */
/*
 * One system call: its record, and what the calls need that touch what the core rests on. Called
 * from entry.S on the private stack.
 */
#ifndef ITRACE_CALL_H
#define ITRACE_CALL_H

#include "core.h"

/* Once, when the session is mapped. */
void call_init(void);

/* Settings of the capture interpreter, fixed for the session. */
const struct capture_settings *call_settings(void);

/* Before the call. Returns ENTER_*: what entry.S is to do. */
int call_enter(struct frame *f);
/* Behind the call; f->result is the kernel's. */
void call_exit(struct frame *f);
/* The kernel makes the interrupted call again: opens a new record. */
void call_again(struct frame *f);

/* Opens the record of the call in f, if it is to be recorded. */
void call_begin(struct thread *t, struct frame *f);
/* Completes it with f->result. flags: RECORD_F_*. */
void call_end(struct thread *t, struct frame *f, unsigned int flags);
/* A record that is DONE at once, with f->result and one entry segment of len bytes at addr. */
void call_complete(struct thread *t, struct frame *f, uint64_t addr, const void *data,
		   uint32_t len);
/* Closes it unfinished. */
void call_abandon(struct thread *t, struct frame *f);
/* True if calls of this number are recorded. */
bool call_traced(const struct thread *t, uint64_t nr);

#endif
