/* SPDX-License-Identifier: MIT */
/*
 * Handlers of the options of the table of calls: -c, -C and what shapes it.
 */
#include "options_apply.h"

static enum options_outcome choose_summary(struct option_parse *p, enum option_summary summary)
{
	if (p->o->summary != SUMMARY_OFF && p->o->summary != summary)
		return option_usage(p, "-c/--summary-only and -C/--summary are mutually exclusive");
	p->o->summary = summary;
	return OPTIONS_RUN;
}

enum options_outcome apply_summary_only(struct option_parse *p, const char *argument)
{
	(void)argument;
	return choose_summary(p, SUMMARY_ONLY);
}

enum options_outcome apply_summary_too(struct option_parse *p, const char *argument)
{
	(void)argument;
	return choose_summary(p, SUMMARY_TOO);
}

enum options_outcome apply_wall_clock(struct option_parse *p, const char *argument)
{
	(void)argument;
	p->o->summary_options.wall_clock = true;
	return OPTIONS_RUN;
}

static enum options_outcome finish(struct option_parse *p, int err, struct text *error)
{
	enum options_outcome outcome = OPTIONS_RUN;

	if (err)
		outcome = option_usage(p, "%.*s", (int)error->len, error->data);
	text_release(error);
	return outcome;
}

enum options_outcome apply_sort_by(struct option_parse *p, const char *argument)
{
	struct text error = TEXT_INIT;

	return finish(p, summary_parse_sort(&p->o->summary_options, argument, &error), &error);
}

enum options_outcome apply_columns(struct option_parse *p, const char *argument)
{
	struct text error = TEXT_INIT;

	return finish(p, summary_parse_columns(&p->o->summary_options, argument, &error), &error);
}
