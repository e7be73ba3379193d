/* SPDX-License-Identifier: MIT */
/*
 * Which memory a call's line asks for: the capture plan, derived from its types.
 */
#ifndef ITRACE_SPEC_PLAN_H
#define ITRACE_SPEC_PLAN_H

#include "spec.h"

#define SPEC_PLAN_MAX 24 /* ops of one call: one per argument, one for the result, and room */

/* One struct plan_op; its size is count * (sizeof(ctype), or bytes if ctype is NULL). */
struct spec_op {
	uint8_t kind; /* enum plan_kind */
	uint8_t when; /* PLAN_IN, PLAN_OUT, PLAN_ALWAYS */
	uint8_t arg;
	uint8_t len;
	const char *ctype;
	uint32_t bytes;
	uint32_t count;
};

struct spec_plan {
	struct spec_op ops[SPEC_PLAN_MAX];
	unsigned int nr;
};

/* Derives the plan of a resolved call. Descriptors come last, so that they are easily skipped when
 * paths are not asked for. */
void spec_plan_derive(const struct spec_call *call, struct spec_plan *ret_plan);

#endif
