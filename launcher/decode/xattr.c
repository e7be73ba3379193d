/* SPDX-License-Identifier: MIT */
/*
 * Extended attributes: a value is text as often as not, so the NUL it may end in is not shown.
 */
#include "decode/decode.h"

static void print_value(struct decode *d, uint64_t addr, uint64_t len)
{
	size_t have;
	const char *data = addr && len ? decode_peek(d, addr, &have, NULL) : NULL;

	if (data && len <= d->opt->string_limit && have >= len && !data[len - 1])
		decode_quoted(d, data, len - 1, false);
	else
		decode_bytes(d, addr, len);
}

void decode_setxattr(struct decode *d)
{
	decode_default(d, 2);
	print_value(d, decode_next(d), decode_arg(d, 3));
	decode_default(d, 2);
}

void decode_getxattr(struct decode *d)
{
	uint64_t addr;

	decode_default(d, 2);
	addr = decode_next(d);
	if (!decode_exit(d))
		return;
	if (decode_failed(d) || !decode_arg(d, 3))
		decode_addr(d, addr);
	else
		print_value(d, addr, (uint64_t)d->rec->ret);
	decode_default(d, 1);
}

/* The list lies behind n arguments; without room for it only its size is asked for. */
static void print_list(struct decode *d, unsigned int n)
{
	uint64_t addr;

	decode_default(d, n);
	addr = decode_next(d);
	if (!decode_exit(d))
		return;
	if (decode_failed(d) || !decode_arg(d, n + 1))
		decode_addr(d, addr);
	else
		decode_bytes(d, addr, (uint64_t)d->rec->ret);
	decode_default(d, 1);
}

void decode_listxattr(struct decode *d)
{
	print_list(d, 1);
}

void decode_listxattrat(struct decode *d)
{
	print_list(d, 3);
}
