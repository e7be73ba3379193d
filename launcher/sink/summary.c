/* SPDX-License-Identifier: MIT */
/*
 * The table of calls. An array by call number while counting; sorted once, when it is printed.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decode/call_desc.h"
#include "sink/summary.h"

/* One row of the table, with what its columns need. */
struct row {
	const struct summary_entry *entry;
	const char *name;
	double percent;
	char unknown[24]; /* the name of a call that has none */
};

static const struct column {
	const char *words; /* of -S and -U */
	const char *title;
	int width; /* negative: flush left */
} columns[SUMMARY_COLUMNS] = {
	[SUMMARY_TIME_PERCENT] = { "time-percent time", "% time", 6 },
	[SUMMARY_TOTAL_TIME] = { "total-time time-total", "seconds", 11 },
	[SUMMARY_MIN_TIME] = { "min-time shortest time-min", "shortest", 8 },
	[SUMMARY_MAX_TIME] = { "max-time longest time-max", "longest", 8 },
	[SUMMARY_AVG_TIME] = { "avg-time time-avg", "usecs/call", 11 },
	[SUMMARY_CALLS] = { "calls count", "calls", 9 },
	[SUMMARY_ERRORS] = { "errors error", "errors", 9 },
	[SUMMARY_NAME] = { "name syscall syscall-name", "syscall", -16 },
};

/* SUMMARY_COLUMNS: no such column. word: len bytes. */
static unsigned int find_column(const char *word, size_t len)
{
	for (unsigned int c = 0; c < SUMMARY_COLUMNS; c++) {
		const char *at = columns[c].words;

		while (*at) {
			size_t n = strcspn(at, " ");

			if (n == len && !strncmp(at, word, len))
				return c;
			at += n + (at[n] == ' ');
		}
	}
	return SUMMARY_COLUMNS;
}

void summary_options_init(struct summary_options *o)
{
	static const uint8_t defaults[] = { SUMMARY_TIME_PERCENT, SUMMARY_TOTAL_TIME,
					    SUMMARY_AVG_TIME,	  SUMMARY_CALLS,
					    SUMMARY_ERRORS,	  SUMMARY_NAME };

	memset(o, 0, sizeof(*o));
	memcpy(o->columns, defaults, sizeof(defaults));
	o->nr_columns = sizeof(defaults);
	o->sort = SUMMARY_TOTAL_TIME;
}

int summary_parse_sort(struct summary_options *o, const char *text, struct text *error)
{
	unsigned int column = find_column(text, strlen(text));

	if (column == SUMMARY_COLUMNS && strcmp(text, "nothing") && strcmp(text, "none")) {
		text_format(error, "invalid sortby: '%s'", text);
		return -EINVAL;
	}
	o->sort = column == SUMMARY_TIME_PERCENT ? SUMMARY_TOTAL_TIME : (uint8_t)column;
	return 0;
}

static bool has_column(const struct summary_options *o, unsigned int column)
{
	return memchr(o->columns, (int)column, o->nr_columns);
}

int summary_parse_columns(struct summary_options *o, const char *text, struct text *error)
{
	const char *at = text;
	size_t len;

	o->nr_columns = 0;
	for (;; at += len + 1) {
		unsigned int column;

		len = strcspn(at, ",");
		column = find_column(at, len);
		if (column == SUMMARY_COLUMNS) {
			text_format(error, "unknown column name: '%.*s'", (int)len, at);
			return -EINVAL;
		}
		if (has_column(o, column)) {
			text_format(error,
				    "call summary column has been provided more than once: "
				    "'%.*s' (-U option residual: '%s')",
				    (int)len, at, at);
			return -EINVAL;
		}
		o->columns[o->nr_columns++] = (uint8_t)column;
		if (!at[len])
			break;
	}
	if (!has_column(o, SUMMARY_NAME))
		o->columns[o->nr_columns++] = SUMMARY_NAME;
	return 0;
}

void summary_init(struct summary *s, const struct summary_options *o)
{
	memset(s, 0, sizeof(*s));
	s->options = *o;
}

static void entry_add(struct summary_entry *e, const struct summary *s, uint64_t ns, bool failed)
{
	ns = ns > s->options.overhead_ns ? ns - s->options.overhead_ns : 0;
	if (!e->calls || ns < e->min_ns)
		e->min_ns = ns;
	if (ns > e->max_ns)
		e->max_ns = ns;
	e->calls++;
	e->errors += failed;
	e->ns += ns;
}

void summary_add(struct summary *s, uint64_t nr, uint64_t ns, bool failed)
{
	if (nr < SESSION_CALLS)
		entry_add(&s->calls[nr], s, ns, failed);
}

int summary_add_named(struct summary *s, uint32_t index, uint64_t ns)
{
	if (index >= s->nr_named) {
		size_t nr = (size_t)index + index / 2 + 64;
		struct summary_named *more = realloc(s->named, nr * sizeof(*more));

		if (!more)
			return -ENOMEM;
		memset(more + s->nr_named, 0, (nr - s->nr_named) * sizeof(*more));
		s->named = more;
		s->nr_named = nr;
	}
	entry_add(&s->named[index].entry, s, ns, false);
	return 0;
}

void summary_release(struct summary *s)
{
	free(s->named);
	s->named = NULL;
	s->nr_named = 0;
}

static uint64_t average_ns(const struct summary_entry *e)
{
	return e->calls ? e->ns / e->calls : 0;
}

static uint64_t sort_key(const struct summary_entry *e, unsigned int column)
{
	switch (column) {
	case SUMMARY_MIN_TIME:
		return e->min_ns;
	case SUMMARY_MAX_TIME:
		return e->max_ns;
	case SUMMARY_AVG_TIME:
		return average_ns(e);
	case SUMMARY_CALLS:
		return e->calls;
	case SUMMARY_ERRORS:
		return e->errors;
	case SUMMARY_COLUMNS:
		return 0;
	default:
		return e->ns;
	}
}

/* The largest first, names from A to Z; equals by their number. */
static int compare_rows(const void *left, const void *right, void *sort)
{
	const struct row *a = *(struct row *const *)left, *b = *(struct row *const *)right;
	unsigned int column = *(const uint8_t *)sort;
	uint64_t x = sort_key(a->entry, column), y = sort_key(b->entry, column);

	if (column == SUMMARY_NAME)
		return strcmp(a->name, b->name);
	if (x != y)
		return x < y ? 1 : -1;
	return a->entry < b->entry ? -1 : a->entry > b->entry;
}

struct table {
	struct row *rows;
	struct row **order;
	size_t nr;
	struct summary_named *named; /* sorted by name, functions of one name merged */
	size_t nr_named;
	struct summary_entry sum;
	int name_width;
};

static void add_to_sum(struct summary_entry *sum, const struct summary_entry *e)
{
	if (!sum->calls || e->min_ns < sum->min_ns)
		sum->min_ns = e->min_ns;
	if (e->max_ns > sum->max_ns)
		sum->max_ns = e->max_ns;
	sum->calls += e->calls;
	sum->errors += e->errors;
	sum->ns += e->ns;
}

static void add_row(struct table *t, const char *name, unsigned int nr,
		    const struct summary_entry *e)
{
	struct row *row = &t->rows[t->nr];

	row->entry = e;
	snprintf(row->unknown, sizeof(row->unknown), "syscall_0x%x", nr);
	row->name = name ? name : row->unknown;
	if ((int)strlen(row->name) > t->name_width)
		t->name_width = (int)strlen(row->name);
	t->order[t->nr++] = row;
	add_to_sum(&t->sum, e);
}

static int compare_named(const void *a, const void *b)
{
	return strcmp(((const struct summary_named *)a)->name,
		      ((const struct summary_named *)b)->name);
}

/* A function that several processes use has an index in each. */
static int merge_named(struct table *t, const struct summary *s)
{
	size_t nr = 0;

	t->named = calloc(s->nr_named + 1, sizeof(*t->named));
	if (!t->named)
		return -ENOMEM;
	for (size_t i = 0; i < s->nr_named; i++)
		if (s->named[i].name)
			t->named[nr++] = s->named[i];
	qsort(t->named, nr, sizeof(*t->named), compare_named);
	for (size_t i = 0; i < nr; i++) {
		struct summary_named *last = t->nr_named ? &t->named[t->nr_named - 1] : NULL;

		if (last && !strcmp(last->name, t->named[i].name))
			add_to_sum(&last->entry, &t->named[i].entry);
		else
			t->named[t->nr_named++] = t->named[i];
	}
	return 0;
}

static int fill_table(struct table *t, const struct summary *s)
{
	uint8_t sort = s->options.sort;

	memset(t, 0, sizeof(*t));
	t->name_width = abs(columns[SUMMARY_NAME].width);
	if (merge_named(t, s))
		return -ENOMEM;
	t->rows = calloc(SESSION_CALLS + t->nr_named, sizeof(*t->rows));
	t->order = calloc(SESSION_CALLS + t->nr_named, sizeof(*t->order));
	if (!t->rows || !t->order)
		return -ENOMEM;
	for (unsigned int nr = 0; nr < SESSION_CALLS; nr++) {
		if (s->calls[nr].calls)
			add_row(t, call_by_number[nr] ? call_by_number[nr]->name : NULL, nr,
				&s->calls[nr]);
	}
	for (size_t i = 0; i < t->nr_named; i++)
		add_row(t, t->named[i].name, 0, &t->named[i].entry);
	for (size_t i = 0; i < t->nr && t->sum.ns; i++)
		t->rows[i].percent = 100.0 * (double)t->rows[i].entry->ns / (double)t->sum.ns;
	qsort_r(t->order, t->nr, sizeof(*t->order), compare_rows, &sort);
	return 0;
}

static void table_release(struct table *t)
{
	free(t->named);
	free(t->rows);
	free(t->order);
}

static void print_seconds(struct text *out, int width, uint64_t ns)
{
	text_format(out, "%*.6f", width, (double)ns / 1e9);
}

static void print_cell(struct text *out, unsigned int column, const struct row *row, int width)
{
	const struct summary_entry *e = row->entry;

	switch (column) {
	case SUMMARY_TIME_PERCENT:
		text_format(out, "%*.2f", width, row->percent);
		break;
	case SUMMARY_TOTAL_TIME:
		print_seconds(out, width, e->ns);
		break;
	case SUMMARY_MIN_TIME:
		print_seconds(out, width, e->min_ns);
		break;
	case SUMMARY_MAX_TIME:
		print_seconds(out, width, e->max_ns);
		break;
	case SUMMARY_AVG_TIME:
		text_format(out, "%*llu", width, (unsigned long long)average_ns(e) / 1000);
		break;
	case SUMMARY_CALLS:
		text_format(out, "%*llu", width, (unsigned long long)e->calls);
		break;
	case SUMMARY_ERRORS:
		if (e->errors)
			text_format(out, "%*llu", width, (unsigned long long)e->errors);
		else
			text_format(out, "%*s", width, "");
		break;
	default:
		text_format(out, "%*s", width, row->name);
	}
}

/* How one line of the table is filled: by titles, by dashes, or by a row's cells. */
enum line { LINE_TITLES, LINE_DASHES, LINE_CELLS };

static void print_line(const struct summary *s, struct text *out, enum line line,
		       const struct row *row, int name_width)
{
	static const char dashes[] =
		"----------------------------------------------------------------";

	for (unsigned int i = 0; i < s->options.nr_columns; i++) {
		unsigned int c = s->options.columns[i];
		int width = c == SUMMARY_NAME ? -name_width : columns[c].width;
		bool last = i + 1 == s->options.nr_columns;
		/* blanks at the end of a line are not printed */
		int padded = width < 0 && last ? 0 : width;

		if (i)
			text_char(out, ' ');
		if (line == LINE_TITLES)
			text_format(out, "%*s", padded, columns[c].title);
		else if (line == LINE_DASHES)
			text_format(out, "%.*s", abs(width), dashes);
		else
			print_cell(out, c, row, padded);
	}
	text_char(out, '\n');
}

void summary_print(const struct summary *s, struct text *out)
{
	struct table t;
	struct row total = { .entry = &t.sum, .name = "total", .percent = 100 };

	if (fill_table(&t, s) || !t.nr) {
		table_release(&t);
		return;
	}
	print_line(s, out, LINE_TITLES, NULL, t.name_width);
	print_line(s, out, LINE_DASHES, NULL, t.name_width);
	for (size_t i = 0; i < t.nr; i++)
		print_line(s, out, LINE_CELLS, t.order[i], t.name_width);
	print_line(s, out, LINE_DASHES, NULL, t.name_width);
	print_line(s, out, LINE_CELLS, &total, t.name_width);
	table_release(&t);
}
