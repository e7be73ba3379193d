/* SPDX-License-Identifier: MIT */
/*
 * open and its kin: the access mode is a number, not a flag, and the file mode is an argument only
 * where a file may be created.
 */
#include <fcntl.h>
#include <linux/openat2.h>

#include "decode/fields.h"
#include "decode/open_flags.h"
#include "structs.h"
#include "xlat.h"

/* include/uapi/asm-generic/fcntl.h of the kernel: O_TMPFILE without O_DIRECTORY */
#define TMPFILE_BIT 020000000

#define OPEN_HOW_SIZE_MIN 24 /* OPEN_HOW_SIZE_VER0 of the kernel */

void decode_open_flag_names(struct decode *d, uint64_t flags)
{
	static const char *const modes[] = { "O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE" };

	text_string(d->out, modes[flags & O_ACCMODE]);
	flags &= ~(uint64_t)O_ACCMODE;
	if (!flags)
		return;
	text_char(d->out, '|');
	if (!decode_flag_names(d, &xlat_open_flags, flags))
		text_hex(d->out, flags);
}

void decode_open_flags(struct decode *d, uint64_t flags)
{
	if (decode_names_begin(d, flags)) {
		decode_open_flag_names(d, flags);
		decode_names_end(d);
	}
}

/* The arguments behind the path. */
static void print_flags_and_mode(struct decode *d)
{
	uint32_t flags = (uint32_t)decode_next(d);

	decode_open_flags(d, flags);
	if (flags & (O_CREAT | TMPFILE_BIT))
		decode_mode(d, (uint16_t)decode_next(d));
}

void decode_open(struct decode *d)
{
	decode_default(d, 1);
	print_flags_and_mode(d);
}

void decode_openat(struct decode *d)
{
	decode_default(d, 2);
	print_flags_and_mode(d);
}

void print_open_how(struct decode *d, const void *data, size_t len)
{
	struct open_how how;

	FIELDS_LOAD(how, data, len);
	decode_begin(d);
	decode_field(d, "flags");
	decode_open_flags(d, how.flags);
	if ((how.flags & (O_CREAT | TMPFILE_BIT)) || how.mode)
		FIELD(d, how, mode, mode);
	FIELD_SET(d, how, resolve, flags, xlat_resolve_flags);
	fields_tail(d, data, sizeof(how), len);
	decode_end(d);
}

void decode_openat2(struct decode *d)
{
	uint64_t addr, size = decode_arg(d, 3);

	decode_default(d, 2);
	addr = decode_next(d);
	if (size < OPEN_HOW_SIZE_MIN)
		decode_addr(d, addr);
	else
		decode_struct(d, &struct_open_how, addr, size);
	decode_default(d, 1);
}

/* open_by_handle_at: the flags follow the handle */
void decode_open_by_handle_at(struct decode *d)
{
	decode_default(d, 2);
	decode_open_flags(d, (uint32_t)decode_next(d));
}
