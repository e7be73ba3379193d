/* SPDX-License-Identifier: MIT */
/* Patterns of library calls: see include/itrace/lib.h for their form. */
#include "match.h"

#include "itrace/pattern.h"
#include "lib.h"

static bool library_fits(const char *p, const char *end, const struct object *o)
{
	static const char program[] = "MAIN";
	size_t i = 0;

	if (p == end)
		return true;
	if (!o)
		return false;
	while (p + i < end && i < sizeof(program) - 1 && p[i] == program[i])
		i++;
	if (p + i == end && i == sizeof(program) - 1)
		return o->is_program;
	if (*p == '/' && pattern_glob(p, end, o->file))
		return true;
	return pattern_match(p, end, o->soname);
}

/* The '@' between symbol and library: not one inside an expression's brackets. */
static const char *find_at(const char *p)
{
	const char *at = NULL;

	for (; *p; p++)
		if (*p == '@')
			at = p;
	return at;
}

bool match_name(const char *name)
{
	const char *p = (const char *)lib_area + lib_area->patterns;

	for (; *p; p += str_length(p) + 1) {
		const char *at = p[1] == '+' ? find_at(p + 2) : NULL;

		if (at && pattern_match(p + 2, at, name))
			return true;
	}
	return false;
}

bool match_call(const struct object *caller, const struct object *definer, const char *name)
{
	const char *p = (const char *)lib_area + lib_area->patterns;
	bool asked = false;

	for (; *p; p += str_length(p) + 1) {
		const char *at = find_at(p + 2);
		const struct object *o = p[0] == 'c' ? caller : definer;

		if (!at || asked == (p[1] == '+'))
			continue;
		if (pattern_match(p + 2, at, name) &&
		    library_fits(at + 1, at + 1 + str_length(at + 1), o))
			asked = p[1] == '+';
	}
	return asked;
}
