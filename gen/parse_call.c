/* SPDX-License-Identifier: MIT */
/*
 * The line of one call.
 */
#include "parser.h"

#include <string.h>

static int parse_selector(struct parser *p, struct spec_arg *arg)
{
	int err;

	if (parser_is(p, '&')) {
		parser_advance(p);
		err = parser_take_name(p, "a mask's constant behind '&'", &arg->mask);
		if (err)
			return err;
		if (!parser_is(p, '='))
			return parser_expected(p, "'=' and a constant behind the mask");
	}
	if (!parser_is(p, '='))
		return 0;
	parser_advance(p);
	return parser_take_consts(p, "a constant behind '='", &arg->values);
}

static int parse_arg(struct parser *p, struct spec_arg *arg)
{
	int err;

	arg->dir = DIR_IN;
	if (parser_is_name(p, "out"))
		arg->dir = DIR_OUT;
	else if (parser_is_name(p, "inout"))
		arg->dir = DIR_INOUT;
	if (arg->dir != DIR_IN || parser_is_name(p, "in"))
		parser_advance(p);
	err = parse_type(p, &arg->type);
	if (!err)
		err = parser_take_name(p, "the argument's name", &arg->name);
	return err ? err : parse_selector(p, arg);
}

/* Arguments are collected on the stack; the call gets an array of the right size. */
static int parse_args(struct parser *p, struct spec_call *call)
{
	struct spec_arg args[16];
	unsigned int max = call->nr < 0 ? sizeof(args) / sizeof(args[0]) : SPEC_MAX_ARGS;
	unsigned int nr = 0;
	int err;

	if (parser_is(p, ')')) {
		parser_advance(p);
		return 0;
	}
	for (;;) {
		if (nr == max)
			return spec_fail(p->error, &p->token.pos, "more than %u arguments", max);
		memset(&args[nr], 0, sizeof(args[nr]));
		err = parse_arg(p, &args[nr]);
		if (err)
			return err;
		nr++;
		if (parser_is(p, ')'))
			break;
		err = parser_skip(p, ',', "',' or ')' behind the argument");
		if (err)
			return err;
	}
	parser_advance(p);
	call->args = spec_alloc(p->spec, nr * sizeof(args[0]));
	if (!call->args)
		return parser_no_memory(p);
	memcpy(call->args, args, nr * sizeof(args[0]));
	call->nr_args = nr;
	return 0;
}

static int parse_classes(struct parser *p, struct spec_call *call)
{
	struct spec_class_ref **tail = &call->class_refs;

	while (p->token.kind == TOKEN_NAME) {
		struct spec_class_ref *ref = spec_alloc(p->spec, sizeof(*ref));
		int err;

		if (!ref)
			return parser_no_memory(p);
		ref->pos = p->token.pos;
		err = parser_take_name(p, "a class", &ref->name);
		if (err)
			return err;
		*tail = ref;
		tail = &ref->next;
	}
	return 0;
}

static int parse_restart(struct parser *p, struct spec_call *call)
{
	static const char *const words[] = { NULL, "sys", "nointr", "nohand", "block" };

	for (unsigned int i = RESTART_SYS; i <= RESTART_BLOCK; i++) {
		if (parser_is_name(p, words[i])) {
			call->restart = i;
			parser_advance(p);
			return 0;
		}
	}
	return parser_expected(p, "sys, nointr, nohand or block");
}

static int parse_attribute(struct parser *p, struct spec_call *call)
{
	static const char *const valued[] = { "decode", "restart", "shim" };
	unsigned int i;
	int err;

	parser_advance(p);
	if (parser_is_name(p, "noreturn") || parser_is_name(p, "always")) {
		if (parser_is_name(p, "noreturn"))
			call->noreturn = true;
		else
			call->always = true;
		parser_advance(p);
		return 0;
	}
	for (i = 0; i < 3 && !parser_is_name(p, valued[i]); i++)
		;
	if (i == 3)
		return parser_expected(p, "an attribute (decode, noreturn, always, restart, shim)");
	parser_advance(p);
	err = parser_skip(p, '=', "'=' behind the attribute");
	if (err)
		return err;
	switch (i) {
	case 0:
		return parser_take_name(p, "a decoder's name", &call->decode);
	case 1:
		return parse_restart(p, call);
	default:
		return parse_shim(p, call);
	}
}

static int parse_result(struct parser *p, struct spec_call *call)
{
	int err;

	if (p->token.kind != TOKEN_ARROW)
		return parser_expected(p, "'->' and the result's type");
	parser_advance(p);
	err = parse_type(p, &call->result);
	if (err)
		return err;
	if (!call->result.word->width && call->result.word->kind != SPEC_VOID &&
	    call->result.word->kind != SPEC_STR)
		return spec_fail(p->error, &call->result.pos, "'%s' cannot be a result",
				 call->result.word->word);
	return 0;
}

static int parse_tail(struct parser *p, struct spec_call *call)
{
	int err;

	if (parser_is(p, ':')) {
		parser_advance(p);
		err = parse_classes(p, call);
		if (err)
			return err;
	}
	while (parser_is(p, '@')) {
		err = parse_attribute(p, call);
		if (err)
			return err;
	}
	return 0;
}

static int parse_number(struct parser *p, struct spec_call *call)
{
	call->nr = -1;
	if (p->token.kind != TOKEN_NUMBER)
		return 0;
	if (p->token.number >= SPEC_MAX_NR)
		return spec_fail(p->error, &p->token.pos, "a system call's number must be below %d",
				 SPEC_MAX_NR);
	call->nr = (int)p->token.number;
	parser_advance(p);
	return 0;
}

int parse_call(struct parser *p, struct spec_call **ret_call)
{
	struct spec_call *call = spec_alloc(p->spec, sizeof(*call));
	int err;

	if (!call)
		return parser_no_memory(p);
	*ret_call = call;
	call->pos = p->token.pos;
	err = parse_number(p, call);
	if (!err)
		err = parser_take_name(p, "a call's name", &call->name);
	if (!err)
		err = parser_skip(p, '(', "'(' behind the call's name");
	if (!err)
		err = parse_args(p, call);
	if (!err)
		err = parse_result(p, call);
	return err ? err : parse_tail(p, call);
}
