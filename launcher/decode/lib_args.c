/* SPDX-License-Identifier: MIT */
/* Arguments and results of library calls: see lib_args.h. What system calls have too is
 * by_desc.c's. */
#include "decode/lib_args.h"

#include <stdio.h>
#include <string.h>

#include "decode/lib.h"

bool lib_value(struct decode *d, unsigned int i, uint64_t *ret_value)
{
	const uint8_t *data;
	size_t len;

	*ret_value = 0;
	if (i < RECORD_ARGS) {
		*ret_value = d->rec->args[i];
		return true;
	}
	data = decode_peek_at(d, false, SEGMENT_ARGS, RECORD_ARGS, &len, NULL);
	if (!data || (i - RECORD_ARGS + 1) * sizeof(*ret_value) > len)
		return false;
	memcpy(ret_value, data + (i - RECORD_ARGS) * sizeof(*ret_value), sizeof(*ret_value));
	return true;
}

void lib_print_char(struct decode *d, unsigned char c)
{
	static const char escapes[] = "a\ab\bf\fn\nr\rt\tv\v";
	char buf[8];

	for (const char *e = escapes; *e; e += 2) {
		if (e[1] == (char)c) {
			text_format(d->out, "'\\%c'", *e);
			return;
		}
	}
	if (c >= ' ' && c < 127)
		snprintf(buf, sizeof(buf), c == '\'' || c == '\\' ? "'\\%c'" : "'%c'", c);
	else
		snprintf(buf, sizeof(buf), "'\\%03o'", c);
	text_string(d->out, buf);
}

void lib_print_double(struct decode *d, uint64_t bits)
{
	double v;

	memcpy(&v, &bits, sizeof(v));
	text_format(d->out, "%f", v);
}

/* What only library calls have. False: none of that. */
static bool print_own(struct decode *d, unsigned int type, uint64_t v)
{
	switch (type) {
	case ARG_CHAR:
		if ((int32_t)v == -1)
			text_lit(d->out, "-1");
		else
			lib_print_char(d, (unsigned char)v);
		return true;
	case ARG_FLOAT:
	case ARG_DOUBLE:
		lib_print_double(d, v);
		return true;
	case ARG_FORMAT:
		decode_string(d, v, false);
		return true;
	default:
		return false;
	}
}

void lib_print_args(struct decode *d)
{
	for (unsigned int i = 0; i < d->desc->nr_args; i++) {
		const struct arg_desc *a = &d->desc->args[i];
		uint64_t v;

		if (a->type == ARG_UNUSED) {
			d->arg++;
			continue;
		}
		decode_next(d);
		if (a->dir & ARG_OUT && !decode_exit(d))
			return;
		if (!lib_value(d, i, &v))
			text_lit(d->out, "?");
		else if (!print_own(d, a->type, v))
			decode_by_desc(d, a, v);
		if (a->type == ARG_FORMAT)
			lib_print_format(d, v, d->desc->nr_args);
	}
}

void lib_print_result(struct decode *d)
{
	const struct arg_desc a = {
		.type = d->result, .xlat = d->result_xlat, .size = 4, .len = ARG_LEN_NONE
	};
	uint64_t v = (uint64_t)d->rec->ret;

	decode_exit(d);
	/* Only the entry is known: it returns more than once, or the calls nest too deeply. */
	if (d->rec->flags & RECORD_F_NORETURN)
		text_char(d->out, '?');
	else if (d->opt->raw)
		decode_hex(d, v);
	else if (d->result == ARG_VOID)
		text_lit(d->out, "<void>");
	else if (d->result == ARG_PTR || d->result == ARG_FUNC || d->result == ARG_HEXLONG)
		decode_hex(d, v);
	else if (!print_own(d, d->result, v))
		decode_by_desc(d, &a, v);
}
