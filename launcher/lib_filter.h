/* SPDX-License-Identifier: MIT */
/*
 * Which library calls are asked for: -e NAMES, -x FILTER, -l LIBRARY; and what the tracees are told
 * of that (itrace/lib.h).
 *
 * FILTER: pieces separated by ',' (or '+'): [-|!]SYMBOL[@LIBRARY]. SYMBOL and LIBRARY are globs, or
 * /regular expressions/. A leading '-' or '!' takes calls out again; if the first piece has one,
 * everything is asked for before.
 */
#ifndef ITRACE_LIB_FILTER_H
#define ITRACE_LIB_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include "lib_proto.h"
#include "sink/text.h"

enum lib_filter_kind {
	LIB_FILTER_CALLS,   /* -e: LIBRARY is who calls; MAIN = the program */
	LIB_FILTER_ENTRIES, /* -x: LIBRARY is who defines the function */
	LIB_FILTER_LIBRARY, /* -l: the whole text is a LIBRARY that defines functions */
};

struct lib_filter {
	struct text patterns; /* as struct lib_area wants them, but for the last, empty string */
	unsigned int nr;
};

void lib_filter_release(struct lib_filter *f);

/* Adds what one option says. Returns 0, or -EINVAL with the message in *error (no newline),
 * -ENOMEM. */
int lib_filter_add(struct lib_filter *f, enum lib_filter_kind kind, const char *text,
		   struct text *error);

/*
 * Does each pattern fit something? Looks at the program, at the libraries it is linked with, and at
 * installed ones that a pattern names. program: as execvp() would be given it. Returns 0, or
 * -ENOENT with the message in *error: what was not found, and near matches.
 */
int lib_filter_check(const struct lib_filter *f, const char *program, struct text *error);

/* The block of bytes for session_options.lib_area; to be freed. Returns 0 or -ENOMEM. */
int lib_filter_area(const struct lib_filter *f, const struct lib_protos *p, void **ret_area,
		    size_t *ret_len);

/* Was a function of that name asked for by -x or -l: is it to be shown as symbol@library? */
bool lib_filter_shows_library(const struct lib_filter *f, const char *name);

#endif
