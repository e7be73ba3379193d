/* SPDX-License-Identifier: MIT */
/* The text of the heap report. */
#include <stdlib.h>
#include <string.h>

#include "sink/heap_private.h"

#define SITES_SHOWN 20

struct sites {
	struct heap_site *sites;
	size_t nr;
};

static int compare_ip(const void *a, const void *b)
{
	const struct heap_site *x = a, *y = b;

	return x->ip < y->ip ? -1 : x->ip > y->ip;
}

static int compare_bytes(const void *a, const void *b)
{
	const struct heap_site *x = a, *y = b;

	if (x->bytes != y->bytes)
		return x->bytes < y->bytes ? 1 : -1;
	if (x->blocks != y->blocks)
		return x->blocks < y->blocks ? 1 : -1;
	return compare_ip(a, b);
}

/* What is still live, by who allocated it; the most bytes first. */
static void collect(struct sites *s, const struct heap_process *p)
{
	size_t nr = 0;

	memset(s, 0, sizeof(*s));
	s->sites = calloc(p->live_blocks + 1, sizeof(*s->sites));
	for (size_t i = 0; s->sites && i < p->table.room; i++) {
		const struct heap_block *b = &p->table.blocks[i];

		if (b->addr && !b->freed && nr < p->live_blocks)
			s->sites[nr++] = (struct heap_site){ b->ip, 1, b->size };
	}
	if (!nr)
		return;
	qsort(s->sites, nr, sizeof(*s->sites), compare_ip);
	for (size_t i = 0; i < nr; i++) {
		struct heap_site *last = s->nr ? &s->sites[s->nr - 1] : NULL;

		if (last && last->ip == s->sites[i].ip) {
			last->blocks += s->sites[i].blocks;
			last->bytes += s->sites[i].bytes;
		} else {
			s->sites[s->nr++] = s->sites[i];
		}
	}
	qsort(s->sites, s->nr, sizeof(*s->sites), compare_bytes);
}

static void put_count(struct text *out, uint64_t n, const char *one, const char *many)
{
	text_uint(out, n);
	text_char(out, ' ');
	text_string(out, n == 1 ? one : many);
}

static void report_leaks(const struct heap_process *p, struct text *out)
{
	struct sites s;

	collect(&s, p);
	text_lit(out, "  never freed: ");
	put_count(out, p->live_bytes, "byte", "bytes");
	text_lit(out, " in ");
	put_count(out, p->live_blocks, "block", "blocks");
	text_char(out, '\n');
	for (size_t i = 0; i < s.nr && i < SITES_SHOWN; i++) {
		text_format(out, "    %10llu in ", (unsigned long long)s.sites[i].bytes);
		text_format(out, "%6llu  ", (unsigned long long)s.sites[i].blocks);
		heap_site_print(p, s.sites[i].ip, out);
		text_char(out, '\n');
	}
	if (s.nr > SITES_SHOWN)
		text_format(out, "    ... and %zu more call sites\n", s.nr - SITES_SHOWN);
	free(s.sites);
}

static void report_faults(const struct heap_process *p, const struct heap_faults *f,
			  const char *what, struct text *out)
{
	text_format(out, "  %s: %llu\n", what, (unsigned long long)f->nr);
	for (uint64_t i = 0; i < f->nr && i < HEAP_FAULTS_SHOWN; i++) {
		text_lit(out, "    ");
		text_hex(out, f->first[i].addr);
		text_lit(out, " at ");
		heap_site_print(p, f->first[i].ip, out);
		text_char(out, '\n');
	}
}

void heap_report(const struct heap_process *p, struct text *out)
{
	text_format(out, "heap of process %d\n", p->pid);
	text_format(out, "  calls: %llu (%llu allocations, %llu releases)\n",
		    (unsigned long long)p->calls, (unsigned long long)p->allocations,
		    (unsigned long long)p->releases);
	text_format(out, "  allocated: %llu bytes\n", (unsigned long long)p->bytes);
	text_format(out, "  peak: %llu bytes in %llu blocks\n", (unsigned long long)p->peak_bytes,
		    (unsigned long long)p->peak_blocks);
	text_format(out, "  temporary allocations: %llu (%.1f %%)\n",
		    (unsigned long long)p->temporary,
		    p->allocations ? 100.0 * (double)p->temporary / (double)p->allocations : 0.0);
	report_leaks(p, out);
	report_faults(p, &p->doubles, "double frees", out);
	report_faults(p, &p->foreigns, "foreign frees", out);
}
