/* SPDX-License-Identifier: MIT */
/*
 * cachestat(2), Linux 6.5: include/uapi/linux/mman.h of the kernel.
 */
#include "decode/fields.h"
#include "structs.h"

void print_cachestat_range(struct decode *d, const void *data, size_t len)
{
	struct {
		uint64_t off;
		uint64_t len;
	} range;

	FIELDS_LOAD(range, data, len);
	decode_begin(d);
	FIELD(d, range, off, uint);
	FIELD(d, range, len, uint);
	decode_end(d);
}

void print_cachestat(struct decode *d, const void *data, size_t len)
{
	struct {
		uint64_t nr_cache;
		uint64_t nr_dirty;
		uint64_t nr_writeback;
		uint64_t nr_evicted;
		uint64_t nr_recently_evicted;
	} stat;

	FIELDS_LOAD(stat, data, len);
	decode_begin(d);
	FIELD(d, stat, nr_cache, uint);
	FIELD(d, stat, nr_dirty, uint);
	FIELD(d, stat, nr_writeback, uint);
	FIELD(d, stat, nr_evicted, uint);
	FIELD(d, stat, nr_recently_evicted, uint);
	decode_end(d);
}
