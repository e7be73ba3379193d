/* SPDX-License-Identifier: MIT */
/*
 * The ring source: reads what all tracees (and the ptrace thread) write into the session's chunks,
 * and hands it on as events in the order of time.
 *
 * Order. A writer makes its record visible (RESERVED) before it reads the clock for t_in. So after
 * looking at all chunks at time T, every record with t_in < T - slack has been seen; the slack
 * covers the time that a store needs to leave the writer's store buffer. Events up to that
 * watermark are merged by time and delivered, the rest waits for the next pass.
 */
#ifndef ITRACE_SOURCE_RING_H
#define ITRACE_SOURCE_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "event.h"
#include "process.h"
#include "session.h"

struct ring_reader_ops {
	/* One event, in order. Its record is valid during the call only. */
	void (*event)(void *ctx, const struct event *ev);
	/* Tracee thread tid of process pid waits for ptrace before its execve (chunk.attach is
	 * WANTED). */
	void (*attach_wanted)(void *ctx, unsigned int chunk, int host_pid, int tid);
	/* How process pid ended, if whoever started it knows. May be NULL. */
	bool (*ended)(void *ctx, int pid, int *ret_status);
	/* Something the user must be told: a process that slipped out of tracing, a corrupt chunk.
	 */
	void (*report)(void *ctx, const char *message);
	void *ctx;
};

struct ring_reader;

/* unordered: deliver each finished call as soon as it is seen, its record's header only (for -c).
 */
int ring_reader_new(struct ring_reader **ret_r, struct launcher_session *s, struct process_table *t,
		    const struct ring_reader_ops *ops, bool unordered);
void ring_reader_free(struct ring_reader *r);

/* Reads what is there. Returns the number of events delivered. */
unsigned int ring_reader_pass(struct ring_reader *r);

/* Delivers everything left, whatever its time, and ends all tasks: nobody writes any more. */
void ring_reader_finish(struct ring_reader *r);

/* Calls dropped because the pool was full, as counted by their writers. */
uint64_t ring_reader_lost(const struct ring_reader *r);

#endif
