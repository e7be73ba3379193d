/* SPDX-License-Identifier: MIT */
/* What the three files of lifecycles call of each other; the rest is in ring_private.h. */
#ifndef ITRACE_SOURCE_LIFECYCLE_H
#define ITRACE_SOURCE_LIFECYCLE_H

#include "source/ring_private.h"

/* lifecycle_exec.c */
/* A process that ends by itself, without a word, behind an execve was not traced from there on. */
void lifecycle_exec_slipped(struct ring_reader *r, const struct process *p, uint64_t time);

/* lifecycle_end.c */
/* The whole process is gone; the leader's line comes last, as the kernel reports it last. */
void lifecycle_process_gone(struct ring_reader *r, struct process *p, uint64_t time);
/* Somebody has been told that process pid is dead, and how. */
void lifecycle_child_is_dead(struct ring_reader *r, int pid, uint64_t time, int status);
/* s has called exit_group(2). With one thread the process is as good as gone: the call fixes its
 * status, and nothing comes behind it. */
void lifecycle_exit_called(struct ring_reader *r, struct stream *s, const struct record *rec);

#endif
