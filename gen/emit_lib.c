/* SPDX-License-Identifier: MIT */
/*
 * lib_table.c: the library functions that the spec knows, and the sets and structures by name, for
 * the launcher: users' prototypes may refer to them.
 */
#include "emit.h"

#include <stdlib.h>
#include <string.h>

#include "spec_plan.h"

/* A function's place in the other tables. */
struct place {
	const struct spec_call *call;
	unsigned int desc;
	unsigned int ops;
	unsigned int nr_ops;
};

static int compare_places(const void *a, const void *b)
{
	const struct place *x = a;
	const struct place *y = b;

	return strcmp(x->call->name, y->call->name);
}

static unsigned int collect(const struct spec *spec, struct place *places)
{
	unsigned int nr = 0;
	unsigned int ops = 0;

	for (unsigned int i = 0; i < spec->nr_calls; i++) {
		struct spec_plan plan;

		spec_plan_derive(spec->sorted[i], &plan);
		if (spec->sorted[i]->nr < 0)
			places[nr++] = (struct place){ spec->sorted[i], i + 1, ops, plan.nr };
		ops += plan.nr;
	}
	qsort(places, nr, sizeof(*places), compare_places);
	return nr;
}

static void emit_functions(FILE *f, const struct spec *spec)
{
	struct place *places = calloc(spec->nr_calls + 1, sizeof(*places));
	unsigned int nr = places ? collect(spec, places) : 0;

	fputs("const struct lib_builtin lib_builtins[] = {\n", f);
	for (unsigned int i = 0; i < nr; i++) {
		const struct place *p = &places[i];

		fprintf(f, "\t{ &call_descs[%u], %u, %u, %d }, /* %s, ", p->desc, p->ops, p->nr_ops,
			p->call->noreturn, p->call->name);
		emit_pos(f, &p->call->pos);
		fputs(" */\n", f);
	}
	fprintf(f, "\t{ 0, 0, 0, 0 },\n};\nconst unsigned int nr_lib_builtins = %u;\n\n", nr);
	free(places);
}

static void emit_names(FILE *f, const struct spec *spec)
{
	unsigned int nr = 0;

	fputs("const struct lib_set lib_sets[] = {\n", f);
	for (const struct spec_set *s = spec->sets; s; s = s->next, nr++)
		fprintf(f, "\t{ \"%s\", &xlat_%s, %d },\n", s->name, s->name, s->is_enum);
	fprintf(f, "\t{ 0, 0, 0 },\n};\nconst unsigned int nr_lib_sets = %u;\n\n", nr);
	nr = 0;
	fputs("const struct struct_desc *const lib_structs[] = {\n", f);
	for (const struct spec_struct *s = spec->structs; s; s = s->next, nr++)
		fprintf(f, "\t&struct_%s,\n", s->name);
	fprintf(f, "\t0,\n};\nconst unsigned int nr_lib_structs = %u;\n", nr);
}

void emit_lib_table(FILE *f, const struct spec *spec)
{
	emit_head(f, "the library functions of the spec, by name");
	fputs("#include \"lib_table.h\"\n#include \"structs.h\"\n#include \"xlat.h\"\n\n", f);
	emit_functions(f, spec);
	emit_names(f, spec);
}
