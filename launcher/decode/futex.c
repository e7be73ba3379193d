/* SPDX-License-Identifier: MIT */
/*
 * Futexes: which arguments mean something the operation decides.
 */
#include <linux/futex.h>

#include "decode/fields.h"
#include "structs.h"
#include "xlat.h"

#define OPERATION 0x7fu	 /* the part of the argument without its flags */
#define OP_OPARG_SHIFT 8 /* of the four bits that hold the operation */

struct waitv {
	uint64_t val;
	uint64_t uaddr;
	uint32_t flags;
	uint32_t __reserved;
};

static void print_value(struct decode *d)
{
	decode_uint(d, (uint32_t)decode_next(d));
}

static void print_timeout(struct decode *d)
{
	decode_struct(d, &struct_timespec, decode_next(d), struct_timespec.size);
}

static void print_addr(struct decode *d)
{
	decode_addr(d, decode_next(d));
}

static void print_bitset(struct decode *d)
{
	uint32_t v;

	d->arg = 5;
	v = (uint32_t)decode_next(d);
	if (v == FUTEX_BITSET_MATCH_ANY)
		text_lit(d->out, "FUTEX_BITSET_MATCH_ANY");
	else
		decode_hex(d, v);
}

static void print_op_part(struct decode *d, const struct xlat *x, uint64_t v, unsigned int shift)
{
	const char *name = xlat_name(x, v);

	if (name)
		text_string(d->out, name);
	else
		decode_hex(d, v);
	text_lit(d->out, "<<");
	text_uint(d->out, shift);
	if (!name)
		decode_comment(d, x->unknown);
}

/* FUTEX_OP_SET<<28|0x5<<12|FUTEX_OP_CMP_EQ<<24|0x7 */
static void print_wake_op(struct decode *d)
{
	uint32_t v = (uint32_t)decode_next(d);

	if (v >> 28 & OP_OPARG_SHIFT)
		text_lit(d->out, "FUTEX_OP_OPARG_SHIFT<<28|");
	print_op_part(d, &xlat_futex_wake_ops, v >> 28 & 7, 28);
	text_char(d->out, '|');
	decode_hex(d, v >> 12 & 0xfff);
	text_lit(d->out, "<<12|");
	print_op_part(d, &xlat_futex_wake_cmps, v >> 24 & 15, 24);
	text_char(d->out, '|');
	decode_hex(d, v & 0xfff);
}

static void print_rest(struct decode *d, unsigned int command)
{
	switch (command) {
	case FUTEX_WAIT:
		print_value(d);
		print_timeout(d);
		break;
	case FUTEX_WAIT_BITSET:
		print_value(d);
		print_timeout(d);
		print_bitset(d);
		break;
	case FUTEX_WAIT_REQUEUE_PI:
		print_value(d);
		print_timeout(d);
		print_addr(d);
		break;
	case FUTEX_LOCK_PI:
	case FUTEX_LOCK_PI2:
		d->arg = 3;
		print_timeout(d);
		break;
	case FUTEX_UNLOCK_PI:
	case FUTEX_TRYLOCK_PI:
		break;
	case FUTEX_WAKE:
	case FUTEX_FD:
		print_value(d);
		break;
	case FUTEX_WAKE_BITSET:
		print_value(d);
		print_bitset(d);
		break;
	case FUTEX_REQUEUE:
		print_value(d);
		print_value(d);
		print_addr(d);
		break;
	case FUTEX_CMP_REQUEUE:
	case FUTEX_CMP_REQUEUE_PI:
		print_value(d);
		print_value(d);
		print_addr(d);
		print_value(d);
		break;
	case FUTEX_WAKE_OP:
		print_value(d);
		print_value(d);
		print_addr(d);
		print_wake_op(d);
		break;
	default:
		print_value(d);
		print_addr(d);
		print_addr(d);
		decode_hex(d, (uint32_t)decode_next(d));
	}
}

void decode_futex(struct decode *d)
{
	uint32_t op;

	decode_addr(d, decode_next(d));
	op = (uint32_t)decode_next(d);
	decode_enum(d, &xlat_futex_operations, op);
	print_rest(d, op & OPERATION);
}

void print_futex_waitv(struct decode *d, const void *data, size_t len)
{
	struct waitv w;

	FIELDS_LOAD(w, data, len);
	decode_begin(d);
	FIELD(d, w, val, hex);
	FIELD(d, w, uaddr, addr);
	FIELD_SET(d, w, flags, flags, xlat_futex_waitv_flags);
	if (w.__reserved)
		FIELD(d, w, __reserved, hex);
	decode_end(d);
}
