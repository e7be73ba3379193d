/* SPDX-License-Identifier: MIT */
/* Parsing of library filters: see lib_filter.h. */
#include "lib_filter.h"

#include <errno.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "itrace/pattern.h"

void lib_filter_release(struct lib_filter *f)
{
	text_release(&f->patterns);
	memset(f, 0, sizeof(*f));
}

/* The end of the part that begins at p: behind a /expression/, else at one of the separators. A '+'
 * beside another is no separator (libstdc++). */
static const char *part_end(const char *p, bool library)
{
	const char *start = p;

	if (*p == '/' && !library) {
		for (p++; *p && *p != '/'; p++)
			if (*p == '\\' && p[1])
				p++;
		return *p ? p + 1 : p;
	}
	for (; *p && *p != ',' && (library || *p != '@'); p++)
		if (*p == '+' && p[1] != '+' && (p == start || p[-1] != '+'))
			break;
	return p;
}

static int check_regex(const char *p, const char *end, struct text *error)
{
	char buf[1024], message[128];
	regex_t r;
	int err;

	if (end > p + 1 && end[-1] == '/')
		end--;
	snprintf(buf, sizeof(buf), "%.*s", (int)(end - p - 1), p + 1);
	err = regcomp(&r, buf, REG_EXTENDED | REG_NOSUB);
	if (err) {
		regerror(err, &r, message, sizeof(message));
		text_format(error, "invalid expression '%s': %s", buf, message);
		return -EINVAL;
	}
	regfree(&r);
	if (strpbrk(buf, "{}") || strstr(buf, "[:")) {
		text_format(error, "invalid expression '%s': counts and classes are not supported",
			    buf);
		return -EINVAL;
	}
	return 0;
}

static void put_pattern(struct lib_filter *f, char kind, char sense, const char *symbol,
			size_t symbol_len, const char *library, size_t library_len)
{
	text_char(&f->patterns, kind);
	text_char(&f->patterns, sense);
	text_bytes(&f->patterns, symbol, symbol_len);
	text_char(&f->patterns, '@');
	text_bytes(&f->patterns, library, library_len);
	text_char(&f->patterns, '\0');
	f->nr++;
}

/* One piece. Returns where the next begins, NULL after an error. */
static const char *add_piece(struct lib_filter *f, char kind, const char *p, bool first,
			     struct text *error)
{
	char sense = *p == '-' || *p == '!' ? '-' : '+';
	const char *symbol = sense == '-' ? p + 1 : p;
	const char *end = part_end(symbol, false);
	const char *library = *end == '@' ? end + 1 : end;
	const char *stop = part_end(library, true);

	if (*end && *end != '@' && *end != ',' && *end != '+') {
		text_format(error, "invalid filter '%s': expected '@LIBRARY', ',' or the end", p);
		return NULL;
	}
	if (*end != '@')
		stop = library = end;
	if (symbol == end && library == stop) {
		text_format(error, "invalid filter '%s': a symbol is missing", p);
		return NULL;
	}
	if (*symbol == '/' && check_regex(symbol, end, error))
		return NULL;
	if (first && sense == '-')
		put_pattern(f, kind, '+', "", 0, "", 0);
	put_pattern(f, kind, sense, symbol, (size_t)(end - symbol), library,
		    (size_t)(stop - library));
	return *stop ? stop + 1 : stop;
}

int lib_filter_add(struct lib_filter *f, enum lib_filter_kind kind, const char *text,
		   struct text *error)
{
	const char *p = text;

	if (!*text) {
		text_lit(error, "empty filter");
		return -EINVAL;
	}
	if (kind == LIB_FILTER_LIBRARY)
		put_pattern(f, 'x', '+', "", 0, text, strlen(text));
	else
		while (p && *p)
			p = add_piece(f, kind == LIB_FILTER_CALLS ? 'c' : 'x', p, p == text, error);
	if (!p)
		return -EINVAL;
	return f->patterns.failed ? -ENOMEM : 0;
}

bool lib_filter_shows_library(const struct lib_filter *f, const char *name)
{
	const char *p = f->patterns.data, *end = p + f->patterns.len;

	for (; p && p < end; p += strlen(p) + 1) {
		const char *at = strrchr(p + 2, '@');

		if (p[0] == 'x' && p[1] == '+' && pattern_match(p + 2, at, name))
			return true;
	}
	return false;
}
