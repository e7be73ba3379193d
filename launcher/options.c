/* SPDX-License-Identifier: MIT */
/*
 * Walking the command line: getopt_long()'s rules and messages, on the option table.
 *
 * glibc's getopt prints its messages itself and knows one spelling per option; here messages are
 * collected, and a name that strace does not have never makes one of strace's ambiguous.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options_row.h"

#define PROGRAM_NAME "itrace"
#define SEAL_AFTER_DEFAULT 50000 /* calls: what a seal costs is earned back by some 100000 */

static void add_line(struct option_parse *p, const char *format, va_list ap)
{
	char *line;

	if (vasprintf(&line, format, ap) < 0)
		return;
	text_format(p->messages, "%s: %s\n", p->o->name, line);
	free(line);
}

void option_warn(struct option_parse *p, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	add_line(p, format, ap);
	va_end(ap);
}

enum options_outcome option_error(struct option_parse *p, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	add_line(p, format, ap);
	va_end(ap);
	return OPTIONS_BAD;
}

enum options_outcome option_usage(struct option_parse *p, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	add_line(p, format, ap);
	va_end(ap);
	text_format(p->messages, "Try '%s -h' for more information.\n", p->o->name);
	return OPTIONS_BAD;
}

enum options_outcome option_no_memory(struct option_parse *p)
{
	return option_error(p, "Out of memory");
}

enum options_outcome option_invalid(struct option_parse *p, const char *argument)
{
	return option_usage(p, "invalid %s argument: '%s'", p->spelling, argument);
}

const struct option_row *option_find_letter(char letter)
{
	for (unsigned int i = 0; i < nr_option_rows; i++) {
		if (letter && option_rows[i].letter == letter)
			return &option_rows[i];
	}
	return NULL;
}

bool option_named(const struct option_parse *p, char letter)
{
	return p->named[option_find_letter(letter) - option_rows];
}

bool option_given(const struct option_parse *p, char letter)
{
	return p->letters[(unsigned char)letter] || option_named(p, letter);
}

enum options_outcome option_apply(struct option_parse *p, const struct option_row *row,
				  const char *argument)
{
	p->row = row;
	if (row->flags & OPTION_UNSUPPORTED)
		return option_error(p, "%s is not supported", p->spelling);
	return row->apply ? row->apply(p, argument) : OPTIONS_RUN;
}

/* The letters behind one "-". next: the word behind, taken if a letter needs an argument that does
 * not follow at once; *ret_taken says so. */
static enum options_outcome parse_letters(struct option_parse *p, const char *letters,
					  const char *next, bool *ret_taken)
{
	enum options_outcome outcome = OPTIONS_RUN;

	for (; *letters && outcome == OPTIONS_RUN; letters++) {
		const struct option_row *row = option_find_letter(*letters);
		const char *argument = NULL;

		if (!row)
			return option_usage(p, "invalid option -- '%c'", *letters);
		if (p->letters[(unsigned char)*letters] < UINT8_MAX)
			p->letters[(unsigned char)*letters]++;
		snprintf(p->spelling, sizeof(p->spelling), "-%c", *letters);
		if (!letters[1] && option_with_argument(*letters, next)) {
			p->letters[(unsigned char)*letters]--;
			*ret_taken = true;
			return option_apply(p, option_with_argument(*letters, next), next);
		}
		if (row->argument != ARGUMENT_REQUIRED) {
			outcome = option_apply(p, row, NULL);
			continue;
		}
		argument = letters[1] ? letters + 1 : next;
		*ret_taken = !letters[1];
		if (!argument)
			return option_usage(p, "option requires an argument -- '%c'", *letters);
		return option_apply(p, row, argument);
	}
	return outcome;
}

/* Aliases stand behind the row they mean. */
static const struct option_row *skip_alias(const struct option_row *row)
{
	while (row->flags & OPTION_ALIAS)
		row--;
	return row;
}

static bool name_matches(const struct option_row *row, const char *name, size_t len, bool whole)
{
	if (!row->name || strncmp(row->name, name, len))
		return false;
	return !row->name[len] || (!whole && !(row->flags & OPTION_WHOLE));
}

static enum options_outcome complain_ambiguous(struct option_parse *p, const char *word, size_t len)
{
	struct text list = TEXT_INIT;

	for (unsigned int i = 0; i < nr_option_rows; i++) {
		if (name_matches(&option_rows[i], word, len, false))
			text_format(&list, " '--%s'", option_rows[i].name);
	}
	option_usage(p, "option '--%s' is ambiguous; possibilities:%.*s", word, (int)list.len,
		     list.data);
	text_release(&list);
	return OPTIONS_BAD;
}

/* Finds the row that word (len bytes of it name an option) means: the exact name, else the only one
 * that begins so. */
static enum options_outcome find_name(struct option_parse *p, const char *word, size_t len,
				      const struct option_row **ret_row)
{
	const struct option_row *found = NULL;

	for (unsigned int whole = 2; whole-- > 0;) {
		for (unsigned int i = 0; i < nr_option_rows; i++) {
			const struct option_row *row = &option_rows[i];

			if (!name_matches(row, word, len, whole))
				continue;
			if (found && skip_alias(found) != skip_alias(row))
				return complain_ambiguous(p, word, len);
			if (!found)
				found = row;
		}
		if (found)
			break;
	}
	*ret_row = found;
	return found ? OPTIONS_RUN : option_usage(p, "unrecognized option '--%s'", word);
}

static enum options_outcome parse_name(struct option_parse *p, const char *word, const char *next,
				       bool *ret_taken)
{
	size_t len = strcspn(word, "=");
	const char *argument = word[len] ? word + len + 1 : NULL;
	const struct option_row *row;
	enum options_outcome outcome = find_name(p, word, len, &row);

	if (outcome != OPTIONS_RUN)
		return outcome;
	snprintf(p->spelling, sizeof(p->spelling), "--%s", row->name);
	row = skip_alias(row);
	if (argument && row->argument == ARGUMENT_NONE)
		return option_usage(p, "option '%s' doesn't allow an argument", p->spelling);
	if (!argument && row->argument == ARGUMENT_REQUIRED) {
		if (!next)
			return option_usage(p, "option '%s' requires an argument", p->spelling);
		argument = next;
		*ret_taken = true;
	}
	p->named[row - option_rows] = true;
	return option_apply(p, row, argument);
}

/* Options end at the first word that is none, or behind "--". Returns how the first bad one failed.
 */
static enum options_outcome parse_words(struct option_parse *p, int argc, char **argv)
{
	enum options_outcome outcome = OPTIONS_RUN;
	int i;

	for (i = 1; i < argc && outcome == OPTIONS_RUN; i++) {
		const char *word = argv[i], *next = argv[i + 1];
		bool taken = false;

		if (word[0] != '-' || !word[1])
			break;
		if (!strcmp(word, "--")) {
			i++;
			break;
		}
		if (word[1] == '-')
			outcome = parse_name(p, word + 2, next, &taken);
		else
			outcome = parse_letters(p, word + 1, next, &taken);
		i += taken;
	}
	p->o->program = i < argc ? argv + i : NULL;
	return outcome;
}

static void set_defaults(struct options *o)
{
	memset(o, 0, sizeof(*o));
	filter_init(&o->filter);
	summary_options_init(&o->summary_options);
	o->column = 40;
	o->string_limit = 32;
	o->seal_after = SEAL_AFTER_DEFAULT;
	o->relative_digits = 6;
	o->call_times_digits = 6;
}

enum options_outcome options_parse(struct options *o, int argc, char **argv, struct text *messages)
{
	struct option_parse p = { .o = o, .messages = messages };
	enum options_outcome outcome;

	set_defaults(o);
	o->name = argc > 0 && *argv[0] ? argv[0] : PROGRAM_NAME;
	outcome = parse_words(&p, argc, argv);
	return outcome == OPTIONS_RUN ? options_check(&p) : outcome;
}

void options_release(struct options *o)
{
	free(o->pids);
	free(o->env);
	free(o->paths);
	free(o->lib.files);
	lib_filter_release(&o->lib.filter);
	filter_release(&o->filter);
	number_set_release(&o->dump_read);
	number_set_release(&o->dump_write);
}
