/* SPDX-License-Identifier: MIT */
/*
 * Flag sets and enumerations.
 */
#include "decode/decode.h"

enum xlat_style { XLAT_ABBREV = 0, XLAT_RAW = 1, XLAT_VERBOSE = 2 };

const char *xlat_name(const struct xlat *x, uint64_t v)
{
	if (x->sorted) {
		uint32_t low = 0, high = x->nr;

		while (low < high) {
			uint32_t mid = low + (high - low) / 2;

			if (x->entries[mid].value < v)
				low = mid + 1;
			else
				high = mid;
		}
		return low < x->nr && x->entries[low].value == v ? x->entries[low].name : NULL;
	}
	for (uint32_t i = 0; i < x->nr; i++)
		if (x->entries[i].value == v)
			return x->entries[i].name;
	return NULL;
}

static void print_comment_of(struct decode *d, const char *text)
{
	if (text)
		decode_comment(d, text);
}

static void print_number(struct decode *d, const struct xlat *x, uint64_t v)
{
	if (x->decimal)
		decode_int(d, (int32_t)v);
	else
		decode_hex(d, v);
}

void decode_enum(struct decode *d, const struct xlat *x, uint64_t v)
{
	const char *name = xlat_name(x, v);

	if (name && d->opt->xlat == XLAT_ABBREV) {
		text_string(d->out, name);
		return;
	}
	print_number(d, x, v);
	if (d->opt->xlat != XLAT_RAW)
		print_comment_of(d, name ? name : x->unknown);
}

bool decode_flag_names(struct decode *d, const struct xlat *x, uint64_t v)
{
	bool any = false;

	for (uint32_t i = 0; i < x->nr && v; i++) {
		uint64_t flag = x->entries[i].value;

		if (!flag || (v & flag) != flag)
			continue;
		if (any)
			text_char(d->out, '|');
		text_string(d->out, x->entries[i].name);
		any = true;
		v &= ~flag;
	}
	if (any && v) {
		text_char(d->out, '|');
		text_hex(d->out, v);
	}
	return any;
}

void decode_flags(struct decode *d, const struct xlat *x, uint64_t v)
{
	const char *zero = v ? NULL : xlat_name(x, 0);
	size_t start = d->out->len;

	if (!v && !zero) {
		text_char(d->out, '0');
		return;
	}
	if (d->opt->xlat == XLAT_ABBREV) {
		if (zero)
			text_string(d->out, zero);
		else if (!decode_flag_names(d, x, v)) {
			text_hex(d->out, v);
			print_comment_of(d, x->unknown);
		}
		return;
	}
	decode_hex(d, v);
	if (d->opt->xlat == XLAT_RAW)
		return;
	start = d->out->len;
	text_lit(d->out, " /* ");
	if (zero) {
		text_string(d->out, zero);
	} else if (!decode_flag_names(d, x, v)) {
		if (!x->unknown) {
			d->out->len = start;
			return;
		}
		text_string(d->out, x->unknown);
	}
	text_lit(d->out, " */");
}

bool decode_names_begin(struct decode *d, uint64_t v)
{
	if (d->opt->xlat == XLAT_ABBREV)
		return true;
	decode_hex(d, v);
	if (d->opt->xlat == XLAT_RAW)
		return false;
	text_lit(d->out, " /* ");
	return true;
}

void decode_names_end(struct decode *d)
{
	if (d->opt->xlat == XLAT_VERBOSE)
		text_lit(d->out, " */");
}
