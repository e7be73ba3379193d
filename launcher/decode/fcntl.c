/* SPDX-License-Identifier: MIT */
/*
 * fcntl: one decoder per kind of third argument, chosen by the spec's variants.
 */
#include <fcntl.h>

#include "decode/fields.h"
#include "decode/open_flags.h"
#include "structs.h"
#include "xlat.h"

static void print_lock_fields(struct decode *d, const struct flock *lock)
{
	decode_field(d, "l_type");
	decode_enum(d, &xlat_lock_types, (uint16_t)lock->l_type);
	decode_field(d, "l_whence");
	decode_enum(d, &xlat_whence, (uint16_t)lock->l_whence);
	FIELD(d, *lock, l_start, int);
	FIELD(d, *lock, l_len, int);
}

void print_flock(struct decode *d, const void *data, size_t len)
{
	struct flock lock;

	FIELDS_LOAD(lock, data, len);
	decode_begin(d);
	print_lock_fields(d, &lock);
	decode_end(d);
}

/* A lock as F_GETLK found it: with its owner. */
void print_flock_found(struct decode *d, const void *data, size_t len)
{
	struct flock lock;

	FIELDS_LOAD(lock, data, len);
	decode_begin(d);
	print_lock_fields(d, &lock);
	FIELD(d, lock, l_pid, int);
	decode_end(d);
}

void print_f_owner_ex(struct decode *d, const void *data, size_t len)
{
	struct f_owner_ex owner;

	FIELDS_LOAD(owner, data, len);
	decode_begin(d);
	FIELD_SET(d, owner, type, enum, xlat_owner_types);
	FIELD(d, owner, pid, int);
	decode_end(d);
}

static void print_open_flags_comment(struct decode *d)
{
	text_lit(d->out, "flags ");
	decode_open_flag_names(d, (uint64_t)d->rec->ret);
}

void decode_fcntl_getfl(struct decode *d)
{
	decode_default(d, 2);
	d->result = ARG_HEX;
	if (d->at_exit && !decode_failed(d))
		d->print_comment = print_open_flags_comment;
}

void decode_fcntl_setfl(struct decode *d)
{
	decode_default(d, 2);
	decode_open_flags(d, decode_next(d));
}

static void print_signal_comment(struct decode *d)
{
	char buf[16];
	const char *name = signal_name((int)d->rec->ret, buf);

	if (name)
		text_string(d->out, name);
	else
		text_int(d->out, d->rec->ret);
}

void decode_fcntl_getsig(struct decode *d)
{
	decode_default(d, 2);
	if (d->at_exit && d->rec->ret > 0)
		d->print_comment = print_signal_comment;
}

static void print_seals_comment(struct decode *d)
{
	text_lit(d->out, "seals ");
	decode_flags(d, &xlat_seals, (uint64_t)d->rec->ret);
}

void decode_fcntl_get_seals(struct decode *d)
{
	decode_default(d, 2);
	d->result = ARG_HEX;
	if (d->at_exit && d->rec->ret > 0)
		d->print_comment = print_seals_comment;
}
