/* SPDX-License-Identifier: MIT */
/*
 * What printers of structures share.
 */
#include "decode/fields.h"

void fields_tail(struct decode *d, const void *data, size_t from, size_t to)
{
	const unsigned char *bytes = data;
	size_t shown = to - from;
	bool any = false;

	for (size_t i = from; i < to; i++)
		any |= bytes[i] != 0;
	if (from >= to || !any)
		return;
	if (shown > d->opt->string_limit)
		shown = d->opt->string_limit;
	text_lit(d->out, ", /* bytes ");
	text_uint(d->out, from);
	text_lit(d->out, "..");
	text_uint(d->out, to - 1);
	text_lit(d->out, " */ ");
	decode_quoted_hex(d, bytes + from, shown, shown < to - from);
}
