/* SPDX-License-Identifier: MIT */
/*
 * Types: a word, and what its form asks for in brackets.
 */
#include "parser.h"

static int parse_len(struct parser *p, struct spec_len *len)
{
	len->pos = p->token.pos;
	if (p->token.kind == TOKEN_NUMBER) {
		len->kind = LEN_CONST;
		len->value = p->token.number;
		parser_advance(p);
		return 0;
	}
	if (parser_is_name(p, "ret")) {
		len->kind = LEN_RET;
		parser_advance(p);
		return 0;
	}
	len->kind = LEN_ARG;
	if (parser_is(p, '*')) {
		len->kind = LEN_REF;
		parser_advance(p);
		return parser_take_name(p, "an argument's name behind '*'", &len->name);
	}
	return parser_take_name(p, "a length (an argument, *argument, ret, or a number)",
				&len->name);
}

/* The type of an element: a word with a value of its own, flags[SET], str, or a structure's name
 * (which may be a word that can be no element, as in array[iovec,n]). */
static int parse_elem(struct parser *p, struct spec_type *array)
{
	const struct spec_word *word = NULL;
	struct spec_type *elem = spec_alloc(p->spec, sizeof(*elem));

	if (!elem)
		return parser_no_memory(p);
	array->elem = elem;
	if (p->token.kind == TOKEN_NAME)
		word = spec_word_find(p->token.text, p->token.len);
	if (word && (word->width || word->kind == SPEC_STR))
		return parse_type(p, elem);
	elem->pos = p->token.pos;
	elem->word = spec_word_find("struct", 6);
	return parser_take_name(p, "an element's type", &elem->name);
}

static int parse_brackets(struct parser *p, struct spec_type *type)
{
	int err = 0;

	switch (type->word->form) {
	case FORM_SET:
		return parser_take_name(p, "a set's name", &type->name);
	case FORM_LEN:
		return parse_len(p, &type->len);
	case FORM_STRUCT:
		err = parser_take_name(p, "a structure's name", &type->name);
		if (err || !parser_is(p, ','))
			return err;
		break;
	default:
		err = parse_elem(p, type);
		if (err || type->word->form == FORM_REF)
			return err;
		break;
	}
	err = parser_skip(p, ',', "',' and a length");
	return err ? err : parse_len(p, &type->len);
}

int parse_type(struct parser *p, struct spec_type *type)
{
	int err;

	if (p->token.kind != TOKEN_NAME)
		return parser_expected(p, "a type");
	type->pos = p->token.pos;
	type->word = spec_word_find(p->token.text, p->token.len);
	if (!type->word)
		return spec_fail(p->error, &p->token.pos, "unknown type '%.*s'",
				 p->token.len > 60 ? 60 : (int)p->token.len, p->token.text);
	parser_advance(p);
	if (type->word->form == FORM_PLAIN)
		return 0;
	err = parser_skip(p, '[', "'[' behind this type");
	if (!err)
		err = parse_brackets(p, type);
	return err ? err : parser_skip(p, ']', "']'");
}
