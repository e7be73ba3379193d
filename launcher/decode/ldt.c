/* SPDX-License-Identifier: MIT */
/*
 * Segment descriptors of x86: modify_ldt() and the thread areas.
 */
#include <asm/ldt.h>
#include <stdio.h>

#include "decode/fields.h"
#include "structs.h"

/* Eight columns, the prefix included; 0 has none. */
static void print_padded(struct decode *d, uint32_t v)
{
	text_format(d->out, "%#08x", v);
}

static void print_bits(struct decode *d, const struct user_desc *u)
{
	decode_field(d, "seg_32bit");
	decode_uint(d, u->seg_32bit);
	decode_field(d, "contents");
	decode_uint(d, u->contents);
	decode_field(d, "read_exec_only");
	decode_uint(d, u->read_exec_only);
	decode_field(d, "limit_in_pages");
	decode_uint(d, u->limit_in_pages);
	decode_field(d, "seg_not_present");
	decode_uint(d, u->seg_not_present);
	decode_field(d, "useable");
	decode_uint(d, u->useable);
	decode_field(d, "lm");
	decode_uint(d, u->lm);
}

void print_user_desc(struct decode *d, const void *data, size_t len)
{
	struct user_desc u;

	FIELDS_LOAD(u, data, len);
	decode_begin(d);
	FIELD(d, u, entry_number, int);
	decode_field(d, "base_addr");
	print_padded(d, (uint32_t)u.base_addr);
	decode_field(d, "limit");
	print_padded(d, (uint32_t)u.limit);
	print_bits(d, &u);
	decode_end(d);
}

void decode_modify_ldt(struct decode *d)
{
	decode_default(d, 1);
	if (decode_arg(d, 2) == sizeof(struct user_desc))
		decode_default(d, 1);
	else
		decode_addr(d, decode_next(d));
	decode_default(d, 1);
}

static bool read_desc(struct decode *d, bool out, struct user_desc *ret_desc)
{
	uint64_t addr = decode_arg(d, 0);

	return addr && decode_read_at(d, out, addr, ret_desc, sizeof(*ret_desc));
}

/* The kernel chooses the entry where it is -1. */
void decode_set_thread_area(struct decode *d)
{
	struct user_desc u;
	uint64_t addr = decode_next(d);

	if (read_desc(d, false, &u))
		print_user_desc(d, &u, sizeof(u));
	else
		decode_addr(d, addr);
	if (!d->at_exit || decode_failed(d) || !read_desc(d, true, &u))
		return;
	snprintf(d->comment_buf, sizeof(d->comment_buf), "entry_number=%u", u.entry_number);
	d->comment = d->comment_buf;
}

void decode_get_thread_area(struct decode *d)
{
	struct user_desc u;
	uint64_t addr = decode_next(d);

	if (!decode_exit(d))
		return;
	if (!decode_failed(d) && read_desc(d, true, &u)) {
		print_user_desc(d, &u, sizeof(u));
	} else if (read_desc(d, false, &u)) {
		decode_begin(d);
		FIELD(d, u, entry_number, int);
		decode_more(d);
		decode_end(d);
	} else {
		decode_addr(d, addr);
	}
}
