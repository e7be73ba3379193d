/* SPDX-License-Identifier: MIT */
/*
 * The options of library calls. Three of ltrace's letters mean something else to strace; they are
 * told apart by what follows:
 *
 *     -x FILTER    FILTER holds one of @*?, or is a /regular expression/
 *     -F FILE      FILE ends in ".proto"
 *     -n NUMBER
 *
 * Each has a long form that needs no such guess. In -e, a name that is no system call but a library
 * function of the spec means that; NAME@LIBRARY: its calls made by LIBRARY, or by MAIN.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib_table.h"
#include "options_apply.h"

static bool is_filter(const char *word)
{
	size_t len = strlen(word);

	return strpbrk(word, "@*?,") || (len > 2 && word[0] == '/' && word[len - 1] == '/');
}

static bool is_prototypes(const char *word)
{
	static const char ending[] = ".proto";
	size_t len = strlen(word);

	return len >= sizeof(ending) && !strcmp(word + len - sizeof(ending) + 1, ending);
}

const struct option_row *option_with_argument(char letter, const char *next)
{
	const char *name = NULL;

	if (!next)
		return NULL;
	if (letter == 'x' && is_filter(next))
		name = "library-calls";
	else if (letter == 'F' && is_prototypes(next))
		name = "prototypes";
	else if (letter == 'n' && *next && !next[strspn(next, "0123456789")])
		name = "indent";
	for (unsigned int i = 0; name && i < nr_option_rows; i++)
		if (option_rows[i].name && !strcmp(option_rows[i].name, name))
			return &option_rows[i];
	return NULL;
}

static enum options_outcome add_filter(struct option_parse *p, enum lib_filter_kind kind,
				       const char *argument)
{
	struct text error = TEXT_INIT;
	enum options_outcome outcome = OPTIONS_RUN;
	int err = lib_filter_add(&p->o->lib.filter, kind, argument, &error);

	if (err == -ENOMEM)
		outcome = option_no_memory(p);
	else if (err)
		outcome = option_error(p, "%.*s", (int)error.len, error.data);
	text_release(&error);
	return outcome;
}

enum options_outcome apply_library_calls(struct option_parse *p, const char *argument)
{
	return add_filter(p, LIB_FILTER_ENTRIES, argument);
}

enum options_outcome apply_library(struct option_parse *p, const char *argument)
{
	return add_filter(p, LIB_FILTER_LIBRARY, argument);
}

enum options_outcome apply_prototypes(struct option_parse *p, const char *argument)
{
	const char **more = reallocarray(p->o->lib.files, p->o->lib.nr_files + 1, sizeof(*more));

	if (!more)
		return option_no_memory(p);
	p->o->lib.files = more;
	more[p->o->lib.nr_files++] = argument;
	return OPTIONS_RUN;
}

static bool is_library_function(const char *name, size_t len)
{
	for (unsigned int i = 0; i < nr_lib_builtins; i++)
		if (strlen(lib_builtins[i].desc->name) == len &&
		    !memcmp(lib_builtins[i].desc->name, name, len))
			return true;
	return false;
}

static bool is_system_call(const char *name, size_t len)
{
	for (unsigned int i = 0; i < sizeof(call_by_number) / sizeof(call_by_number[0]); i++)
		if (call_by_number[i] && strlen(call_by_number[i]->name) == len &&
		    !memcmp(call_by_number[i]->name, name, len))
			return true;
	return false;
}

/* Splits off the library functions: rest gets the other members. */
enum options_outcome option_take_functions(struct option_parse *p, const char *set,
					   struct text *rest)
{
	enum options_outcome outcome = OPTIONS_RUN;
	bool plus = !strchr(set, '/');

	while (*set && outcome == OPTIONS_RUN) {
		size_t len = strcspn(set, plus ? ",+" : ","), symbol = strcspn(set, ",+@");
		char *name = strndup(set, len);

		if (!name)
			return option_no_memory(p);
		if (!is_system_call(name, symbol) && is_library_function(name, symbol)) {
			outcome = add_filter(p, LIB_FILTER_CALLS, name);
		} else {
			if (rest->len)
				text_char(rest, ',');
			text_bytes(rest, name, len);
		}
		free(name);
		set += len + (set[len] != '\0');
	}
	text_char(rest, '\0');
	return outcome;
}
