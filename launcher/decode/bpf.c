/* SPDX-License-Identifier: MIT */
/*
 * bpf(2): the attributes of each command. What they point to, strings and programs, is not
 * captured: its address is shown.
 */
#include "decode/bpf.h"

#include <stdio.h>

#include "decode/fields.h"

#define ATTR_MAX 152	/* bytes that are captured */
#define SIZE_LIMIT 4096 /* the kernel refuses longer ones */
#define NAME_LEN 16

static uint64_t word_at(const char *data, const struct bpf_field *f)
{
	bool wide = f->kind == FIELD_U64 || f->kind == FIELD_HEX64 || f->kind == FIELD_ADDR ||
		    f->kind == FIELD_ENUM64 || f->kind == FIELD_FLAGS64;
	uint64_t v = 0;

	memcpy(&v, data + f->at, wide ? 8 : 4);
	return v;
}

static bool is_shown(const struct bpf_field *f, const char *data, uint64_t size)
{
	uint32_t word;

	if (f->beyond && size <= f->beyond)
		return false;
	if (!f->needs)
		return true;
	memcpy(&word, data + f->needs_at, sizeof(word));
	return word & f->needs;
}

/* The last byte of a name that fills its field is not shown: the kernel wants it to be 0. */
static void print_name(struct decode *d, const char *name)
{
	size_t len = strnlen(name, NAME_LEN);

	decode_quoted(d, name, len < NAME_LEN ? len : NAME_LEN - 1, len == NAME_LEN);
}

static void print_version(struct decode *d, uint32_t v)
{
	if (!decode_names_begin(d, v))
		return;
	text_format(d->out, "KERNEL_VERSION(%u, %u, %u)", v >> 16, v >> 8 & 0xff, v & 0xff);
	decode_names_end(d);
}

/* A number that has a name, which stands beside it or, by default, for it. */
static void print_number(struct decode *d, uint64_t v, const char *name, bool beside)
{
	if (name && !beside && d->opt->xlat == 0) {
		text_string(d->out, name);
		return;
	}
	decode_uint(d, v);
	if (name && d->opt->xlat != 1)
		decode_comment(d, name);
}

static void print_value(struct decode *d, const struct bpf_field *f, const char *data, uint64_t v)
{
	switch (f->kind) {
	case FIELD_HEX:
	case FIELD_HEX64:
		decode_hex(d, v);
		break;
	case FIELD_ADDR:
		decode_addr(d, v);
		break;
	case FIELD_FD:
		decode_fd(d, (int32_t)v);
		break;
	case FIELD_PID:
		decode_int(d, (int32_t)v);
		break;
	case FIELD_ENUM:
	case FIELD_ENUM64:
		decode_enum(d, f->set, v);
		break;
	case FIELD_FLAGS:
	case FIELD_FLAGS64:
		decode_flags(d, f->set, v);
		break;
	case FIELD_NAME:
		print_name(d, data + f->at);
		break;
	case FIELD_VERSION:
		print_version(d, (uint32_t)v);
		break;
	case FIELD_NODE:
		print_number(d, v, v == UINT32_MAX ? "NUMA_NO_NODE" : NULL, true);
		break;
	case FIELD_U64:
		print_number(d, v, v == UINT64_MAX ? "UINT64_MAX" : NULL, false);
		break;
	default:
		decode_uint(d, v);
		break;
	}
}

/* " => 7": what the kernel has put there. */
static void print_result(struct decode *d, const struct bpf_field *f, uint64_t before)
{
	uint32_t after;

	if (decode_exit(d) && !decode_failed(d) &&
	    decode_read_at(d, true, decode_arg(d, 1) + f->at, &after, sizeof(after)) &&
	    after != before) {
		text_lit(d->out, " => ");
		decode_uint(d, after);
	}
}

/* What newer kernels may know, if any of it is set. */
static void print_unknown(struct decode *d, const char *data, size_t from, size_t to)
{
	static const char none[ATTR_MAX];
	char range[32];

	if (from >= to || !memcmp(data + from, none, to - from))
		return;
	if (!d->opt->no_abbrev) {
		decode_more(d);
		return;
	}
	decode_field(d, "extra_data");
	decode_quoted_hex(d, data + from, to - from, false);
	snprintf(range, sizeof(range), "bytes %zu..%zu", from, to - 1);
	decode_comment(d, range);
}

/* False: the call has not returned yet. */
static bool print_fields(struct decode *d, const struct bpf_command *c, const char *data,
			 uint64_t size)
{
	decode_begin(d);
	if (c->group) {
		decode_field(d, c->group);
		decode_begin(d);
	}
	for (const struct bpf_field *f = c->fields; f->name; f++) {
		uint64_t v = word_at(data, f);

		if (!is_shown(f, data, size))
			continue;
		decode_field(d, f->name);
		print_value(d, f, data, v);
		if (f->kind != FIELD_RESULT)
			continue;
		print_result(d, f, v);
		if (!d->at_exit)
			return false;
	}
	if (c->group)
		decode_end(d);
	print_unknown(d, data, c->len, size < ATTR_MAX ? size : ATTR_MAX);
	decode_end(d);
	return true;
}

void decode_bpf(struct decode *d)
{
	uint64_t nr = decode_arg(d, 0), addr = decode_arg(d, 1), size = (uint32_t)decode_arg(d, 2);
	char attr[ATTR_MAX] = { 0 };
	size_t len = size < ATTR_MAX ? size : ATTR_MAX;

	decode_default(d, 1);
	decode_next(d);
	if (!len || size > SIZE_LIMIT || nr >= bpf_nr_commands || d->opt->no_deref ||
	    !decode_read_at(d, false, addr, attr, len))
		decode_addr(d, addr);
	else if (!print_fields(d, &bpf_commands[nr], attr, size))
		return;
	decode_default(d, 1);
}
