/* SPDX-License-Identifier: MIT */
/*
 * What the spec knows of library functions. Generated: gen/emit_lib.c
 */
#ifndef ITRACE_LIB_TABLE_H
#define ITRACE_LIB_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "decode/call_desc.h"

/* A library function of the spec; its plan is plan_ops[first_op .. + nr_ops). */
struct lib_builtin {
	const struct call_desc *desc;
	uint16_t first_op;
	uint8_t nr_ops;
	bool noreturn;
};

struct lib_set {
	const char *name;
	const struct xlat *xlat;
	bool is_enum;
};

/* Sorted by name. */
extern const struct lib_builtin lib_builtins[];
extern const unsigned int nr_lib_builtins;

extern const struct lib_set lib_sets[];
extern const unsigned int nr_lib_sets;
extern const struct struct_desc *const lib_structs[];
extern const unsigned int nr_lib_structs;

#endif
