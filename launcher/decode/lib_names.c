/* SPDX-License-Identifier: MIT */
/* Functions by index: see lib.h. */
#include <libiberty/demangle.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decode/lib.h"
#include "decode/lib_args.h"

#define INDEX_MAX (1u << 24) /* of a record that somebody else may have written */

struct lib_name {
	struct call_desc desc;
	char *shown;
	char *symbol;
};

static struct {
	const struct lib_protos *protos;
	const struct lib_filter *filter;
	bool demangle;
	struct lib_name **names;
	uint32_t nr;
} table;

static const struct arg_desc unknown_args[RECORD_ARGS] = {
#define ARG(n)                                                                            \
	{                                                                                 \
		.name = "arg" n, .type = ARG_HEXLONG, .dir = ARG_IN, .len = ARG_LEN_NONE, \
		.size = 8                                                                 \
	}
	ARG("1"), ARG("2"), ARG("3"), ARG("4"), ARG("5"), ARG("6"),
#undef ARG
};

static const struct call_desc nameless = {
	.name = "?",
	.nr_args = RECORD_ARGS,
	.result = ARG_HEXLONG,
	.args = unknown_args,
	.print = lib_print_args,
	.spec = "",
};

void lib_names_init(const struct lib_protos *p, const struct lib_filter *f, bool demangle)
{
	table.protos = p;
	table.filter = f;
	table.demangle = demangle;
}

void lib_names_release(void)
{
	for (uint32_t i = 0; i < table.nr; i++) {
		if (!table.names[i])
			continue;
		free(table.names[i]->shown);
		free(table.names[i]->symbol);
		free(table.names[i]);
	}
	free(table.names);
	memset(&table, 0, sizeof(table));
}

static struct lib_name **place(uint32_t index)
{
	if (index >= INDEX_MAX)
		return NULL;
	if (index >= table.nr) {
		uint32_t nr = index + index / 2 + 64;
		struct lib_name **more = realloc(table.names, nr * sizeof(struct lib_name *));

		if (!more)
			return NULL;
		memset(more + table.nr, 0, (nr - table.nr) * sizeof(struct lib_name *));
		table.names = more;
		table.nr = nr;
	}
	return &table.names[index];
}

/* symbol, or symbol@library where functions were asked for by their library; demangled. */
static char *shown_name(const char *symbol, const char *library)
{
	char *plain = table.demangle ? cplus_demangle_v3(symbol, DMGL_PARAMS | DMGL_ANSI) : NULL;
	const char *name = plain ? plain : symbol;
	char *shown = NULL;

	if (*library && table.filter && lib_filter_shows_library(table.filter, symbol)) {
		if (asprintf(&shown, "%s@%s", name, library) < 0)
			shown = NULL;
	} else {
		shown = strdup(name);
	}
	free(plain);
	return shown;
}

static void fill_desc(struct lib_name *n, uint32_t index)
{
	const struct lib_function *fn =
		table.protos ? lib_protos_find(table.protos, n->symbol) : NULL;

	n->desc = fn ? *fn->desc : nameless;
	n->desc.name = n->shown;
	n->desc.nr = (uint16_t)index;
	n->desc.restart = 0;
	if (!fn || !fn->desc->print)
		n->desc.print = lib_print_args;
}

void lib_names_note(const struct record *rec)
{
	const struct segment *s = (const struct segment *)(rec + 1);
	struct lib_name **p = place(rec->call), *n;
	char *at;

	if (!p || *p || rec->in_len < sizeof(*s) || s->len > rec->in_len - sizeof(*s))
		return;
	n = calloc(1, sizeof(*n));
	if (!n)
		return;
	n->symbol = strndup((const char *)(s + 1), s->len);
	at = n->symbol ? strrchr(n->symbol, '@') : NULL;
	if (at)
		*at = '\0';
	n->shown = n->symbol ? shown_name(n->symbol, at ? at + 1 : "") : NULL;
	if (!n->shown) {
		free(n->symbol);
		free(n);
		return;
	}
	fill_desc(n, rec->call);
	*p = n;
}

const struct call_desc *lib_desc(uint32_t index)
{
	return index < table.nr && table.names[index] ? &table.names[index]->desc : &nameless;
}

const char *lib_symbol(uint32_t index)
{
	return index < table.nr && table.names[index] ? table.names[index]->symbol : "";
}
