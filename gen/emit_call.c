/* SPDX-License-Identifier: MIT */
/*
 * call_table.c: call_descs, call_by_number, the structures' descriptors and the class names, for
 * the launcher. A decoder or printer that the spec names and the launcher lacks fails the link.
 */
#include "emit.h"

#include <inttypes.h>
#include <string.h>

static void emit_struct_descs(FILE *f, const struct spec *spec)
{
	for (const struct spec_struct *s = spec->structs; s; s = s->next) {
		fprintf(f, "const struct struct_desc struct_%s = { \"%s\", ", s->name, s->name);
		if (s->ctype)
			fprintf(f, "sizeof(%s)", s->ctype);
		else
			fprintf(f, "%" PRIu64, s->size);
		if (s->opaque)
			fputs(", NULL }; /* ", f);
		else
			fprintf(f, ", print_%s }; /* ", s->name);
		emit_pos(f, &s->pos);
		fputs(" */\n", f);
	}
	fputc('\n', f);
}

static void emit_decoders(FILE *f, const struct spec *spec)
{
	for (unsigned int i = 0; i < spec->nr_calls; i++) {
		const char *name = spec->sorted[i]->decode;
		unsigned int j = 0;

		while (name && j < i &&
		       (!spec->sorted[j]->decode || strcmp(spec->sorted[j]->decode, name) != 0))
			j++;
		if (name && j == i)
			fprintf(f, "void decode_%s(struct decode *d);\n", name);
	}
	fputc('\n', f);
}

static void emit_len(FILE *f, const struct spec_len *len)
{
	switch (len->kind) {
	case LEN_NONE:
		fputs("ARG_LEN_NONE, 0", f);
		break;
	case LEN_RET:
		fputs("ARG_LEN_RET, 0", f);
		break;
	case LEN_CONST:
		fputs("ARG_LEN_CONST, 0", f);
		break;
	default:
		fprintf(f, "%u, %d", len->index, len->kind == LEN_REF);
		break;
	}
}

/* Bytes of one value, element or structure; of data with a constant length, that length. */
static void emit_size(FILE *f, const struct spec_type *type)
{
	const struct spec_type *unit = type->elem ? type->elem : type;

	if (unit->sd && unit->sd->ctype)
		fprintf(f, "sizeof(%s)", unit->sd->ctype);
	else if (unit->sd)
		fprintf(f, "%" PRIu64, unit->sd->size);
	else if (unit->word->width)
		fprintf(f, "%u", unit->word->width);
	else
		fprintf(f, "%" PRIu64, type->len.kind == LEN_CONST ? type->len.value : 0);
}

static void emit_arg(FILE *f, const struct spec_arg *arg)
{
	static const char *const dirs[] = { NULL, "ARG_IN", "ARG_OUT", "ARG_INOUT" };
	const struct spec_type *type = &arg->type;
	const struct spec_type *unit = type->elem ? type->elem : type;

	fprintf(f, "\t{ \"%s\", %s, %s, ", arg->name, type->word->arg_type, dirs[arg->dir]);
	emit_len(f, &type->len);
	fprintf(f, ", %s, ", type->elem ? type->elem->word->arg_type : "0");
	emit_size(f, type);
	fputs(", ", f);
	if (unit->set)
		fprintf(f, "&xlat_%s, ", unit->set->name);
	else
		fputs("NULL, ", f);
	if (unit->sd)
		fprintf(f, "&struct_%s, ", unit->sd->name);
	else
		fputs("NULL, ", f);
	fprintf(f, "%" PRIu64 " },\n",
		type->elem && type->len.kind == LEN_CONST ? type->len.value : 0);
}

static void emit_all_args(FILE *f, const struct spec *spec)
{
	fputs("static const struct arg_desc unknown_args[] = {\n", f);
	for (int i = 0; i < SPEC_MAX_ARGS; i++)
		fprintf(f,
			"\t{ \"arg%d\", ARG_HEXLONG, ARG_IN, ARG_LEN_NONE, 0, 0, 8, NULL, NULL, 0 "
			"},\n",
			i + 1);
	fputs("};\n", f);
	for (unsigned int i = 0; i < spec->nr_calls; i++) {
		const struct spec_call *call = spec->sorted[i];

		if (!call->nr_args)
			continue;
		fprintf(f, "static const struct arg_desc args_%u[] = { /* %s, ", i + 1, call->name);
		emit_pos(f, &call->pos);
		fputs(" */\n", f);
		for (unsigned int j = 0; j < call->nr_args; j++)
			emit_arg(f, &call->args[j]);
		fputs("};\n", f);
	}
	fputc('\n', f);
}

static void emit_desc(FILE *f, const struct spec_call *call, unsigned int index)
{
	/* The kernel's internal error numbers, include/linux/errno.h */
	static const unsigned int restarts[] = { 0, 512, 513, 514, 516 };

	fprintf(f, "\t{ \"%s\", %d, %u, %s, ", call->name, call->nr, call->nr_args,
		call->result.word->arg_type);
	if (call->result.set)
		fprintf(f, "&xlat_%s, ", call->result.set->name);
	else
		fputs("NULL, ", f);
	if (call->nr_args)
		fprintf(f, "args_%u, ", index);
	else
		fputs("NULL, ", f);
	fprintf(f, "0x%" PRIx64 ", ", call->classes);
	if (call->decode)
		fprintf(f, "decode_%s, \"", call->decode);
	else
		fputs("NULL, \"", f);
	emit_pos(f, &call->pos);
	fprintf(f, "\", %u },\n", restarts[call->restart]);
}

static void emit_descs(FILE *f, const struct spec *spec)
{
	fputs("const struct call_desc call_descs[] = {\n"
	      "\t{ NULL, 0, 6, ARG_LONG, NULL, unknown_args, 0, NULL, \"\", 0 },\n",
	      f);
	for (unsigned int i = 0; i < spec->nr_calls; i++)
		emit_desc(f, spec->sorted[i], i + 1);
	fprintf(f, "};\nconst unsigned int nr_call_descs = %u;\n\n", spec->nr_calls + 1);
	fputs("const struct call_desc *const call_by_number[512] = {\n", f);
	for (unsigned int i = 0; i < spec->nr_calls; i++) {
		const struct spec_call *call = spec->sorted[i];

		if (call->nr >= 0 && !call->sel)
			fprintf(f, "\t[%d] = &call_descs[%u], /* %s */\n", call->nr, i + 1,
				call->name);
	}
	fputs("};\n\n", f);
}

static void emit_class_names(FILE *f, const struct spec *spec)
{
	unsigned int nr = 0;

	fputs("const struct call_class_name call_class_names[] = {\n", f);
	for (const struct spec_class *c = spec->classes; c; c = c->next) {
		for (const struct spec_const *w = c->words; w; w = w->next, nr++)
			fprintf(f, "\t{ \"%s\", 0x%" PRIx64 " },\n", w->name,
				UINT64_C(1) << c->bit);
	}
	fprintf(f, "\t{ NULL, 0 },\n};\nconst unsigned int nr_call_class_names = %u;\n", nr);
}

void emit_call_table(FILE *f, const struct spec *spec)
{
	emit_head(f, "every call as the launcher sees it");
	fputs("#include \"call_class.h\"\n#include \"decode/call_desc.h\"\n"
	      "#include \"structs.h\"\n#include \"xlat.h\"\n\n",
	      f);
	emit_includes(f, spec);
	emit_struct_descs(f, spec);
	emit_decoders(f, spec);
	emit_all_args(f, spec);
	emit_descs(f, spec);
	emit_class_names(f, spec);
}
