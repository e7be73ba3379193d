/* SPDX-License-Identifier: MIT */
/*
 * The table of calls: strace's layout, orders and columns.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "sink/summary.h"

#define READ 0
#define WRITE 1
#define NAP 230	   /* clock_nanosleep */
#define LONG 146   /* sched_get_priority_max: a name longer than its column */
#define NOBODY 400 /* no call has this number */

static struct summary summary;
static struct text out;

static void setup(void)
{
	struct summary_options o;

	summary_options_init(&o);
	summary_init(&summary, &o);
}

static void finish(void)
{
	text_release(&out);
}

TestSuite(summary, .init = setup, .fini = finish);

static void prints(const char *expected)
{
	text_clear(&out);
	summary_print(&summary, &out);
	text_char(&out, '\0');
	cr_expect_str_eq(out.data, expected, "%s", out.data);
}

static void some_calls(void)
{
	for (unsigned int i = 0; i < 3; i++)
		summary_add(&summary, READ, 1000 + i * 400, i == 2);
	summary_add(&summary, NAP, 300136999, false);
	summary_add(&summary, WRITE, 1000, false);
	summary_add(&summary, WRITE, 3200, false);
}

Test(summary, looks_like_straces)
{
	some_calls();
	prints("% time     seconds  usecs/call     calls    errors syscall\n"
	       "------ ----------- ----------- --------- --------- ----------------\n"
	       "100.00    0.300137      300136         1           clock_nanosleep\n"
	       "  0.00    0.000004           1         3         1 read\n"
	       "  0.00    0.000004           2         2           write\n"
	       "------ ----------- ----------- --------- --------- ----------------\n"
	       "100.00    0.300145       50024         6         1 total\n");
}

Test(summary, nothing_counted_nothing_printed)
{
	prints("");
}

Test(summary, no_time_at_all)
{
	summary_add(&summary, WRITE, 0, false);
	summary_add(&summary, READ, 0, true);
	prints("% time     seconds  usecs/call     calls    errors syscall\n"
	       "------ ----------- ----------- --------- --------- ----------------\n"
	       "  0.00    0.000000           0         1         1 read\n"
	       "  0.00    0.000000           0         1           write\n"
	       "------ ----------- ----------- --------- --------- ----------------\n"
	       "100.00    0.000000           0         2         1 total\n");
}

Test(summary, columns_are_chosen_and_the_name_is_always_there)
{
	some_calls();
	cr_assert_eq(summary_parse_columns(&summary.options, "calls,shortest,max-time", &out), 0);
	prints("    calls shortest  longest syscall\n"
	       "--------- -------- -------- ----------------\n"
	       "        1 0.300137 0.300137 clock_nanosleep\n"
	       "        3 0.000001 0.000002 read\n"
	       "        2 0.000001 0.000003 write\n"
	       "--------- -------- -------- ----------------\n"
	       "        6 0.000001 0.300137 total\n");
}

Test(summary, long_names_widen_their_column)
{
	summary_add(&summary, LONG, 1000, false);
	summary_add(&summary, READ, 3000, true);
	cr_assert_eq(summary_parse_columns(&summary.options, "name,errors", &out), 0);
	prints("syscall                   errors\n"
	       "---------------------- ---------\n"
	       "read                           1\n"
	       "sched_get_priority_max          \n"
	       "---------------------- ---------\n"
	       "total                          1\n");
}

Test(summary, sorts_by_each_criterion)
{
	static const struct {
		const char *sort;
		const char *first;
	} orders[] = {
		{ "time", "clock_nanosleep" },
		{ "calls", "read" },
		{ "errors", "read" },
		{ "name", "clock_nanosleep" },
		{ "none", "read" },
		{ "nothing", "read" },
		{ "max-time", "clock_nanosleep" },
		{ "avg-time", "clock_nanosleep" },
		{ "shortest", "clock_nanosleep" },
	};

	some_calls();
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		const char *at;
		char first[32];

		cr_assert_eq(summary_parse_sort(&summary.options, orders[i].sort, &out), 0);
		cr_assert_eq(summary_parse_columns(&summary.options, "name", &out), 0);
		text_clear(&out);
		summary_print(&summary, &out);
		text_char(&out, '\0');
		at = strstr(out.data, "-\n");
		cr_assert_eq(sscanf(at + 2, "%31s", first), 1);
		cr_expect_str_eq(first, orders[i].first, "%s", orders[i].sort);
	}
}

Test(summary, overhead_is_taken_off_each_call)
{
	summary.options.overhead_ns = 2000;
	summary_add(&summary, READ, 1500, false);
	summary_add(&summary, READ, 5000, false);
	cr_assert_eq(summary_parse_columns(&summary.options, "total-time", &out), 0);
	prints("    seconds syscall\n"
	       "----------- ----------------\n"
	       "   0.000003 read\n"
	       "----------- ----------------\n"
	       "   0.000003 total\n");
}

Test(summary, nameless_and_foreign_numbers)
{
	summary_add(&summary, NOBODY, 1000, true);
	summary_add(&summary, SESSION_CALLS, 1000, true);
	summary_add(&summary, 0x40000000, 1000, true);
	cr_assert_eq(summary_parse_columns(&summary.options, "calls", &out), 0);
	prints("    calls syscall\n"
	       "--------- ----------------\n"
	       "        1 syscall_0x190\n"
	       "--------- ----------------\n"
	       "        1 total\n");
}
