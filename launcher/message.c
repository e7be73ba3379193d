/* SPDX-License-Identifier: MIT */
/*
 * A message is one write, so that the tracee's own lines on the same stderr do not fall into it.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "message.h"
#include "sink/text.h"

static void write_all(int fd, const char *data, size_t len)
{
	while (len) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno != EINTR)
			return;
		if (n > 0) {
			data += n;
			len -= (size_t)n;
		}
	}
}

void message_error(const char *name, const char *format, ...)
{
	struct text line = TEXT_INIT;
	int saved = errno;
	char *message;
	va_list ap;

	va_start(ap, format);
	if (vasprintf(&message, format, ap) >= 0) {
		text_format(&line, "%s: %s\n", name, message);
		write_all(STDERR_FILENO, line.data, line.len);
		text_release(&line);
		free(message);
	}
	va_end(ap);
	errno = saved;
}
