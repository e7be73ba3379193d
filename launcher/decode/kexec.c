/* SPDX-License-Identifier: MIT */
/*
 * kexec_load(): segments, and an architecture within the flags.
 */
#include <linux/kexec.h>

#include "decode/fields.h"
#include "structs.h"
#include "xlat.h"

#define SEGMENTS_MAX 16 /* KEXEC_SEGMENT_MAX of the kernel */

/* struct kexec_segment of include/uapi/linux/kexec.h, which hides it from programs */
struct kexec_part {
	uint64_t buf;
	uint64_t bufsz;
	uint64_t mem;
	uint64_t memsz;
};

void print_kexec_segment(struct decode *d, const void *data, size_t len)
{
	struct kexec_part s;

	FIELDS_LOAD(s, data, len);
	decode_begin(d);
	FIELD(d, s, buf, addr);
	FIELD(d, s, bufsz, uint);
	FIELD(d, s, mem, addr);
	FIELD(d, s, memsz, uint);
	decode_end(d);
}

void decode_kexec_load(struct decode *d)
{
	uint64_t flags;

	decode_default(d, 2);
	if (decode_arg(d, 1) <= SEGMENTS_MAX)
		decode_default(d, 1);
	else
		decode_addr(d, decode_next(d));
	flags = decode_next(d);
	decode_enum(d, &xlat_kexec_archs, flags & KEXEC_ARCH_MASK);
	flags &= ~(uint64_t)KEXEC_ARCH_MASK;
	if (flags) {
		text_char(d->out, '|');
		decode_flags(d, &xlat_kexec_flags, flags);
	}
}
