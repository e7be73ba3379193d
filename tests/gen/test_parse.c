// SPDX-License-Identifier: MIT
/*
 * What a good file becomes.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "spec.h"

static struct spec spec;
static struct spec_error error;

static void init(void)
{
	memset(&spec, 0, sizeof(spec));
}

static void fini(void)
{
	spec_release(&spec);
}

TestSuite(parse, .init = init, .fini = fini);

static void add(const char *file, const char *text)
{
	cr_assert_eq(spec_parse(&spec, file, text, strlen(text), &error), 0, "%u:%u: %s",
		     error.pos.line, error.pos.column, error.message);
}

static void resolve(void)
{
	cr_assert_eq(spec_resolve(&spec, &error), 0, "%u:%u: %s", error.pos.line, error.pos.column,
		     error.message);
}

Test(parse, a_line_has_all_its_parts)
{
	const struct spec_call *call;

	add("a", "class x \"%x\" \"x\"\nclass y \"%y\"\n"
		 "1 write(fd fd, in bytes[n] buf, size n) -> size : y x @restart=sys @decode=w "
		 "@noreturn @always\n");
	resolve();
	call = spec.sorted[0];
	cr_expect_eq(call->nr, 1);
	cr_expect_str_eq(call->name, "write");
	cr_expect_eq(call->nr_args, 3);
	cr_expect_eq(call->classes, 3);
	cr_expect_eq(call->restart, RESTART_SYS);
	cr_expect_str_eq(call->decode, "w");
	cr_expect(call->noreturn && call->always);
	cr_expect_eq(call->args[0].type.word->kind, SPEC_FD);
	cr_expect_eq(call->args[1].type.len.kind, LEN_ARG);
	cr_expect_eq(call->args[1].type.len.index, 2);
	cr_expect_eq(call->args[1].dir, DIR_IN);
	cr_expect_eq(call->result.word->kind, SPEC_SIZE);
}

Test(parse, files_may_refer_to_each_other_in_any_order)
{
	add("a", "0 a(flags[f] x, struct[s] y) -> int : c\n");
	add("b", "flags f \"F\" { X = 1 }\nstruct s = 8\nclass c \"%c\"\n");
	resolve();
	cr_expect_str_eq(spec.sorted[0]->args[0].type.set->name, "f");
	cr_expect_eq(spec.sorted[0]->args[1].type.sd->size, 8);
	cr_expect_eq(spec.sorted[0]->classes, 1);
}

Test(parse, a_backslash_joins_lines_and_comments_end_them)
{
	add("a", "# first\n0 a(int x, \\\n\tint y) -> int # last\n\n\n1 b() -> void");
	resolve();
	cr_expect_eq(spec.nr_calls, 2);
	cr_expect_eq(spec.sorted[0]->nr_args, 2);
	cr_expect_eq(spec.sorted[1]->pos.line, 6);
}

Test(parse, variants_stand_behind_their_base_wherever_they_are_written)
{
	add("a", "class c \"%c\"\n5 f(int op=A|B, str s) -> int\n5 f(int op&M=C) -> fd\n");
	add("b", "9 g() -> int\n5 f(int op, int x) -> int : c @restart=nohand\n3 e() -> int\n");
	resolve();
	cr_assert_eq(spec.nr_calls, 5);
	cr_expect_eq(spec.sorted[0]->nr, 3);
	cr_expect_null(spec.sorted[1]->sel);
	cr_expect_eq(spec.sorted[1]->nr_variants, 2);
	cr_expect_str_eq(spec.sorted[2]->sel->values->next->name, "B");
	cr_expect_str_eq(spec.sorted[3]->sel->mask, "M");
	cr_expect_eq(spec.sorted[3]->base, spec.sorted[1]);
	cr_expect_eq(spec.sorted[2]->classes, 1, "a variant is in its base's classes");
	cr_expect_eq(spec.sorted[2]->restart, RESTART_NOHAND);
	cr_expect_eq(spec.sorted[4]->nr, 9);
}

Test(parse, library_functions_come_last_and_may_have_more_arguments)
{
	add("a", "f(int a, int b, int c, int d, int e, int f, double g) -> double\n0 a() -> int\n");
	resolve();
	cr_expect_eq(spec.sorted[0]->nr, 0);
	cr_expect_eq(spec.sorted[1]->nr, -1);
	cr_expect_eq(spec.sorted[1]->nr_args, 7);
}

Test(parse, constants_may_have_values_of_every_kind)
{
	const struct spec_const *c;

	add("a", "enum e \"E\" {\n\tA B = 0x10 C = 010 D = -2\n\t\"B|C\" = 24\n}\n");
	resolve();
	c = spec.sets->consts;
	cr_expect(!c->has_value);
	c = c->next;
	cr_expect_eq(c->value, 16);
	c = c->next;
	cr_expect_eq(c->value, 8);
	c = c->next;
	cr_expect(c->value == (uint64_t)-2 && c->negative);
	c = c->next;
	cr_expect(c->quoted && c->value == 24);
	cr_expect_str_eq(c->name, "B|C");
	cr_expect_eq(spec_find_value(&spec, "C")->value, 8);
	cr_expect_null(spec_find_value(&spec, "A"));
}

Test(parse, an_element_may_have_the_name_of_a_type)
{
	add("a", "struct iovec = 16\n0 a(array[iovec,n] v, ref[flags64[f]] w, size n) -> int\n"
		 "flags f \"F\" { X }\n");
	resolve();
	cr_expect_str_eq(spec.sorted[0]->args[0].type.elem->sd->name, "iovec");
	cr_expect_eq(spec.sorted[0]->args[1].type.elem->word->width, 8);
}

Test(parse, a_shim_is_cut_into_its_parts)
{
	const struct spec_shim *s;

	add("a", "0 a(int x) -> int @shim=\"void *a|b(int x[2], ... unsigned long y, char *z)\" "
		 "\"x, 0\" \"ret ? 1 : 2\" @shim=\"void c(void)\"\n");
	resolve();
	s = spec.sorted[0]->shims;
	cr_expect_str_eq(s->type, "void *");
	cr_expect_eq(s->nr_names, 2);
	cr_expect_str_eq(s->names[1], "b");
	cr_assert_eq(s->nr_params, 3);
	cr_expect_str_eq(s->params[0].name, "x");
	cr_expect_str_eq(s->params[0].text, "int x[2]");
	cr_expect(!s->params[0].variable && s->params[1].variable && s->params[2].variable);
	cr_expect_str_eq(s->params[1].type, "unsigned long");
	cr_expect_str_eq(s->params[2].type, "char *");
	cr_expect_str_eq(s->args, "x, 0");
	cr_expect_str_eq(s->result, "ret ? 1 : 2");
	cr_expect_eq(s->next->nr_params, 0);
	cr_expect_str_eq(s->next->type, "void");
}
