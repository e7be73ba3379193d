/* SPDX-License-Identifier: MIT */
/* Fuzzes the option parser: the input is a command line, one argument per line. No file is opened.
 */
#include "options.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"

#define ARGUMENTS 40

int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
	(void)path, (void)flags;
	errno = ENOENT;
	return -1;
}

/* regcomp(3) takes memory exponential in the number of nested repetitions: the C library's, and its
 * user's own doing. */
static bool is_hungry_regex(const char *s)
{
	unsigned int repetitions = 0;

	for (const char *c = s; *c; c++)
		repetitions += *c == '+' || *c == '*' || *c == '?' || *c == '{';
	return strchr(s, '/') && repetitions > 4;
}

int fuzz_one(const uint8_t *data, size_t size)
{
	char *argv[ARGUMENTS + 2] = { "itrace" }, *text = malloc(size + 1), *next, *at;
	struct text messages = TEXT_INIT;
	struct options o;
	int argc = 1;

	if (!text)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	for (at = text; at && argc <= ARGUMENTS; at = next) {
		next = strchr(at, '\n');
		if (next)
			*next++ = '\0';
		if (!is_hungry_regex(at))
			argv[argc++] = at;
	}
	if (options_parse(&o, argc, argv, &messages) == OPTIONS_BAD && !messages.len)
		abort();
	options_release(&o);
	text_release(&messages);
	free(text);
	return 0;
}
