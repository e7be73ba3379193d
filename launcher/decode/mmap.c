/* SPDX-License-Identifier: MIT */
/*
 * Memory mappings: flags with numbers inside, and what is known of pages.
 */
#include <linux/mempolicy.h>
#include <sys/mman.h>

#include "decode/array.h"
#include "decode/fields.h"
#include "structs.h"
#include "xlat.h"

/* include/uapi/asm-generic/hugetlb_encode.h of the kernel: log2 of the page size */
#define HUGE_SHIFT 26
#define HUGE_MASK 0x3fu

#define PAGE_BYTES 4096

static void print_map_names(struct decode *d, uint32_t flags)
{
	uint32_t type = flags & MAP_TYPE;
	uint32_t rest = flags & ~(MAP_TYPE | HUGE_MASK << HUGE_SHIFT);
	uint32_t shift = flags >> HUGE_SHIFT & HUGE_MASK;
	const char *name = xlat_name(&xlat_mmap_types, type);

	if (name) {
		text_string(d->out, name);
	} else {
		text_hex(d->out, type);
		decode_comment(d, xlat_mmap_types.unknown);
	}
	if (rest) {
		text_char(d->out, '|');
		if (!decode_flag_names(d, &xlat_mmap_flags, rest))
			text_hex(d->out, rest);
	}
	if (shift) {
		text_char(d->out, '|');
		text_uint(d->out, shift);
		text_lit(d->out, "<<MAP_HUGE_SHIFT");
	}
}

static void print_map_flags(struct decode *d, uint64_t flags)
{
	if (decode_names_begin(d, flags)) {
		print_map_names(d, (uint32_t)flags);
		decode_names_end(d);
	}
}

void decode_mmap(struct decode *d)
{
	decode_default(d, 3);
	print_map_flags(d, decode_next(d));
	decode_default(d, 1);
	decode_hex(d, decode_next(d));
}

void decode_remap_file_pages(struct decode *d)
{
	decode_default(d, 4);
	print_map_flags(d, decode_next(d));
}

/* The new address is an argument only where it is fixed. */
void decode_mremap(struct decode *d)
{
	uint64_t flags = decode_arg(d, 3);

	decode_default(d, flags & MREMAP_FIXED ? 5 : 4);
}

static void print_memfd_names(struct decode *d, uint32_t flags)
{
	uint32_t plain = flags & ~(HUGE_MASK << HUGE_SHIFT);
	uint32_t shift = flags >> HUGE_SHIFT & HUGE_MASK;

	if (plain && !decode_flag_names(d, &xlat_memfd_flags, plain)) {
		text_hex(d->out, plain);
		decode_comment(d, xlat_memfd_flags.unknown);
	}
	if (plain && shift)
		text_char(d->out, '|');
	if (shift) {
		text_uint(d->out, shift);
		text_lit(d->out, "<<MFD_HUGE_SHIFT");
	}
}

void decode_memfd_create(struct decode *d)
{
	uint32_t flags;

	decode_default(d, 1);
	flags = (uint32_t)decode_next(d);
	if (!flags) {
		text_char(d->out, '0');
	} else if (decode_names_begin(d, flags)) {
		print_memfd_names(d, flags);
		decode_names_end(d);
	}
}

static void print_page_state(struct decode *d, const void *data, size_t len)
{
	(void)len;
	text_uint(d->out, *(const unsigned char *)data & 1);
}

/* One byte per page. */
void decode_mincore(struct decode *d)
{
	uint64_t pages = (decode_arg(d, 1) + PAGE_BYTES - 1) / PAGE_BYTES;
	uint64_t addr;

	decode_default(d, 2);
	addr = decode_next(d);
	if (!decode_exit(d))
		return;
	if (decode_failed(d))
		decode_addr(d, addr);
	else
		decode_array(d, addr, pages, 1, print_page_state);
}

/* printf's %#016lx */
static void print_mask_word(struct decode *d, const void *data, size_t len)
{
	uint64_t word;

	(void)len;
	memcpy(&word, data, sizeof(word));
	if (word)
		text_lit(d->out, "0x");
	text_hex_pad(d->out, word, word ? 14 : 16);
}

/* A set of memory nodes: the kernel takes one bit less than it is told of. */
static void print_nodes(struct decode *d, uint64_t addr, uint64_t bits)
{
	/* as many words as the kernel copies: it ignores the last bit; more bits than it takes are
	 * no mask */
	uint64_t words = (bits - 1 + 63) / 64;

	if (bits == 1 || bits > UINT32_MAX)
		decode_addr(d, addr);
	else
		decode_array(d, addr, words, sizeof(uint64_t), print_mask_word);
}

static void print_policy(struct decode *d, uint64_t v)
{
	uint32_t mode = (uint32_t)v & ~MPOL_MODE_FLAGS, flags = (uint32_t)v & MPOL_MODE_FLAGS;

	if (!flags) {
		decode_enum(d, &xlat_mempolicies, mode);
		return;
	}
	if (decode_names_begin(d, v)) {
		const char *name = xlat_name(&xlat_mempolicies, mode);

		if (name) {
			text_string(d->out, name);
			text_char(d->out, '|');
		}
		decode_flag_names(d, &xlat_mempolicy_modes, name ? flags : v);
		decode_names_end(d);
	}
}

void decode_set_mempolicy(struct decode *d)
{
	uint64_t mask;

	print_policy(d, (uint32_t)decode_next(d));
	mask = decode_next(d);
	print_nodes(d, mask, decode_arg(d, 2));
	decode_default(d, 1);
}

void decode_mbind(struct decode *d)
{
	uint64_t mask;

	decode_default(d, 2);
	print_policy(d, decode_next(d));
	mask = decode_next(d);
	print_nodes(d, mask, decode_arg(d, 4));
	decode_default(d, 2);
}

void decode_get_mempolicy(struct decode *d)
{
	uint64_t mask;

	if (!decode_default(d, 1))
		return;
	mask = decode_next(d);
	if (decode_failed(d))
		decode_addr(d, mask);
	else
		print_nodes(d, mask, decode_arg(d, 2));
	decode_default(d, 3);
}

void decode_migrate_pages(struct decode *d)
{
	uint64_t bits = decode_arg(d, 1);

	decode_default(d, 2);
	print_nodes(d, decode_next(d), bits);
	print_nodes(d, decode_next(d), bits);
}

/* The node of a page, or what kept it from moving. */
void print_page_status(struct decode *d, const void *data, size_t len)
{
	const char *name;
	int32_t status;

	FIELDS_LOAD(status, data, len);
	name = status < 0 && status > -4096 ? errno_name(-status) : NULL;
	if (!name || d->opt->xlat)
		text_int(d->out, status);
	if (!name || d->opt->xlat == 1)
		return;
	text_string(d->out, d->opt->xlat ? " /* -" : "-");
	text_string(d->out, name);
	if (d->opt->xlat)
		text_lit(d->out, " */");
}
