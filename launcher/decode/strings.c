/* SPDX-License-Identifier: MIT */
/*
 * Strings and data in quotes, with strace's escapes.
 */
#include <string.h>

#include "decode/decode.h"

/* What a byte becomes between quotes: itself, a letter behind a backslash, or an octal number. */
#define PLAIN 0
#define OCTAL 1

static const unsigned char escapes[256] = {
	[0 ... 8] = OCTAL, ['\t'] = 't',	['\n'] = 'n', ['\v'] = 'v',  ['\f'] = 'f',
	['\r'] = 'r',	   [14 ... 31] = OCTAL, ['"'] = '"',  ['\\'] = '\\', [127 ... 255] = OCTAL,
};

#define PIECE 65536 /* bytes quoted in one go: bounds what text_room() is asked for */
#define PATH_LIMIT 4095

/* Any byte that is neither printable nor white space: -x prints such strings in hex. */
static bool has_binary(const unsigned char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (escapes[s[i]] == OCTAL)
			return true;
	return false;
}

static void print_hex(struct text *t, const unsigned char *s, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	char *to = text_room(t, len * 4), *at = to;

	for (size_t i = 0; i < len; i++) {
		*at++ = '\\';
		*at++ = 'x';
		*at++ = digits[s[i] >> 4];
		*at++ = digits[s[i] & 15];
	}
	t->len += (size_t)(at - to);
}

/* The shortest octal number; three digits if an octal digit follows. */
static char *put_octal(char *at, unsigned char c, unsigned char next)
{
	bool full = next >= '0' && next <= '7';

	*at++ = '\\';
	if (full || c >= 0100)
		*at++ = (char)('0' + (c >> 6));
	if (full || c >= 010)
		*at++ = (char)('0' + (c >> 3 & 7));
	*at++ = (char)('0' + (c & 7));
	return at;
}

/* next: the byte that will follow the last one, 0 if none. angles: < and > are escaped too. */
static void print_escaped(struct text *t, const unsigned char *s, size_t len, unsigned char next,
			  bool angles)
{
	char *to = text_room(t, len * 4), *at = to;

	for (size_t i = 0; i < len; i++) {
		unsigned char e = escapes[s[i]];

		if (angles && (s[i] == '<' || s[i] == '>'))
			e = OCTAL;
		if (e == PLAIN) {
			*at++ = (char)s[i];
		} else if (e == OCTAL) {
			at = put_octal(at, s[i], i + 1 < len ? s[i + 1] : next);
		} else {
			*at++ = '\\';
			*at++ = (char)e;
		}
	}
	t->len += (size_t)(at - to);
}

static void print_inside(struct decode *d, const unsigned char *s, size_t len, bool angles)
{
	unsigned int style = d->opt->hex_strings;
	bool hex = style == 2 || (style == 1 && has_binary(s, len));

	for (size_t done = 0, n; done < len; done += n) {
		n = len - done < PIECE ? len - done : PIECE;
		if (hex)
			print_hex(d->out, s + done, n);
		else
			print_escaped(d->out, s + done, n, done + n < len ? s[done + n] : 0,
				      angles);
	}
}

void decode_in_angles(struct decode *d, const void *data, size_t len)
{
	text_char(d->out, '<');
	print_inside(d, data, len, true);
	text_char(d->out, '>');
}

void decode_quoted_hex(struct decode *d, const void *data, size_t len, bool more)
{
	text_char(d->out, '"');
	for (size_t done = 0, n; done < len; done += n) {
		n = len - done < PIECE ? len - done : PIECE;
		print_hex(d->out, (const unsigned char *)data + done, n);
	}
	text_char(d->out, '"');
	if (more)
		text_lit(d->out, "...");
}

void decode_quoted(struct decode *d, const void *data, size_t len, bool more)
{
	text_char(d->out, '"');
	print_inside(d, data, len, false);
	text_char(d->out, '"');
	if (more)
		text_lit(d->out, "...");
}

void decode_string(struct decode *d, uint64_t addr, bool path)
{
	size_t limit = path ? PATH_LIMIT : d->opt->string_limit;
	unsigned int flags;
	size_t have, len;
	const char *s;

	d->in_text = true;
	s = addr ? decode_peek(d, addr, &have, &flags) : NULL;
	d->in_text = false;
	if (!s) {
		decode_addr(d, addr);
		return;
	}
	len = strnlen(s, have);
	if (len == have && len <= limit && (flags & SEGMENT_F_FAULT))
		decode_addr(d, addr);
	else if (len > limit)
		decode_quoted(d, s, limit, true);
	else
		decode_quoted(d, s, len, len == have && (flags & SEGMENT_F_TRUNC));
}

void decode_bytes(struct decode *d, uint64_t addr, uint64_t len)
{
	uint64_t want = len < d->opt->string_limit ? len : d->opt->string_limit;
	const char *s = NULL;
	size_t have = 0;

	if (addr && !want) {
		/* nothing of it is shown, so nothing was captured */
		text_string(d->out, len ? "\"\"..." : "\"\"");
		return;
	}
	d->in_text = true;
	if (addr)
		s = decode_peek_some(d, addr, want, &have);
	d->in_text = false;
	if (!s || have < want)
		decode_addr(d, addr);
	else
		decode_quoted(d, s, want, len > want);
}
