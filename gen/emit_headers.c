/* SPDX-License-Identifier: MIT */
/*
 * The generated headers: call_class.h, structs.h, xlat.h.
 */
#include "emit.h"

#include <ctype.h>
#include <inttypes.h>

static void emit_upper(FILE *f, const char *s)
{
	for (; *s; s++)
		fputc(toupper((unsigned char)*s), f);
}

void emit_call_class(FILE *f, const struct spec *spec)
{
	emit_head(f, "the classes of -e trace=%class, as bits of call_desc.classes");
	fputs("#ifndef ITRACE_CALL_CLASS_H\n#define ITRACE_CALL_CLASS_H\n\n"
	      "#include <stdint.h>\n\nenum call_class {\n",
	      f);
	for (const struct spec_class *c = spec->classes; c; c = c->next) {
		fputs("\tCLASS_", f);
		emit_upper(f, c->name);
		fprintf(f, " = 1 << %u, /* ", c->bit);
		emit_pos(f, &c->pos);
		fputs(" */\n", f);
	}
	fputs("};\n\n"
	      "/* What -e trace= calls a class, \"%file\" or \"file\": the words of the spec. */\n"
	      "struct call_class_name {\n\tconst char *word;\n\tuint64_t bits;\n};\n\n"
	      "extern const struct call_class_name call_class_names[];\n"
	      "extern const unsigned int nr_call_class_names;\n\n#endif\n",
	      f);
}

void emit_structs(FILE *f, const struct spec *spec)
{
	emit_head(f, "the structures of the spec");
	fputs("#ifndef ITRACE_STRUCTS_H\n#define ITRACE_STRUCTS_H\n\n"
	      "#include \"decode/call_desc.h\"\n\n",
	      f);
	for (const struct spec_struct *s = spec->structs; s; s = s->next)
		if (!s->opaque)
			fprintf(f, "struct_fn print_%s;\n", s->name);
	for (const struct spec_struct *s = spec->structs; s; s = s->next)
		fprintf(f, "extern const struct struct_desc struct_%s;\n", s->name);
	fputs("\n#endif\n", f);
}

void emit_xlat_header(FILE *f, const struct spec *spec)
{
	emit_head(f, "the flag sets and enumerations of the spec");
	fputs("#ifndef ITRACE_XLAT_H\n#define ITRACE_XLAT_H\n\n"
	      "#include \"decode/call_desc.h\"\n\n",
	      f);
	for (const struct spec_set *s = spec->sets; s; s = s->next)
		fprintf(f, "extern const struct xlat xlat_%s;\n", s->name);
	fputs("\n#endif\n", f);
}
