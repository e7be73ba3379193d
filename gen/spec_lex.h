/* SPDX-License-Identifier: MIT */
/*
 * Tokens of a spec file. A line ends in TOKEN_NEWLINE unless a backslash stands before its end;
 * blanks and comments ('#' to the end of the line) separate tokens.
 */
#ifndef ITRACE_SPEC_LEX_H
#define ITRACE_SPEC_LEX_H

#include "spec.h"

enum token_kind {
	TOKEN_EOF,
	TOKEN_NEWLINE,
	TOKEN_NAME,   /* C identifier */
	TOKEN_NUMBER, /* decimal, octal, hexadecimal, perhaps with '-' */
	TOKEN_STRING, /* "..." on one line; text without the quotes; no escapes */
	TOKEN_HEADER, /* <...> on one line; text with the brackets */
	TOKEN_ARROW,  /* -> */
	TOKEN_PUNCT,  /* one of ( ) [ ] { } , : = | & * @ */
	TOKEN_BAD,    /* anything else; error says why */
};

struct token {
	struct spec_pos pos;
	const char *text; /* into the source */
	size_t len;
	uint64_t number;
	const char *error;
	uint8_t kind; /* enum token_kind */
};

struct lexer {
	const char *at;
	const char *end;
	struct spec_pos pos;
};

void lexer_init(struct lexer *l, const char *file, const char *text, size_t len);

/* Stores the next token. Behind the end: TOKEN_EOF again and again. */
void lexer_next(struct lexer *l, struct token *ret_token);

#endif
