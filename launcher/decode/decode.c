/* SPDX-License-Identifier: MIT */
/*
 * One call: its name, and its arguments by hand or one by one from the spec's descriptor.
 */
#include "decode/decode.h"

/* The kernel's own error numbers for calls that signals interrupt: ERESTARTSYS and the like */
#define RESTART_FIRST 512
#define RESTART_LAST 516

uint64_t decode_next(struct decode *d)
{
	unsigned int i = d->arg++;

	if (i)
		text_lit(d->out, ", ");
	if (d->opt->arg_names && d->desc && i < d->desc->nr_args) {
		text_string(d->out, d->desc->args[i].name);
		text_char(d->out, '=');
	}
	return decode_arg(d, i);
}

uint64_t decode_arg(const struct decode *d, unsigned int i)
{
	return i < RECORD_ARGS ? d->rec->args[i] : 0;
}

bool decode_exit(struct decode *d)
{
	if (!d->at_exit) {
		d->waits = true;
		return false;
	}
	if (d->exit_mark == SIZE_MAX)
		d->exit_mark = d->out->len;
	return true;
}

bool decode_failed(const struct decode *d)
{
	return d->rec->kind == RECORD_CALL && d->rec->ret < 0 && d->rec->ret >= -4095;
}

bool decode_interrupted(const struct decode *d)
{
	return (d->rec->flags & (RECORD_F_RESTART | RECORD_F_EINTR)) ||
	       (d->rec->ret <= -RESTART_FIRST && d->rec->ret >= -RESTART_LAST);
}

bool decode_default(struct decode *d, unsigned int n)
{
	for (; n && d->arg < d->desc->nr_args; n--) {
		const struct arg_desc *a = &d->desc->args[d->arg];
		uint64_t value;

		if (a->type == ARG_UNUSED) {
			d->arg++;
			continue;
		}
		value = decode_next(d);
		if ((a->dir & ARG_OUT) && !decode_exit(d))
			return false;
		decode_by_desc(d, a, value);
	}
	return true;
}

/* -e raw, and calls that nobody has described: every register in hex. */
static void print_raw(struct decode *d, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++)
		decode_hex(d, decode_next(d));
}

void decode_call(struct decode *d)
{
	d->arg = 0;
	d->exit_mark = SIZE_MAX;
	d->waits = false;
	d->comment = NULL;
	d->print_comment = NULL;
	d->hint = 0;
	d->in_text = false;
	d->result = d->desc ? d->desc->result : ARG_LONG;
	d->result_xlat = d->desc ? d->desc->result_xlat : NULL;

	if (!d->desc || !d->desc->name) {
		text_lit(d->out, "syscall_");
		text_hex(d->out, d->rec->call);
		text_char(d->out, '(');
		print_raw(d, RECORD_ARGS);
		return;
	}
	text_string(d->out, d->desc->name);
	text_char(d->out, '(');
	if (d->opt->raw)
		print_raw(d, d->desc->nr_args);
	else if (d->desc->print)
		d->desc->print(d);
	else
		decode_default(d, d->desc->nr_args);
}
