/* SPDX-License-Identifier: MIT */
/*
 * Taking tokens one by one, and the messages for tokens that should have been others.
 */
#include "parser.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int spec_fail(struct spec_error *error, const struct spec_pos *pos, const char *format, ...)
{
	va_list ap;

	error->pos = *pos;
	va_start(ap, format);
	vsnprintf(error->message, sizeof(error->message), format, ap);
	va_end(ap);
	return -EINVAL;
}

int parser_no_memory(struct parser *p)
{
	spec_fail(p->error, &p->token.pos, "out of memory");
	return -ENOMEM;
}

int parser_expected(struct parser *p, const char *what)
{
	const struct token *t = &p->token;
	int len = t->len > 60 ? 60 : (int)t->len;

	switch (t->kind) {
	case TOKEN_BAD:
		return spec_fail(p->error, &t->pos, "%s (expected %s)", t->error, what);
	case TOKEN_EOF:
		return spec_fail(p->error, &t->pos, "expected %s, found the end of the file", what);
	case TOKEN_NEWLINE:
		return spec_fail(p->error, &t->pos, "expected %s, found the end of the line", what);
	case TOKEN_STRING:
		return spec_fail(p->error, &t->pos, "expected %s, found \"%.*s\"", what, len,
				 t->text);
	default:
		return spec_fail(p->error, &t->pos, "expected %s, found '%.*s'", what, len,
				 t->text);
	}
}

void parser_advance(struct parser *p)
{
	lexer_next(&p->lexer, &p->token);
}

bool parser_is(const struct parser *p, char c)
{
	return p->token.kind == TOKEN_PUNCT && p->token.text[0] == c;
}

bool parser_is_name(const struct parser *p, const char *name)
{
	return p->token.kind == TOKEN_NAME && strlen(name) == p->token.len &&
	       !memcmp(name, p->token.text, p->token.len);
}

int parser_skip(struct parser *p, char c, const char *what)
{
	if (!parser_is(p, c))
		return parser_expected(p, what);
	parser_advance(p);
	return 0;
}

static int take_text(struct parser *p, enum token_kind kind, const char *what,
		     const char **ret_text)
{
	if (p->token.kind != kind)
		return parser_expected(p, what);
	*ret_text = spec_strdup(p->spec, p->token.text, p->token.len);
	if (!*ret_text)
		return parser_no_memory(p);
	parser_advance(p);
	return 0;
}

int parser_take_name(struct parser *p, const char *what, const char **ret_name)
{
	return take_text(p, TOKEN_NAME, what, ret_name);
}

int parser_take_string(struct parser *p, const char *what, const char **ret_string)
{
	return take_text(p, TOKEN_STRING, what, ret_string);
}

struct spec_const *parser_add_const(struct parser *p, struct spec_const ***tail)
{
	struct spec_const *c = spec_alloc(p->spec, sizeof(*c));

	if (!c)
		return NULL;
	c->name = spec_strdup(p->spec, p->token.text, p->token.len);
	c->pos = p->token.pos;
	**tail = c;
	*tail = &c->next;
	return c->name ? c : NULL;
}

int parser_take_consts(struct parser *p, const char *what, struct spec_const **ret_consts)
{
	struct spec_const **tail = ret_consts;

	for (;;) {
		if (p->token.kind != TOKEN_NAME)
			return parser_expected(p, what);
		if (!parser_add_const(p, &tail))
			return parser_no_memory(p);
		parser_advance(p);
		if (!parser_is(p, '|'))
			return 0;
		parser_advance(p);
	}
}
