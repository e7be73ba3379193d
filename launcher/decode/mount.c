/* SPDX-License-Identifier: MIT */
/*
 * File names that are more than names: nodes, mounts, handles.
 */
#include <sys/mount.h>
#include <sys/stat.h>

#include "decode/fields.h"
#include "structs.h"
#include "xlat.h"

/* The device is an argument only of device nodes. */
static void print_mode_and_device(struct decode *d)
{
	uint16_t mode = (uint16_t)decode_next(d);

	decode_mode_type(d, mode);
	if (S_ISCHR(mode) || S_ISBLK(mode))
		decode_dev(d, (uint32_t)decode_next(d));
}

void decode_mknod(struct decode *d)
{
	decode_default(d, 1);
	print_mode_and_device(d);
}

void decode_mknodat(struct decode *d)
{
	decode_default(d, 2);
	print_mode_and_device(d);
}

#define MAGIC_MASK 0xffff0000u

static void print_mount_flags(struct decode *d, uint64_t flags)
{
	uint64_t rest = flags & ~(uint64_t)MAGIC_MASK;

	if ((flags & MAGIC_MASK) != MS_MGC_VAL) {
		decode_flags(d, &xlat_mount_flags, flags);
		return;
	}
	if (!decode_names_begin(d, flags))
		return;
	text_lit(d->out, "MS_MGC_VAL");
	if (rest) {
		text_char(d->out, '|');
		if (!decode_flag_names(d, &xlat_mount_flags, rest))
			text_hex(d->out, rest);
	}
	decode_names_end(d);
}

/* The type of the file system and the data mean nothing for some kinds of mount. */
void decode_mount(struct decode *d)
{
	uint64_t flags = decode_arg(d, 3);
	bool old_magic = (flags & MAGIC_MASK) == MS_MGC_VAL;
	bool no_type, no_data;

	if (old_magic)
		flags &= ~(uint64_t)MAGIC_MASK;
	no_type = flags & (MS_REMOUNT | MS_BIND | MS_MOVE | MS_SHARED | MS_PRIVATE | MS_SLAVE |
			   MS_UNBINDABLE);
	no_data = flags & (MS_BIND | MS_MOVE | MS_SHARED | MS_PRIVATE | MS_SLAVE | MS_UNBINDABLE) &&
		  !(flags & MS_REMOUNT);
	decode_default(d, 2);
	if (no_type)
		decode_addr(d, decode_next(d));
	else
		decode_default(d, 1);
	print_mount_flags(d, decode_next(d));
	if (no_data)
		decode_addr(d, decode_next(d));
	else
		decode_default(d, 1);
}

/* The value of a binary option: in hex. */
void decode_fsconfig_binary(struct decode *d)
{
	uint64_t addr, len = (uint32_t)decode_arg(d, 4), want = len;
	size_t have = 0;
	const void *data;

	decode_default(d, 3);
	addr = decode_next(d);
	data = addr ? decode_peek(d, addr, &have, NULL) : NULL;
	if (want > d->opt->string_limit)
		want = d->opt->string_limit;
	if (data && have >= want)
		decode_quoted_hex(d, data, want, want < len);
	else
		decode_addr(d, addr);
	decode_default(d, 1);
}

void print_mount_attr(struct decode *d, const void *data, size_t len)
{
	struct {
		uint64_t attr_set;
		uint64_t attr_clr;
		uint64_t propagation;
		uint64_t userns_fd;
	} a;

	FIELDS_LOAD(a, data, len);
	decode_begin(d);
	FIELD_SET(d, a, attr_set, flags, xlat_mount_attributes);
	FIELD_SET(d, a, attr_clr, flags, xlat_mount_attributes);
	FIELD_SET(d, a, propagation, flags, xlat_mount_flags);
	FIELD(d, a, userns_fd, uint);
	fields_tail(d, data, sizeof(a), len);
	decode_end(d);
}

#define HANDLE_MAX 128 /* MAX_HANDLE_SZ of the kernel */

struct handle_head {
	uint32_t bytes;
	int32_t type;
};

/* , handle_type=1, f_handle="..." of the handle at addr */
static void print_handle_rest(struct decode *d, uint64_t addr, const struct handle_head *h)
{
	size_t have = 0;
	const void *data = decode_peek(d, addr + sizeof(*h), &have, NULL);

	text_lit(d->out, ", handle_type=");
	text_int(d->out, h->type);
	text_lit(d->out, ", f_handle=");
	if (data && have >= h->bytes && h->bytes <= HANDLE_MAX)
		decode_quoted_hex(d, data, h->bytes, false);
	else
		text_lit(d->out, "???");
}

void decode_name_to_handle_at(struct decode *d)
{
	struct handle_head in, out;
	uint64_t addr;
	int32_t mount;

	decode_default(d, 2);
	addr = decode_next(d);
	if (!addr || !decode_read(d, addr, &in, sizeof(in))) {
		decode_addr(d, addr);
	} else {
		text_lit(d->out, "{handle_bytes=");
		text_uint(d->out, in.bytes);
		if (!decode_exit(d))
			return;
		if (decode_read_at(d, true, addr, &out, sizeof(out)) &&
		    (!decode_failed(d) || out.bytes != in.bytes)) {
			text_lit(d->out, " => ");
			text_uint(d->out, out.bytes);
			if (!decode_failed(d))
				print_handle_rest(d, addr, &out);
		}
		text_char(d->out, '}');
	}
	addr = decode_next(d);
	if (!decode_exit(d))
		return;
	if (decode_failed(d) || !decode_read_at(d, true, addr, &mount, sizeof(mount))) {
		decode_addr(d, addr);
	} else {
		text_char(d->out, '[');
		text_int(d->out, mount);
		text_char(d->out, ']');
	}
	decode_default(d, 1);
}

void print_file_handle(struct decode *d, const void *data, size_t len)
{
	struct handle_head h;

	FIELDS_LOAD(h, data, len);
	text_lit(d->out, "{handle_bytes=");
	text_uint(d->out, h.bytes);
	text_lit(d->out, ", handle_type=");
	text_int(d->out, h.type);
	if (h.bytes <= len - sizeof(h)) {
		text_lit(d->out, ", f_handle=");
		decode_quoted_hex(d, (const char *)data + sizeof(h), h.bytes, false);
	}
	text_char(d->out, '}');
}
