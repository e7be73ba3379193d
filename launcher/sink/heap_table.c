/* SPDX-License-Identifier: MIT */
/* Open addressing, linear probing; blocks are never taken out. */
#include "sink/heap_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static size_t place(const struct heap_table *t, uint64_t addr)
{
	size_t i = (size_t)((addr >> 4) * 0x9e3779b97f4a7c15ull >> 20) & (t->room - 1);

	while (t->blocks[i].addr && t->blocks[i].addr != addr)
		i = (i + 1) & (t->room - 1);
	return i;
}

struct heap_block *heap_table_find(const struct heap_table *t, uint64_t addr)
{
	size_t i;

	if (!t->room || !addr)
		return NULL;
	i = place(t, addr);
	return t->blocks[i].addr ? &t->blocks[i] : NULL;
}

static int grow(struct heap_table *t)
{
	struct heap_table more = { .room = t->room ? 2 * t->room : 1024, .nr = t->nr };

	more.blocks = calloc(more.room, sizeof(*more.blocks));
	if (!more.blocks)
		return -ENOMEM;
	for (size_t i = 0; i < t->room; i++)
		if (t->blocks[i].addr)
			more.blocks[place(&more, t->blocks[i].addr)] = t->blocks[i];
	free(t->blocks);
	*t = more;
	return 0;
}

struct heap_block *heap_table_get(struct heap_table *t, uint64_t addr)
{
	size_t i;

	if (t->nr * 4 >= t->room * 3 && grow(t))
		return NULL;
	i = place(t, addr);
	if (!t->blocks[i].addr) {
		t->blocks[i].addr = addr;
		t->nr++;
	}
	return &t->blocks[i];
}

int heap_table_copy(struct heap_table *dst, const struct heap_table *src)
{
	if (!src->room)
		return 0;
	dst->blocks = malloc(src->room * sizeof(*src->blocks));
	if (!dst->blocks)
		return -ENOMEM;
	memcpy(dst->blocks, src->blocks, src->room * sizeof(*src->blocks));
	dst->room = src->room;
	dst->nr = src->nr;
	return 0;
}

void heap_table_release(struct heap_table *t)
{
	free(t->blocks);
	memset(t, 0, sizeof(*t));
}
