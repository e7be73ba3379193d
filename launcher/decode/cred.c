/* SPDX-License-Identifier: MIT */
/*
 * Capabilities and groups.
 */
#include <linux/capability.h>

#include "decode/fields.h"
#include "structs.h"
#include "xlat.h"

#define GROUPS_MAX 65536 /* the kernel's NGROUPS_MAX; more are not looked at */

void print_cap_header(struct decode *d, const void *data, size_t len)
{
	struct __user_cap_header_struct h;

	FIELDS_LOAD(h, data, len);
	decode_begin(d);
	FIELD_SET(d, h, version, enum, xlat_capability_versions);
	FIELD(d, h, pid, int);
	decode_end(d);
}

/* Every bit of the first word has a name; what has none is shown as part of the second word. */
static void print_set(struct decode *d, const char *name, uint32_t low, uint32_t high)
{
	uint64_t v = low | (uint64_t)high << 32, known = 0;

	for (uint32_t i = 0; i < xlat_capability_bits.nr; i++)
		known |= xlat_capability_bits.entries[i].value;
	decode_field(d, name);
	if (!(v & ~known)) {
		decode_flags(d, &xlat_capability_bits, v);
		return;
	}
	if (decode_flag_names(d, &xlat_capability_bits, v & known))
		text_char(d->out, '|');
	text_hex(d->out, (v & ~known) >> 32);
	if (!(v & known))
		decode_comment(d, xlat_capability_bits.unknown);
}

/* Two words a set since version 2, one before. */
static void print_data(struct decode *d, uint64_t header, uint64_t addr)
{
	struct __user_cap_data_struct data[2] = { 0 };
	uint32_t version = 0;
	size_t size = sizeof(data);

	if (header)
		decode_read_at(d, false, header, &version, sizeof(version));
	if (version != _LINUX_CAPABILITY_VERSION_2 && version != _LINUX_CAPABILITY_VERSION_3)
		size = sizeof(data[0]);
	if (!addr || !decode_read(d, addr, data, size)) {
		decode_addr(d, addr);
		return;
	}
	decode_begin(d);
	print_set(d, "effective", data[0].effective, data[1].effective);
	print_set(d, "permitted", data[0].permitted, data[1].permitted);
	print_set(d, "inheritable", data[0].inheritable, data[1].inheritable);
	decode_end(d);
}

/* The kernel corrects a version it does not know: what is shown is what it left. */
void decode_capget(struct decode *d)
{
	uint64_t header = decode_next(d), addr;

	decode_struct(d, &struct_cap_header, header, struct_cap_header.size);
	addr = decode_next(d);
	if (!decode_exit(d))
		return;
	if (decode_failed(d))
		decode_addr(d, addr);
	else
		print_data(d, header, addr);
}

void decode_capset(struct decode *d)
{
	uint64_t header = decode_next(d);

	decode_struct(d, &struct_cap_header, header, struct_cap_header.size);
	print_data(d, header, decode_next(d));
}

static void print_group(struct decode *d, const void *data, size_t len)
{
	uint32_t gid = 0;

	memcpy(&gid, data, len < sizeof(gid) ? len : sizeof(gid));
	decode_uid(d, gid);
}

void decode_setgroups(struct decode *d)
{
	uint32_t n = (uint32_t)decode_arg(d, 0);
	uint64_t addr;

	decode_default(d, 1);
	addr = decode_next(d);
	if (n > GROUPS_MAX)
		decode_addr(d, addr);
	else
		decode_array(d, addr, n, sizeof(uint32_t), print_group);
}

void decode_getgroups(struct decode *d)
{
	uint64_t addr;

	decode_default(d, 1);
	addr = decode_next(d);
	if (!decode_exit(d))
		return;
	if (decode_failed(d))
		decode_addr(d, addr);
	else
		decode_array(d, addr, (uint64_t)d->rec->ret, sizeof(uint32_t), print_group);
}
