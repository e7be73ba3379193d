/* SPDX-License-Identifier: MIT */
/*
 * Connects the names of a spec with what they name, and puts the calls into the order of the
 * tables.
 */
#include "parser.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int duplicate(struct spec_error *error, const struct spec_pos *pos, const char *what,
		     const char *name, const struct spec_pos *first)
{
	return spec_fail(error, pos, "%s '%s' is already defined at %s:%u", what, name, first->file,
			 first->line);
}

/* Lists of a few hundred names, looked at once per use: searching them linearly costs nothing. */
#define FIND(list, wanted)                                          \
	({                                                          \
		__typeof__(list) node_ = (list);                    \
		while (node_ && strcmp(node_->name, (wanted)) != 0) \
			node_ = node_->next;                        \
		node_;                                              \
	})

#define CHECK_UNIQUE(list, what, error)                                                          \
	({                                                                                       \
		int err_ = 0;                                                                    \
		for (__typeof__(list) n_ = (list); n_ && !err_; n_ = n_->next) {                 \
			__typeof__(list) first_ = FIND(list, n_->name);                          \
			if (first_ != n_)                                                        \
				err_ = duplicate(error, &n_->pos, what, n_->name, &first_->pos); \
		}                                                                                \
		err_;                                                                            \
	})

static int resolve_set(struct spec *spec, struct spec_type *type, struct spec_error *error)
{
	bool want_enum = type->word->kind == SPEC_ENUM;

	type->set = FIND(spec->sets, type->name);
	if (!type->set)
		return spec_fail(error, &type->pos, "unknown set '%s'", type->name);
	if (type->set->is_enum != want_enum)
		return spec_fail(error, &type->pos, "set '%s' is declared as %s, used as %s",
				 type->name, want_enum ? "flags" : "enum",
				 want_enum ? "enum" : "flags");
	return 0;
}

static int resolve_len(struct spec_call *call, struct spec_len *len, struct spec_error *error)
{
	if (len->kind != LEN_ARG && len->kind != LEN_REF)
		return 0;
	for (unsigned int i = 0; i < call->nr_args; i++) {
		if (!strcmp(call->args[i].name, len->name)) {
			len->index = i;
			return 0;
		}
	}
	return spec_fail(error, &len->pos, "'%s' is no argument of %s", len->name, call->name);
}

static int resolve_type(struct spec *spec, struct spec_call *call, struct spec_type *type,
			struct spec_error *error)
{
	int err = 0;

	if (type->word->form == FORM_SET)
		err = resolve_set(spec, type, error);
	if (!err && type->word->form == FORM_STRUCT) {
		type->sd = FIND(spec->structs, type->name);
		if (!type->sd)
			err = spec_fail(error, &type->pos, "unknown structure '%s'", type->name);
	}
	if (!err && type->elem)
		err = resolve_type(spec, call, type->elem, error);
	return err ? err : resolve_len(call, &type->len, error);
}

/* A length that is only known at exit cannot guide a copy at entry. */
static int check_dir(const struct spec_arg *arg, struct spec_error *error)
{
	if (arg->type.len.kind == LEN_RET && arg->dir != DIR_OUT &&
	    arg->type.word->form != FORM_PLAIN)
		return spec_fail(error, &arg->type.pos,
				 "'%s' has the result as its length, so it must be 'out'",
				 arg->name);
	return 0;
}

static int resolve_args(struct spec *spec, struct spec_call *call, struct spec_error *error)
{
	int err = 0;

	for (unsigned int i = 0; i < call->nr_args && !err; i++) {
		struct spec_arg *arg = &call->args[i];

		for (unsigned int j = 0; j < i; j++)
			if (!strcmp(call->args[j].name, arg->name))
				return spec_fail(error, &arg->type.pos,
						 "%s has two arguments called '%s'", call->name,
						 arg->name);
		err = resolve_type(spec, call, &arg->type, error);
		if (!err)
			err = check_dir(arg, error);
		if (!err && arg->values && call->sel)
			err = spec_fail(error, &arg->values->pos, "a second selector");
		if (arg->values)
			call->sel = arg;
	}
	return err;
}

static int resolve_classes(struct spec *spec, struct spec_call *call, struct spec_error *error)
{
	for (const struct spec_class_ref *r = call->class_refs; r; r = r->next) {
		const struct spec_class *class = FIND(spec->classes, r->name);

		if (!class)
			return spec_fail(error, &r->pos, "unknown class '%s'", r->name);
		call->classes |= 1ull << class->bit;
	}
	return 0;
}

static int resolve_call(struct spec *spec, struct spec_call *call, struct spec_error *error)
{
	int err = resolve_args(spec, call, error);

	if (!err)
		err = resolve_type(spec, call, &call->result, error);
	if (!err)
		err = resolve_classes(spec, call, error);
	if (!err && call->sel && call->nr < 0)
		err = spec_fail(error, &call->sel->values->pos,
				"a library function has no variants");
	return err;
}

static int number_classes(struct spec *spec, struct spec_error *error)
{
	unsigned int bit = 0;

	for (struct spec_class *c = spec->classes; c; c = c->next) {
		if (bit == SPEC_MAX_CLASS)
			return spec_fail(error, &c->pos, "more than %d classes", SPEC_MAX_CLASS);
		c->bit = bit++;
	}
	return 0;
}

/* By number; a base before its variants; otherwise as written. */
static int compare_calls(const void *a, const void *b)
{
	const struct spec_call *x = *(struct spec_call *const *)a;
	const struct spec_call *y = *(struct spec_call *const *)b;

	/* -1, a library function, comes last */
	if (x->nr != y->nr)
		return (unsigned int)x->nr < (unsigned int)y->nr ? -1 : 1;
	if (!x->sel != !y->sel)
		return x->sel ? 1 : -1;
	return x->order < y->order ? -1 : 1;
}

static int sort_calls(struct spec *spec, struct spec_error *error)
{
	unsigned int nr = 0;

	for (struct spec_call *c = spec->calls; c; c = c->next)
		c->order = nr++;
	spec->nr_calls = nr;
	spec->sorted = spec_alloc(spec, (nr + 1) * sizeof(*spec->sorted));
	if (!spec->sorted) {
		struct spec_pos nowhere = { "", 0, 0 };

		spec_fail(error, &nowhere, "out of memory");
		return -ENOMEM;
	}
	nr = 0;
	for (struct spec_call *c = spec->calls; c; c = c->next)
		spec->sorted[nr++] = c;
	qsort(spec->sorted, nr, sizeof(*spec->sorted), compare_calls);
	return 0;
}

static int join_variant(struct spec_call *base, struct spec_call *call, struct spec_error *error)
{
	const struct spec_call *first = base->nr_variants ? base->first_variant : call;

	if (strcmp(base->name, call->name) != 0)
		return spec_fail(error, &call->pos, "%d is called '%s' at %s:%u", call->nr,
				 base->name, base->pos.file, base->pos.line);
	if (call->sel - call->args != first->sel - first->args)
		return spec_fail(error, &call->sel->values->pos,
				 "other variants of %s are selected by argument '%s'", call->name,
				 first->sel->name);
	if (!base->nr_variants++)
		base->first_variant = call;
	call->base = base;
	if (!call->class_refs)
		call->classes = base->classes;
	else if (call->classes != base->classes)
		return spec_fail(error, &call->pos, "the classes differ from those at %s:%u",
				 base->pos.file, base->pos.line);
	if (!call->restart)
		call->restart = base->restart;
	return 0;
}

/* A system call may be described once, apart from variants; a library function once. */
static int check_first(struct spec *spec, unsigned int i, const struct spec_call *base,
		       struct spec_error *error)
{
	const struct spec_call *call = spec->sorted[i];

	if (call->nr >= 0)
		return base && base->nr == call->nr
			       ? duplicate(error, &call->pos, "call", call->name, &base->pos)
			       : 0;
	for (unsigned int j = i; j-- && spec->sorted[j]->nr < 0;)
		if (!strcmp(spec->sorted[j]->name, call->name))
			return duplicate(error, &call->pos, "call", call->name,
					 &spec->sorted[j]->pos);
	return 0;
}

static int join_calls(struct spec *spec, struct spec_error *error)
{
	struct spec_call *base = NULL;
	int err = 0;

	for (unsigned int i = 0; i < spec->nr_calls && !err; i++) {
		struct spec_call *call = spec->sorted[i];

		if (!call->sel) {
			err = check_first(spec, i, base, error);
			base = call->base = call;
		} else if (!base || base->nr != call->nr) {
			err = spec_fail(error, &call->pos,
					"%s has variants but no line without a selector",
					call->name);
		} else {
			err = join_variant(base, call, error);
		}
	}
	return err;
}

/* The same constant with two values would be two facts. */
static int check_consts(struct spec *spec, struct spec_error *error)
{
	for (struct spec_set *s = spec->sets; s; s = s->next) {
		for (const struct spec_const *c = s->consts; c; c = c->next) {
			const struct spec_const *other = spec_find_value(spec, c->name);

			if (c->has_value && other->value != c->value)
				return spec_fail(error, &c->pos, "'%s' has another value at %s:%u",
						 c->name, other->pos.file, other->pos.line);
			if (FIND(s->consts, c->name) != c)
				return spec_fail(error, &c->pos, "'%s' is in this set already",
						 c->name);
		}
	}
	return 0;
}

static int check_names(struct spec *spec, struct spec_error *error)
{
	int err = CHECK_UNIQUE(spec->classes, "class", error);

	if (!err)
		err = CHECK_UNIQUE(spec->sets, "set", error);
	return err ? err : CHECK_UNIQUE(spec->structs, "structure", error);
}

const struct spec_const *spec_find_value(const struct spec *spec, const char *name)
{
	for (const struct spec_set *s = spec->sets; s; s = s->next)
		for (const struct spec_const *c = s->consts; c; c = c->next)
			if (c->has_value && !strcmp(c->name, name))
				return c;
	return NULL;
}

int spec_resolve(struct spec *spec, struct spec_error *error)
{
	int err = check_names(spec, error);

	if (!err)
		err = check_consts(spec, error);
	if (!err)
		err = number_classes(spec, error);
	for (struct spec_call *c = spec->calls; c && !err; c = c->next)
		err = resolve_call(spec, c, error);
	if (!err)
		err = sort_calls(spec, error);
	return err ? err : join_calls(spec, error);
}
