/* SPDX-License-Identifier: MIT */
/*
 * -e EXPR, and the sets that it and the long options of the same names set.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "filter_set.h"
#include "options_apply.h"

/* What the decoders can print of file descriptors. */
#define FD_DETAILS_SUPPORTED FD_DETAIL_PATH

static const struct filter_word status_words[] = {
	{ "successful", STATUS_SUCCESSFUL }, { "failed", STATUS_FAILED },
	{ "unfinished", STATUS_UNFINISHED }, { "unavailable", STATUS_UNAVAILABLE },
	{ "detached", STATUS_DETACHED },     { NULL, 0 },
};

static const struct filter_word quiet_words[] = {
	{ "attach", QUIET_ATTACH },
	{ "exit", QUIET_EXIT },
	{ "exits", QUIET_EXIT },
	{ "path-resolution", QUIET_PATH_RESOLUTION },
	{ "personality", QUIET_PERSONALITY },
	{ "thread-execve", QUIET_SUPERSEDED },
	{ "superseded", QUIET_SUPERSEDED },
	{ NULL, 0 },
};

static const struct filter_word fd_words[] = {
	{ "path", FD_DETAIL_PATH },
	{ "socket", FD_DETAIL_SOCKET },
	{ "dev", FD_DETAIL_DEV },
	{ "pidfd", FD_DETAIL_PIDFD },
	{ "signalfd", FD_DETAIL_SIGNALFD },
	{ "eventfd", FD_DETAIL_EVENTFD },
	{ NULL, 0 },
};

static const struct filter_word pid_words[] = {
	{ "comm", PID_DETAIL_COMM },
	{ "pidns", PID_DETAIL_PIDNS },
	{ NULL, 0 },
};

static void *field_of(struct option_parse *p)
{
	return (char *)p->o + p->row->field;
}

/* Turns what a filter_parse_*() said into an outcome. */
static enum options_outcome finish(struct option_parse *p, int err, struct text *error)
{
	enum options_outcome outcome = OPTIONS_RUN;

	if (err == -ENOMEM)
		outcome = option_no_memory(p);
	else if (err == -EPROTONOSUPPORT)
		outcome = option_usage(p, "%.*s", (int)error->len, error->data);
	else if (err)
		outcome = option_error(p, "%.*s", (int)error->len, error->data);
	text_release(error);
	return outcome;
}

static bool row_has_qualifier(const struct option_row *row, const char *word, size_t len)
{
	const char *at = row->qualifiers;

	while (at && *at) {
		size_t n = strcspn(at, " ");

		if (n == len && !strncmp(at, word, len))
			return true;
		at += n + (at[n] == ' ');
	}
	return false;
}

/* "QUALIFIER=SET"; everything else is a set of calls to trace. */
enum options_outcome apply_expr(struct option_parse *p, const char *argument)
{
	size_t len = strcspn(argument, "=");

	for (unsigned int i = 0; argument[len] && i < nr_option_rows; i++) {
		if (row_has_qualifier(&option_rows[i], argument, len)) {
			p->named[i] = true;
			snprintf(p->spelling, sizeof(p->spelling), "-e %.*s=", (int)len, argument);
			return option_apply(p, &option_rows[i], argument + len + 1);
		}
	}
	return apply_trace(p, argument);
}

enum options_outcome apply_trace(struct option_parse *p, const char *argument)
{
	unsigned int functions = p->o->lib.filter.nr;
	struct text error = TEXT_INIT, rest = TEXT_INIT;
	enum options_outcome outcome = option_take_functions(p, argument, &rest);

	functions = p->o->lib.filter.nr - functions;
	if (outcome == OPTIONS_RUN && (!functions || *rest.data)) {
		p->o->lib.calls_named = true;
		outcome = finish(
			p,
			filter_parse_trace(&p->o->filter, functions ? rest.data : argument, &error),
			&error);
	}
	text_release(&rest);
	return outcome;
}

enum options_outcome apply_calls(struct option_parse *p, const char *argument)
{
	struct text error = TEXT_INIT;

	return finish(p, filter_parse_calls(field_of(p), argument, &error), &error);
}

enum options_outcome apply_no_abbrev(struct option_parse *p, const char *argument)
{
	(void)argument;
	memset(&p->o->filter.abbrev, 0, sizeof(p->o->filter.abbrev));
	return OPTIONS_RUN;
}

enum options_outcome apply_signals(struct option_parse *p, const char *argument)
{
	struct text error = TEXT_INIT;

	return finish(p, filter_parse_signals(&p->o->filter, argument, &error), &error);
}

enum options_outcome apply_fds(struct option_parse *p, const char *argument)
{
	struct text error = TEXT_INIT;

	return finish(p, filter_parse_fds(field_of(p), argument, &error), &error);
}

enum options_outcome apply_trace_fds(struct option_parse *p, const char *argument)
{
	p->o->filter.fds_given = true;
	return apply_fds(p, argument);
}

enum options_outcome apply_words(struct option_parse *p, const struct filter_word *words,
				 const char *what, const char *argument)
{
	struct text error = TEXT_INIT;

	return finish(p, filter_parse_words(field_of(p), words, what, argument, &error), &error);
}

enum options_outcome apply_status(struct option_parse *p, const char *argument)
{
	return apply_words(p, status_words, "status", argument);
}

enum options_outcome apply_successful(struct option_parse *p, const char *argument)
{
	(void)argument;
	p->o->filter.status = STATUS_SUCCESSFUL;
	return OPTIONS_RUN;
}

enum options_outcome apply_failed(struct option_parse *p, const char *argument)
{
	(void)argument;
	p->o->filter.status = STATUS_FAILED;
	return OPTIONS_RUN;
}

/* -q, -qq, -qqq, or the long form; without an argument it is -q. */
enum options_outcome apply_quiet(struct option_parse *p, const char *argument)
{
	if (argument)
		return apply_words(p, quiet_words, "quiet", argument);
	p->o->quiet = QUIET_ATTACH | QUIET_PERSONALITY;
	if (p->letters['q'] > 1)
		p->o->quiet |= QUIET_EXIT;
	if (p->letters['q'] > 2)
		p->o->quiet = QUIET_ALL;
	return OPTIONS_RUN;
}

/* -y, -yy, or the long form; without an argument it is -y. */
enum options_outcome apply_decode_fds(struct option_parse *p, const char *argument)
{
	enum options_outcome outcome = OPTIONS_RUN;
	uint32_t missing;

	if (argument)
		outcome = apply_words(p, fd_words, "decode-fds", argument);
	else
		p->o->fd_details = p->letters['y'] > 1 ? FD_DETAIL_ALL : FD_DETAIL_PATH;
	missing = p->o->fd_details & ~(uint32_t)FD_DETAILS_SUPPORTED;
	for (const struct filter_word *w = fd_words; outcome == OPTIONS_RUN && w->word; w++) {
		if (missing & w->bits)
			return option_error(p, "%s: decode-fds=%s is not supported",
					    p->letters['y'] > 1 ? "-yy" : p->spelling, w->word);
	}
	return outcome;
}

enum options_outcome apply_decode_pids(struct option_parse *p, const char *argument)
{
	return apply_words(p, pid_words, "decode-pids", argument);
}

enum options_outcome apply_comm(struct option_parse *p, const char *argument)
{
	(void)argument;
	p->o->pid_details |= PID_DETAIL_COMM;
	return OPTIONS_RUN;
}

enum options_outcome apply_pidns(struct option_parse *p, const char *argument)
{
	(void)argument;
	p->o->pid_details |= PID_DETAIL_PIDNS;
	return OPTIONS_RUN;
}
