/* SPDX-License-Identifier: MIT */
/* The variable arguments of printf and its kin, conversion by conversion. */
#include <stdio.h>
#include <string.h>

#include "decode/lib_args.h"
#include "itrace/format.h"

#define FORMAT_MAX 2048

static uint64_t cut(uint64_t v, unsigned int size)
{
	return size >= 8 ? v : v & ((1ull << (size * 8)) - 1);
}

static int64_t cut_signed(uint64_t v, unsigned int size)
{
	switch (size) {
	case 1:
		return (int8_t)v;
	case 2:
		return (int16_t)v;
	case 4:
		return (int32_t)v;
	default:
		return (int64_t)v;
	}
}

/* A string that need not end in a NUL: at most `precision` bytes of it count. */
static void print_counted(struct decode *d, uint64_t addr, uint64_t precision)
{
	size_t have = 0, len;
	const char *s = decode_peek(d, addr, &have, NULL);

	if (!s) {
		if (precision)
			decode_addr(d, addr);
		else
			text_lit(d->out, "\"\"");
		return;
	}
	len = strnlen(s, have < precision ? have : precision);
	if (len > d->opt->string_limit)
		len = d->opt->string_limit;
	decode_quoted(d, s, len, len == d->opt->string_limit && precision > len);
}

static void print_value(struct decode *d, const struct format_spec *s, uint64_t v,
			int64_t precision)
{
	switch (s->kind) {
	case FORMAT_INT:
		text_int(d->out, cut_signed(v, s->size));
		break;
	case FORMAT_UINT:
		text_uint(d->out, cut(v, s->size));
		break;
	case FORMAT_HEX:
		decode_hex(d, cut(v, s->size));
		break;
	case FORMAT_OCT:
		text_oct(d->out, cut(v, s->size));
		break;
	case FORMAT_CHAR:
		lib_print_char(d, (unsigned char)v);
		break;
	case FORMAT_STRING:
		if (v && precision >= 0)
			print_counted(d, v, (uint64_t)precision);
		else
			decode_string(d, v, false);
		break;
	case FORMAT_DOUBLE:
		lib_print_double(d, v);
		break;
	default:
		decode_addr(d, v);
		break;
	}
}

/* The 80-bit number whose two words are values i and i + 1 (the ABI's 16 bytes). */
static bool print_long_double(struct decode *d, unsigned int i)
{
	uint64_t words[2];
	long double v;

	if (!lib_value(d, i, &words[0]) || !lib_value(d, i + 1, &words[1]))
		return false;
	memcpy(&v, words, sizeof(v));
	text_format(d->out, "%Lf", v);
	return true;
}

/* The values of one conversion from *i on. False: they were not recorded. */
static bool print_conversion(struct decode *d, const struct format_spec *s, unsigned int *i)
{
	int64_t precision = s->has_precision ? (int64_t)s->precision : -1;
	uint64_t v;

	for (int stars = s->width_arg + s->precision_arg; stars > 0; stars--) {
		if (!lib_value(d, (*i)++, &v))
			return false;
		text_lit(d->out, ", ");
		text_int(d->out, (int32_t)v);
		if (s->precision_arg && stars == 1)
			precision = (int32_t)v;
	}
	if (s->kind == FORMAT_NONE)
		return true;
	text_lit(d->out, ", ");
	if (s->kind == FORMAT_LONG_DOUBLE) {
		*i += 2;
		return print_long_double(d, *i - 2);
	}
	if (!lib_value(d, (*i)++, &v))
		return false;
	print_value(d, s, v, precision);
	return true;
}

void lib_print_format(struct decode *d, uint64_t format, unsigned int i)
{
	char buf[FORMAT_MAX];
	const char *s, *at = buf;
	struct format_spec spec;
	size_t have;

	s = decode_peek_at(d, false, SEGMENT_STRING, format, &have, NULL);
	if (!s || have > sizeof(buf) || !memchr(s, '\0', have))
		return;
	memcpy(buf, s, have);
	while (format_next(&at, &spec)) {
		if (!print_conversion(d, &spec, &i)) {
			text_lit(d->out, "...");
			return;
		}
	}
}
