/* SPDX-License-Identifier: MIT */
/*
 * What a source hands on: one event, whatever caught it, in the order of time.
 */
#ifndef ITRACE_EVENT_H
#define ITRACE_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "itrace/record.h"

enum event_kind {
	EVENT_CALL = 1, /* a call from entry to return, nothing happened in between */
	EVENT_ENTER,	/* a call was entered; its EVENT_LEAVE follows */
	EVENT_LEAVE,	/* it returned (record DONE), or never will (record ENTERED or ABANDONED) */
	EVENT_SIGNAL,
	EVENT_STOP,	  /* group-stop */
	EVENT_ATTACH,	  /* a new task is traced from here on */
	EVENT_DETACH,	  /* it is let go */
	EVENT_EXIT,	  /* the task is gone; status as wait4(2) gives it, or STATUS_UNKNOWN */
	EVENT_SUPERSEDED, /* another thread's execve ended this one: status = that thread's id */
	EVENT_LOST,	  /* rec->ret calls of this task were dropped here */
	EVENT_NAME,	  /* rec names a library function (RECORD_NAME) */
	EVENT_MAP,	  /* rec tells of code mapped into the process (RECORD_MAP) */
};

/* A death that nobody could tell the manner of: the process was waited for before it was met. */
#define STATUS_UNKNOWN (-1)

struct process {
	int pid;	       /* as the launcher sees it */
	int pidfd;	       /* -1 = could not be had */
	unsigned int nr_tasks; /* live ones */
	bool exiting;	       /* exit_group was seen: exit_code holds */
	uint8_t copied_by;     /* enum record_method of whose copy it is, library and all; 0 = none
				  known */
	bool told;	     /* somebody was told how it ended: told_status, as wait4(2) gives it */
	bool gone;	     /* the kernel says so */
	uint64_t gone_since; /* ticks */
	uint64_t ended;	     /* ticks: when the end of its last thread was told */
	bool settled;	     /* gone since before the reader last looked for chunks */
	int exit_code;
	int told_status;
	struct task *tasks;
	struct process *next;
};

/* A thread of a traced process: what lines are printed for. */
struct task {
	int tid;
	struct process *process;
	bool dead;
	uint32_t last_call; /* number of the system call that it made last */
	struct task *next;  /* of the same process */
	void *printer;	    /* the printer's own */
};

struct event {
	enum event_kind kind;
	struct task *task;
	uint64_t time; /* ticks */
	int status;
	/* CALL, ENTER, LEAVE, SIGNAL, LOST, STOP: a private, checked copy (in_len + out_len fit in
	 * size) */
	const struct record *rec;
	uint64_t id; /* ENTER, LEAVE: the same for both of one call */
};

#endif
