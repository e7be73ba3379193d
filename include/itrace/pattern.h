/* SPDX-License-Identifier: MIT */
/*
 * Patterns for symbol and library names, matched in the tracee and checked in the launcher by the
 * same code: shell globs (`*`, `?`, `[a-z]`, `[!a-z]`), or behind a '/' an extended regular
 * expression without back references and counts (`.`, `[...]`, `*`, `+`, `?`, `|`, `(...)`, `^`,
 * `$`, `\c`), not anchored.
 *
 * Matching allocates nothing and calls nothing. It backtracks; PATTERN_STEPS bounds the work.
 */
#ifndef ITRACE_PATTERN_H
#define ITRACE_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#define PATTERN_STEPS 100000

/* The closing bracket of the set that begins at p (behind its '['), NULL if there is none. */
static inline const char *pattern_set_end(const char *p, const char *end)
{
	if (p < end && (*p == '!' || *p == '^'))
		p++;
	if (p < end && *p == ']')
		p++;
	while (p < end && *p != ']')
		p++;
	return p < end ? p : NULL;
}

/* Is c in the set p (behind '[') .. end (at ']')? */
static inline bool pattern_in_set(const char *p, const char *end, char c)
{
	bool invert = p < end && (*p == '!' || *p == '^');
	bool found = false;

	for (p += invert; p < end; p++) {
		if (p + 2 < end && p[1] == '-') {
			found |= c >= p[0] && c <= p[2];
			p += 2;
		} else {
			found |= c == *p;
		}
	}
	return found != invert;
}

/* Glob; the whole of s must fit. */
static inline bool pattern_glob(const char *p, const char *end, const char *s)
{
	const char *star = NULL, *retry = NULL, *close;

	for (;;) {
		if (p < end && *p == '*') {
			star = ++p;
			retry = s;
			continue;
		}
		if (!*s && p == end)
			return true;
		if (*s && p < end) {
			close = *p == '[' ? pattern_set_end(p + 1, end) : NULL;
			if (close ? pattern_in_set(p + 1, close, *s) : *p == '?' || *p == *s) {
				p = close ? close + 1 : p + 1;
				s++;
				continue;
			}
		}
		if (!star || !*retry)
			return false;
		p = star;
		s = ++retry;
	}
}

struct pattern_regex {
	const char *start; /* of the subject */
	unsigned int steps;
};

/* Behind one alternative of the expression: at '|', ')' or the end. */
static inline const char *pattern_skip(const char *p, const char *end, bool alternatives)
{
	unsigned int depth = 0;

	for (; p < end; p++) {
		if (*p == '\\' && p + 1 < end) {
			p++;
		} else if (*p == '[') {
			const char *close = pattern_set_end(p + 1, end);

			p = close ? close : p;
		} else if (*p == '(') {
			depth++;
		} else if (*p == ')' && !depth--) {
			return p;
		} else if (*p == '|' && !depth && !alternatives) {
			return p;
		}
	}
	return end;
}

/* What is to be matched when a group is through: the rest of the expression around it. */
struct pattern_rest {
	const char *p, *end;
	const struct pattern_rest *up;
	/* a repeated group: its inside, to be matched again */
	const char *again;
	const char *again_end;
	const char *last; /* where the last round began: an empty round ends the repetition */
};

static inline bool pattern_here(struct pattern_regex *r, const char *p, const char *end,
				const char *s, const struct pattern_rest *up);

/* One of the alternatives p..end, then what is behind. */
static inline bool pattern_alternatives(struct pattern_regex *r, const char *p, const char *end,
					const char *s, const struct pattern_rest *up)
{
	for (;;) {
		const char *bar = pattern_skip(p, end, false);

		if (pattern_here(r, p, bar, s, up))
			return true;
		if (bar >= end)
			return false;
		p = bar + 1;
	}
}

/* The expression (or group) is through at s. */
static inline bool pattern_leave(struct pattern_regex *r, const char *s,
				 const struct pattern_rest *up)
{
	if (!up)
		return true;
	if (up->again && s != up->last) {
		struct pattern_rest more = *up;

		more.last = s;
		if (pattern_alternatives(r, up->again, up->again_end, s, &more))
			return true;
	}
	return pattern_here(r, up->p, up->end, s, up->up);
}

static inline bool pattern_group(struct pattern_regex *r, const char *p, const char *end,
				 const char *s, const struct pattern_rest *up)
{
	const char *close = pattern_skip(p + 1, end, true);
	const char *next = close < end ? close + 1 : end;
	char op = next < end ? *next : '\0';
	bool repeats = op == '*' || op == '+';
	struct pattern_rest rest = { next, end, up, NULL, NULL, s };

	if (repeats || op == '?')
		rest.p++;
	if (repeats) {
		rest.again = p + 1;
		rest.again_end = close;
	}
	if (pattern_alternatives(r, p + 1, close, s, &rest))
		return true;
	return (op == '*' || op == '?') && pattern_here(r, rest.p, end, s, up);
}

/* Does one character fit the atom p..atom_end? */
static inline bool pattern_atom(const char *p, const char *atom_end, char c)
{
	if (!c)
		return false;
	if (*p == '[' && atom_end > p + 1)
		return pattern_in_set(p + 1, atom_end - 1, c);
	if (*p == '\\' && atom_end > p + 1)
		return p[1] == c;
	return *p == '.' || *p == c;
}

static inline const char *pattern_atom_end(const char *p, const char *end)
{
	const char *close;

	if (*p == '\\')
		return p + 1 < end ? p + 2 : p + 1;
	close = *p == '[' ? pattern_set_end(p + 1, end) : NULL;
	return close ? close + 1 : p + 1;
}

static inline bool pattern_here(struct pattern_regex *r, const char *p, const char *end,
				const char *s, const struct pattern_rest *up)
{
	const char *next, *t;

	if (r->steps++ > PATTERN_STEPS)
		return false;
	if (p >= end)
		return pattern_leave(r, s, up);
	if (*p == '^')
		return s == r->start && pattern_here(r, p + 1, end, s, up);
	if (*p == '$')
		return !*s && pattern_here(r, p + 1, end, s, up);
	if (*p == '(')
		return pattern_group(r, p, end, s, up);
	next = pattern_atom_end(p, end);
	if (next == end || (*next != '*' && *next != '+' && *next != '?'))
		return pattern_atom(p, next, *s) && pattern_here(r, next, end, s + 1, up);
	for (t = s; pattern_atom(p, next, *t) && (*next != '?' || t == s); t++)
		;
	for (; t >= s + (*next == '+'); t--) {
		if (pattern_here(r, next + 1, end, t, up))
			return true;
		if (t == s)
			break;
	}
	return false;
}

/* Does s fit the pattern p..end? An empty pattern fits everything. Any context. */
static inline bool pattern_match(const char *p, const char *end, const char *s)
{
	struct pattern_regex r = { s, 0 };

	if (p == end)
		return true;
	if (*p != '/')
		return pattern_glob(p, end, s);
	if (end > p + 1 && end[-1] == '/')
		end--;
	for (p++;; s++) {
		if (pattern_alternatives(&r, p, end, s, NULL))
			return true;
		if (!*s)
			return false;
	}
}

#endif
