/* SPDX-License-Identifier: MIT */
/*
 * What can only be said once the whole command line is known: options that exclude each other,
 * options without effect, and what follows from several together. The order of the checks is
 * strace's: it decides which of two faults is reported.
 */
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "options_row.h"

typedef enum options_outcome check_fn(struct option_parse *p);

static bool has_output(const struct options *o)
{
	return o->output || o->output_command;
}

static enum options_outcome one_form(struct option_parse *p, char letter)
{
	const struct option_row *row = option_find_letter(letter);

	if (!p->letters[(unsigned char)letter] || !option_named(p, letter))
		return OPTIONS_RUN;
	return option_error(p, "-%c and %s%s cannot be provided simultaneously", letter,
			    letter == 'q' ? "-e quiet/--" : "--", row->name);
}

static enum options_outcome check_program(struct option_parse *p)
{
	if (!p->o->program && !p->o->nr_pids)
		return option_usage(p, "must have PROG [ARGS] or -p PID");
	return OPTIONS_RUN;
}

static enum options_outcome check_daemonize(struct option_parse *p)
{
	enum options_outcome outcome = one_form(p, 'D');

	if (outcome != OPTIONS_RUN)
		return outcome;
	if (p->o->daemonize && !p->o->program)
		return option_usage(p, "PROG [ARGS] must be specified with -D/--daemonize");
	if (p->letters['D'] > DAEMONIZE_SESSION)
		return option_usage(p, "Too many -D's (%u), maximum supported -D count is %u",
				    p->letters['D'], DAEMONIZE_SESSION);
	return OPTIONS_RUN;
}

static enum options_outcome check_forms(struct option_parse *p)
{
	enum options_outcome outcome = OPTIONS_RUN;

	for (const char *letter = "txyf"; *letter && outcome == OPTIONS_RUN; letter++)
		outcome = one_form(p, *letter);
	return outcome;
}

static enum options_outcome check_seccomp(struct option_parse *p)
{
	if (p->o->seccomp_bpf && p->o->nr_pids)
		option_warn(p, "--seccomp-bpf is not enabled for processes attached with -p");
	if (p->o->seccomp_bpf && !p->o->follow) {
		option_warn(p, "--seccomp-bpf cannot be used without -f/--follow-forks, disabling");
		p->o->seccomp_bpf = false;
	}
	return OPTIONS_RUN;
}

static enum options_outcome check_old_follow(struct option_parse *p)
{
	if (!p->letters['F'])
		return OPTIONS_RUN;
	if (p->o->follow)
		option_warn(p, "deprecated option -F ignored");
	else
		option_warn(p, "option -F is deprecated, please use -f/--follow-forks instead");
	p->o->follow = true;
	return OPTIONS_RUN;
}

static enum options_outcome check_summary(struct option_parse *p)
{
	if (p->o->summary != SUMMARY_OFF && p->o->output_separately)
		return option_usage(p, "(-c/--summary-only or -C/--summary) and "
				       "-ff/--output-separately are mutually exclusive");
	if (p->o->summary != SUMMARY_OFF)
		return OPTIONS_RUN;
	if (option_given(p, 'w'))
		return option_usage(p, "-w/--summary-wall-clock must be given with "
				       "(-c/--summary-only or -C/--summary)");
	if (option_given(p, 'U'))
		return option_usage(p, "-U/--summary-columns must be given with "
				       "(-c/--summary-only or -C/--summary)");
	if (option_given(p, 'S'))
		option_warn(p, "-S/--summary-sort-by has no effect without "
			       "(-c/--summary-only or -C/--summary)");
	return OPTIONS_RUN;
}

/* Options that shape the trace, which -c does not print. */
static enum options_outcome check_hidden(struct option_parse *p)
{
	const struct options *o = p->o;
	const struct {
		char letter;
		bool given;
	} shapes[] = {
		{ 'i', o->instruction_pointer },
		{ 'k', o->stack_traces },
		{ 'n', o->call_number },
		{ 'r', o->relative },
		{ 't', o->timestamp != TIMESTAMP_NONE },
		{ 'T', o->call_times },
		{ 'y', o->fd_details },
		{ 'N', o->arg_names },
	};

	for (unsigned int i = 0;
	     o->summary == SUMMARY_ONLY && i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		if (shapes[i].given)
			option_warn(p, "-%c/--%s has no effect with -c/--summary-only",
				    shapes[i].letter, option_find_letter(shapes[i].letter)->name);
	}
	return OPTIONS_RUN;
}

static enum options_outcome check_effect(struct option_parse *p)
{
	struct options *o = p->o;

	if (o->output_separately && !has_output(o)) {
		if (!o->follow)
			option_warn(p, "--output-separately has no effect without -o/--output");
		o->output_separately = false;
	}
	if (o->append && !has_output(o))
		option_warn(p, "-A/--output-append-mode has no effect without -o/--output");
	if (p->letters['z'] + p->letters['Z'] + option_named(p, 'z') + option_named(p, 'Z') > 1)
		option_warn(p,
			    "Only the last of -z/--successful-only/-Z/--failed-only options will "
			    "take effect. See status qualifier for more complex filters.");
	return OPTIONS_RUN;
}

/* "UID:GID": without a name there are no supplementary groups. */
static bool parse_ids(struct options *o)
{
	char *end;
	unsigned long uid, gid;

	if (o->user[strspn(o->user, "0123456789:")] || *o->user == ':')
		return false;
	uid = strtoul(o->user, &end, 10);
	if (*end != ':' || end[1] < '0' || end[1] > '9' || uid >= UINT32_MAX)
		return false;
	gid = strtoul(end + 1, &end, 10);
	o->uid = (uid_t)uid;
	o->gid = (gid_t)gid;
	return !*end && gid < UINT32_MAX;
}

static enum options_outcome check_user(struct option_parse *p)
{
	struct options *o = p->o;
	const struct passwd *user;

	if (!o->user)
		return OPTIONS_RUN;
	if (getuid())
		return option_error(p, "You must be root to use the -u/--username option");
	if (parse_ids(o))
		return OPTIONS_RUN;
	user = getpwnam(o->user);
	if (!user)
		return option_error(p, "Cannot find user '%s'", o->user);
	o->user_name = o->user;
	o->uid = user->pw_uid;
	o->gid = user->pw_gid;
	return OPTIONS_RUN;
}

static enum options_outcome check_output(struct option_parse *p)
{
	if (p->o->output_command && p->o->output_separately)
		return option_usage(p, "piping the output and -ff/--output-separately "
				       "are mutually exclusive");
	return OPTIONS_RUN;
}

static enum options_outcome check_quiet(struct option_parse *p)
{
	if (!option_given(p, 'q') && has_output(p->o) && p->o->program)
		p->o->quiet = QUIET_ATTACH | QUIET_PERSONALITY;
	return one_form(p, 'q');
}

static enum options_outcome check_paths(struct option_parse *p)
{
	struct options *o = p->o;

	for (size_t i = 0; i < o->nr_paths; i++) {
		const char *resolved;

		if (filter_add_path(&o->filter, o->paths[i], &resolved))
			return option_no_memory(p);
		if (resolved && !(o->quiet & QUIET_PATH_RESOLUTION))
			option_warn(p, "Requested path \"%s\" resolved into \"%s\"", o->paths[i],
				    resolved);
	}
	return OPTIONS_RUN;
}

/* Who asks for library calls gets these alone, unless system calls are asked for too. */
static enum options_outcome check_library(struct option_parse *p)
{
	struct options *o = p->o;

	if (!o->lib.filter.nr && !o->lib.heap)
		return OPTIONS_RUN;
	if (!o->lib.calls_named)
		memset(&o->filter.traced, 0, sizeof(o->filter.traced));
	if (o->method == OPTION_METHOD_PTRACE || o->method == OPTION_METHOD_SHIM)
		return option_usage(p, "library calls cannot be traced with --method=%s",
				    o->method == OPTION_METHOD_SHIM ? "shim" : "ptrace");
	if (!o->program)
		return option_usage(p, "library calls can only be traced from the start: PROG "
				       "must be specified");
	return OPTIONS_RUN;
}

enum options_outcome options_check(struct option_parse *p)
{
	static check_fn *const checks[] = {
		check_program, check_daemonize, check_forms,   check_seccomp, check_old_follow,
		check_summary, check_hidden,	check_effect,  check_user,    check_output,
		check_quiet,   check_paths,	check_library,
	};
	enum options_outcome outcome = OPTIONS_RUN;

	for (unsigned int i = 0; i < sizeof(checks) / sizeof(checks[0]) && outcome == OPTIONS_RUN;
	     i++)
		outcome = checks[i](p);
	return outcome;
}
