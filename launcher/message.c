/* SPDX-License-Identifier: MIT */
/*
 * A message is one write, so that the tracee's own lines on the same stderr do not fall into it.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "message.h"
#include "sink/text.h"

static const char *program_name = "itrace";

void message_set_name(const char *name)
{
	program_name = name;
}

static void print_line(const char *format, va_list ap, int err)
{
	struct text line = TEXT_INIT;
	char *message;
	ssize_t n;

	if (vasprintf(&message, format, ap) < 0)
		return;
	text_format(&line, "%s: %s", program_name, message);
	if (err)
		text_format(&line, ": %s", strerror(abs(err)));
	text_char(&line, '\n');
	for (size_t done = 0; done < line.len; done += (size_t)n) {
		n = write(STDERR_FILENO, line.data + done, line.len - done);
		if (n < 0 && errno == EINTR)
			n = 0;
		if (n < 0)
			break;
	}
	text_release(&line);
	free(message);
}

void message_print(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	print_line(format, ap, 0);
	va_end(ap);
}

void message_print_errno(int err, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	print_line(format, ap, err);
	va_end(ap);
}
