/* SPDX-License-Identifier: MIT */
/* Lays out what the tracees are told of library calls: struct lib_area. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "itrace/lib.h"
#include "itrace/record.h"
#include "lib_filter.h"

struct sizes {
	size_t patterns, protos, ops, names;
};

static size_t align(size_t n)
{
	return (n + 7) & ~(size_t)7;
}

static struct sizes measure(const struct lib_filter *f, const struct lib_protos *p)
{
	struct sizes s = { .patterns = align(f->patterns.len + 1), .names = 1 };

	for (size_t i = 0; i < p->nr; i++) {
		s.protos += sizeof(struct lib_proto);
		s.ops += p->functions[i].nr_ops * sizeof(struct plan_op);
		s.names += strlen(p->functions[i].desc->name) + 1;
	}
	s.names = align(s.names);
	return s;
}

static enum lib_class class_of(unsigned int type)
{
	switch (type) {
	case ARG_DOUBLE:
		return LIB_CLASS_DOUBLE;
	case ARG_FLOAT:
		return LIB_CLASS_FLOAT;
	case ARG_VOID:
		return LIB_CLASS_VOID;
	default:
		return LIB_CLASS_INT;
	}
}

static void fill_args(struct lib_proto *proto, const struct call_desc *d)
{
	proto->nr_args = d->nr_args;
	proto->result = (uint8_t)class_of(d->result);
	for (unsigned int i = 0; i < d->nr_args && i < LIB_ARGS_MAX; i++) {
		proto->classes[i] = (uint8_t)class_of(d->args[i].type);
		if (d->args[i].type == ARG_FORMAT) {
			proto->flags |= LIB_PROTO_FORMAT;
			proto->format = (uint8_t)i;
		}
	}
}

#define FORMAT_BYTES 1024 /* a printf format is captured whole, for its arguments' sake */

/* At the exit only the arguments that the record holds are known. */
static bool has_length(const struct plan_op *op)
{
	return op->kind != PLAN_STRING && op->kind != PLAN_FIXED && op->len >= RECORD_ARGS;
}

static void fill_ops(struct lib_proto *proto, const struct lib_function *fn, struct plan_op *ops,
		     size_t at)
{
	proto->first = (uint16_t)at;
	proto->nr = (uint8_t)fn->nr_ops;
	for (unsigned int i = 0; i < fn->nr_ops; i++) {
		ops[at + i] = fn->ops[i];
		if (proto->flags & LIB_PROTO_FORMAT && ops[at + i].kind == PLAN_STRING &&
		    ops[at + i].arg == proto->format)
			ops[at + i].size = FORMAT_BYTES;
		if (fn->ops[i].arg >= RECORD_ARGS || has_length(&fn->ops[i]))
			ops[at + i].when &= PLAN_IN;
		else if (ops[at + i].when & PLAN_OUT)
			ops[at + i].when |= PLAN_ALWAYS;
	}
}

static void fill(const struct lib_protos *p, char *area)
{
	struct lib_area *a = (struct lib_area *)area;
	struct lib_proto *protos = (struct lib_proto *)(area + a->protos);
	struct plan_op *ops = (struct plan_op *)(area + a->ops);
	size_t op = 0, name = 0;

	for (size_t i = 0; i < p->nr; i++) {
		const struct lib_function *fn = &p->functions[i];
		size_t len = strlen(fn->desc->name) + 1;

		protos[i].name = (uint32_t)name;
		memcpy(area + a->names + name, fn->desc->name, len);
		name += len;
		if (fn->noreturn)
			protos[i].flags |= LIB_PROTO_NORETURN;
		fill_args(&protos[i], fn->desc);
		fill_ops(&protos[i], fn, ops, op);
		op += fn->nr_ops;
	}
}

int lib_filter_area(const struct lib_filter *f, const struct lib_protos *p, void **ret_area,
		    size_t *ret_len)
{
	struct sizes s = measure(f, p);
	struct lib_area a = { .patterns = sizeof(a) };
	char *area;

	a.protos = (uint32_t)(a.patterns + s.patterns);
	a.nr_protos = (uint32_t)p->nr;
	a.ops = (uint32_t)(a.protos + s.protos);
	a.nr_ops = (uint32_t)(s.ops / sizeof(struct plan_op));
	a.names = (uint32_t)(a.ops + s.ops);
	a.names_len = (uint32_t)s.names;
	a.size = (uint32_t)(a.names + s.names);
	if (a.size > LIB_AREA_MAX || a.nr_ops > UINT16_MAX)
		return -E2BIG;
	area = calloc(1, a.size);
	if (!area)
		return -ENOMEM;
	memcpy(area, &a, sizeof(a));
	memcpy(area + a.patterns, f->patterns.data, f->patterns.len);
	fill(p, area);
	*ret_area = area;
	*ret_len = a.size;
	return 0;
}
