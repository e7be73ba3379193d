/* SPDX-License-Identifier: MIT */
/*
 * Counts, times and errors per system call, and the table of them (-c, -C): strace's to the letter.
 *
 * Times are what a call took on the wall clock, as measured inside the process.
 */
#ifndef ITRACE_SUMMARY_H
#define ITRACE_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "itrace/ring.h"
#include "sink/text.h"

enum summary_column {
	SUMMARY_TIME_PERCENT,
	SUMMARY_TOTAL_TIME,
	SUMMARY_MIN_TIME,
	SUMMARY_MAX_TIME,
	SUMMARY_AVG_TIME,
	SUMMARY_CALLS,
	SUMMARY_ERRORS,
	SUMMARY_NAME,
	SUMMARY_COLUMNS,
};

struct summary_options {
	uint8_t columns[SUMMARY_COLUMNS]; /* enum summary_column, in printing order */
	uint8_t nr_columns;
	uint8_t sort;	      /* enum summary_column; SUMMARY_COLUMNS = as they come */
	bool wall_clock;      /* -w; our times always are */
	uint64_t overhead_ns; /* -O: taken off each call */
};

struct summary_entry {
	uint64_t calls;
	uint64_t errors;
	uint64_t ns; /* all calls */
	uint64_t min_ns;
	uint64_t max_ns;
};

/* A library function. */
struct summary_named {
	struct summary_entry entry;
	const char *name;
};

struct summary {
	struct summary_options options;
	struct summary_entry calls[SESSION_CALLS]; /* by system call number */
	struct summary_named *named;		   /* by index of the library function */
	size_t nr_named;
};

/* strace's default columns and order. */
void summary_options_init(struct summary_options *o);

/* Each parses one option's argument. Returns 0, or -EINVAL with the message in *error. */
int summary_parse_columns(struct summary_options *o, const char *text, struct text *error);
int summary_parse_sort(struct summary_options *o, const char *text, struct text *error);

/* o is copied. */
void summary_init(struct summary *s, const struct summary_options *o);

/* One call that took ns nanoseconds. Numbers from SESSION_CALLS on are not counted, as in strace.
 */
void summary_add(struct summary *s, uint64_t nr, uint64_t ns, bool failed);

/* The same for a library call. Returns 0 or -ENOMEM. Before the table is printed, each function
 * that was seen (entry.calls) must be given its name; functions of one name are one row. */
int summary_add_named(struct summary *s, uint32_t index, uint64_t ns);

void summary_release(struct summary *s);

/* The table, or nothing if nothing was counted. */
void summary_print(const struct summary *s, struct text *out);

#endif
