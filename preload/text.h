/* SPDX-License-Identifier: MIT */
/*
 * The little the core does with strings of its own.
 */
#ifndef ITRACE_TEXT_H
#define ITRACE_TEXT_H

#include <stddef.h>
#include <stdint.h>

static inline size_t text_length(const char *s)
{
	size_t n = 0;

	while (s[n])
		n++;
	return n;
}

/* What follows prefix in s, NULL if s does not begin with it. */
static inline const char *text_after(const char *s, const char *prefix)
{
	while (*prefix) {
		if (*s++ != *prefix++)
			return NULL;
	}
	return s;
}

/* Reads a decimal number; returns what follows, NULL if there is none. */
static inline const char *text_number(const char *s, uint64_t *ret_v)
{
	if (*s < '0' || *s > '9')
		return NULL;
	for (*ret_v = 0; *s >= '0' && *s <= '9'; s++)
		*ret_v = *ret_v * 10 + (uint64_t)(*s - '0');
	return s;
}

/* Appends at pos, no NUL; returns the new end. */
static inline char *text_copy(char *pos, const char *s)
{
	while (*s)
		*pos++ = *s++;
	return pos;
}

static inline char *text_put_number(char *pos, uint64_t v)
{
	uint64_t unit = 1;

	while (v / unit >= 10)
		unit *= 10;
	for (; unit; unit /= 10)
		*pos++ = (char)('0' + v / unit % 10);
	return pos;
}

#endif
