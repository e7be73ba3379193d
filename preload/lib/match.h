/* SPDX-License-Identifier: MIT */
/*
 * Which calls are asked for: the patterns of the session's lib_area.
 */
#ifndef ITRACE_LIB_MATCH_H
#define ITRACE_LIB_MATCH_H

#include <stdbool.h>

#include "object.h"

/* Can a call of a function of that name be asked for at all? Cheap. */
bool match_name(const char *name);

/* Is a call that `caller` makes of the function `name`, defined by `definer`, asked for? caller may
 * be NULL: unknown. */
bool match_call(const struct object *caller, const struct object *definer, const char *name);

#endif
