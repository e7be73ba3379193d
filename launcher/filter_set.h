/* SPDX-License-Identifier: MIT */
/*
 * The grammar that all sets of the command line share:
 *
 *     ["!"...] ( "all" | "none" | MEMBER {"," MEMBER} )
 *
 * Each leading "!" inverts the whole set; empty members are skipped, but there must be one that is
 * not.
 */
#ifndef ITRACE_FILTER_SET_H
#define ITRACE_FILTER_SET_H

#include <stdbool.h>
#include <stddef.h>

#include "sink/text.h"

struct set_parser {
	const char *what; /* in messages: "invalid WHAT 'MEMBER'" */
	/* Adds what a member means. Returns 0, -EINVAL (unknown: set_parse() writes the message),
	 * or another error, whose message it has written itself. */
	int (*add)(void *set, const char *member, size_t len, struct text *error);
	void *set; /* empty */
};

/* *ret_inverted: the set is to be inverted ("all" is the inverted empty set). Returns 0 or what
 * add() returned. */
int set_parse(const struct set_parser *p, const char *text, bool *ret_inverted, struct text *error);

/* Parses the len digits of a decimal number. Returns it, or -1 if there is something else in it, or
 * if it is above max. */
long set_number(const char *digits, size_t len, long max);

/* Is the member this word? caseless: letters of either case are the same. */
bool set_is_word(const char *member, size_t len, const char *word, bool caseless);

#endif
