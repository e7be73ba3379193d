/* SPDX-License-Identifier: MIT */
/*
 * For printers of structures: loading what was captured, and fields by their C names.
 */
#ifndef ITRACE_FIELDS_H
#define ITRACE_FIELDS_H

#include <string.h>

#include "decode/decode.h"

/* Copies a structure out of captured memory, which may be misaligned and short: the rest is 0. */
#define FIELDS_LOAD(var, data, len)                                           \
	do {                                                                  \
		size_t load_len_ = (len) < sizeof(var) ? (len) : sizeof(var); \
		memset(&(var), 0, sizeof(var));                               \
		memcpy(&(var), (data), load_len_);                            \
	} while (0)

/* name=value of field f of the structure v, printed by decode_HOW(). */
#define FIELD(d, v, f, how) (decode_field((d), #f), decode_##how((d), (v).f))
/* The same for a field of a flag set or an enumeration of the spec. */
#define FIELD_SET(d, v, f, how, set) (decode_field((d), #f), decode_##how((d), &(set), (v).f))

/* Bytes from..to of data, if any of them is set: what the structure's definition does not know. */
void fields_tail(struct decode *d, const void *data, size_t from, size_t to);

#endif
