/* SPDX-License-Identifier: MIT */
/*
 * Counting the values of one argument.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sink/count.h"

static struct count count;
static struct text out;

static void finish(void)
{
	count_release(&count);
	text_release(&out);
}

TestSuite(count, .fini = finish);

static void add(const char *value, unsigned int times)
{
	while (times--)
		cr_assert_eq(count_add(&count, value, strlen(value)), 0);
}

Test(count, an_argument_has_a_name_and_a_number)
{
	cr_assert_eq(count_init(&count, "openat:filename", &out), 0);
	cr_expect_eq(count.call, 257u);
	cr_expect_eq(count.arg, 1u);
	cr_assert_eq(count_init(&count, "openat:arg0", &out), 0);
	cr_expect_eq(count.arg, 0u);
}

Test(count, what_is_no_argument_is_named)
{
	cr_expect_eq(count_init(&count, "zork:x", &out), -EINVAL);
	cr_expect_eq(count_init(&count, "openat", &out), -EINVAL);
	cr_expect_eq(count_init(&count, "openat:arg9", &out), -EINVAL);
	text_clear(&out);
	cr_expect_eq(count_init(&count, "openat:zork", &out), -EINVAL);
	text_char(&out, '\0');
	cr_expect_not_null(
		strstr(out.data, "'zork' is no argument of openat; it has dfd, filename, "));
}

Test(count, the_rarest_come_first)
{
	cr_assert_eq(count_init(&count, "openat:filename", &out), 0);
	add("\"/b\"", 3);
	add("\"/c\"", 1);
	add("\"/a\"", 3);
	cr_assert_eq(count_print(&count, &out), 0);
	text_char(&out, '\0');
	cr_expect_str_eq(out.data, "@[\"/c\"]: 1\n@[\"/a\"]: 3\n@[\"/b\"]: 3\n");
}

Test(count, any_number_of_values)
{
	char value[16];
	size_t lines = 0;

	cr_assert_eq(count_init(&count, "openat:filename", &out), 0);
	for (unsigned int round = 0; round < 2; round++) {
		for (unsigned int i = 0; i < 5000; i++) {
			snprintf(value, sizeof(value), "%u", i);
			add(value, 1);
		}
	}
	cr_expect_eq(count.nr, 5000u);
	cr_assert_eq(count_print(&count, &out), 0);
	text_char(&out, '\0');
	for (const char *at = out.data; (at = strstr(at, "]: 2\n")); at++)
		lines++;
	cr_expect_eq(lines, 5000u);
}
