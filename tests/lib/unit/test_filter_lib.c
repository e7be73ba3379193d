/* SPDX-License-Identifier: MIT */
/*
 * Library filters: what the command line's words become.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "itrace/lib.h"
#include "lib_filter.h"

/* The patterns one behind the other, each followed by a blank. */
static void gives(enum lib_filter_kind kind, const char *text, const char *wanted)
{
	struct lib_filter f = { .nr = 0 };
	struct text error = TEXT_INIT;

	cr_assert_eq(lib_filter_add(&f, kind, text, &error), 0, "%s", text);
	for (size_t i = 0; i < f.patterns.len; i++)
		if (!f.patterns.data[i])
			f.patterns.data[i] = ' ';
	text_char(&f.patterns, '\0');
	cr_expect_str_eq(f.patterns.data, wanted, "%s gives %s", text, f.patterns.data);
	lib_filter_release(&f);
	text_release(&error);
}

static void fails(const char *text, const char *message)
{
	struct lib_filter f = { .nr = 0 };
	struct text error = TEXT_INIT;

	cr_expect_eq(lib_filter_add(&f, LIB_FILTER_ENTRIES, text, &error), -EINVAL, "%s", text);
	text_char(&error, '\0');
	cr_expect(strstr(error.data, message), "%s gives %s", text, error.data);
	lib_filter_release(&f);
	text_release(&error);
}

Test(lib_filter, pieces)
{
	gives(LIB_FILTER_ENTRIES, "deflate@libz.so.1", "x+deflate@libz.so.1 ");
	gives(LIB_FILTER_ENTRIES, "a,b@c", "x+a@ x+b@c ");
	gives(LIB_FILTER_ENTRIES, "a+b", "x+a@ x+b@ ");
	gives(LIB_FILTER_ENTRIES, "f@libstdc++.so.6+g", "x+f@libstdc++.so.6 x+g@ ");
	gives(LIB_FILTER_ENTRIES, "*@libc.so.6,-free", "x+*@libc.so.6 x-free@ ");
	gives(LIB_FILTER_ENTRIES, "!free", "x+@ x-free@ ");
	gives(LIB_FILTER_ENTRIES, "@libc.so.6", "x+@libc.so.6 ");
	gives(LIB_FILTER_CALLS, "malloc@MAIN", "c+malloc@MAIN ");
	gives(LIB_FILTER_LIBRARY, "libstdc++.so.6", "x+@libstdc++.so.6 ");
}

Test(lib_filter, expressions_may_hold_separators)
{
	gives(LIB_FILTER_ENTRIES, "/^(a|b),+c/@libz*", "x+/^(a|b),+c/@libz* ");
	gives(LIB_FILTER_ENTRIES, "/a\\/b/,c", "x+/a\\/b/@ x+c@ ");
	gives(LIB_FILTER_ENTRIES, "/to the end", "x+/to the end@ ");
}

Test(lib_filter, faults)
{
	fails("", "empty");
	fails(",", "missing");
	fails("a,@", "missing");
	fails("/a(/", "invalid expression 'a('");
	fails("/a{2}/", "not supported");
	fails("/a/b", "expected '@LIBRARY'");
}

Test(lib_filter, library_is_shown_for_entries_only)
{
	struct lib_filter f = { .nr = 0 };
	struct text error = TEXT_INIT;

	lib_filter_add(&f, LIB_FILTER_CALLS, "malloc", &error);
	lib_filter_add(&f, LIB_FILTER_ENTRIES, "SSL_*@libssl.so.3", &error);
	cr_expect(!lib_filter_shows_library(&f, "malloc"));
	cr_expect(lib_filter_shows_library(&f, "SSL_new"));
	lib_filter_release(&f);
}

static const char *name_of(const struct lib_area *a, unsigned int i)
{
	const struct lib_proto *p = (const void *)((const char *)a + a->protos);

	return (const char *)a + a->names + p[i].name;
}

Test(lib_filter, the_area_holds_what_the_spec_knows)
{
	struct lib_filter f = { .nr = 0 };
	struct text error = TEXT_INIT;
	struct lib_protos protos;
	const struct lib_proto *p;
	struct lib_area *a;
	size_t len;
	bool found = false;

	cr_assert_eq(lib_protos_init(&protos), 0);
	lib_protos_finish(&protos);
	cr_assert_eq(lib_filter_add(&f, LIB_FILTER_CALLS, "malloc", &error), 0);
	cr_assert_eq(lib_filter_area(&f, &protos, (void **)&a, &len), 0);
	cr_expect_eq(a->size, len);
	cr_expect_str_eq((const char *)a + a->patterns, "c+malloc@");
	cr_expect_eq(*((const char *)a + a->patterns + strlen("c+malloc@") + 1), '\0');
	p = (const void *)((const char *)a + a->protos);
	for (unsigned int i = 0; i < a->nr_protos; i++) {
		cr_expect(!i || strcmp(name_of(a, i - 1), name_of(a, i)) < 0, "%s is out of order",
			  name_of(a, i));
		cr_expect(p[i].first + p[i].nr <= a->nr_ops);
		if (strcmp(name_of(a, i), "snprintf") != 0)
			continue;
		found = true;
		cr_expect_eq(p[i].flags, LIB_PROTO_FORMAT);
		cr_expect_eq(p[i].format, 2);
		cr_expect_eq(p[i].nr_args, 3);
	}
	cr_expect(found, "snprintf is missing");
	free(a);
	lib_protos_release(&protos);
	lib_filter_release(&f);
}
