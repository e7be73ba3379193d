/* SPDX-License-Identifier: MIT */
/*
 * The table of traced processes and threads, and how their deaths are known: a pidfd each, and the
 * exit information that the kernel keeps in it (PIDFD_GET_INFO, Linux 6.15), else what the exit
 * call or the parent's wait said.
 */
#ifndef ITRACE_PROCESS_H
#define ITRACE_PROCESS_H

#include <stdbool.h>
#include <stddef.h>

#include "event.h"

struct process_table {
	struct process *processes; /* live ones */
	struct process
		*graves; /* dead ones, kept until the table is released: events may point there */
	unsigned int nr;
	unsigned int nr_tasks;
	int epoll; /* pidfds; becomes readable when a process dies */
};

int process_table_init(struct process_table *t);
void process_table_release(struct process_table *t);

/* The live process or task of that id; NULL = none. */
struct process *process_find(const struct process_table *t, int pid);
struct task *process_task(const struct process *p, int tid);

/* The same, made where there is none; NULL = out of memory. *ret_new: it was made. */
struct process *process_get(struct process_table *t, int pid);

/* p is dead, and whoever has its id now is another one. */
void process_unwatch(struct process *p);
struct task *process_task_get(struct process_table *t, struct process *p, int tid, bool *ret_new);

/* Takes a task out of the living; the last one takes its process along. */
void process_task_end(struct process_table *t, struct task *task);

/* Processes that died since the last call: marks them gone. Returns how many. Does not block. */
int process_poll(struct process_table *t);

/* Wait status of a process that is gone; false = unknown to the kernel (any more). */
bool process_status(const struct process *p, int *ret_status);

#endif
