/* SPDX-License-Identifier: MIT */
/*
 * keyctl(): its structures, and operations whose data is as long as a structure says.
 */
#include <linux/keyctl.h>

#include "decode/fields.h"
#include "structs.h"
#include "xlat.h"

/* __spare=[0x1, 0, ...], left out if all are 0. */
static void print_spare(struct decode *d, const uint32_t *spare, unsigned int n)
{
	uint32_t any = 0;

	for (unsigned int i = 0; i < n; i++)
		any |= spare[i];
	if (!any)
		return;
	decode_field(d, "__spare");
	for (unsigned int i = 0; i < n; i++) {
		text_string(d->out, i ? ", " : "[");
		decode_hex(d, spare[i]);
	}
	text_char(d->out, ']');
}

void print_keyctl_dh_params(struct decode *d, const void *data, size_t len)
{
	struct keyctl_dh_params p;

	FIELDS_LOAD(p, data, len);
	decode_begin(d);
	decode_field(d, "private");
	decode_enum(d, &xlat_key_specs, (uint32_t)p.priv);
	decode_field(d, "prime");
	decode_enum(d, &xlat_key_specs, (uint32_t)p.prime);
	decode_field(d, "base");
	decode_enum(d, &xlat_key_specs, (uint32_t)p.base);
	decode_end(d);
}

void print_keyctl_kdf_params(struct decode *d, const void *data, size_t len)
{
	struct keyctl_kdf_params p;

	FIELDS_LOAD(p, data, len);
	decode_begin(d);
	decode_field(d, "hashname");
	decode_addr(d, (uintptr_t)p.hashname);
	decode_field(d, "otherinfo");
	decode_addr(d, (uintptr_t)p.otherinfo);
	FIELD(d, p, otherinfolen, uint);
	print_spare(d, p.__spare, sizeof(p.__spare) / sizeof(p.__spare[0]));
	decode_end(d);
}

void print_keyctl_pkey_query(struct decode *d, const void *data, size_t len)
{
	struct keyctl_pkey_query q;

	FIELDS_LOAD(q, data, len);
	decode_begin(d);
	FIELD_SET(d, q, supported_ops, flags, xlat_key_supports);
	FIELD(d, q, key_size, uint);
	FIELD(d, q, max_data_size, uint);
	FIELD(d, q, max_sig_size, uint);
	FIELD(d, q, max_enc_size, uint);
	FIELD(d, q, max_dec_size, uint);
	print_spare(d, q.__spare, sizeof(q.__spare) / sizeof(q.__spare[0]));
	decode_end(d);
}

static void print_pkey_params(struct decode *d, const void *data, size_t len, const char *second)
{
	struct keyctl_pkey_params p;

	FIELDS_LOAD(p, data, len);
	decode_begin(d);
	decode_field(d, "key_id");
	decode_enum(d, &xlat_key_specs, (uint32_t)p.key_id);
	FIELD(d, p, in_len, uint);
	decode_field(d, second);
	decode_uint(d, p.out_len);
	print_spare(d, p.__spare, sizeof(p.__spare) / sizeof(p.__spare[0]));
	decode_end(d);
}

void print_keyctl_pkey_params(struct decode *d, const void *data, size_t len)
{
	print_pkey_params(d, data, len, "out_len");
}

void print_keyctl_verify_params(struct decode *d, const void *data, size_t len)
{
	print_pkey_params(d, data, len, "in2_len");
}

/* The name of an error number. */
void decode_keyctl_reject(struct decode *d)
{
	const char *name;
	uint32_t err;

	decode_default(d, 3);
	err = (uint32_t)decode_next(d);
	name = err < 4096 ? errno_name((int)err) : NULL;
	if (name)
		text_string(d->out, name);
	else
		decode_uint(d, err);
	decode_default(d, 1);
}

static void print_data(struct decode *d, bool known, uint32_t len)
{
	uint64_t addr = decode_next(d);

	if (known && addr)
		decode_bytes(d, addr, len);
	else
		decode_addr(d, addr);
}

/* What goes in is known at entry, what comes out only if the operation succeeds. */
void decode_keyctl_pkey(struct decode *d)
{
	struct keyctl_pkey_params p;
	bool known;

	decode_default(d, 2);
	known = decode_read(d, decode_arg(d, 1), &p, sizeof(p));
	decode_default(d, 1);
	print_data(d, known, p.in_len);
	if (!decode_exit(d))
		return;
	print_data(d, known && !decode_failed(d), p.out_len);
}

void decode_keyctl_verify(struct decode *d)
{
	struct keyctl_pkey_params p;
	bool known;

	decode_default(d, 2);
	known = decode_read(d, decode_arg(d, 1), &p, sizeof(p));
	decode_default(d, 1);
	print_data(d, known, p.in_len);
	print_data(d, known, p.in2_len);
}

void decode_keyctl_capabilities(struct decode *d)
{
	static const struct xlat *const sets[] = { &xlat_key_caps0, &xlat_key_caps1 };
	const uint8_t *caps;
	uint64_t addr;
	size_t len = 0;

	decode_default(d, 1);
	addr = decode_next(d);
	if (!decode_exit(d))
		return;
	caps = decode_failed(d) ? NULL : decode_peek(d, addr, &len, NULL);
	if (caps || (addr && !decode_failed(d) && !decode_arg(d, 2))) {
		text_char(d->out, '[');
		for (size_t i = 0; caps && i < len && i < decode_arg(d, 2); i++) {
			if (i)
				text_lit(d->out, ", ");
			if (i < sizeof(sets) / sizeof(sets[0]))
				decode_flags(d, sets[i], caps[i]);
			else
				decode_hex(d, caps[i]);
		}
		text_char(d->out, ']');
	} else {
		decode_addr(d, addr);
	}
	decode_default(d, 1);
}

/* What was got is no longer than the buffer, whatever the result says; text: with a NUL behind it.
 */
static void print_got(struct decode *d, bool text)
{
	uint64_t addr, len = (uint64_t)d->rec->ret, room = decode_arg(d, 3);

	decode_default(d, 2);
	addr = decode_next(d);
	if (!decode_exit(d))
		return;
	if (text && len && len <= room)
		len--;
	if (decode_failed(d))
		decode_addr(d, addr);
	else
		decode_bytes(d, addr, len < room ? len : room);
	decode_default(d, 1);
}

void decode_keyctl_describe(struct decode *d)
{
	print_got(d, true);
}

void decode_keyctl_read(struct decode *d)
{
	print_got(d, false);
}
