/* SPDX-License-Identifier: MIT */
/*
 * printf(3)'s grammar: % flags width .precision length conversion. Positional arguments (%1$d) end
 * the walk, for their order says nothing of their types.
 */
#include "format.h"

#include "itrace/format.h"

#define FORMAT_MAX 1024

struct walk {
	struct wrap_args *args;
	uint64_t *v;
	struct record_values *values;
	struct record_want *wants;
};

static bool take(struct walk *w, unsigned int class, uint64_t *ret_value)
{
	if (w->values->nr >= WRAP_VALUES_MAX)
		return false;
	*ret_value = w->v[w->values->nr++] = wrap_next(w->args, class);
	return true;
}

/* A long double travels on the stack: 16 bytes, aligned. Two values. */
static bool take_long_double(struct walk *w)
{
	if (w->values->nr + 2 > WRAP_VALUES_MAX)
		return false;
	if ((uint64_t)(w->args->stack + w->args->nr_stack) & 8)
		w->args->nr_stack++;
	w->v[w->values->nr++] = w->args->stack[w->args->nr_stack++];
	w->v[w->values->nr++] = w->args->stack[w->args->nr_stack++];
	return true;
}

static bool collect_one(struct walk *w, const struct format_spec *s)
{
	uint64_t value, width, precision = UINT64_MAX;

	if (s->width_arg && !take(w, LIB_CLASS_INT, &width))
		return false;
	if (s->precision_arg && !take(w, LIB_CLASS_INT, &precision))
		return false;
	if (!s->precision_arg && s->has_precision)
		precision = s->precision;
	if (s->kind == FORMAT_NONE)
		return true;
	if (s->kind == FORMAT_LONG_DOUBLE)
		return take_long_double(w);
	if (!take(w, s->kind == FORMAT_DOUBLE ? LIB_CLASS_DOUBLE : LIB_CLASS_INT, &value))
		return false;
	if (s->kind == FORMAT_STRING && w->values->nr_wants < WRAP_WANTS_MAX) {
		struct record_want *want = &w->wants[w->values->nr_wants++];

		want->addr = value;
		want->len = (int32_t)precision < 0 ? UINT64_MAX : precision;
	}
	return true;
}

void format_collect(struct wrap_args *a, uint64_t format, uint64_t *v, struct record_values *values,
		    struct record_want *wants)
{
	struct walk w = { a, v, values, wants };
	char text[FORMAT_MAX];
	const char *at = text;
	struct format_spec s;
	bool nul;

	if (!lib_api->string(text, format, sizeof(text), &nul) || !nul)
		return;
	while (format_next(&at, &s)) {
		if (!collect_one(&w, &s))
			return;
	}
}
