/* SPDX-License-Identifier: MIT */
/*
 * Calls that copy between descriptors: the offsets they are given, and leave behind.
 */
#include "decode/decode.h"

/* [5]; the value at entry */
static bool print_offset(struct decode *d, uint64_t addr, int64_t *ret_offset)
{
	if (!addr || !decode_read_at(d, false, addr, ret_offset, sizeof(*ret_offset))) {
		decode_addr(d, addr);
		return false;
	}
	text_char(d->out, '[');
	text_int(d->out, *ret_offset);
	text_char(d->out, ']');
	return true;
}

void decode_sendfile(struct decode *d)
{
	int64_t before, after;
	uint64_t addr;
	bool known;

	decode_default(d, 2);
	addr = decode_next(d);
	known = print_offset(d, addr, &before);
	if (known) {
		if (!decode_exit(d))
			return;
		if (d->rec->ret > 0 && decode_read_at(d, true, addr, &after, sizeof(after))) {
			text_lit(d->out, " => [");
			text_int(d->out, after);
			text_char(d->out, ']');
		}
	}
	decode_default(d, 1);
}

/* splice, copy_file_range */
static void print_two_offsets(struct decode *d)
{
	int64_t offset;

	decode_default(d, 1);
	print_offset(d, decode_next(d), &offset);
	decode_default(d, 1);
	print_offset(d, decode_next(d), &offset);
	decode_default(d, 2);
}

void decode_splice(struct decode *d)
{
	print_two_offsets(d);
}

void decode_copy_file_range(struct decode *d)
{
	print_two_offsets(d);
}
