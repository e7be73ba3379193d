/* SPDX-License-Identifier: MIT */
/*
 * Patterns for names: the same answers as fnmatch(3) and regexec(3) give, which the tracee cannot
 * call.
 */
#include <criterion/criterion.h>
#include <fnmatch.h>
#include <regex.h>
#include <stdio.h>
#include <string.h>

#include "itrace/pattern.h"

static const char *const names[] = {
	"",	"a",	  "b",	     "ab",	"abc",	  "ababc",     "aabbd",
	"xxx",	"xxxy",	  "foo_12y", "bar_z",	"malloc", "libz.so.1", "libstdc++.so.6",
	"abcd", "lib.so", "libso",   "SSL_new", "a]b",	  "a-b",       "aaab",
};

#define NR(array) (sizeof(array) / sizeof((array)[0]))

static bool matches(const char *pattern, const char *name)
{
	return pattern_match(pattern, pattern + strlen(pattern), name);
}

Test(pattern, globs_as_fnmatch)
{
	static const char *const globs[] = { "*",      "a*",	 "*b",	   "a?c",   "*so*",
					     "[a-c]*", "[!a]*",	 "lib*.?", "mal*c", "[]]",
					     "a[]]b",  "a[b-]b", "**",	   "?*?",   "*.so.[0-9]",
					     "a[-x]b", "[a-",	 "*+*" };

	for (size_t i = 0; i < NR(globs); i++)
		for (size_t j = 0; j < NR(names); j++)
			cr_expect_eq(matches(globs[i], names[j]), !fnmatch(globs[i], names[j], 0),
				     "'%s' and '%s'", globs[i], names[j]);
}

Test(pattern, expressions_as_regexec)
{
	static const char *const expressions[] = {
		"a",
		"^a.*b$",
		"(ab)+c",
		"a|b|^$",
		"(a|b)*c",
		"^x*$",
		"(a*)*b",
		"\\.so",
		"[a-c]+d?",
		"((a|ab)(c|bcd))(d*)$",
		"^(foo|bar)_.*(x|y)$",
		"^SSL_",
		"[^a-z]",
		"a?b?c?$",
		"(x|xx)+y",
		"^(a|b|ab)*c$",
		"lib(z|stdc\\+\\+)\\.so\\.[0-9]",
		".",
		"^[]a]",
		"(a(b(c)?)?)+$",
		"()",
		"a()b",
	};
	char pattern[128];
	regex_t r;

	for (size_t i = 0; i < NR(expressions); i++) {
		cr_assert_eq(regcomp(&r, expressions[i], REG_EXTENDED | REG_NOSUB), 0, "%s",
			     expressions[i]);
		for (int closed = 0; closed < 2; closed++) {
			snprintf(pattern, sizeof(pattern), "/%s%s", expressions[i],
				 closed ? "/" : "");
			for (size_t j = 0; j < NR(names); j++)
				cr_expect_eq(matches(pattern, names[j]),
					     !regexec(&r, names[j], 0, NULL, 0), "'%s' and '%s'",
					     pattern, names[j]);
		}
		regfree(&r);
	}
}

Test(pattern, an_empty_pattern_fits_everything)
{
	cr_expect(matches("", "anything"));
	cr_expect(matches("", ""));
}

Test(pattern, a_costly_expression_ends)
{
	char name[64] = "";

	memset(name, 'a', sizeof(name) - 1);
	cr_expect(!matches("/^(a|aa|aaa)+(a|aa)+(a|aa)+b$/", name));
}
