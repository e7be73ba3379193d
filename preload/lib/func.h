/* SPDX-License-Identifier: MIT */
/*
 * The traced functions of this process: what a caller's slot points to instead of the function, and
 * what the recorder needs to know of it. Grows only; read without a lock once published.
 */
#ifndef ITRACE_LIB_FUNC_H
#define ITRACE_LIB_FUNC_H

#include <stddef.h>
#include <stdint.h>

#include "itrace/lib.h"
#include "stub_limits.h"

/* func.flags */
#define FUNC_F_TWICE 0x1 /* returns more than once, or on another stack: its return is not seen */
#define FUNC_F_TYPED 0x2 /* has floating-point, stack or variable arguments that are recorded */

struct func {
	uint64_t target; /* where the call goes on */
	uint64_t entry;	 /* what stands in the callers' slots */
	const char *name;
	const struct lib_proto *proto; /* in lib_area; NULL = unknown: six integers */
	uint32_t call;		       /* record.call */
	uint32_t flags;		       /* FUNC_F_* */
};

extern struct func lib_funcs[LIB_FUNCS_MAX];

/*
 * The function called name (of the object soname) at target: its entry, new or as it was. Both
 * strings are copied. Returns the address to call instead of target, or
 * target itself if there is no room. Any thread, with the lib lock held.
 */
uint64_t func_entry(uint64_t target, const char *name, const char *soname);

/* The target of an entry that func_entry() returned; addr itself if it is none. Any context. */
uint64_t func_target(uint64_t addr);

#endif
