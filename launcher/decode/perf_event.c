/* SPDX-License-Identifier: MIT */
/*
 * struct perf_event_attr: a type decides what the configuration means, bits decide what other
 * fields mean, and the structure is as long as its second field says.
 */
#include <linux/perf_event.h>
#include <stddef.h>

#include "decode/fields.h"
#include "structs.h"
#include "xlat.h"

/* The bits of the structure's bit-field, from the lowest; precise_ip takes two. */
static const char *const bit_names[] = {
	"disabled",
	"inherit",
	"pinned",
	"exclusive",
	"exclude_user",
	"exclude_kernel",
	"exclude_hv",
	"exclude_idle",
	"mmap",
	"comm",
	"freq",
	"inherit_stat",
	"enable_on_exec",
	"task",
	"watermark",
	"precise_ip",
	NULL,
	"mmap_data",
	"sample_id_all",
	"exclude_host",
	"exclude_guest",
	"exclude_callchain_kernel",
	"exclude_callchain_user",
	"mmap2",
	"comm_exec",
	"use_clockid",
	"context_switch",
	"write_backward",
	"namespaces",
	"ksymbol",
	"bpf_event",
	"aux_output",
	"cgroup",
	"text_poke",
	"build_id",
	"inherit_thread",
	"remove_on_exec",
	"sigtrap",
};

#define NR_BITS (sizeof(bit_names) / sizeof(bit_names[0]))
#define BITS_OFFSET 40 /* of the bit-field: behind read_format */

static void print_part(struct decode *d, const struct xlat *x, uint64_t v, unsigned int shift)
{
	decode_enum(d, x, v);
	if (shift) {
		text_lit(d->out, "<<");
		text_uint(d->out, shift);
		text_char(d->out, '|');
	}
}

static void print_cache(struct decode *d, uint64_t config)
{
	if (config >> 24) {
		decode_hex(d, config >> 24);
		text_lit(d->out, "<<24|");
	}
	print_part(d, &xlat_perf_cache_results, config >> 16 & 0xff, 16);
	print_part(d, &xlat_perf_cache_ops, config >> 8 & 0xff, 8);
	print_part(d, &xlat_perf_caches, config & 0xff, 0);
}

static void print_config(struct decode *d, const struct perf_event_attr *a)
{
	decode_field(d, "config");
	switch (a->type) {
	case PERF_TYPE_HARDWARE:
		decode_enum(d, &xlat_perf_hardware_ids, a->config);
		break;
	case PERF_TYPE_SOFTWARE:
		decode_enum(d, &xlat_perf_software_ids, a->config);
		break;
	case PERF_TYPE_TRACEPOINT:
		decode_uint(d, a->config);
		break;
	case PERF_TYPE_HW_CACHE:
		print_cache(d, a->config);
		break;
	default:
		decode_hex(d, a->config);
		break;
	}
}

static void print_precision(struct decode *d, unsigned int precise)
{
	static const char *const meanings[] = { "arbitrary skid", "constant skid",
						"requested to have 0 skid", "must have 0 skid" };

	decode_field(d, "precise_ip");
	decode_uint(d, precise);
	decode_comment(d, meanings[precise]);
}

static void print_bits(struct decode *d, uint64_t bits)
{
	for (unsigned int i = 0; i < NR_BITS; i++) {
		unsigned int bit = bits >> i & 1;

		if (i == 15) {
			print_precision(d, bits >> i & 3);
		} else if (bit_names[i] && (bit || d->opt->no_abbrev)) {
			decode_field(d, bit_names[i]);
			decode_uint(d, bit);
		}
	}
	if (bits >> NR_BITS) {
		decode_field(d, "__reserved_1");
		decode_hex(d, bits >> NR_BITS);
		decode_comment(d, "Bits 63..38");
	}
}

static void print_head(struct decode *d, const struct perf_event_attr *a, uint64_t bits)
{
	FIELD_SET(d, *a, type, enum, xlat_perf_types);
	FIELD_SET(d, *a, size, enum, xlat_perf_attr_sizes);
	print_config(d, a);
	decode_field(d, a->freq ? "sample_freq" : "sample_period");
	decode_uint(d, a->sample_period);
	FIELD_SET(d, *a, sample_type, flags, xlat_perf_sample_types);
	FIELD_SET(d, *a, read_format, flags, xlat_perf_read_formats);
	print_bits(d, bits);
}

static void print_events(struct decode *d, const struct perf_event_attr *a)
{
	decode_field(d, a->watermark ? "wakeup_watermark" : "wakeup_events");
	decode_uint(d, a->wakeup_events);
	if (a->type == PERF_TYPE_BREAKPOINT) {
		FIELD_SET(d, *a, bp_type, enum, xlat_breakpoint_types);
		FIELD(d, *a, bp_addr, hex);
	} else {
		FIELD(d, *a, config1, hex);
	}
}

/* A field is there if the structure reaches behind it. */
#define HAS(size, field) \
	((size) >=       \
	 offsetof(struct perf_event_attr, field) + sizeof(((struct perf_event_attr *)0)->field))

static void print_samples(struct decode *d, const struct perf_event_attr *a, size_t size)
{
	if (HAS(size, config2)) {
		if (a->type == PERF_TYPE_BREAKPOINT)
			FIELD(d, *a, bp_len, uint);
		else
			FIELD(d, *a, config2, hex);
	}
	if (HAS(size, branch_sample_type) && a->sample_type & PERF_SAMPLE_BRANCH_STACK)
		FIELD_SET(d, *a, branch_sample_type, flags, xlat_perf_branch_types);
	if (HAS(size, sample_regs_user))
		FIELD(d, *a, sample_regs_user, hex);
	if (HAS(size, sample_stack_user) && a->sample_type & PERF_SAMPLE_STACK_USER)
		FIELD(d, *a, sample_stack_user, hex);
	if (HAS(size, clockid) && a->use_clockid)
		FIELD(d, *a, clockid, clock);
	if (HAS(size, sample_regs_intr))
		FIELD(d, *a, sample_regs_intr, hex);
}

static void print_aux(struct decode *d, const struct perf_event_attr *a, size_t size)
{
	if (HAS(size, aux_watermark))
		FIELD(d, *a, aux_watermark, uint);
	if (HAS(size, sample_max_stack)) {
		FIELD(d, *a, sample_max_stack, uint);
		fields_tail(d, a, offsetof(struct perf_event_attr, __reserved_2),
			    offsetof(struct perf_event_attr, aux_sample_size));
	}
	if (HAS(size, aux_sample_size)) {
		FIELD(d, *a, aux_sample_size, uint);
		fields_tail(d, a, offsetof(struct perf_event_attr, __reserved_3),
			    offsetof(struct perf_event_attr, sig_data));
	}
	if (HAS(size, sig_data))
		FIELD(d, *a, sig_data, hex);
	if (size > sizeof(*a))
		decode_more(d);
}

void print_perf_event_attr(struct decode *d, const void *data, size_t len)
{
	struct perf_event_attr a;
	uint64_t bits;
	size_t size;

	FIELDS_LOAD(a, data, len);
	memcpy(&bits, (const char *)&a + BITS_OFFSET, sizeof(bits));
	size = a.size ? a.size : PERF_ATTR_SIZE_VER0;
	decode_begin(d);
	print_head(d, &a, bits);
	if (d->opt->no_abbrev) {
		print_events(d, &a);
		print_samples(d, &a, size);
		print_aux(d, &a, size);
	} else {
		decode_more(d);
	}
	decode_end(d);
}
