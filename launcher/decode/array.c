/* SPDX-License-Identifier: MIT */
/*
 * Arrays and structures at an address.
 *
 * As strace does it: at most -s elements, then "..."; where the memory ends early, the address of
 * the first element that could not be read as a comment.
 */
#include "decode/array.h"

void array_begin(struct decode *d, struct array_walk *w, uint64_t addr, uint64_t n, size_t size)
{
	size_t have = 0;

	*w = (struct array_walk){ .addr = addr, .n = n, .limit = n, .size = size };
	if (!addr) {
		text_lit(d->out, "NULL");
		w->n = 0;
		return;
	}
	if (!n) {
		text_lit(d->out, "[]");
		return;
	}
	w->data = size ? decode_peek_some(d, addr, n < SIZE_MAX / size ? n * size : SIZE_MAX, &have)
		       : NULL;
	w->have = w->data ? have / size : 0;
	if (!w->have) {
		decode_addr(d, addr);
		w->n = 0;
		return;
	}
	if (!d->opt->no_abbrev && n > d->opt->string_limit)
		w->limit = d->opt->string_limit;
	text_char(d->out, '[');
}

const void *array_next(struct decode *d, struct array_walk *w)
{
	if (!w->n)
		return NULL;
	if (w->i < w->limit && w->i < w->have) {
		if (w->i)
			text_lit(d->out, ", ");
		return w->data + w->size * w->i++;
	}
	if (w->i < w->n) {
		if (w->i)
			text_lit(d->out, ", ");
		text_lit(d->out, "...");
		if (w->i < w->limit) {
			text_lit(d->out, " /* ");
			text_hex(d->out, w->addr + w->size * w->i);
			text_lit(d->out, " */");
		}
	}
	text_char(d->out, ']');
	w->n = 0;
	return NULL;
}

void decode_array(struct decode *d, uint64_t addr, uint64_t n, size_t size, struct_fn *print)
{
	struct array_walk w;
	const void *e;

	array_begin(d, &w, addr, n, size);
	while ((e = array_next(d, &w)))
		print(d, e, size);
}

void decode_struct(struct decode *d, const struct struct_desc *sd, uint64_t addr, size_t len)
{
	size_t have;
	const void *data = addr ? decode_peek_some(d, addr, len, &have) : NULL;

	if (!data || !sd || !sd->print || have < (len < sd->size ? len : sd->size)) {
		decode_addr(d, addr);
		return;
	}
	sd->print(d, data, have < len ? have : len);
}
