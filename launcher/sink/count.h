/* SPDX-License-Identifier: MIT */
/*
 * How often each value of one argument was seen (--count=CALL:ARGUMENT): a table of text values,
 * printed as `@[value]: count`, the rarest first.
 */
#ifndef ITRACE_COUNT_H
#define ITRACE_COUNT_H

#include <stddef.h>
#include <stdint.h>

#include "sink/text.h"

struct count_entry {
	uint64_t count;
	uint32_t hash;
	uint32_t len;
	char *value; /* NULL: a free slot */
};

struct count {
	struct count_entry *slots;
	size_t nr_slots; /* a power of two, or 0 */
	size_t nr;
	unsigned int call; /* system call number */
	unsigned int arg;  /* index of the argument */
};

/* Resolves "CALL:ARGUMENT" (ARGUMENT: its name in the spec, or argN from arg0 on). Returns 0, or
 * -EINVAL with the message in *error. */
int count_init(struct count *c, const char *what, struct text *error);
void count_release(struct count *c);

/* One more of this value. Returns 0 or -ENOMEM. */
int count_add(struct count *c, const char *value, size_t len);

/* Leaves c as it is. Returns 0 or -ENOMEM. */
int count_print(const struct count *c, struct text *out);

#endif
