/* SPDX-License-Identifier: MIT */
/*
 * The printer: lays events out as strace's lines. Decoders fill in arguments and results;
 * everything around them (prefixes, times, "<unfinished ...>", "<... resumed>", "+++ exited with 0
 * +++") is here.
 */
#ifndef ITRACE_PRINTER_H
#define ITRACE_PRINTER_H

#include <stdbool.h>
#include <stdint.h>

#include "decode/decode.h"
#include "event.h"
#include "options.h"
#include "output.h"
#include "session.h"
#include "sockets.h"

struct printer {
	const struct options *options;
	struct launcher_session *session;
	struct output main; /* where lines go unless each process has its own file */
	const struct process_table *processes;
	struct decode_options decode;
	struct text scratch; /* a call decoded again for its "resumed" half */
	uint64_t last_ns;    /* -r: when the line before began */
	bool any_line;
	bool plain;	    /* no times, ip or number in front of a line */
	bool prefix_always; /* a pid in front of every line */
	int program;	    /* the first task that showed up: the program itself; 0 before that */
	bool attaching;	    /* the tasks that show up are those that -p names: told together */
	uint32_t previous;  /* the call that the event's task made before */
	struct sockets sockets;
	unsigned int netlink; /* decode.netlink of the event's call */
	uint64_t lost_told;
};

void printer_init(struct printer *p, const struct options *o, struct launcher_session *s,
		  const struct process_table *t, int fd, bool fd_owned);
void printer_release(struct printer *p);

/* Prints an event, filters applied. */
void printer_event(struct printer *p, const struct event *ev);

/* Writes out what has been gathered: nothing more is there at the moment. */
void printer_flush(struct printer *p);

/* Ends the lines that wait for their calls to return: what made them is let go. */
void printer_detached(struct printer *p);

#endif
