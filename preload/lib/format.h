/* SPDX-License-Identifier: MIT */
/*
 * The variable arguments of a printf format: how many, of what class, and which memory they mean.
 */
#ifndef ITRACE_LIB_FORMAT_H
#define ITRACE_LIB_FORMAT_H

#include "record.h"
#include "wrap.h"

/*
 * Walks the format string at address format, takes what it asks for from a and appends it: values
 * to v[values->nr..WRAP_VALUES_MAX), strings' addresses to wants. Ends early at what cannot be read
 * or known. Any context.
 */
void format_collect(struct wrap_args *a, uint64_t format, uint64_t *v, struct record_values *values,
		    struct record_want *wants);

#endif
