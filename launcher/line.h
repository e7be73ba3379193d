/* SPDX-License-Identifier: MIT */
/*
 * The beginning of a line: which output it goes to, and what stands in front of it (process, time,
 * number, address).
 */
#ifndef ITRACE_LINE_H
#define ITRACE_LINE_H

#include "printer.h"

/* What the printer keeps of a task: its own output, where each process has a file. */
struct task_output {
	struct output out;
};

/* Where the task's lines go. */
struct output *line_output(struct printer *p, struct task *task);

/* Begins a line of the event's task; whatever call waits on the last line of that output is marked
 * as unfinished. rec: the call or signal that the line is about, NULL = none. */
struct output *line_begin(struct printer *p, const struct event *ev, const struct record *rec);

/* ".000123": the part of a second, cut to that many digits (0 to 9; 0 prints nothing). */
void line_put_fraction(struct text *t, uint64_t ns, unsigned int digits);

/* Tells, once, that the output cannot be written. */
void line_output_check(struct printer *p, struct output *o);

#endif
