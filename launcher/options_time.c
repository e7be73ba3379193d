/* SPDX-License-Identifier: MIT */
/*
 * Handlers of options that speak of time: timestamps, their precision, and lengths of time.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "filter_set.h"
#include "options_apply.h"

/* A unit: digits behind the point of a second that it can tell apart, and nanoseconds. */
static const struct time_unit {
	const char *name;
	uint8_t digits;
	double ns;
} units[] = {
	{ "s", 0, 1e9 },
	{ "ms", 3, 1e6 },
	{ "us", 6, 1e3 },
	{ "ns", 9, 1 },
};

/* name: len bytes; NULL: no such unit. */
static const struct time_unit *find_unit(const char *name, size_t len, bool caseless)
{
	for (unsigned int i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (set_is_word(name, len, units[i].name, caseless))
			return &units[i];
	}
	return NULL;
}

static enum options_outcome apply_precision(struct option_parse *p, const char *argument,
					    uint8_t *ret_digits)
{
	const struct time_unit *unit;

	if (!argument)
		return OPTIONS_RUN;
	unit = find_unit(argument, strlen(argument), true);
	if (!unit)
		return option_invalid(p, argument);
	*ret_digits = unit->digits;
	return OPTIONS_RUN;
}

enum options_outcome apply_relative(struct option_parse *p, const char *argument)
{
	p->o->relative = true;
	return apply_precision(p, argument, &p->o->relative_digits);
}

enum options_outcome apply_call_times(struct option_parse *p, const char *argument)
{
	p->o->call_times = true;
	return apply_precision(p, argument, &p->o->call_times_digits);
}

static bool has_prefix(const char *token, size_t len, const char *prefix)
{
	return len >= strlen(prefix) && !strncmp(token, prefix, strlen(prefix));
}

/* One of "[format:]FORMAT", "[precision:]PRECISION", or nothing. */
static bool set_timestamp(struct options *o, const char *token, size_t len)
{
	static const char *const formats[] = { "none", "time", "unix" };
	bool format = has_prefix(token, len, "format:");
	bool precision = has_prefix(token, len, "precision:");
	size_t skip = format ? strlen("format:") : precision ? strlen("precision:") : 0;
	const struct time_unit *unit = find_unit(token + skip, len - skip, true);

	for (unsigned int i = 0; !precision && i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (set_is_word(token + skip, len - skip, formats[i], true)) {
			o->timestamp = i;
			return true;
		}
	}
	if (!format && unit)
		o->timestamp_digits = unit->digits;
	return !len || (!format && unit);
}

/* -t, -tt, -ttt, or the long form, whose parts replace what an earlier one said. */
enum options_outcome apply_timestamps(struct option_parse *p, const char *argument)
{
	struct options *o = p->o;
	const char *at = argument;
	size_t len;

	if (!argument) {
		o->timestamp = p->letters['t'] > 2 ? TIMESTAMP_UNIX : TIMESTAMP_TIME;
		o->timestamp_digits = p->letters['t'] > 1 ? 6 : 0;
		return OPTIONS_RUN;
	}
	if (o->timestamp == TIMESTAMP_NONE)
		o->timestamp = TIMESTAMP_TIME;
	for (;; at += len + 1) {
		len = strcspn(at, ",");
		if (!set_timestamp(o, at, len))
			return option_invalid(p, argument);
		if (!at[len])
			return OPTIONS_RUN;
	}
}

/* "1.5ms" in nanoseconds, as strtod() reads it. unit: the default. Returns whether it is a time. */
static bool parse_time(const char *text, const char *unit, uint64_t *ret_ns)
{
	const struct time_unit *u;
	double value, ns;
	char *end;

	if (text[strspn(text, "+-0")] == 'x' || text[strspn(text, "+-0")] == 'X')
		return false;
	value = strtod(text, &end);
	if (end == text || !isfinite(value) || value < 0)
		return false;
	if (*end)
		unit = end;
	u = find_unit(unit, strlen(unit), false);
	ns = u ? value * u->ns : 0;
	if (!u || ns > (double)INT64_MAX)
		return false;
	*ret_ns = (uint64_t)ns;
	return true;
}

enum options_outcome apply_overhead(struct option_parse *p, const char *argument)
{
	if (!parse_time(argument, "us", &p->o->summary_options.overhead_ns))
		return option_invalid(p, argument);
	return OPTIONS_RUN;
}

enum options_outcome apply_duration(struct option_parse *p, const char *argument)
{
	if (!parse_time(argument, "ms", &p->o->filter.longer_than_ns))
		return option_invalid(p, argument);
	return OPTIONS_RUN;
}
