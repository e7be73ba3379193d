/* SPDX-License-Identifier: MIT */
/*
 * @shim="PROTOTYPE" "ARGUMENTS" "RESULT": the prototype is C, with two additions: several names
 * joined by '|' share it, and the arguments behind "..." are named with their types:
 *
 *     int open|open64(const char *file, int oflag, ... mode_t mode)
 *
 * A parameter's name is its last identifier in front of any '['. The C compiler checks the rest.
 */
#include "parser.h"

#include <ctype.h>
#include <string.h>

/* A piece of the prototype, without the blanks around it. */
struct piece {
	const char *at;
	size_t len;
};

static struct piece trim(const char *from, const char *to)
{
	while (from < to && isspace((unsigned char)*from))
		from++;
	while (to > from && isspace((unsigned char)to[-1]))
		to--;
	return (struct piece){ from, to - from };
}

static bool is_word_char(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* The last identifier of piece, in front of any '['. Empty if there is none. */
static struct piece last_word(struct piece piece)
{
	const char *bracket = memchr(piece.at, '[', piece.len);
	const char *end = bracket ? bracket : piece.at + piece.len;
	const char *start;

	while (end > piece.at && !is_word_char(end[-1]))
		end--;
	for (start = end; start > piece.at && is_word_char(start[-1]);)
		start--;
	return (struct piece){ start, end - start };
}

static int bad_prototype(struct parser *p, const struct spec_shim *shim, const char *why)
{
	return spec_fail(p->error, &shim->pos, "bad prototype: %s", why);
}

static int keep(struct parser *p, struct piece piece, const char **ret_text)
{
	*ret_text = spec_strdup(p->spec, piece.at, piece.len);
	return *ret_text ? 0 : parser_no_memory(p);
}

static int add_param(struct parser *p, struct spec_shim *shim, struct piece text)
{
	bool after_variable = shim->nr_params && shim->params[shim->nr_params - 1].variable;
	struct spec_param *param;
	struct piece name;
	int err;

	if (shim->nr_params == SPEC_SHIM_PARAMS)
		return bad_prototype(p, shim, "too many parameters");
	param = &shim->params[shim->nr_params++];
	param->variable = after_variable;
	if (text.len > 3 && !memcmp(text.at, "...", 3)) {
		param->variable = true;
		text = trim(text.at + 3, text.at + text.len);
	}
	name = last_word(text);
	if (!name.len || name.at == text.at)
		return bad_prototype(p, shim, "a parameter needs a type and a name");
	err = keep(p, text, &param->text);
	if (!err)
		err = keep(p, trim(text.at, name.at), &param->type);
	return err ? err : keep(p, name, &param->name);
}

static int split_params(struct parser *p, struct spec_shim *shim, struct piece list)
{
	const char *end = list.at + list.len;
	const char *start = list.at;

	if (list.len == 4 && !memcmp(list.at, "void", 4))
		return 0;
	while (start <= end) {
		const char *comma = memchr(start, ',', end - start);
		int err = add_param(p, shim, trim(start, comma ? comma : end));

		if (err)
			return err;
		start = comma ? comma + 1 : end + 1;
	}
	return 0;
}

/* "TYPE NAME|NAME" */
static int split_head(struct parser *p, struct spec_shim *shim, struct piece head)
{
	const char *start = head.at + head.len;
	const char *end = start;
	int err;

	while (start > head.at && (is_word_char(start[-1]) || start[-1] == '|'))
		start--;
	if (start == end || start == head.at)
		return bad_prototype(p, shim, "expected a type and a function's name before '('");
	err = keep(p, trim(head.at, start), &shim->type);
	while (!err && start <= end) {
		const char *bar = memchr(start, '|', end - start);
		struct piece name = { start, (bar ? bar : end) - start };

		if (!name.len || shim->nr_names == SPEC_SHIM_NAMES)
			return bad_prototype(p, shim, "expected up to four names joined by '|'");
		err = keep(p, name, &shim->names[shim->nr_names++]);
		start = bar ? bar + 1 : end + 1;
	}
	return err;
}

static int split_prototype(struct parser *p, struct spec_shim *shim, const char *proto)
{
	const char *open = strchr(proto, '(');
	const char *close = strrchr(proto, ')');
	int err;

	if (!open || !close || close < open)
		return bad_prototype(p, shim, "expected parameters in parentheses");
	err = split_head(p, shim, trim(proto, open));
	return err ? err : split_params(p, shim, trim(open + 1, close));
}

int parse_shim(struct parser *p, struct spec_call *call)
{
	struct spec_shim *shim = spec_alloc(p->spec, sizeof(*shim));
	struct spec_shim **tail = &call->shims;
	const char *proto;
	int err;

	if (!shim)
		return parser_no_memory(p);
	while (*tail)
		tail = &(*tail)->next;
	*tail = shim;
	shim->pos = p->token.pos;
	err = parser_take_string(p, "a prototype in quotes", &proto);
	if (!err)
		err = split_prototype(p, shim, proto);
	if (!err && p->token.kind == TOKEN_STRING)
		err = parser_take_string(p, "arguments in quotes", &shim->args);
	if (!err && p->token.kind == TOKEN_STRING)
		err = parser_take_string(p, "a result in quotes", &shim->result);
	return err;
}
