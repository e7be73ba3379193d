/* SPDX-License-Identifier: MIT */
/*
 * What the launcher tells the tracees about library calls: which are asked for, and what is known
 * of the functions' arguments. One block of bytes in the session's memory (session.lib_off,
 * session.lib_len), written before the first tracee starts, never changed.
 *
 *     struct lib_area | patterns | struct lib_proto[] | struct plan_op[] | names
 *
 * Offsets count from the area's start and are multiples of 8. Nothing here is a pointer.
 *
 * Patterns: strings one behind the other, an empty one at the end. The first character is the
 * kind, the second the sense, then SYMBOL, '@', LIBRARY:
 *
 *     kind   'c' calls made by LIBRARY ("MAIN" = the program itself), as -e has it
 *            'x' calls of functions that LIBRARY defines, as -x and -l have it
 *     sense  '+' asked for, '-' not asked for after all; the last pattern that fits decides
 *
 * SYMBOL and LIBRARY are patterns of itrace/pattern.h; an empty one fits everything. LIBRARY is
 * compared with the object's SONAME, or with its path if it begins with '/'.
 */
#ifndef ITRACE_LIB_H
#define ITRACE_LIB_H

#include <stdint.h>

#include "itrace/plan.h"

#define LIB_AREA_MAX (16u << 20)
#define LIB_ARGS_MAX 16 /* arguments that a prototype may have */

struct lib_area {
	uint32_t size;	   /* bytes of the whole area */
	uint32_t patterns; /* offset */
	uint32_t protos;   /* offset; sorted by name, as strcmp() has it */
	uint32_t nr_protos;
	uint32_t ops; /* offset */
	uint32_t nr_ops;
	uint32_t names; /* offset */
	uint32_t names_len;
};

_Static_assert(sizeof(struct lib_area) == 32, "shared layout");

/* How a value travels (System V ABI for AMD64, 3.2.3). */
enum lib_class {
	LIB_CLASS_INT = 0, /* integer register, or 8 bytes of stack */
	LIB_CLASS_DOUBLE,  /* vector register, or 8 bytes of stack */
	LIB_CLASS_FLOAT,   /* the same; recorded as a double */
	LIB_CLASS_VOID,	   /* results only */
};

/* lib_proto.flags */
#define LIB_PROTO_NORETURN 0x1
#define LIB_PROTO_FORMAT 0x2 /* argument `format` is a printf format: the variable ones follow */

struct lib_proto {
	uint32_t name;	/* offset into names */
	uint16_t first; /* plan: ops[first .. first + nr) */
	uint8_t nr;
	uint8_t nr_args;
	uint8_t result; /* enum lib_class */
	uint8_t flags;	/* LIB_PROTO_* */
	uint8_t format; /* index of the format argument */
	uint8_t reserved;
	uint8_t classes[LIB_ARGS_MAX]; /* enum lib_class */
	uint32_t reserved2;
};

_Static_assert(sizeof(struct lib_proto) == 32, "shared layout");

/*
 * How a library call is recorded. record.args are the first six arguments by position, whatever
 * register they came in; floating-point values as the bits of a double. The others (from the
 * seventh on, and what a format asks for) are 8-byte values in a SEGMENT_ARGS with addr = the index
 * of the first. record.ret is the result, in the same way. A RECORD_NAME "symbol@soname" comes
 * before the first call of each function.
 */

#endif
