/* SPDX-License-Identifier: MIT */
/*
 * What getdents64 and the older getdents gave: how many entries, under -v the entries themselves.
 */
#include "decode/fields.h"
#include "xlat.h"

/* struct linux_dirent64: d_ino, d_off, d_reclen, d_type, d_name; struct linux_dirent the same with
 * the type in its last byte. See getdents(2). */
#define AT_OFF 8
#define AT_RECLEN 16
#define AT_TYPE64 18
#define AT_NAME64 19
#define AT_NAME 18

static void print_entry(struct decode *d, const unsigned char *e, size_t size, bool old)
{
	size_t name = old ? AT_NAME : AT_NAME64;
	size_t type = old ? size - 1 : AT_TYPE64;
	uint64_t ino, off;

	memcpy(&ino, e, sizeof(ino));
	memcpy(&off, e + AT_OFF, sizeof(off));
	text_lit(d->out, "{d_ino=");
	text_uint(d->out, ino);
	text_lit(d->out, ", d_off=");
	text_uint(d->out, off);
	text_lit(d->out, ", d_reclen=");
	text_uint(d->out, size);
	if (!old) {
		text_lit(d->out, ", d_type=");
		decode_enum(d, &xlat_dirent_types, e[type]);
	}
	text_lit(d->out, ", d_name=");
	decode_quoted(d, e + name, strnlen((const char *)e + name, size - name), false);
	if (old) {
		text_lit(d->out, ", d_type=");
		decode_enum(d, &xlat_dirent_types, e[type]);
	}
	text_char(d->out, '}');
}

static void print_entries(struct decode *d, const unsigned char *data, size_t have, uint64_t len,
			  bool old)
{
	size_t at = 0;

	text_char(d->out, '[');
	while (at + AT_NAME64 < have) {
		uint16_t size;

		memcpy(&size, data + at + AT_RECLEN, sizeof(size));
		if (size <= AT_NAME64 || size > have - at)
			break;
		if (at)
			text_lit(d->out, ", ");
		print_entry(d, data + at, size, old);
		at += size;
	}
	if (at < len)
		text_string(d->out, at ? ", ..." : "...");
	text_char(d->out, ']');
}

static void print_dirents(struct decode *d, uint64_t addr, uint64_t len, bool old)
{
	size_t have = 0;
	const void *data;
	uint64_t n;

	if (d->opt->no_abbrev && !len) {
		text_lit(d->out, "[]");
		return;
	}
	data = d->opt->no_abbrev ? decode_peek_at(d, true, 0, addr, &have, NULL) : NULL;
	if (data) {
		print_entries(d, data, have, len, old);
		return;
	}
	decode_addr(d, addr);
	if (!decode_count(d, true, addr, &n, NULL))
		return;
	text_lit(d->out, " /* ");
	text_uint(d->out, n);
	text_lit(d->out, " entries */");
}

void decode_dirents(struct decode *d, uint64_t addr, uint64_t len)
{
	print_dirents(d, addr, len, false);
}

static void print_call(struct decode *d, bool old)
{
	uint64_t addr;

	decode_default(d, 1);
	addr = decode_next(d);
	if (!decode_exit(d))
		return;
	if (decode_failed(d))
		decode_addr(d, addr);
	else
		print_dirents(d, addr, (uint64_t)d->rec->ret, old);
	decode_default(d, 1);
}

void decode_getdents(struct decode *d)
{
	print_call(d, true);
}

void decode_getdents64(struct decode *d)
{
	print_call(d, false);
}
