/* SPDX-License-Identifier: MIT */
/* The collection of prototypes: see lib_proto.h. Users' files are lib_proto_file.c's. */
#include "lib_proto.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib_proto_file.h"
#include "lib_table.h"

/* Whose word counts most. */
enum { RANK_SYSCALL, RANK_SPEC, RANK_FILE };

int lib_protos_add(struct lib_protos *p, const struct lib_function *f)
{
	if (p->nr == p->room) {
		size_t room = p->room ? 2 * p->room : 1024;
		struct lib_function *more = realloc(p->functions, room * sizeof(*more));

		if (!more)
			return -ENOMEM;
		p->functions = more;
		p->room = room;
	}
	p->functions[p->nr++] = *f;
	return 0;
}

static int add_syscalls(struct lib_protos *p)
{
	for (unsigned int i = 0; i < sizeof(call_by_number) / sizeof(call_by_number[0]); i++) {
		struct lib_function f = { .desc = call_by_number[i], .rank = RANK_SYSCALL };

		if (!f.desc)
			continue;
		f.ops = plan_ops + plan_calls[i].first;
		f.nr_ops = plan_calls[i].nr;
		if (lib_protos_add(p, &f))
			return -ENOMEM;
	}
	return 0;
}

int lib_protos_init(struct lib_protos *p)
{
	int err;

	memset(p, 0, sizeof(*p));
	err = add_syscalls(p);
	for (unsigned int i = 0; i < nr_lib_builtins && !err; i++) {
		const struct lib_builtin *b = &lib_builtins[i];
		struct lib_function f = { b->desc, plan_ops + b->first_op, b->nr_ops, b->noreturn,
					  RANK_SPEC };

		err = lib_protos_add(p, &f);
	}
	if (!err)
		err = lib_protos_files_new(&p->files);
	return err;
}

void lib_protos_release(struct lib_protos *p)
{
	free(p->functions);
	lib_protos_files_free(p->files);
	memset(p, 0, sizeof(*p));
}

int lib_protos_read(struct lib_protos *p, const char *path, struct text *error)
{
	static unsigned int files;

	return lib_protos_file(p, p->files, path, RANK_FILE + files++, error);
}

static int compare(const void *a, const void *b)
{
	const struct lib_function *x = a, *y = b;
	int order = strcmp(x->desc->name, y->desc->name);

	if (order)
		return order;
	return x->rank < y->rank ? -1 : x->rank > y->rank;
}

void lib_protos_finish(struct lib_protos *p)
{
	size_t nr = 0;

	qsort(p->functions, p->nr, sizeof(*p->functions), compare);
	for (size_t i = 0; i < p->nr; i++) {
		if (nr && !strcmp(p->functions[nr - 1].desc->name, p->functions[i].desc->name))
			nr--;
		p->functions[nr++] = p->functions[i];
	}
	p->nr = nr;
}

const struct lib_function *lib_protos_find(const struct lib_protos *p, const char *name)
{
	size_t low = 0, high = p->nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(name, p->functions[middle].desc->name);

		if (!order)
			return &p->functions[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}
