/* SPDX-License-Identifier: MIT */
/*
 * Where lines go: stderr, a file, a command's standard input, or one file for each process. Text is
 * gathered and written in large pieces; a failed write is remembered and told once, and the text is
 * dropped: the tracee must not suffer from a full disk.
 */
#ifndef ITRACE_OUTPUT_H
#define ITRACE_OUTPUT_H

#include <stdbool.h>
#include <sys/types.h>

#include "event.h"
#include "sink/text.h"

struct output {
	int fd;
	struct text text;
	size_t line_start;   /* offset in text of the line begun last; what was flushed of it counts
				in line_flushed */
	size_t line_flushed; /* columns of the current line that are no longer in text */
	const struct task *current; /* whose call stands on the unfinished last line; NULL = the
				       line is complete */
	uint64_t current_id;
	int error; /* errno of the first failed write, 0 */
	bool told;
	bool owned; /* fd is to be closed */
};

void output_init(struct output *o, int fd, bool owned);

/* Flushes, closes. */
void output_release(struct output *o);

/* Opens path for writing (created with the umask; O_APPEND or truncated). Returns the descriptor or
 * -errno. */
int output_open(const char *path, bool append);

/* Starts `sh -c command` with a pipe to its standard input. Returns the pipe or -errno. */
int output_popen(const char *command, pid_t *ret_pid);

/* Writes out what has been gathered. */
void output_flush(struct output *o);

/* Begins a line; column of the next character, counted from its beginning. */
void output_line(struct output *o);
size_t output_column(const struct output *o);

#define OUTPUT_FLUSH_AT ((size_t)128 << 10)

#endif
