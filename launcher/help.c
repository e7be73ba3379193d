/* SPDX-License-Identifier: MIT */
/*
 * --help and --version, from the option table.
 *
 * An option's forms stand in a line of their own; its explanation starts in HELP_COLUMN, in the
 * same line if there is room.
 */
#include <string.h>

#include "help.h"

#define HELP_COLUMN 17

const char *help_group_name(enum option_group group)
{
	static const char *const names[NR_GROUPS] = {
		[GROUP_GENERAL] = "General",	  [GROUP_STARTUP] = "Startup",
		[GROUP_TRACING] = "Tracing",	  [GROUP_FILTERING] = "Filtering",
		[GROUP_FORMAT] = "Output format", [GROUP_STATISTICS] = "Statistics",
		[GROUP_TAMPERING] = "Tampering",  [GROUP_MISCELLANEOUS] = "Miscellaneous",
	};

	return names[group];
}

static void separate(struct text *out, size_t start)
{
	if (out->len > start)
		text_lit(out, ", ");
}

void help_print_forms(struct text *out, const struct option_row *row)
{
	size_t start = out->len;

	if (row->letter) {
		text_format(out, "-%c", row->letter);
		if (row->argument == ARGUMENT_REQUIRED)
			text_format(out, " %s", row->value);
	}
	if (row->qualifiers) {
		separate(out, start);
		text_format(out, "-e %.*s=%s", (int)strcspn(row->qualifiers, " "), row->qualifiers,
			    row->value);
	}
	if (!row->name)
		return;
	separate(out, start);
	text_format(out, "--%s", row->name);
	if (row->argument == ARGUMENT_REQUIRED)
		text_format(out, "=%s", row->value);
	else if (row->argument == ARGUMENT_OPTIONAL)
		text_format(out, "[=%s]", row->value);
}

static void print_row(struct text *out, const struct option_row *row)
{
	size_t line = out->len, len;

	text_lit(out, "  ");
	help_print_forms(out, row);
	if (out->len - line >= HELP_COLUMN) {
		text_char(out, '\n');
		line = out->len;
	}
	for (const char *help = row->help; *help; help += len + (help[len] == '\n')) {
		len = strcspn(help, "\n");
		text_pad(out, line + HELP_COLUMN);
		text_bytes(out, help, len);
		text_char(out, '\n');
		line = out->len;
	}
}

static bool is_shown(const struct option_row *row, enum option_group group)
{
	return row->group == group && !(row->flags & (OPTION_ALIAS | OPTION_UNSUPPORTED));
}

static void print_group(struct text *out, enum option_group group)
{
	bool titled = false;

	for (unsigned int i = 0; i < nr_option_rows; i++) {
		if (!is_shown(&option_rows[i], group))
			continue;
		if (!titled)
			text_format(out, "\n%s:\n", help_group_name(group));
		titled = true;
		print_row(out, &option_rows[i]);
	}
}

void help_print(struct text *out, const char *name)
{
	text_format(out,
		    "Usage: %s [OPTION]... { -p PID | [-E VAR=VAL]... PROG [ARGS] }\n"
		    "   or: %s -c [OPTION]... { -p PID | [-E VAR=VAL]... PROG [ARGS] }\n",
		    name, name);
	for (unsigned int group = 0; group < NR_GROUPS; group++)
		print_group(out, group);
}

void help_print_version(struct text *out)
{
	text_lit(out, "itrace -- version " ITRACE_VERSION "\n"
		      "The options and the output are those of strace.\n");
}
