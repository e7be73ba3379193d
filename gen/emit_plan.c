/* SPDX-License-Identifier: MIT */
/*
 * plan_table.c: plan_calls, plan_ops and plan_variants of include/itrace/plan.h.
 */
#include "emit.h"

#include <string.h>

#include "itrace/plan.h"
#include "spec_plan.h"

static const char *const kind_names[] = {
	[PLAN_STRING] = "PLAN_STRING",
	[PLAN_FIXED] = "PLAN_FIXED",
	[PLAN_BYTES] = "PLAN_BYTES",
	[PLAN_BYTES_RET] = "PLAN_BYTES_RET",
	[PLAN_VAR] = "PLAN_VAR",
	[PLAN_ARRAY] = "PLAN_ARRAY",
	[PLAN_ARRAY_RET] = "PLAN_ARRAY_RET",
	[PLAN_SOCK] = "PLAN_SOCK",
	[PLAN_SOCK_PTR] = "PLAN_SOCK_PTR",
	[PLAN_BYTES_PTR] = "PLAN_BYTES_PTR",
	[PLAN_IOVEC] = "PLAN_IOVEC",
	[PLAN_MSGHDR] = "PLAN_MSGHDR",
	[PLAN_MMSGHDR] = "PLAN_MMSGHDR",
	[PLAN_ARGV] = "PLAN_ARGV",
	[PLAN_ENVP] = "PLAN_ENVP",
	[PLAN_DIRENTS] = "PLAN_DIRENTS",
	[PLAN_DIRENTS32] = "PLAN_DIRENTS32",
	[PLAN_FD] = "PLAN_FD",
	[PLAN_FD_RET] = "PLAN_FD_RET",
	[PLAN_DIRFD] = "PLAN_DIRFD",
	[PLAN_FD_PAIR] = "PLAN_FD_PAIR",
	[PLAN_POLLFDS] = "PLAN_POLLFDS",
	[PLAN_FD_SET] = "PLAN_FD_SET",
	[PLAN_MSGBUF] = "PLAN_MSGBUF",
	[PLAN_SIGMASK] = "PLAN_SIGMASK",
	[PLAN_IOCBS] = "PLAN_IOCBS",
	[PLAN_IFCONF] = "PLAN_IFCONF",
	[PLAN_CLONE_ARGS] = "PLAN_CLONE_ARGS",
	[PLAN_STRING_RET] = "PLAN_STRING_RET",
};

static void emit_op(FILE *f, const struct spec_op *op)
{
	fprintf(f, " { %s, %s%s%s, %u, %u, ", kind_names[op->kind],
		op->when & PLAN_IN ? "PLAN_IN" : "",
		(op->when & PLAN_IN) && (op->when & PLAN_OUT) ? " | PLAN_OUT"
		: op->when & PLAN_OUT			      ? "PLAN_OUT"
							      : "",
		op->when & PLAN_ALWAYS ? " | PLAN_ALWAYS" : "", op->arg, op->len);
	if (op->count != 1)
		fprintf(f, "%u * ", op->count);
	if (op->ctype)
		fprintf(f, "sizeof(%s) },", op->ctype);
	else
		fprintf(f, "%u },", op->bytes);
}

static void emit_ops(FILE *f, const struct spec *spec)
{
	unsigned int at = 0;

	fputs("const struct plan_op plan_ops[] = {\n", f);
	for (unsigned int i = 0; i < spec->nr_calls; i++) {
		const struct spec_call *call = spec->sorted[i];
		struct spec_plan plan;

		spec_plan_derive(call, &plan);
		if (!plan.nr)
			continue;
		fprintf(f, "\t/* %u: %s, ", at, call->name);
		emit_pos(f, &call->pos);
		fputs(" */\n\t", f);
		for (unsigned int j = 0; j < plan.nr; j++)
			emit_op(f, &plan.ops[j]);
		fputc('\n', f);
		at += plan.nr;
	}
	fputs("\t{ 0, 0, 0, 0, 0 },\n};\n\n", f);
}

static unsigned int selector_index(const struct spec_call *base)
{
	return base->nr_variants ? base->first_variant->sel - base->first_variant->args : 0;
}

/* What the calls before this one in the tables have used up. */
struct offsets {
	unsigned int ops;
	unsigned int variants;
};

static void emit_calls(FILE *f, const struct spec *spec)
{
	struct offsets at = { 0, 0 };

	fputs("const struct plan plan_calls[512] = {\n", f);
	for (unsigned int i = 0; i < spec->nr_calls; i++) {
		const struct spec_call *call = spec->sorted[i];
		struct spec_plan plan;

		spec_plan_derive(call, &plan);
		if (call->nr >= 0 && !call->sel) {
			fprintf(f,
				"\t[%d] = { %u, %u, %u, %u, %u, %u, %u, PLAN_F_KNOWN%s }, /* %s, ",
				call->nr, at.ops, plan.nr, call->nr_args, at.variants,
				call->nr_variants, i + 1, selector_index(call),
				call->noreturn ? " | PLAN_F_NORETURN" : "", call->name);
			emit_pos(f, &call->pos);
			fputs(" */\n", f);
			at.variants += call->nr_variants;
		}
		at.ops += plan.nr;
	}
	fputs("};\n\n", f);
}

static void emit_variants(FILE *f, const struct spec *spec)
{
	unsigned int at = 0;

	fputs("const struct plan_variant plan_variants[] = {\n", f);
	for (unsigned int i = 0; i < spec->nr_calls; i++) {
		const struct spec_call *call = spec->sorted[i];
		struct spec_plan plan;

		spec_plan_derive(call, &plan);
		if (call->sel) {
			fprintf(f, "\t{ %u, %u, %u, %u }, /* %s, ", at, plan.nr, call->nr_args,
				i + 1, call->name);
			emit_pos(f, &call->pos);
			fputs(" */\n", f);
		}
		at += plan.nr;
	}
	fputs("\t{ 0, 0, 0, 0 },\n};\n", f);
}

/* What the argument is masked with: its width, unless the spec says something else. */
static void emit_mask(FILE *f, const struct spec_call *call)
{
	if (call->sel->mask)
		fprintf(f, "CONST(%s)", call->sel->mask);
	else
		fputs(call->sel->type.word->width == 8 ? "UINT64_MAX" : "UINT32_MAX", f);
}

static bool same_mask(const struct spec_call *a, const struct spec_call *b)
{
	const char *x = a->sel->mask;
	const char *y = b->sel->mask;

	return x && y ? !strcmp(x, y) : x == y;
}

static void emit_cases(FILE *f, const struct spec_call *call, unsigned int index)
{
	for (const struct spec_const *c = call->sel->values; c; c = c->next)
		fprintf(f, "\t\tcase CONST(%s):\n", c->name);
	fprintf(f, "\t\t\treturn %u; /* ", index);
	emit_pos(f, &call->pos);
	fputs(" */\n", f);
}

/* The variants of one call, calls[0..nr), the first of them plan_variants[first]: a switch for each
 * run of variants with the same mask, so that the first that fits is found. A value that is there
 * twice does not compile. */
static void emit_choices(FILE *f, struct spec_call *const *calls, unsigned int nr,
			 unsigned int first)
{
	for (unsigned int i = 0; i < nr; i++) {
		if (!i || !same_mask(calls[i - 1], calls[i])) {
			fputs(i ? "\t\t}\n\t\tswitch (value & " : "\t\tswitch (value & ", f);
			emit_mask(f, calls[i]);
			fputs(") {\n", f);
		}
		emit_cases(f, calls[i], first + i);
	}
	fputs("\t\t}\n\t\tbreak;\n", f);
}

static void emit_find(FILE *f, const struct spec *spec)
{
	unsigned int at = 0;

	fputs("unsigned int plan_variant_find(unsigned int nr, uint64_t value)\n{\n"
	      "\tswitch (nr) {\n",
	      f);
	for (unsigned int i = 0; i < spec->nr_calls; i++) {
		const struct spec_call *call = spec->sorted[i];

		if (!call->nr_variants)
			continue;
		fprintf(f, "\tcase %d: /* %s */\n", call->nr, call->name);
		emit_choices(f, spec->sorted + i + 1, call->nr_variants, at);
		at += call->nr_variants;
	}
	fputs("\t}\n\treturn PLAN_NO_VARIANT;\n}\n", f);
}

static void emit_selector_values(FILE *f, const struct spec *spec)
{
	for (unsigned int i = 0; i < spec->nr_calls; i++) {
		const struct spec_arg *sel = spec->sorted[i]->sel;

		if (!sel)
			continue;
		for (const struct spec_const *c = sel->values; c; c = c->next)
			emit_const_value(f, spec, c->name);
		if (sel->mask)
			emit_const_value(f, spec, sel->mask);
	}
	fputc('\n', f);
}

void emit_plan_table(FILE *f, const struct spec *spec)
{
	emit_head(f, "which memory belongs to which call");
	fputs("#include \"itrace/plan.h\"\n\n", f);
	emit_includes(f, spec);
	emit_const_macro(f);
	emit_selector_values(f, spec);
	emit_ops(f, spec);
	emit_variants(f, spec);
	fputc('\n', f);
	emit_find(f, spec);
	fputc('\n', f);
	emit_calls(f, spec);
}
