/* SPDX-License-Identifier: MIT */
/* What the files of the heap report share. */
#ifndef ITRACE_SINK_HEAP_PRIVATE_H
#define ITRACE_SINK_HEAP_PRIVATE_H

#include "sink/heap.h"
#include "sink/heap_table.h"

#define HEAP_FAULTS_SHOWN 10 /* double and foreign frees that are shown one by one */

/* What one function does to the heap. */
enum heap_action {
	HEAP_ALLOC = 1, /* the result is a block of `size` bytes */
	HEAP_RESIZE,	/* realloc: both */
	HEAP_FREE,	/* argument 0 is a block */
	HEAP_STORE,	/* posix_memalign: *argument 0 is a block if the result is 0 */
};

/* A call whose effect is known. */
struct heap_change {
	uint64_t time; /* when it takes effect: an allocation's return, a release's entry */
	uint64_t addr;
	uint64_t size;
	uint64_t ip;
	struct task *task;
	bool release;
};

struct heap_fault {
	uint64_t addr;
	uint64_t ip;
};

struct heap_faults {
	uint64_t nr;
	struct heap_fault first[HEAP_FAULTS_SHOWN];
};

/* Code that is mapped. */
struct heap_map {
	uint64_t start, end, offset;
	char *path;
};

struct heap_site {
	uint64_t ip;
	uint64_t blocks, bytes; /* never freed */
};

/* The thread at the time of its fork: what its child begins with. */
struct heap_snapshot {
	int tid;
	struct heap_table table;
	uint64_t live_bytes, live_blocks;
	struct heap_snapshot *next;
};

struct heap_process {
	int pid;
	struct heap_table table;
	struct heap_map *maps;
	size_t nr_maps;
	struct heap_snapshot *snapshots;
	uint64_t calls, allocations, releases;
	uint64_t bytes;
	uint64_t live_bytes, live_blocks;
	uint64_t peak_bytes, peak_blocks; /* blocks: at the moment of most bytes */
	uint64_t temporary;
	struct heap_faults doubles, foreigns;
	struct heap_process *next;
};

/* "function+0x1c (file)" as far as it can be known. */
void heap_site_print(const struct heap_process *p, uint64_t ip, struct text *out);

/* One process's part of the report. */
void heap_report(const struct heap_process *p, struct text *out);

#endif
