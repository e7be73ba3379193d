/* SPDX-License-Identifier: MIT */
/*
 * The functions that we must see whatever is asked for: they load objects, or hand out addresses.
 */
#ifndef ITRACE_LIB_HOOKS_H
#define ITRACE_LIB_HOOKS_H

#include <stdbool.h>
#include <stdint.h>

#include "object.h"

/* Could the function of that name be one of these? */
bool hooks_want(const char *name);

/* The hook that stands for libc's function `name` at target; target itself if there is none. With
 * the lib lock held. */
uint64_t hooks_entry(const struct object *definer, const char *name, uint64_t target);

#endif
