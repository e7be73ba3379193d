/* SPDX-License-Identifier: MIT */
/*
 * Handlers of the option table: flags, words, numbers, lists.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "help.h"
#include "options_apply.h"
#include "sink/count.h"

/* strace's bound: four times as much must fit in an int */
#define STRING_LIMIT_MAX ((1u << 30) - 1)

static void *field_of(struct option_parse *p)
{
	return (char *)p->o + p->row->field;
}

/* A decimal number of 0..max; -1: it is none. */
static long parse_number(const char *text, long max)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 10);
	return end == text || *end || errno || value < 0 || value > max ? -1 : value;
}

/* Appends one element to an array of *nr. Returns 0 or -ENOMEM. */
static int append(void *array, size_t *nr, const void *element, size_t size)
{
	void **at = array;
	char *grown = reallocarray(*at, *nr + 1, size);

	if (!grown)
		return -ENOMEM;
	memcpy(grown + *nr * size, element, size);
	*at = grown;
	++*nr;
	return 0;
}

enum options_outcome apply_flag(struct option_parse *p, const char *argument)
{
	(void)argument;
	*(bool *)field_of(p) = true;
	return OPTIONS_RUN;
}

enum options_outcome apply_count(struct option_parse *p, const char *argument)
{
	(void)argument;
	++*(uint32_t *)field_of(p);
	return OPTIONS_RUN;
}

enum options_outcome apply_string(struct option_parse *p, const char *argument)
{
	*(const char **)field_of(p) = argument;
	return OPTIONS_RUN;
}

enum options_outcome apply_number(struct option_parse *p, const char *argument)
{
	long value = parse_number(argument, INT32_MAX);

	if (value < 0)
		return option_invalid(p, argument);
	*(uint32_t *)field_of(p) = (uint32_t)value;
	return OPTIONS_RUN;
}

enum options_outcome apply_word(struct option_parse *p, const char *argument)
{
	bool cased = p->row->flags & OPTION_CASED;

	for (const struct option_word *w = p->row->words; w->word; w++) {
		if (!(cased ? strcmp : strcasecmp)(argument, w->word)) {
			*(uint32_t *)field_of(p) = w->value;
			return OPTIONS_RUN;
		}
	}
	return option_invalid(p, argument);
}

enum options_outcome apply_string_limit(struct option_parse *p, const char *argument)
{
	long value = parse_number(argument, STRING_LIMIT_MAX);

	if (value < 0)
		return option_invalid(p, argument);
	p->o->string_limit = (uint32_t)value;
	return OPTIONS_RUN;
}

static enum options_outcome add_pid(struct option_parse *p, const char *text)
{
	pid_t pid = (pid_t)parse_number(text, INT32_MAX);

	if (pid <= 0)
		return option_error(p, "Invalid process id: '%s'", text);
	if (pid == getpid())
		return option_error(p, "I'm sorry, I can't let you do that, Dave.");
	if (append(&p->o->pids, &p->o->nr_pids, &pid, sizeof(pid)))
		return option_no_memory(p);
	return OPTIONS_RUN;
}

/* A list, as pidof and pgrep print it: a separator may end it, but not stand twice. */
enum options_outcome apply_pids(struct option_parse *p, const char *argument)
{
	enum options_outcome outcome = OPTIONS_RUN;
	size_t len;

	for (; *argument && outcome == OPTIONS_RUN; argument += len + !!argument[len]) {
		char *pid;

		len = strcspn(argument, ", \t\n");
		pid = strndup(argument, len);
		outcome = pid ? add_pid(p, pid) : option_no_memory(p);
		free(pid);
	}
	return outcome;
}

enum options_outcome apply_env(struct option_parse *p, const char *argument)
{
	if (append(&p->o->env, &p->o->nr_env, &argument, sizeof(argument)))
		return option_no_memory(p);
	return OPTIONS_RUN;
}

enum options_outcome apply_path(struct option_parse *p, const char *argument)
{
	if (append(&p->o->paths, &p->o->nr_paths, &argument, sizeof(argument)))
		return option_no_memory(p);
	return OPTIONS_RUN;
}

enum options_outcome apply_detach_on(struct option_parse *p, const char *argument)
{
	if (strcmp(argument, "execve"))
		return option_error(p, "Syscall '%s' for -b isn't supported", argument);
	p->o->detach_on_execve = true;
	return OPTIONS_RUN;
}

enum options_outcome apply_output(struct option_parse *p, const char *argument)
{
	bool pipe = *argument == '|' || *argument == '!';

	p->o->output = pipe ? NULL : argument;
	p->o->output_command = pipe ? argument + 1 : NULL;
	return OPTIONS_RUN;
}

enum options_outcome apply_follow(struct option_parse *p, const char *argument)
{
	(void)argument;
	p->o->follow = true;
	if (p->letters['f'] > 1)
		p->o->output_separately = true;
	return OPTIONS_RUN;
}

enum options_outcome apply_daemonize(struct option_parse *p, const char *argument)
{
	unsigned int level = p->letters['D'];

	if (argument)
		return apply_word(p, argument);
	p->o->daemonize = level > DAEMONIZE_SESSION ? DAEMONIZE_SESSION
			  : level		    ? level
						    : DAEMONIZE_GRANDCHILD;
	return OPTIONS_RUN;
}

enum options_outcome apply_strings_in_hex(struct option_parse *p, const char *argument)
{
	if (argument)
		return apply_word(p, argument);
	p->o->hex_strings = p->letters['x'] == 1 ? HEX_STRINGS_NON_ASCII : HEX_STRINGS_ALL;
	return OPTIONS_RUN;
}

enum options_outcome apply_ring_size(struct option_parse *p, const char *argument)
{
	static const char units[] = "KMG";
	uint64_t size;
	char *end;

	errno = 0;
	size = strtoull(argument, &end, 10);
	if (end == argument || *argument == '-' || errno || !size)
		return option_invalid(p, argument);
	for (unsigned int i = 0; *end && i < strlen(units); i++) {
		if (*end == units[i] && size <= UINT64_MAX >> 10 * (i + 1)) {
			size <<= 10 * (i + 1);
			end++;
			break;
		}
	}
	if (*end)
		return option_invalid(p, argument);
	p->o->ring_size = size;
	return OPTIONS_RUN;
}

enum options_outcome apply_count_by(struct option_parse *p, const char *argument)
{
	struct text error = TEXT_INIT;
	struct count count;
	enum options_outcome outcome = OPTIONS_RUN;

	if (count_init(&count, argument, &error))
		outcome = option_usage(p, "%.*s", (int)error.len, error.data);
	else
		count_release(&count);
	text_release(&error);
	p->o->count = argument;
	return outcome;
}

enum options_outcome apply_help(struct option_parse *p, const char *argument)
{
	(void)argument;
	text_clear(p->messages);
	help_print(p->messages, p->o->name);
	return OPTIONS_SHOW;
}

enum options_outcome apply_version(struct option_parse *p, const char *argument)
{
	(void)argument;
	text_clear(p->messages);
	help_print_version(p->messages);
	return OPTIONS_SHOW;
}
