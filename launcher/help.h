/* SPDX-License-Identifier: MIT */
/*
 * What --help and --version print.
 */
#ifndef ITRACE_HELP_H
#define ITRACE_HELP_H

#include "options_row.h"
#include "sink/text.h"

/* name: what the program was invoked as. */
void help_print(struct text *out, const char *name);
void help_print_version(struct text *out);

/* "Tracing"; group < NR_GROUPS. */
const char *help_group_name(enum option_group group);

/* Appends the forms of an option, separated by commas: "-q, -e quiet=SET, --quiet[=SET]". */
void help_print_forms(struct text *out, const struct option_row *row);

#endif
