/* SPDX-License-Identifier: MIT */
/*
 * Processes that leave the trace alive: the core says so in front of the execve, or of the call
 * that gives the thread to another tracer, and it is reported as soon as it has come true. Their
 * end is still told.
 *
 * Whether an execve has succeeded shows in the process: the new program has not mapped the ring.
 */
#include <stdio.h>

#include "source/locate.h"
#include "source/ring_private.h"

static const char *reason_text(uint32_t reason)
{
	switch (reason) {
	case UNTRACED_STATIC:
		return "statically linked";
	case UNTRACED_SECURE:
		return "it runs with privileges that exclude the preload library";
	case UNTRACED_FORMAT:
		return "its format or its loader is unknown";
	case UNTRACED_TRACER:
		return "another tracer has it";
	case UNTRACED_FILTER:
		return "the program filters its system calls";
	case UNTRACED_LIBRARY:
		return "the preload library cannot be reached from there";
	default:
		return "the new program did not load the preload library";
	}
}

void untraced_report(struct ring_reader *r, const struct stream *s)
{
	char message[160];

	snprintf(message, sizeof(message), "process %d is not traced from its execve on: %s",
		 s->pid, reason_text(s->untraced));
	r->ops.report(r->ops.ctx, message);
}

void untraced_detach(struct ring_reader *r, struct stream *s, const struct record *rec)
{
	char message[160];

	s->ended = true;
	snprintf(message, sizeof(message), "process %d is no longer traced: %s", s->pid,
		 reason_text(rec->call));
	r->ops.report(r->ops.ctx, message);
}

void untraced_poll(struct ring_reader *r)
{
	for (unsigned int i = 0; i < r->nr_streams; i++) {
		struct stream *s = r->streams[i];

		if (!s->untraced || s->ended || stream_is_unread(r, s))
			continue;
		if (!lifecycle_is_in_exec(s)) {
			/* it failed */
			s->untraced = 0;
		} else if (locate_has_left_ring(r->session, s->pid)) {
			untraced_report(r, s);
			lifecycle_exec_alone(r, s, session_ticks(r->session));
		}
	}
}
