/* SPDX-License-Identifier: MIT */
/*
 * printf(3)'s conversions, as the tracee collects their arguments and the launcher prints them.
 */
#ifndef ITRACE_FORMAT_H
#define ITRACE_FORMAT_H

#include <stdbool.h>
#include <stdint.h>

enum format_kind {
	FORMAT_NONE = 0, /* %%, %m: no argument */
	FORMAT_INT,	 /* size bytes, signed */
	FORMAT_UINT,
	FORMAT_HEX,
	FORMAT_OCT,
	FORMAT_CHAR,
	FORMAT_STRING,
	FORMAT_WIDE, /* a string of wchar_t: only its address is known */
	FORMAT_POINTER,
	FORMAT_DOUBLE,
	FORMAT_LONG_DOUBLE, /* two values: the 80-bit number's 16 bytes of stack */
};

struct format_spec {
	uint8_t kind; /* enum format_kind */
	uint8_t size; /* bytes of an integer */
	bool width_arg;
	bool precision_arg;
	bool has_precision;
	uint32_t precision;
};

static inline bool format_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline const char *format_length(const char *p, struct format_spec *s, bool *ret_long_double)
{
	s->size = 4;
	*ret_long_double = *p == 'L';
	if (*p == 'h') {
		s->size = 2;
		if (*++p == 'h') {
			s->size = 1;
			p++;
		}
	} else if (*p == 'l' || *p == 'q' || *p == 'j' || *p == 'z' || *p == 't' || *p == 'L') {
		s->size = 8;
		if (*p++ == 'l' && *p == 'l')
			p++;
	}
	return p;
}

static inline unsigned int format_kind_of(char c, const struct format_spec *s, bool long_double)
{
	switch (c) {
	case 'd':
	case 'i':
		return FORMAT_INT;
	case 'u':
		return FORMAT_UINT;
	case 'x':
	case 'X':
		return FORMAT_HEX;
	case 'o':
		return FORMAT_OCT;
	case 'c':
	case 'C':
		return FORMAT_CHAR;
	case 's':
		return s->size == 8 ? FORMAT_WIDE : FORMAT_STRING;
	case 'S':
		return FORMAT_WIDE;
	case 'p':
	case 'n':
		return FORMAT_POINTER;
	case 'e':
	case 'E':
	case 'f':
	case 'F':
	case 'g':
	case 'G':
	case 'a':
	case 'A':
		return long_double ? FORMAT_LONG_DOUBLE : FORMAT_DOUBLE;
	default:
		return FORMAT_NONE;
	}
}

/*
 * The next conversion at or behind *at; *at moves behind it. Returns false at the end of the
 * string, and at what has unknown arguments (a positional argument, an unknown letter). Any
 * context.
 */
static inline bool format_next(const char **at, struct format_spec *s)
{
	const char *p = *at;
	bool long_double;

	while (*p && *p != '%')
		p++;
	*s = (struct format_spec){ 0 };
	*at = p;
	if (!*p)
		return false;
	for (p++; *p == '-' || *p == '+' || *p == ' ' || *p == '#' || *p == '0' || *p == '\'' ||
		  *p == 'I';)
		p++;
	if (*p == '*') {
		s->width_arg = true;
		p++;
	}
	while (format_is_digit(*p))
		p++;
	if (*p == '$')
		return false;
	if (*p == '.') {
		s->has_precision = true;
		if (*++p == '*') {
			s->precision_arg = true;
			p++;
		}
		for (; format_is_digit(*p); p++)
			s->precision = s->precision * 10 + (uint32_t)(*p - '0');
	}
	p = format_length(p, s, &long_double);
	s->kind = (uint8_t)format_kind_of(*p, s, long_double);
	if (!*p || (s->kind == FORMAT_NONE && *p != '%' && *p != 'm'))
		return false;
	*at = p + 1;
	return true;
}

#endif
