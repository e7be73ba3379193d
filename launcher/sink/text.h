/* SPDX-License-Identifier: MIT */
/*
 * A growing buffer of text: where decoders and the printer write. No stdio on the way of a line.
 */
#ifndef ITRACE_TEXT_H
#define ITRACE_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct text {
	char *data;
	size_t len;
	size_t room; /* allocated bytes */
	int failed;  /* an allocation failed: the text is cut; checked where it is written out */
};

#define TEXT_INIT             \
	{                     \
		NULL, 0, 0, 0 \
	}

void text_release(struct text *t);

/* Makes room for more than n bytes. Returns where they go. If memory is out, failed is set and the
 * text goes on in a scratch area from length 0, so that writers need not check. n <= 1 MiB. */
char *text_grow(struct text *t, size_t n);

static inline void text_clear(struct text *t)
{
	t->len = 0;
}

static inline char *text_room(struct text *t, size_t n)
{
	return t->room - t->len > n ? t->data + t->len : text_grow(t, n);
}

static inline void text_bytes(struct text *t, const char *s, size_t n)
{
	memcpy(text_room(t, n), s, n);
	t->len += n;
}

static inline void text_char(struct text *t, char c)
{
	*text_room(t, 1) = c;
	t->len++;
}

static inline void text_string(struct text *t, const char *s)
{
	text_bytes(t, s, strlen(s));
}

/* A string literal */
#define text_lit(t, s) text_bytes((t), "" s, sizeof(s) - 1)

void text_uint(struct text *t, uint64_t v);
void text_int(struct text *t, int64_t v);
void text_hex(struct text *t, uint64_t v);			    /* 0x1f; 0 as 0x0 */
void text_hex_pad(struct text *t, uint64_t v, unsigned int digits); /* no 0x */
void text_oct(struct text *t, uint64_t v);			    /* 0644; 0 as 0 */
void text_pad(struct text *t, size_t column);			    /* blanks up to len = column */
/* printf for lines that are not on the way of a call (headings, summaries) */
void text_format(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
