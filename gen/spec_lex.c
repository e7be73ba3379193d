/* SPDX-License-Identifier: MIT */
/*
 * Cuts a spec file into tokens. Knows nothing of their meaning.
 */
#include "spec_lex.h"

#include <ctype.h>
#include <string.h>

void lexer_init(struct lexer *l, const char *file, const char *text, size_t len)
{
	l->at = text;
	l->end = text + len;
	l->pos.file = file;
	l->pos.line = 1;
	l->pos.column = 1;
}

static int peek(const struct lexer *l, size_t offset)
{
	return (size_t)(l->end - l->at) > offset ? (unsigned char)l->at[offset] : -1;
}

static void advance(struct lexer *l, size_t n)
{
	for (; n; n--) {
		if (*l->at++ == '\n') {
			l->pos.line++;
			l->pos.column = 1;
		} else {
			l->pos.column++;
		}
	}
}

/* A backslash counts as "the line goes on" only right before the end of the line. */
static void skip_blanks(struct lexer *l)
{
	for (;;) {
		int c = peek(l, 0);

		if (c == ' ' || c == '\t' || c == '\r')
			advance(l, 1);
		else if (c == '\\' && peek(l, 1) == '\n')
			advance(l, 2);
		else if (c == '\\' && peek(l, 1) == '\r' && peek(l, 2) == '\n')
			advance(l, 3);
		else if (c == '#')
			while (peek(l, 0) != '\n' && peek(l, 0) != -1)
				advance(l, 1);
		else
			return;
	}
}

static int is_name_start(int c)
{
	return c == '_' || (c > 0 && isalpha(c));
}

static int is_name_part(int c)
{
	return c == '_' || (c > 0 && isalnum(c));
}

static void take(struct lexer *l, struct token *t, enum token_kind kind, size_t len)
{
	t->kind = kind;
	t->text = l->at;
	t->len = len;
	advance(l, len);
}

static void take_bad(struct lexer *l, struct token *t, size_t len, const char *error)
{
	take(l, t, TOKEN_BAD, len);
	t->error = error;
}

static unsigned int digit_value(int c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? (unsigned int)c - 'a' + 10 : 99;
}

/* strtoull() would need a NUL behind the text and accept more than the grammar has. */
static void take_number(struct lexer *l, struct token *t)
{
	size_t i = peek(l, 0) == '-';
	int negative = i;
	unsigned int base = 10;
	uint64_t v = 0;

	if (peek(l, i) == '0' && (peek(l, i + 1) | 0x20) == 'x') {
		base = 16;
		i += 2;
	} else if (peek(l, i) == '0') {
		base = 8;
	}
	if (base == 16 && digit_value(peek(l, i)) >= base) {
		take_bad(l, t, i, "bad number");
		return;
	}
	for (; digit_value(peek(l, i)) < base; i++) {
		if (v > (UINT64_MAX - digit_value(peek(l, i))) / base) {
			take_bad(l, t, i, "the number does not fit into 64 bits");
			return;
		}
		v = v * base + digit_value(peek(l, i));
	}
	if (is_name_part(peek(l, i))) {
		take_bad(l, t, i + 1, "bad number");
		return;
	}
	take(l, t, TOKEN_NUMBER, i);
	t->number = negative ? -v : v;
}

/* text between open and close, both on one line. inner: without them. */
static void take_quoted(struct lexer *l, struct token *t, enum token_kind kind, int close,
			int inner)
{
	size_t i = 1;

	while (peek(l, i) != close) {
		if (peek(l, i) == '\n' || peek(l, i) == -1) {
			take_bad(l, t, i,
				 kind == TOKEN_STRING ? "the string has no end"
						      : "the header's name has no end");
			return;
		}
		i++;
	}
	take(l, t, kind, i + 1);
	if (inner) {
		t->text++;
		t->len -= 2;
	}
}

void lexer_next(struct lexer *l, struct token *t)
{
	int c;

	skip_blanks(l);
	memset(t, 0, sizeof(*t));
	t->pos = l->pos;
	c = peek(l, 0);
	if (c == -1) {
		t->kind = TOKEN_EOF;
		t->text = l->at;
	} else if (c == '\n') {
		take(l, t, TOKEN_NEWLINE, 1);
	} else if (is_name_start(c)) {
		size_t n = 1;

		while (is_name_part(peek(l, n)))
			n++;
		take(l, t, TOKEN_NAME, n);
	} else if (isdigit(c) || (c == '-' && peek(l, 1) > 0 && isdigit(peek(l, 1)))) {
		take_number(l, t);
	} else if (c == '-' && peek(l, 1) == '>') {
		take(l, t, TOKEN_ARROW, 2);
	} else if (c == '"') {
		take_quoted(l, t, TOKEN_STRING, '"', 1);
	} else if (c == '<') {
		take_quoted(l, t, TOKEN_HEADER, '>', 0);
	} else if (c && strchr("()[]{},:=|&*@", c)) {
		take(l, t, TOKEN_PUNCT, 1);
	} else {
		take_bad(l, t, 1, "a character that no line can contain");
	}
}
