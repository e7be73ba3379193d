/* SPDX-License-Identifier: MIT */
/*
 * Scheduling: policies, priorities, sets of CPUs.
 */
#include "decode/fields.h"
#include "structs.h"
#include "xlat.h"

#define IOPRIO_CLASS_SHIFT 13

/* linux/sched/types.h */
struct kernel_sched_attr {
	uint32_t size;
	uint32_t sched_policy;
	uint64_t sched_flags;
	int32_t sched_nice;
	uint32_t sched_priority;
	uint64_t sched_runtime;
	uint64_t sched_deadline;
	uint64_t sched_period;
	uint32_t sched_util_min;
	uint32_t sched_util_max;
};

#define FLAG_KEEP_POLICY 0x08 /* what these keep is not shown */
#define FLAG_KEEP_PARAMS 0x10

#define ATTR_MIN 48 /* the first published size, without the limits of utilisation */

void print_sched_param(struct decode *d, const void *data, size_t len)
{
	int32_t priority;

	FIELDS_LOAD(priority, data, len);
	text_char(d->out, '[');
	text_int(d->out, priority);
	text_char(d->out, ']');
}

void print_sched_attr(struct decode *d, const void *data, size_t len)
{
	struct kernel_sched_attr a;

	FIELDS_LOAD(a, data, len);
	decode_begin(d);
	FIELD(d, a, size, uint);
	if (a.size >= ATTR_MIN) {
		if (!(a.sched_flags & FLAG_KEEP_POLICY))
			FIELD_SET(d, a, sched_policy, enum, xlat_schedulers);
		FIELD_SET(d, a, sched_flags, flags, xlat_sched_flags);
	}
	if (a.size >= ATTR_MIN && !(a.sched_flags & FLAG_KEEP_PARAMS)) {
		FIELD(d, a, sched_nice, int);
		FIELD(d, a, sched_priority, uint);
		FIELD(d, a, sched_runtime, uint);
		FIELD(d, a, sched_deadline, uint);
		FIELD(d, a, sched_period, uint);
	}
	if (a.size >= sizeof(a)) {
		FIELD(d, a, sched_util_min, uint);
		FIELD(d, a, sched_util_max, uint);
	}
	decode_end(d);
}

/* [0 1 5] */
static void print_cpus(struct decode *d, const unsigned char *set, size_t len)
{
	bool any = false;

	text_char(d->out, '[');
	for (size_t cpu = 0; cpu < len * 8; cpu++) {
		if (!(set[cpu / 8] >> (cpu % 8) & 1))
			continue;
		if (any)
			text_char(d->out, ' ');
		text_uint(d->out, cpu);
		any = true;
	}
	text_char(d->out, ']');
}

static void print_cpu_set_at(struct decode *d, uint64_t addr, uint64_t len)
{
	size_t have = 0;
	const void *set = addr && len ? decode_peek(d, addr, &have, NULL) : NULL;
	uint64_t want = len < struct_cpu_set.size ? len : struct_cpu_set.size;

	if (addr && !len)
		text_lit(d->out, "[]");
	else if (set && have >= want)
		print_cpus(d, set, want);
	else
		decode_addr(d, addr);
}

void print_cpu_set(struct decode *d, const void *data, size_t len)
{
	print_cpus(d, data, len);
}

void decode_sched_setaffinity(struct decode *d)
{
	decode_default(d, 2);
	print_cpu_set_at(d, decode_next(d), (uint32_t)decode_arg(d, 1));
}

/* The result tells how much of the set was written. */
void decode_sched_getaffinity(struct decode *d)
{
	uint64_t addr;

	decode_default(d, 2);
	addr = decode_next(d);
	if (!decode_exit(d))
		return;
	if (decode_failed(d))
		decode_addr(d, addr);
	else
		print_cpu_set_at(d, addr, (uint64_t)d->rec->ret);
}

void decode_sched_getscheduler(struct decode *d)
{
	if (!decode_default(d, 1) || !decode_exit(d) || decode_failed(d))
		return;
	d->result = ARG_INT;
	d->comment = xlat_name(&xlat_schedulers, (uint64_t)d->rec->ret);
}

/* IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, 4) */
static void print_ioprio(struct decode *d, uint32_t v)
{
	text_lit(d->out, "IOPRIO_PRIO_VALUE(");
	decode_enum(d, &xlat_ioprio_classes, v >> IOPRIO_CLASS_SHIFT);
	text_lit(d->out, ", ");
	text_uint(d->out, v & ((1u << IOPRIO_CLASS_SHIFT) - 1));
	text_char(d->out, ')');
}

static void print_ioprio_result(struct decode *d)
{
	print_ioprio(d, (uint32_t)d->rec->ret);
}

void decode_ioprio_set(struct decode *d)
{
	decode_default(d, 2);
	print_ioprio(d, (uint32_t)decode_next(d));
}

void decode_ioprio_get(struct decode *d)
{
	decode_default(d, 2);
	if (!decode_exit(d) || decode_failed(d))
		return;
	d->result = ARG_HEX;
	d->print_comment = print_ioprio_result;
}
