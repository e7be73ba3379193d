/* SPDX-License-Identifier: MIT */
/*
 * xlat.c: the values of flag sets and enumerations, in the order of the spec. The values are the
 * compiler's to know, so nothing is sorted here.
 */
#include "emit.h"

#include <inttypes.h>

/* The values of an enumeration are in ascending order, as far as the generator can know. */
static bool is_sorted(const struct spec_set *set)
{
	for (const struct spec_const *c = set->consts; c; c = c->next)
		if (!c->has_value || c->negative || (c->next && c->next->value <= c->value))
			return false;
	return set->is_enum;
}

static void emit_set(FILE *f, const struct spec *spec, const struct spec_set *set)
{
	unsigned int nr = 0;

	for (const struct spec_const *c = set->consts; c; c = c->next)
		if (!c->quoted)
			emit_const_value(f, spec, c->name);
	fprintf(f, "static const struct xlat_entry entries_%s[] = { /* ", set->name);
	emit_pos(f, &set->pos);
	fputs(" */\n", f);
	for (const struct spec_const *c = set->consts; c; c = c->next, nr++)
		if (c->quoted)
			fprintf(f, "\t{ UINT64_C(0x%" PRIx64 "), \"%s\" },\n", c->value, c->name);
		else
			fprintf(f, "\t{ CONST(%s), \"%s\" },\n", c->name, c->name);
	fprintf(f, "\t{ 0, NULL },\n};\nconst struct xlat xlat_%s = { ", set->name);
	if (*set->unknown)
		fprintf(f, "\"%s\"", set->unknown);
	else
		fputs("NULL", f);
	fprintf(f, ", entries_%s, %u, %d, %d };\n\n", set->name, nr, is_sorted(set), set->decimal);
}

void emit_xlat_table(FILE *f, const struct spec *spec)
{
	emit_head(f, "the values of flag sets and enumerations");
	fputs("#include \"xlat.h\"\n\n", f);
	emit_includes(f, spec);
	emit_const_macro(f);
	for (const struct spec_set *s = spec->sets; s; s = s->next)
		emit_set(f, spec, s);
}
