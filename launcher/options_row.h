/* SPDX-License-Identifier: MIT */
/*
 * The option table: one row per option. Parsing (options.c), --help, the man page's list and the
 * completions (help.c) all read it; nothing else knows an option's name.
 *
 * The order is that in which strace offers its options when a long name is ambiguous.
 */
#ifndef ITRACE_OPTIONS_ROW_H
#define ITRACE_OPTIONS_ROW_H

#include <stdint.h>

#include "options.h"

enum option_argument {
	ARGUMENT_NONE,
	ARGUMENT_REQUIRED,
	ARGUMENT_OPTIONAL, /* --name[=ARGUMENT]; the letter takes none */
};

enum option_group {
	GROUP_GENERAL,
	GROUP_STARTUP,
	GROUP_TRACING,
	GROUP_FILTERING,
	GROUP_FORMAT,
	GROUP_STATISTICS,
	GROUP_TAMPERING,
	GROUP_MISCELLANEOUS,
	NR_GROUPS,
};

#define OPTION_WHOLE 0x1       /* strace 6.1 has no such option: its name cannot be abbreviated */
#define OPTION_UNSUPPORTED 0x2 /* recognised, and refused */
#define OPTION_ALIAS 0x4       /* another name of the row before: not shown */
#define OPTION_CASED 0x10      /* apply_word(): upper case does not stand for lower case */
#define OPTION_ONE_FORM 0x8    /* the letter and the long name exclude each other */

/* A word that an option's argument may be, and what it stands for. */
struct option_word {
	const char *word;
	uint32_t value;
};

struct option_parse;

struct option_row {
	char letter;		/* 0: none */
	uint8_t argument;	/* enum option_argument */
	uint8_t group;		/* enum option_group */
	uint8_t flags;		/* OPTION_* */
	const char *name;	/* without "--"; NULL: none */
	const char *qualifiers; /* "trace t": also spelled -e trace=ARGUMENT, -e t=ARGUMENT; NULL:
				   none */
	const char *value;	/* the argument in --help: "COLUMN" */
	const char *help;	/* lines */
	/* argument: NULL if there is none */
	enum options_outcome (*apply)(struct option_parse *p, const char *argument);
	uint16_t field; /* for apply_flag() and apply_word(): offset in struct options */
	const struct option_word *words; /* what the argument may be; ends in a NULL word */
};

extern const struct option_row option_rows[];
extern const unsigned int nr_option_rows;

/* The row that the letter stands for if it is followed by the word `next`: ltrace's meaning of a
 * letter. NULL: the letter means what it always means. */
const struct option_row *option_with_argument(char letter, const char *next);

#define OPTION_ROWS_MAX 128

/* One parse of one command line. */
struct option_parse {
	struct options *o;
	struct text *messages;
	const struct option_row *row; /* the option at hand ... */
	char spelling[64];	      /* ... and how it was spelled: "-s", "--string-limit" */
	uint8_t letters[128];	      /* how often each letter was given; stops at 255 */
	bool named[OPTION_ROWS_MAX];  /* was the row given by its long name or by -e? */
};

/* Each adds a line to the messages, behind the program's name. error: returns OPTIONS_BAD. usage:
 * the same, and points to -h. */
void option_warn(struct option_parse *p, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
enum options_outcome option_error(struct option_parse *p, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
enum options_outcome option_usage(struct option_parse *p, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
enum options_outcome option_no_memory(struct option_parse *p);

/* "invalid -s argument: 'foo'" */
enum options_outcome option_invalid(struct option_parse *p, const char *argument);

/* The row of this letter; NULL if there is none. */
const struct option_row *option_find_letter(char letter);

/* Was the option of this letter given by its long name or by -e? And in any way? */
bool option_named(const struct option_parse *p, char letter);
bool option_given(const struct option_parse *p, char letter);

/* Applies a row that was spelled spelling; refuses what is unsupported. */
enum options_outcome option_apply(struct option_parse *p, const struct option_row *row,
				  const char *argument);

/* options_check.c: what can only be said once the whole command line is known */
enum options_outcome options_check(struct option_parse *p);

#endif
