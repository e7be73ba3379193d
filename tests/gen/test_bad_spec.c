// SPDX-License-Identifier: MIT
/*
 * Bad input: what is said, and where. One row per mistake; a row's text is a whole file.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "spec.h"

#define PRELUDE "class desc \"%desc\"\n"

static const struct bad {
	const char *text;
	unsigned int line;
	unsigned int column;
	const char *message;
} table[] = {
	/* tokens */
	{ "0 read(fd fd) -> int $\n", 1, 22,
	  "a character that no line can contain (expected the end of the line)" },
	{ "include <linux/fs.h\n", 1, 9,
	  "the header's name has no end (expected a header as <name.h>)" },
	{ "class desc \"%desc\n", 1, 12,
	  "the string has no end (expected what -e trace= calls the class, in quotes)" },
	{ "enum a \"A\" { X = 0x }\n", 1, 18, "bad number (expected a number behind '=')" },
	{ "enum a \"A\" { X = 09 }\n", 1, 18, "bad number (expected a number behind '=')" },
	{ "enum a \"A\" { X = 0x10000000000000000 }\n", 1, 18,
	  "the number does not fit into 64 bits (expected a number behind '=')" },
	{ "0 read(fd fd, \\ \nsize n) -> int\n", 1, 15,
	  "a character that no line can contain (expected a type)" },

	/* a line as a whole */
	{ "\n\n  ( 3\n", 3, 3,
	  "expected a call, include, class, flags, enum or struct, found '('" },
	{ "512 read(fd fd) -> int\n", 1, 1, "a system call's number must be below 512" },
	{ "-1 read(fd fd) -> int\n", 1, 1, "a system call's number must be below 512" },
	{ "0 (fd fd) -> int\n", 1, 3, "expected a call's name, found '('" },
	{ "0 read fd\n", 1, 8, "expected '(' behind the call's name, found 'fd'" },
	{ "0 read(fd fd)\n", 1, 14,
	  "expected '->' and the result's type, found the end of the line" },
	{ "0 read(fd fd) -> int extra\n", 1, 22, "expected the end of the line, found 'extra'" },
	{ "0 read(fd fd", 1, 13,
	  "expected ',' or ')' behind the argument, found the end of the file" },
	{ "0 read(fd fd size n) -> int\n", 1, 14,
	  "expected ',' or ')' behind the argument, found 'size'" },

	/* arguments and types */
	{ "0 read(fd) -> int\n", 1, 10, "expected the argument's name, found ')'" },
	{ "0 read(fd fd, ) -> int\n", 1, 15, "expected a type, found ')'" },
	{ "0 read(file fd) -> int\n", 1, 8, "unknown type 'file'" },
	{ "0 read(out flag x) -> int\n", 1, 12, "unknown type 'flag'" },
	{ "0 read(flags x) -> int\n", 1, 14, "expected '[' behind this type, found 'x'" },
	{ "0 read(flags[] x) -> int\n", 1, 14, "expected a set's name, found ']'" },
	{ "0 read(bytes[] x) -> int\n", 1, 14,
	  "expected a length (an argument, *argument, ret, or a number), found ']'" },
	{ "0 read(bytes[*3] x) -> int\n", 1, 15,
	  "expected an argument's name behind '*', found '3'" },
	{ "0 read(bytes[n x) -> int\n", 1, 16, "expected ']', found 'x'" },
	{ "0 read(array[int] x) -> int\n", 1, 17, "expected ',' and a length, found ']'" },
	{ "0 read(int a, int b, int c, int d, int e, int f, int g) -> int\n", 1, 50,
	  "more than 6 arguments" },
	{ "0 read(fd fd) -> path\n", 1, 18, "'path' cannot be a result" },
	{ "0 read(int a, int a) -> int\n", 1, 15, "read has two arguments called 'a'" },

	/* names that name nothing */
	{ "0 read(flags[none] x) -> int\n", 1, 8, "unknown set 'none'" },
	{ "enum s \"S\" { X }\n0 read(flags[s] x) -> int\n", 2, 8,
	  "set 's' is declared as enum, used as flags" },
	{ "0 read(struct[none] x) -> int\n", 1, 8, "unknown structure 'none'" },
	{ "0 read(array[none,3] x) -> int\n", 1, 14, "unknown structure 'none'" },
	{ "0 read(bytes[n] x) -> int\n", 1, 14, "'n' is no argument of read" },
	{ "0 read(inout bytes[ret] x) -> int\n", 1, 14,
	  "'x' has the result as its length, so it must be 'out'" },
	{ "0 read(int x) -> int : file\n", 1, 24, "unknown class 'file'" },

	/* attributes */
	{ "0 read(int x) -> int @\n", 1, 23,
	  "expected an attribute (decode, noreturn, always, restart, shim), found the end of the "
	  "line" },
	{ "0 read(int x) -> int @fast\n", 1, 23,
	  "expected an attribute (decode, noreturn, always, restart, shim), found 'fast'" },
	{ "0 read(int x) -> int @decode\n", 1, 29,
	  "expected '=' behind the attribute, found the end of the line" },
	{ "0 read(int x) -> int @restart=never\n", 1, 31,
	  "expected sys, nointr, nohand or block, found 'never'" },
	{ "0 read(int x) -> int @shim=read\n", 1, 28,
	  "expected a prototype in quotes, found 'read'" },
	{ "0 read(int x) -> int @shim=\"int read\"\n", 1, 28,
	  "bad prototype: expected parameters in parentheses" },
	{ "0 read(int x) -> int @shim=\"read(int x)\"\n", 1, 28,
	  "bad prototype: expected a type and a function's name before '('" },
	{ "0 read(int x) -> int @shim=\"int read(int)\"\n", 1, 28,
	  "bad prototype: a parameter needs a type and a name" },
	{ "0 read(int x) -> int @shim=\"int a||b(int x)\"\n", 1, 28,
	  "bad prototype: expected up to four names joined by '|'" },

	/* variants */
	{ "0 read(int x=A) -> int\n", 1, 1, "read has variants but no line without a selector" },
	{ "0 read(int x) -> int\n0 read(int x=) -> int\n", 2, 14,
	  "expected a constant behind '=', found ')'" },
	{ "0 read(int x) -> int\n0 read(int x&M) -> int\n", 2, 15,
	  "expected '=' and a constant behind the mask, found ')'" },
	{ "0 read(int x) -> int\n0 read(int x=A, int y=B) -> int\n", 2, 23, "a second selector" },
	{ "0 read(int x, int y) -> int\n0 read(int x=A) -> int\n0 read(int x, int y=B) -> int\n", 3,
	  21, "other variants of read are selected by argument 'x'" },
	{ "0 read(int x) -> int\n0 write(int x=A) -> int\n", 2, 1,
	  "0 is called 'read' at test.spec:1" },
	{ PRELUDE "0 read(int x) -> int\n0 read(int x=A) -> int : desc\n", 3, 1,
	  "the classes differ from those at test.spec:2" },
	{ "deflate(int x=A) -> int\n", 1, 15, "a library function has no variants" },

	/* said twice */
	{ "0 read(int x) -> int\n0 read(int x) -> int\n", 2, 1,
	  "call 'read' is already defined at test.spec:1" },
	{ "f(int x) -> int\nf(int x) -> int\n", 2, 1,
	  "call 'f' is already defined at test.spec:1" },
	{ PRELUDE PRELUDE, 2, 7, "class 'desc' is already defined at test.spec:1" },
	{ "enum s \"S\" { X }\nflags s \"S\" { X }\n", 2, 7,
	  "set 's' is already defined at test.spec:1" },
	{ "struct s = 4\nstruct s = 8\n", 2, 8, "structure 's' is already defined at test.spec:1" },
	{ "enum s \"S\" { X X }\n", 1, 16, "'X' is in this set already" },
	{ "enum s \"S\" { X = 1 }\nenum t \"T\" { X = 2 }\n", 2, 14,
	  "'X' has another value at test.spec:1" },

	/* declarations */
	{ "include linux/fs.h\n", 1, 9, "expected a header as <name.h>, found 'linux'" },
	{ "class \"%desc\"\n", 1, 7, "expected a class's name, found \"%desc\"" },
	{ "class desc\n", 1, 11,
	  "expected what -e trace= calls the class, in quotes, found the end of the line" },
	{ "enum s { X }\n", 1, 8, "expected the word for unknown values, as \"O_???\", found '{'" },
	{ "enum s \"S\" ( X )\n", 1, 12, "expected '{', found '('" },
	{ "enum s \"S\" {\n\tX\n\t,\n}\n", 3, 2, "expected a constant or '}', found ','" },
	{ "enum s \"S\" { X = Y }\n", 1, 18, "expected a number behind '=', found 'Y'" },
	{ "enum s \"S\" { \"a b\" }\n", 1, 20,
	  "expected '=' and a number behind words in quotes, found '}'" },
	{ "enum s \"S\" { X", 1, 15, "expected a constant or '}', found the end of the file" },
	{ "struct s\n", 1, 9,
	  "expected '=' behind the structure's name, found the end of the line" },
	{ "struct s = <x.h>\n", 1, 12, "expected a C type or a size in bytes, found '<x.h>'" },
	{ "struct s = struct s\n", 1, 20,
	  "expected a header as <name.h>, found the end of the line" },
};

static int parse(const char *text, struct spec_error *error)
{
	struct spec spec = SPEC_INIT;
	int err = spec_parse(&spec, "test.spec", text, strlen(text), error);

	if (!err)
		err = spec_resolve(&spec, error);
	spec_release(&spec);
	return err;
}

Test(bad_spec, every_mistake_is_named_where_it_is)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const struct bad *bad = &table[i];
		struct spec_error e = { { "", 0, 0 }, "" };
		int err = parse(bad->text, &e);

		cr_expect(err == -EINVAL, "accepted: %s", bad->text);
		cr_expect(e.pos.line == bad->line && e.pos.column == bad->column,
			  "%sat %u:%u, expected %u:%u", bad->text, e.pos.line, e.pos.column,
			  bad->line, bad->column);
		cr_expect_str_eq(e.message, bad->message, "%s%s", bad->text, e.message);
		cr_expect_str_eq(e.pos.file, "test.spec");
	}
}

/* An error leaves nothing behind: the same struct takes a good file. */
Test(bad_spec, a_spec_is_usable_again_after_an_error)
{
	const char *bad = "0 read(flags[none] x) -> int\n";
	const char *good = "0 read(int x) -> int\n";
	struct spec spec = SPEC_INIT;
	struct spec_error e;

	cr_assert_eq(spec_parse(&spec, "a", bad, strlen(bad), &e), 0);
	cr_assert_eq(spec_resolve(&spec, &e), -EINVAL);
	spec_release(&spec);
	cr_assert_eq(spec_parse(&spec, "a", good, strlen(good), &e), 0);
	cr_assert_eq(spec_resolve(&spec, &e), 0);
	cr_assert_eq(spec.nr_calls, 1);
	spec_release(&spec);
}

/* Whatever a file contains: an answer, no crash (the sanitizers watch). Every prefix and every
 * single changed byte of a line that uses the whole grammar. */
Test(bad_spec, damaged_lines_never_crash)
{
	static const char line[] =
		"class c \"%c\"\nflags f \"F\" { X = -1 \"a b\" = 0x7 }\n"
		"struct s = struct s <x.h>\n"
		"72 a(flags[f] x, struct[s,n] y, out array[int,ret] z, size n)"
		" -> fd : c @decode=q @shim=\"int a|b(int x, ... long y)\" \"x, y\"\n"
		"72 a(flags[f] x&M=X|Y) -> enum[f] # comment\n";
	char copy[sizeof(line)];
	struct spec_error e;

	for (size_t i = 0; i < sizeof(line) - 1; i++) {
		memcpy(copy, line, sizeof(line));
		copy[i] = '\0';
		parse(copy, &e);
		for (const char *c = "\n\\\"|*([)]{}=&@<,0a\xff"; *c; c++) {
			copy[i] = *c;
			parse(copy, &e);
		}
	}
}
