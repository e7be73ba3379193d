/* SPDX-License-Identifier: MIT */
/*
 * What the parts of the parser share: the current token, and where an error goes.
 *
 * Every parse_x() expects the current token to be x's first and leaves the token behind x current.
 * All return 0 or -errno with the error stored; the first error ends the parse.
 */
#ifndef ITRACE_PARSER_H
#define ITRACE_PARSER_H

#include "spec_lex.h"

struct parser {
	struct spec *spec;
	struct lexer lexer;
	struct token token;
	struct spec_error *error;
};

/* Stores an error. Returns -EINVAL. */
int spec_fail(struct spec_error *error, const struct spec_pos *pos, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Stores "expected WHAT, found TOKEN". Returns -EINVAL. */
int parser_expected(struct parser *p, const char *what);

/* Stores that memory is out. Returns -ENOMEM. */
int parser_no_memory(struct parser *p);

void parser_advance(struct parser *p);

/* Is the current token this punctuation, this name? */
bool parser_is(const struct parser *p, char c);
bool parser_is_name(const struct parser *p, const char *name);

/* Skips the punctuation c, or fails with "expected WHAT". */
int parser_skip(struct parser *p, char c, const char *what);

/* Takes a name (a string) and stores a copy. what: for the message, as in "a set's name". */
int parser_take_name(struct parser *p, const char *what, const char **ret_name);
int parser_take_string(struct parser *p, const char *what, const char **ret_string);

/* Takes a NAME | NAME ... list of constants. */
int parser_take_consts(struct parser *p, const char *what, struct spec_const **ret_consts);

/* A new constant called like the current name, appended at *tail; *tail advances. NULL: no memory.
 */
struct spec_const *parser_add_const(struct parser *p, struct spec_const ***tail);

/* "TYPE" or "TYPE[...]" */
int parse_type(struct parser *p, struct spec_type *ret_type);

/* "NUMBER NAME(ARG, ...) -> RESULT : CLASS ... @ATTRIBUTE ...". Stores the call, not yet linked. */
int parse_call(struct parser *p, struct spec_call **ret_call);

/* What stands behind "@shim=": appends to call->shims. */
int parse_shim(struct parser *p, struct spec_call *call);

#endif
