/* SPDX-License-Identifier: MIT */
/*
 * What a process is to the kernel: personality, comparisons, barriers.
 */
#include <linux/kcmp.h>
#include <linux/membarrier.h>

#include "decode/decode.h"
#include "structs.h"
#include "xlat.h"

#define PERSONALITY_MASK 0xff
#define PERSONALITY_ASK 0xffffffff

static void print_personality(struct decode *d, uint32_t v)
{
	uint32_t flags = v & ~(uint32_t)PERSONALITY_MASK;

	decode_enum(d, &xlat_personalities, v & PERSONALITY_MASK);
	if (flags) {
		text_char(d->out, '|');
		decode_flags(d, &xlat_personality_flags, flags);
	}
}

static void print_personality_result(struct decode *d)
{
	print_personality(d, (uint32_t)d->rec->ret);
}

void decode_personality(struct decode *d)
{
	uint32_t v = (uint32_t)decode_next(d);

	if (v == PERSONALITY_ASK)
		decode_hex(d, v);
	else
		print_personality(d, v);
	if (!decode_exit(d) || decode_failed(d))
		return;
	d->result = ARG_HEX;
	d->print_comment = print_personality_result;
}

void decode_kcmp(struct decode *d)
{
	uint32_t type = (uint32_t)decode_arg(d, 2);

	decode_default(d, 3);
	switch (type) {
	case KCMP_FILE:
		decode_fd(d, (int32_t)decode_next(d));
		decode_fd(d, (int32_t)decode_next(d));
		break;
	case KCMP_EPOLL_TFD:
		decode_fd(d, (int32_t)decode_next(d));
		decode_addr(d, decode_next(d));
		break;
	case KCMP_VM:
	case KCMP_FILES:
	case KCMP_FS:
	case KCMP_SIGHAND:
	case KCMP_IO:
	case KCMP_SYSVSEM:
		break;
	default:
		decode_hex(d, decode_next(d));
		decode_hex(d, decode_next(d));
	}
}

static void print_membarriers(struct decode *d)
{
	decode_flag_names(d, &xlat_membarrier_commands, (uint64_t)d->rec->ret);
}

void decode_membarrier(struct decode *d)
{
	decode_default(d, 2);
	if (decode_arg(d, 1) & MEMBARRIER_CMD_FLAG_CPU)
		decode_int(d, (int32_t)decode_next(d));
	if ((uint32_t)decode_arg(d, 0) != MEMBARRIER_CMD_QUERY || !decode_exit(d) ||
	    decode_failed(d))
		return;
	d->result = ARG_HEX;
	if (d->rec->ret)
		d->print_comment = print_membarriers;
}
