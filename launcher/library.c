/* SPDX-License-Identifier: MIT */
/* Making library calls ready: see library.h. */
#include "library.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "decode/lib.h"
#include "sink/heap.h"

/* A copy of the command line's patterns; the heap's functions behind them. */
static int copy_filter(struct library *l, const struct options *o, struct text *error)
{
	int err = 0;

	if (o->lib.filter.patterns.len)
		text_bytes(&l->filter.patterns, o->lib.filter.patterns.data,
			   o->lib.filter.patterns.len);
	l->filter.nr = o->lib.filter.nr;
	if (o->lib.heap)
		err = lib_filter_add(&l->filter, LIB_FILTER_CALLS, heap_functions, error);
	return err ? err : l->filter.patterns.failed ? -ENOMEM : 0;
}

static int read_prototypes(struct library *l, const struct options *o, struct text *error)
{
	int err = lib_protos_init(&l->protos);

	if (!err)
		err = lib_protos_read_defaults(&l->protos, error);
	for (size_t i = 0; i < o->lib.nr_files && !err; i++)
		err = lib_protos_read(&l->protos, o->lib.files[i], error);
	if (!err)
		lib_protos_finish(&l->protos);
	return err;
}

int library_init(struct library *l, const struct options *o, struct text *error)
{
	int err;

	memset(l, 0, sizeof(*l));
	if (!o->lib.filter.nr && !o->lib.heap && !o->lib.nr_files)
		return 0;
	err = copy_filter(l, o, error);
	if (!err)
		err = read_prototypes(l, o, error);
	if (!err && o->program && o->lib.filter.nr)
		err = lib_filter_check(&o->lib.filter, o->program[0], error);
	if (!err && l->filter.nr)
		err = lib_filter_area(&l->filter, &l->protos, &l->area, &l->len);
	if (!err)
		lib_names_init(&l->protos, &l->filter, o->lib.demangle);
	if (err == -ENOMEM && !error->len)
		text_lit(error, "out of memory");
	return err;
}

void library_release(struct library *l)
{
	lib_names_release();
	lib_protos_release(&l->protos);
	lib_filter_release(&l->filter);
	free(l->area);
	l->area = NULL;
}
