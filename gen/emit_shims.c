/* SPDX-License-Identifier: MIT */
/*
 * shims.c: the wrappers of method shim. Each has a libc function's own name and prototype (its
 * header is included, so the compiler compares the two), tells preload/lib/shim.h what the system
 * call is given and what it returns, and calls the real function in between.
 *
 * A wrapper keeps errno, and a cancelled thread unwinds through it: the cleanup of its shim_call
 * ends the record.
 */
#include "emit.h"

#include <string.h>

static bool is_pointer(const char *type)
{
	return type[strlen(type) - 1] == '*';
}

/* "(const char *file, int oflag, ...)" */
static void emit_params(FILE *f, const struct spec_shim *shim)
{
	fputc('(', f);
	for (unsigned int i = 0; i < shim->nr_params; i++) {
		const struct spec_param *param = &shim->params[i];

		fprintf(f, "%s%s", i ? ", " : "", param->variable ? "..." : param->text);
		if (param->variable)
			break;
	}
	fprintf(f, "%s)\n", shim->nr_params ? "" : "void");
}

static void emit_names(FILE *f, const struct spec_shim *shim)
{
	for (unsigned int i = 0; i < shim->nr_params; i++)
		fprintf(f, "%s%s", i ? ", " : "", shim->params[i].name);
}

/* Variable arguments are fetched whether the caller passed them or not: on this ABI that is a
 * register's value, handed on as it came. */
static void emit_variables(FILE *f, const struct spec_shim *shim)
{
	const char *last = NULL;
	bool any = false;

	for (unsigned int i = 0; i < shim->nr_params; i++)
		any |= shim->params[i].variable;
	if (!any)
		return;
	fputs("\tva_list ap;\n\n", f);
	for (unsigned int i = 0; i < shim->nr_params; i++) {
		const struct spec_param *param = &shim->params[i];

		if (!param->variable)
			last = param->name;
		else if (!i || !shim->params[i - 1].variable)
			fprintf(f, "\tva_start(ap, %s);\n", last);
	}
	for (unsigned int i = 0; i < shim->nr_params; i++)
		if (shim->params[i].variable)
			fprintf(f, "\t%s = va_arg(ap, %s);\n", shim->params[i].name,
				shim->params[i].type);
	fputs("\tva_end(ap);\n", f);
}

static void emit_declarations(FILE *f, const struct spec_call *call, const struct spec_shim *shim,
			      const char *name)
{
	fputs("\tSHIM_CALL call;\n", f);
	if (strcmp(shim->type, "void") != 0)
		fprintf(f, "\t%s%sret;\n", shim->type, is_pointer(shim->type) ? "" : " ");
	for (unsigned int i = 0; i < shim->nr_params; i++)
		if (shim->params[i].variable)
			fprintf(f, "\t%s;\n", shim->params[i].text);
	emit_variables(f, shim);
	fprintf(f, "\n\tSHIM_ENTER(%d", call->nr);
	if (shim->args)
		fprintf(f, ", %s", shim->args);
	else if (shim->nr_params)
		fputs(", ", f), emit_names(f, shim);
	fprintf(f, ");\n\t%sSHIM_REAL(%s)(", strcmp(shim->type, "void") != 0 ? "ret = " : "", name);
	emit_names(f, shim);
	fputs(");\n", f);
}

static void emit_shim(FILE *f, const struct spec_call *call, const struct spec_shim *shim,
		      const char *name)
{
	bool is_void = !strcmp(shim->type, "void");

	fputs("/* ", f);
	emit_pos(f, &shim->pos);
	fprintf(f, " */\nSHIM_EXPORT %s%s%s", shim->type, is_pointer(shim->type) ? "" : " ", name);
	emit_params(f, shim);
	fputs("{\n", f);
	emit_declarations(f, call, shim, name);
	if (call->noreturn)
		fputs("\t__builtin_unreachable();\n", f);
	else if (is_void)
		fputs("\tshim_exit(&call, 0);\n", f);
	else if (shim->result)
		fprintf(f, "\tshim_exit(&call, (long)(%s));\n\treturn ret;\n", shim->result);
	else
		fputs("\tshim_exit(&call, shim_result((long)ret));\n\treturn ret;\n", f);
	fputs("}\n\n", f);
}

/* Calls fn for every function of every shim. */
static void each_shim(FILE *f, const struct spec *spec,
		      void (*fn)(FILE *f, const struct spec_call *call,
				 const struct spec_shim *shim, const char *name))
{
	for (unsigned int i = 0; i < spec->nr_calls; i++)
		for (const struct spec_shim *s = spec->sorted[i]->shims; s; s = s->next)
			for (unsigned int n = 0; n < s->nr_names; n++)
				fn(f, spec->sorted[i], s, s->names[n]);
}

static void emit_enumerator(FILE *f, const struct spec_call *call, const struct spec_shim *shim,
			    const char *name)
{
	(void)call;
	(void)shim;
	fprintf(f, "\tSHIM_%s,\n", name);
}

static void emit_func(FILE *f, const struct spec_call *call, const struct spec_shim *shim,
		      const char *name)
{
	(void)call;
	(void)shim;
	fprintf(f, "\t[SHIM_%s] = { \"%s\", NULL },\n", name, name);
}

void emit_shims(FILE *f, const struct spec *spec)
{
	emit_head(f, "wrappers of libc's functions");
	for (const struct spec_include *inc = spec->shim_includes; inc; inc = inc->next)
		fprintf(f, "#include %s\n", inc->header);
	fputs("#include <errno.h>\n#include <stdarg.h>\n#include <stddef.h>\n\n"
	      "#include \"lib/shim.h\"\n\nenum {\n",
	      f);
	each_shim(f, spec, emit_enumerator);
	fputs("\tNR_SHIMS\n};\n\nstruct shim_func shim_funcs[] = {\n", f);
	each_shim(f, spec, emit_func);
	fputs("\t{ NULL, NULL },\n};\nconst unsigned int nr_shim_funcs = NR_SHIMS;\n\n", f);
	each_shim(f, spec, emit_shim);
}
