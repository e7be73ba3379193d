/* SPDX-License-Identifier: MIT */
/*
 * The command line: what bad use is answered with, and what good use means.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "bad_options.h"
#include "options.h"

static struct options options;
static struct text messages;

static enum options_outcome parse(const char *line)
{
	static char room[512];
	static char *argv[BAD_OPTIONS_WORDS];
	int argc = bad_options_split(line, room, argv);
	enum options_outcome outcome;

	text_clear(&messages);
	outcome = options_parse(&options, argc, argv, &messages);
	text_char(&messages, '\0');
	return outcome;
}

static void expect(const char *line, enum options_outcome expected, const char *text)
{
	enum options_outcome outcome = parse(line);

	cr_expect_eq(outcome, expected, "%s: outcome %d", line, outcome);
	cr_expect_str_eq(messages.data, text, "%s: says %s", line, messages.data);
	options_release(&options);
}

/* A good command line whose options stay to be looked at. */
static void good(const char *line)
{
	options_release(&options);
	cr_assert_eq(parse(line), OPTIONS_RUN, "%s: %s", line, messages.data);
	cr_expect_str_empty(messages.data, "%s", line);
}

static void finish(void)
{
	options_release(&options);
	text_release(&messages);
}

TestSuite(options, .fini = finish);

Test(options, bad_use_is_answered_as_strace_answers)
{
	for (size_t i = 0; i < sizeof(bad_options) / sizeof(bad_options[0]); i++)
		expect(bad_options[i].line, OPTIONS_BAD, bad_options[i].messages);
}

Test(options, what_is_in_vain_is_said)
{
	for (size_t i = 0; i < sizeof(vain_options) / sizeof(vain_options[0]); i++)
		expect(vain_options[i].line, OPTIONS_RUN, vain_options[i].messages);
}

Test(options, what_is_not_done_is_refused)
{
	expect("-k true", OPTIONS_BAD, SAYS("-k is not supported"));
	expect("--stack-traces true", OPTIONS_BAD, SAYS("--stack-traces is not supported"));
	expect("-e inject=open:error=ENOENT true", OPTIONS_BAD,
	       SAYS("-e inject= is not supported"));
	expect("--fault=open true", OPTIONS_BAD, SAYS("--fault is not supported"));
	expect("-yy true", OPTIONS_BAD, SAYS("-yy: decode-fds=socket is not supported"));
	expect("--tips true", OPTIONS_BAD, SAYS("--tips is not supported"));
}

Test(options, own_options_do_not_shadow_abbreviations)
{
	/* --no-patch and --no-sud must not make strace's --no-abbrev ambiguous */
	good("--no true");
	cr_expect_not(call_set_has(&options.filter.abbrev, 0));
	expect("--no-pat true", OPTIONS_BAD, SAYS("unrecognized option '--no-pat'") TRY);
}

Test(options, defaults)
{
	good("true -c");
	cr_expect_str_eq(options.program[0], "true");
	cr_expect_str_eq(options.program[1], "-c");
	cr_expect_null(options.program[2]);
	cr_expect_eq(options.summary, SUMMARY_OFF);
	cr_expect_eq(options.column, 40u);
	cr_expect_eq(options.string_limit, 32u);
	cr_expect_eq(options.timestamp, TIMESTAMP_NONE);
	cr_expect_eq(options.quiet, 0u);
	cr_expect_eq(options.filter.status, (uint32_t)STATUS_ALL);
	cr_expect_eq(options.method, OPTION_METHOD_AUTO);
	cr_expect_not(options.follow);
}

Test(options, the_name_is_that_of_the_invocation)
{
	char *argv[] = { "/usr/local/bin/tr", "-Q", NULL };

	cr_expect_eq(options_parse(&options, 2, argv, &messages), OPTIONS_BAD);
	text_char(&messages, '\0');
	cr_expect_str_eq(messages.data, "/usr/local/bin/tr: invalid option -- 'Q'\n"
					"Try '/usr/local/bin/tr -h' for more information.\n");
}

Test(options, help_and_version_are_shown)
{
	cr_expect_eq(parse("-f -h --nonsense"), OPTIONS_SHOW);
	cr_expect_not_null(strstr(messages.data, "-e trace=SET, --trace=SET"));
	cr_expect_null(strstr(messages.data, "--stack-traces"), "not done, so not offered");
	cr_expect_eq(parse("-V"), OPTIONS_SHOW);
	cr_expect_eq(strncmp(messages.data, "itrace -- version ", 18), 0);
}

Test(options, letters_add_up)
{
	good("-t true");
	cr_expect_eq(options.timestamp, TIMESTAMP_TIME);
	cr_expect_eq(options.timestamp_digits, 0);
	good("-t -t true");
	cr_expect_eq(options.timestamp, TIMESTAMP_TIME);
	cr_expect_eq(options.timestamp_digits, 6);
	good("-tttt true");
	cr_expect_eq(options.timestamp, TIMESTAMP_UNIX);
	good("-x true");
	cr_expect_eq(options.hex_strings, HEX_STRINGS_NON_ASCII);
	good("-xx true");
	cr_expect_eq(options.hex_strings, HEX_STRINGS_ALL);
	good("-q true");
	cr_expect_eq(options.quiet, (uint32_t)(QUIET_ATTACH | QUIET_PERSONALITY));
	good("-qq true");
	cr_expect_eq(options.quiet, (uint32_t)(QUIET_ATTACH | QUIET_PERSONALITY | QUIET_EXIT));
	good("-qqq true");
	cr_expect_eq(options.quiet, (uint32_t)QUIET_ALL);
}

Test(options, times_have_precisions)
{
	good("--absolute-timestamps=ns,format:unix -r --syscall-times=ms true");
	cr_expect_eq(options.timestamp, TIMESTAMP_UNIX);
	cr_expect_eq(options.timestamp_digits, 9);
	cr_expect(options.relative);
	cr_expect_eq(options.relative_digits, 6);
	cr_expect(options.call_times);
	cr_expect_eq(options.call_times_digits, 3);
	good("--timestamps=unix --timestamps=us true");
	cr_expect_eq(options.timestamp, TIMESTAMP_UNIX, "the later one names no format");
	cr_expect_eq(options.timestamp_digits, 6);
	good("--timestamps=us,none true");
	cr_expect_eq(options.timestamp, TIMESTAMP_NONE);
}

Test(options, lengths_of_time_have_units)
{
	good("-c -O 1.5ms --duration=2 true");
	cr_expect_eq(options.summary_options.overhead_ns, 1500000u);
	cr_expect_eq(options.filter.longer_than_ns, 2000000u);
	good("-c -O .5 --duration=7us true");
	cr_expect_eq(options.summary_options.overhead_ns, 500u);
	cr_expect_eq(options.filter.longer_than_ns, 7000u);
	expect("--duration=-1 true", OPTIONS_BAD, SAYS("invalid --duration argument: '-1'") TRY);
}

Test(options, the_trace_goes_somewhere)
{
	good("-o file -A true");
	cr_expect_str_eq(options.output, "file");
	cr_expect(options.append);
	cr_expect_eq(options.quiet, (uint32_t)(QUIET_ATTACH | QUIET_PERSONALITY),
		     "-o PROG implies -q");
	good("-o file -e quiet=none true");
	cr_expect_eq(options.quiet, 0u);
	good("-o file -p 4194304");
	cr_expect_eq(options.quiet, 0u);
	good("-o|cat true");
	cr_expect_null(options.output);
	cr_expect_str_eq(options.output_command, "cat");
	good("-ff -o file true");
	cr_expect(options.follow && options.output_separately);
	good("-ff true");
	cr_expect(options.follow);
	cr_expect_not(options.output_separately, "stderr is one");
}

Test(options, processes_come_in_lists)
{
	cr_assert_eq(parse("-p 11,12 -p 13"), OPTIONS_RUN);
	cr_assert_eq(options.nr_pids, 3);
	for (int i = 0; i < 3; i++)
		cr_expect_eq(options.pids[i], 11 + i);
	cr_expect_null(options.program);
}

Test(options, nobody_traces_himself)
{
	char line[32];

	snprintf(line, sizeof(line), "-p %d", getpid());
	expect(line, OPTIONS_BAD, SAYS("I'm sorry, I can't let you do that, Dave."));
}

Test(options, environment_changes_keep_their_order)
{
	good("-E A=1 -E A --env=B=2 true");
	cr_assert_eq(options.nr_env, 3);
	cr_expect_str_eq(options.env[0], "A=1");
	cr_expect_str_eq(options.env[1], "A");
	cr_expect_str_eq(options.env[2], "B=2");
}

Test(options, the_last_set_counts)
{
	good("-e read -e trace=write -z -e status=failed -v true");
	cr_expect_not(filter_has_call(&options.filter, 0));
	cr_expect(filter_has_call(&options.filter, 1));
	cr_expect_eq(options.filter.status, (uint32_t)STATUS_FAILED);
	cr_expect_not(call_set_has(&options.filter.abbrev, 1));
	good("-e status=failed -z true");
	cr_expect_eq(options.filter.status, (uint32_t)STATUS_SUCCESSFUL);
}

Test(options, our_own)
{
	good("--method=shim --no-patch --no-sud --on-full=drop --ring-size=16M --diagnose true");
	cr_expect_eq(options.method, OPTION_METHOD_SHIM);
	cr_expect(options.no_patch && options.no_sud && options.diagnose);
	cr_expect_eq(options.on_full, 1u);
	cr_expect_eq(options.seal_after, 50000u);
	good("--seal-after=0 true");
	cr_expect_eq(options.seal_after, 0u);
	good("--ring-size=16M true");
	cr_expect_eq(options.ring_size, 16u << 20);
	expect("--method=magic true", OPTIONS_BAD, SAYS("invalid --method argument: 'magic'") TRY);
	expect("--ring-size=0 true", OPTIONS_BAD, SAYS("invalid --ring-size argument: '0'") TRY);
	expect("--ring-size=1T true", OPTIONS_BAD, SAYS("invalid --ring-size argument: '1T'") TRY);
	expect("--ring-size=99999999999G true", OPTIONS_BAD,
	       SAYS("invalid --ring-size argument: '99999999999G'") TRY);
	expect("--count=openat true", OPTIONS_BAD, SAYS("invalid --count argument: 'openat'") TRY);
	expect("--count=zork:x true", OPTIONS_BAD, SAYS("invalid system call 'zork'") TRY);
}
