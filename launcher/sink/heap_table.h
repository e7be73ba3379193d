/* SPDX-License-Identifier: MIT */
/*
 * A process's blocks by address: the live ones, and the freed ones until their address is used
 * again.
 */
#ifndef ITRACE_SINK_HEAP_TABLE_H
#define ITRACE_SINK_HEAP_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct heap_block {
	uint64_t addr; /* 0: a free place */
	uint64_t size;
	uint64_t ip; /* who allocated it: the return address */
	bool freed;
};

struct heap_table {
	struct heap_block *blocks;
	size_t room; /* a power of two, or 0 */
	size_t nr;
};

/* The block at addr; NULL if there never was one. */
struct heap_block *heap_table_find(const struct heap_table *t, uint64_t addr);

/* The same, made if there is none; NULL if memory is out. addr != 0. */
struct heap_block *heap_table_get(struct heap_table *t, uint64_t addr);

/* Returns 0 or -ENOMEM. dst is empty. */
int heap_table_copy(struct heap_table *dst, const struct heap_table *src);

void heap_table_release(struct heap_table *t);

#endif
