/* SPDX-License-Identifier: MIT */
/*
 * Vectors: of strings (argv, envp), of buffers (iovec).
 */
#include <sys/uio.h>

#include "decode/array.h"
#include "decode/fields.h"
#include "decode/netlink.h"
#include "structs.h"

static bool pointer_at(struct decode *d, uint64_t addr, uint64_t i, uint64_t *ret)
{
	return decode_read(d, addr + i * sizeof(*ret), ret, sizeof(*ret));
}

static void print_strings(struct decode *d, uint64_t addr)
{
	uint64_t limit = d->opt->no_abbrev ? UINT64_MAX : d->opt->string_limit;
	uint64_t p;

	if (!pointer_at(d, addr, 0, &p)) {
		decode_addr(d, addr);
		return;
	}
	text_char(d->out, '[');
	for (uint64_t i = 0;; i++) {
		if (!pointer_at(d, addr, i, &p)) {
			text_lit(d->out, ", ... /* ");
			text_hex(d->out, addr + i * sizeof(p));
			text_lit(d->out, " */");
			break;
		}
		if (!p)
			break;
		if (i)
			text_lit(d->out, ", ");
		if (i >= limit) {
			text_lit(d->out, "...");
			break;
		}
		decode_string(d, p, false);
	}
	text_char(d->out, ']');
}

void decode_argv(struct decode *d, uint64_t addr)
{
	if (addr)
		print_strings(d, addr);
	else
		decode_addr(d, addr);
}

void decode_envp(struct decode *d, uint64_t addr)
{
	unsigned int flags;
	uint64_t n;

	if (addr && d->opt->no_abbrev) {
		print_strings(d, addr);
		return;
	}
	decode_addr(d, addr);
	if (!addr || !decode_count(d, false, addr, &n, &flags))
		return;
	text_lit(d->out, " /* ");
	text_uint(d->out, n);
	text_string(d->out, n == 1 ? " var" : " vars");
	if (flags & SEGMENT_F_FAULT)
		text_lit(d->out, ", unterminated");
	text_lit(d->out, " */");
}

/* One whose buffer lies in another process. */
void print_iovec(struct decode *d, const void *data, size_t len)
{
	struct iovec v;

	FIELDS_LOAD(v, data, len);
	text_lit(d->out, "{iov_base=");
	decode_addr(d, (uintptr_t)v.iov_base);
	text_lit(d->out, ", iov_len=");
	text_uint(d->out, v.iov_len);
	text_char(d->out, '}');
}

void decode_iovec(struct decode *d, uint64_t addr, uint64_t n, uint64_t data_len)
{
	bool failed = data_len != UINT64_MAX && decode_failed(d);
	struct array_walk w;
	const void *e;

	array_begin(d, &w, addr, n, sizeof(struct iovec));
	while ((e = array_next(d, &w))) {
		struct iovec v;
		uint64_t len;

		memcpy(&v, e, sizeof(v));
		len = v.iov_len < data_len ? v.iov_len : data_len;
		text_lit(d->out, "{iov_base=");
		if (failed)
			decode_addr(d, (uintptr_t)v.iov_base);
		else if (!decode_netlink(d, (uintptr_t)v.iov_base, len))
			decode_bytes(d, (uintptr_t)v.iov_base, len);
		text_lit(d->out, ", iov_len=");
		text_uint(d->out, v.iov_len);
		text_char(d->out, '}');
		data_len -= len;
	}
}
