/* SPDX-License-Identifier: MIT */
/*
 * Each file is a spec of its own, kept for as long as its descriptors are in use. Sets and
 * structures of the built-in spec can be referred to: they are entered into each file's spec by
 * name before it is resolved, and replaced by the compiled ones afterwards.
 */
#include "lib_proto_file.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "itrace/lib.h"
#include "lib_table.h"
#include "spec.h"
#include "spec_plan.h"

#define FILE_MAX (4u << 20)

struct proto_file {
	struct proto_file *next;
	struct spec spec;
	char *text;
};

struct lib_protos_files {
	struct proto_file *first;
};

int lib_protos_files_new(struct lib_protos_files **ret_files)
{
	*ret_files = calloc(1, sizeof(**ret_files));
	return *ret_files ? 0 : -ENOMEM;
}

void lib_protos_files_free(struct lib_protos_files *files)
{
	while (files && files->first) {
		struct proto_file *f = files->first;

		files->first = f->next;
		spec_release(&f->spec);
		free(f->text);
		free(f);
	}
	free(files);
}

static int read_all(const char *path, char **ret_text, size_t *ret_len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err = 0;
	struct stat st;
	ssize_t n = 0;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st))
		err = -errno;
	else if (S_ISDIR(st.st_mode))
		err = -EISDIR;
	*ret_text = err ? NULL : malloc(FILE_MAX);
	if (!err && !*ret_text)
		err = -ENOMEM;
	*ret_len = 0;
	while (!err && *ret_len < FILE_MAX &&
	       (n = read(fd, *ret_text + *ret_len, FILE_MAX - *ret_len)) > 0)
		*ret_len += (size_t)n;
	if (!err && n < 0)
		err = -errno;
	if (!err && *ret_len == FILE_MAX)
		err = -EFBIG;
	close(fd);
	return err;
}

static bool has_set(const struct spec *spec, const char *name)
{
	for (const struct spec_set *s = spec->sets; s; s = s->next)
		if (!strcmp(s->name, name))
			return true;
	return false;
}

static bool has_struct(const struct spec *spec, const char *name)
{
	for (const struct spec_struct *s = spec->structs; s; s = s->next)
		if (!strcmp(s->name, name))
			return true;
	return false;
}

/* Makes the built-in names known. */
static int import_names(struct spec *spec)
{
	for (unsigned int i = 0; i < nr_lib_sets; i++) {
		struct spec_set *s;

		if (has_set(spec, lib_sets[i].name))
			continue;
		s = spec_alloc(spec, sizeof(*s));
		if (!s)
			return -ENOMEM;
		s->name = lib_sets[i].name;
		s->is_enum = lib_sets[i].is_enum;
		s->next = spec->sets;
		spec->sets = s;
	}
	for (unsigned int i = 0; i < nr_lib_structs; i++) {
		struct spec_struct *s;

		if (has_struct(spec, lib_structs[i]->name))
			continue;
		s = spec_alloc(spec, sizeof(*s));
		if (!s)
			return -ENOMEM;
		s->name = lib_structs[i]->name;
		s->size = lib_structs[i]->size;
		s->next = spec->structs;
		spec->structs = s;
	}
	return 0;
}

static int fail(struct spec_error *e, const struct spec_pos *pos, const char *message,
		const char *name)
{
	e->pos = *pos;
	snprintf(e->message, sizeof(e->message), "%s '%s'", message, name);
	return -EINVAL;
}

/* What a file cannot say, because no compiler sees it. */
static int check_file(const struct spec *spec, struct spec_error *e)
{
	for (const struct spec_set *s = spec->sets; s; s = s->next)
		for (const struct spec_const *c = s->consts; c; c = c->next)
			if (!c->has_value)
				return fail(e, &c->pos, "expected '= VALUE' behind", c->name);
	for (const struct spec_struct *s = spec->structs; s; s = s->next)
		if (s->ctype)
			return fail(e, &s->pos, "expected a size in bytes for structure", s->name);
	for (const struct spec_call *c = spec->calls; c; c = c->next) {
		if (c->nr >= 0)
			return fail(e, &c->pos, "expected no number in front of", c->name);
		if (c->decode)
			return fail(e, &c->pos, "expected no decoder for", c->name);
	}
	return 0;
}

static const struct xlat *convert_set(struct spec *spec, const struct spec_set *set)
{
	struct xlat_entry *entries;
	struct xlat *x;
	uint32_t nr = 0;

	for (unsigned int i = 0; !set->unknown && i < nr_lib_sets; i++)
		if (!strcmp(lib_sets[i].name, set->name))
			return lib_sets[i].xlat;
	for (const struct spec_const *c = set->consts; c; c = c->next)
		nr++;
	x = spec_alloc(spec, sizeof(*x));
	entries = spec_alloc(spec, (nr + 1) * sizeof(*entries));
	if (!x || !entries)
		return NULL;
	nr = 0;
	for (const struct spec_const *c = set->consts; c; c = c->next)
		entries[nr++] = (struct xlat_entry){ c->value, c->name };
	x->unknown = set->unknown;
	x->entries = entries;
	x->nr = nr;
	return x;
}

static const struct struct_desc *convert_struct(struct spec *spec, const struct spec_struct *s)
{
	struct struct_desc *d;

	for (unsigned int i = 0; i < nr_lib_structs; i++)
		if (!strcmp(lib_structs[i]->name, s->name) && lib_structs[i]->size == s->size)
			return lib_structs[i];
	d = spec_alloc(spec, sizeof(*d));
	if (d) {
		d->name = s->name;
		d->size = (uint32_t)s->size;
	}
	return d;
}

static void convert_len(struct arg_desc *a, const struct spec_type *type)
{
	switch (type->len.kind) {
	case LEN_NONE:
		a->len = ARG_LEN_NONE;
		break;
	case LEN_RET:
		a->len = ARG_LEN_RET;
		break;
	case LEN_CONST:
		a->len = ARG_LEN_CONST;
		break;
	default:
		a->len = type->len.index;
		a->len_ref = type->len.kind == LEN_REF;
		break;
	}
}

static void convert_arg(struct spec *spec, const struct spec_arg *arg, struct arg_desc *a)
{
	const struct spec_type *type = &arg->type;
	const struct spec_type *unit = type->elem ? type->elem : type;

	a->name = arg->name;
	a->type = type->word->kind;
	a->dir = arg->dir;
	convert_len(a, type);
	a->elem = type->elem ? type->elem->word->kind : 0;
	if (unit->sd)
		a->size = (uint32_t)unit->sd->size;
	else if (unit->word->width)
		a->size = unit->word->width;
	else if (type->len.kind == LEN_CONST)
		a->size = (uint32_t)type->len.value;
	if (unit->set)
		a->xlat = convert_set(spec, unit->set);
	if (unit->sd)
		a->desc = convert_struct(spec, unit->sd);
	if (type->elem && type->len.kind == LEN_CONST)
		a->count = type->len.value;
}

static struct call_desc *convert_desc(struct spec *spec, const struct spec_call *call)
{
	struct call_desc *d = spec_alloc(spec, sizeof(*d));
	struct arg_desc *args = spec_alloc(spec, (call->nr_args + 1) * sizeof(*args));

	if (!d || !args)
		return NULL;
	for (unsigned int i = 0; i < call->nr_args; i++)
		convert_arg(spec, &call->args[i], &args[i]);
	d->name = call->name;
	d->nr_args = (uint8_t)call->nr_args;
	d->result = call->result.word->kind;
	d->result_xlat = call->result.set ? convert_set(spec, call->result.set) : NULL;
	d->args = args;
	d->spec = "";
	return d;
}

static struct plan_op *convert_plan(struct spec *spec, const struct spec_call *call,
				    unsigned int *ret_nr)
{
	struct spec_plan plan;
	struct plan_op *ops;

	spec_plan_derive(call, &plan);
	ops = spec_alloc(spec, (plan.nr + 1) * sizeof(*ops));
	for (unsigned int i = 0; ops && i < plan.nr; i++)
		ops[i] = (struct plan_op){ plan.ops[i].kind, plan.ops[i].when, plan.ops[i].arg,
					   plan.ops[i].len, plan.ops[i].bytes * plan.ops[i].count };
	*ret_nr = plan.nr;
	return ops;
}

static int convert_calls(struct lib_protos *p, struct spec *spec, unsigned int rank)
{
	for (struct spec_call *c = spec->calls; c; c = c->next) {
		struct lib_function f = { .noreturn = c->noreturn, .rank = rank };

		f.desc = convert_desc(spec, c);
		f.ops = convert_plan(spec, c, &f.nr_ops);
		if (!f.desc || !f.ops || lib_protos_add(p, &f))
			return -ENOMEM;
	}
	return 0;
}

static int parse_file(struct proto_file *f, const char *path, size_t len, struct spec_error *e)
{
	char *name = spec_strdup(&f->spec, path, strlen(path));
	int err = name ? spec_parse(&f->spec, name, f->text, len, e) : -ENOMEM;

	if (!err)
		err = check_file(&f->spec, e);
	if (!err)
		err = import_names(&f->spec);
	return err ? err : spec_resolve(&f->spec, e);
}

int lib_protos_file(struct lib_protos *p, struct lib_protos_files *files, const char *path,
		    unsigned int rank, struct text *error)
{
	struct proto_file *f = calloc(1, sizeof(*f));
	struct spec_error e = { .message = "" };
	size_t len = 0;
	int err;

	if (!f)
		return -ENOMEM;
	f->next = files->first;
	files->first = f;
	err = read_all(path, &f->text, &len);
	if (err) {
		text_format(error, "cannot read '%s': %s", path, strerror(-err));
		return err;
	}
	err = parse_file(f, path, len, &e);
	if (err && e.pos.line)
		text_format(error, "%s:%u:%u: %s", path, e.pos.line, e.pos.column, e.message);
	else if (err)
		text_format(error, "%s: %s", path, e.message[0] ? e.message : strerror(-err));
	return err ? err : convert_calls(p, &f->spec, rank);
}

static int read_folder(struct lib_protos *p, const char *folder, struct text *error)
{
	char pattern[4096];
	glob_t g;
	int err = 0;

	if (snprintf(pattern, sizeof(pattern), "%s/itrace/*.proto", folder) >= (int)sizeof(pattern))
		return 0;
	if (glob(pattern, 0, NULL, &g))
		return 0;
	for (size_t i = 0; i < g.gl_pathc && !err; i++)
		err = lib_protos_read(p, g.gl_pathv[i], error);
	globfree(&g);
	return err;
}

int lib_protos_read_defaults(struct lib_protos *p, struct text *error)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	char folder[4096];
	int err = read_folder(p, "/etc", error);

	if (err)
		return err;
	if (config && *config == '/')
		return read_folder(p, config, error);
	if (!home || snprintf(folder, sizeof(folder), "%s/.config", home) >= (int)sizeof(folder))
		return 0;
	return read_folder(p, folder, error);
}
