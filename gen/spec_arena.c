/* SPDX-License-Identifier: MIT */
/*
 * Memory of a spec: blocks that are only ever freed together. One allocation function, so that a
 * user of the parser with other needs than the heap changes one place.
 */
#include "spec.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE (64u << 10)

struct spec_arena_block {
	struct spec_arena_block *next;
	size_t used;
	size_t size;
	_Alignas(16) char data[];
};

static struct spec_arena_block *add_block(struct spec *spec, size_t size)
{
	struct spec_arena_block *b = calloc(1, sizeof(*b) + size);

	if (!b)
		return NULL;
	b->size = size;
	b->next = spec->arena;
	spec->arena = b;
	return b;
}

void *spec_alloc(struct spec *spec, size_t size)
{
	struct spec_arena_block *b = spec->arena;
	void *p;

	size = (size + 15) & ~(size_t)15;
	if (!b || b->size - b->used < size) {
		b = add_block(spec, size > BLOCK_SIZE ? size : BLOCK_SIZE);
		if (!b)
			return NULL;
	}
	p = b->data + b->used;
	b->used += size;
	return p;
}

char *spec_strdup(struct spec *spec, const char *s, size_t len)
{
	char *p = spec_alloc(spec, len + 1);

	if (p)
		memcpy(p, s, len);
	return p;
}

void spec_release(struct spec *spec)
{
	struct spec_arena_block *b = spec->arena;

	while (b) {
		struct spec_arena_block *next = b->next;

		free(b);
		b = next;
	}
	memset(spec, 0, sizeof(*spec));
}
