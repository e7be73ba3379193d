/* SPDX-License-Identifier: MIT */
/*
 * The growing buffer of text: growth and numbers.
 *
 * A text that could not grow goes on in a scratch area that all failed texts share: what is in it
 * means nothing any more, but every write stays within bounds.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "sink/text.h"

#define SCRATCH_SIZE ((1u << 20) + 64)

static char scratch[SCRATCH_SIZE];

static const char digit_pairs[201] = "00010203040506070809"
				     "10111213141516171819"
				     "20212223242526272829"
				     "30313233343536373839"
				     "40414243444546474849"
				     "50515253545556575859"
				     "60616263646566676869"
				     "70717273747576777879"
				     "80818283848586878889"
				     "90919293949596979899";

static const char hex_digits[] = "0123456789abcdef";

void text_release(struct text *t)
{
	if (t->data != scratch)
		free(t->data);
	*t = (struct text)TEXT_INIT;
}

char *text_grow(struct text *t, size_t n)
{
	size_t room = t->room ? t->room : 256;
	char *data = NULL;

	while (room - t->len <= n)
		room *= 2;
	if (!t->failed)
		data = realloc(t->data, room);
	if (!data) {
		if (t->data != scratch)
			free(t->data);
		t->failed = 1;
		t->len = 0;
		room = SCRATCH_SIZE;
		data = scratch;
	}
	t->data = data;
	t->room = room;
	return data + t->len;
}

void text_uint(struct text *t, uint64_t v)
{
	char buf[20];
	unsigned int at = sizeof(buf);
	char *to;

	while (v >= 100) {
		at -= 2;
		memcpy(buf + at, digit_pairs + v % 100 * 2, 2);
		v /= 100;
	}
	if (v >= 10) {
		at -= 2;
		memcpy(buf + at, digit_pairs + v * 2, 2);
	} else {
		buf[--at] = (char)('0' + v);
	}
	to = text_room(t, sizeof(buf) - at);
	memcpy(to, buf + at, sizeof(buf) - at);
	t->len += sizeof(buf) - at;
}

void text_int(struct text *t, int64_t v)
{
	if (v < 0) {
		text_char(t, '-');
		text_uint(t, -(uint64_t)v);
	} else {
		text_uint(t, (uint64_t)v);
	}
}

void text_hex_pad(struct text *t, uint64_t v, unsigned int digits)
{
	char *to = text_room(t, digits);

	for (unsigned int i = digits; i-- > 0; v >>= 4)
		to[i] = hex_digits[v & 15];
	t->len += digits;
}

void text_hex(struct text *t, uint64_t v)
{
	unsigned int bits = v ? 64 - (unsigned int)__builtin_clzll(v) : 1;

	text_lit(t, "0x");
	text_hex_pad(t, v, (bits + 3) / 4);
}

void text_oct(struct text *t, uint64_t v)
{
	unsigned int digits = v ? (64 - (unsigned int)__builtin_clzll(v) + 2) / 3 : 0;
	char *to = text_room(t, digits + 1);

	to[0] = '0';
	for (unsigned int i = digits; i > 0; i--, v >>= 3)
		to[i] = (char)('0' + (v & 7));
	t->len += digits + 1;
}

void text_pad(struct text *t, size_t column)
{
	while (t->len < column) {
		size_t n = column - t->len;

		if (n > 4096)
			n = 4096;
		memset(text_room(t, n), ' ', n);
		t->len += n;
		if (t->failed)
			return;
	}
}

void text_format(struct text *t, const char *format, ...)
{
	va_list ap;
	char *to;
	int n;

	va_start(ap, format);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (n < 0)
		return;
	to = text_room(t, (size_t)n + 1);
	va_start(ap, format);
	vsnprintf(to, (size_t)n + 1, format, ap);
	va_end(ap);
	t->len += (size_t)n;
}
