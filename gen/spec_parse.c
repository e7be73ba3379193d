/* SPDX-License-Identifier: MIT */
/*
 * A spec file: declarations (include, class, flags, enum, struct) and calls, in any order. Lines
 * are appended behind those of earlier files, so that output follows the order of the input.
 */
#include "parser.h"

#include <errno.h>
#include <string.h>

#define APPEND(list, node)                         \
	do {                                       \
		__typeof__(node) *tail_ = &(list); \
		while (*tail_)                     \
			tail_ = &(*tail_)->next;   \
		*tail_ = (node);                   \
	} while (0)

static int add_include(struct parser *p, struct spec_include **list, const struct token *header)
{
	struct spec_include *inc;

	for (inc = *list; inc; inc = inc->next)
		if (strlen(inc->header) == header->len &&
		    !memcmp(inc->header, header->text, header->len))
			return 0;
	inc = spec_alloc(p->spec, sizeof(*inc));
	if (!inc)
		return parser_no_memory(p);
	inc->header = spec_strdup(p->spec, header->text, header->len);
	if (!inc->header)
		return parser_no_memory(p);
	APPEND(*list, inc);
	return 0;
}

static int take_header(struct parser *p, struct spec_include **list)
{
	int err;

	if (p->token.kind != TOKEN_HEADER)
		return parser_expected(p, "a header as <name.h>");
	err = add_include(p, list, &p->token);
	parser_advance(p);
	return err;
}

static int parse_include(struct parser *p, struct spec_include **list)
{
	parser_advance(p);
	return take_header(p, list);
}

static int parse_class(struct parser *p)
{
	struct spec_class *class = spec_alloc(p->spec, sizeof(*class));
	struct spec_const **tail;
	int err;

	if (!class)
		return parser_no_memory(p);
	parser_advance(p);
	class->pos = p->token.pos;
	tail = &class->words;
	err = parser_take_name(p, "a class's name", &class->name);
	if (err)
		return err;
	do {
		if (p->token.kind != TOKEN_STRING)
			return parser_expected(p, "what -e trace= calls the class, in quotes");
		if (!parser_add_const(p, &tail))
			return parser_no_memory(p);
		parser_advance(p);
	} while (p->token.kind == TOKEN_STRING);
	APPEND(p->spec->classes, class);
	return 0;
}

static void skip_newlines(struct parser *p)
{
	while (p->token.kind == TOKEN_NEWLINE)
		parser_advance(p);
}

static int parse_const(struct parser *p, struct spec_const ***tail)
{
	bool quoted = p->token.kind == TOKEN_STRING;
	struct spec_const *c;

	if (p->token.kind != TOKEN_NAME && !quoted)
		return parser_expected(p, "a constant or '}'");
	c = parser_add_const(p, tail);
	if (!c)
		return parser_no_memory(p);
	c->quoted = quoted;
	parser_advance(p);
	if (!parser_is(p, '='))
		return quoted ? parser_expected(p, "'=' and a number behind words in quotes") : 0;
	parser_advance(p);
	if (p->token.kind != TOKEN_NUMBER)
		return parser_expected(p, "a number behind '='");
	c->has_value = true;
	c->value = p->token.number;
	c->negative = p->token.text[0] == '-';
	parser_advance(p);
	return 0;
}

static int parse_set(struct parser *p, bool is_enum)
{
	struct spec_set *set = spec_alloc(p->spec, sizeof(*set));
	struct spec_const **tail;
	int err;

	if (!set)
		return parser_no_memory(p);
	set->is_enum = is_enum;
	parser_advance(p);
	set->pos = p->token.pos;
	tail = &set->consts;
	err = parser_take_name(p, "the set's name", &set->name);
	if (!err)
		err = parser_take_string(p, "the word for unknown values, as \"O_???\"",
					 &set->unknown);
	if (!err && is_enum && parser_is_name(p, "int")) {
		set->decimal = true;
		parser_advance(p);
	}
	if (!err)
		err = parser_skip(p, '{', "'{'");
	if (err)
		return err;
	for (skip_newlines(p); !parser_is(p, '}'); skip_newlines(p)) {
		err = parse_const(p, &tail);
		if (err)
			return err;
	}
	parser_advance(p);
	APPEND(p->spec->sets, set);
	return 0;
}

/* The words of a C type stand as they are, up to the header. */
static int parse_ctype(struct parser *p, struct spec_struct *sd)
{
	const char *start = p->token.text;
	const char *end = start;

	if (p->token.kind == TOKEN_NUMBER) {
		sd->size = p->token.number;
		parser_advance(p);
		return 0;
	}
	if (p->token.kind != TOKEN_NAME)
		return parser_expected(p, "a C type or a size in bytes");
	for (; p->token.kind == TOKEN_NAME; parser_advance(p))
		end = p->token.text + p->token.len;
	sd->ctype = spec_strdup(p->spec, start, end - start);
	return sd->ctype ? take_header(p, &p->spec->includes) : parser_no_memory(p);
}

static int parse_struct(struct parser *p)
{
	struct spec_struct *sd = spec_alloc(p->spec, sizeof(*sd));
	int err;

	if (!sd)
		return parser_no_memory(p);
	parser_advance(p);
	sd->pos = p->token.pos;
	err = parser_take_name(p, "the structure's name", &sd->name);
	if (!err)
		err = parser_skip(p, '=', "'=' behind the structure's name");
	if (!err)
		err = parse_ctype(p, sd);
	if (!err && parser_is(p, '@')) {
		parser_advance(p);
		if (!parser_is_name(p, "opaque"))
			return parser_expected(p, "'opaque'");
		sd->opaque = true;
		parser_advance(p);
	}
	if (!err)
		APPEND(p->spec->structs, sd);
	return err;
}

static int parse_line(struct parser *p)
{
	struct spec_call *call;
	int err;

	if (parser_is_name(p, "include"))
		return parse_include(p, &p->spec->includes);
	if (parser_is_name(p, "shim_include"))
		return parse_include(p, &p->spec->shim_includes);
	if (parser_is_name(p, "class"))
		return parse_class(p);
	if (parser_is_name(p, "flags") || parser_is_name(p, "enum"))
		return parse_set(p, parser_is_name(p, "enum"));
	if (parser_is_name(p, "struct"))
		return parse_struct(p);
	if (p->token.kind != TOKEN_NAME && p->token.kind != TOKEN_NUMBER)
		return parser_expected(p, "a call, include, class, flags, enum or struct");
	err = parse_call(p, &call);
	if (!err)
		APPEND(p->spec->calls, call);
	return err;
}

int spec_parse(struct spec *spec, const char *file, const char *text, size_t len,
	       struct spec_error *ret_error)
{
	struct parser p = { .spec = spec, .error = ret_error };
	int err;

	lexer_init(&p.lexer, file, text, len);
	parser_advance(&p);
	for (skip_newlines(&p); p.token.kind != TOKEN_EOF; skip_newlines(&p)) {
		err = parse_line(&p);
		if (err)
			return err;
		if (p.token.kind != TOKEN_NEWLINE && p.token.kind != TOKEN_EOF)
			return parser_expected(&p, "the end of the line");
	}
	return 0;
}
