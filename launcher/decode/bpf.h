/* SPDX-License-Identifier: MIT */
/*
 * The attributes of bpf(2)'s commands, as a table of fields.
 *
 * The first fields of a command are always there, as the kernel takes a shorter attribute: the rest
 * is 0. Later ones are shown if the caller's attribute reaches into them. Layout: linux/bpf.h.
 */
#ifndef ITRACE_DECODE_BPF_H
#define ITRACE_DECODE_BPF_H

#include <stdint.h>

#include "decode/call_desc.h"

enum bpf_field_kind {
	FIELD_UINT = 1,
	FIELD_U64,
	FIELD_HEX,
	FIELD_HEX64,
	FIELD_ADDR,
	FIELD_FD,
	FIELD_PID,
	FIELD_ENUM,
	FIELD_ENUM64,
	FIELD_FLAGS,
	FIELD_FLAGS64,
	FIELD_NAME,
	FIELD_VERSION,
	FIELD_NODE,   /* of memory; -1 = none */
	FIELD_RESULT, /* a number that the kernel replaces */
};

struct bpf_field {
	const char *name;
	uint8_t at, kind;
	uint8_t beyond; /* shown if the attribute is longer than this */
	uint32_t needs; /* shown if one of these flags is set, in the word at needs_at; 0: always */
	uint8_t needs_at;
	const struct xlat *set;
};

struct bpf_command {
	const struct bpf_field *fields;
	const char *group; /* of the union in which the fields are; NULL = none */
	uint8_t len;	   /* bytes that are known of it */
};

/* By command. NULL as a field's name ends the fields. */
extern const struct bpf_command bpf_commands[];
extern const unsigned int bpf_nr_commands;

#endif
