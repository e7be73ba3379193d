/* SPDX-License-Identifier: MIT */
/*
 * See patch.h. No state, no memory but what is passed in: tested by itself.
 */
#include "patch.h"

#define USER_LOW 0x10000ull	    /* vm.mmap_min_addr's usual value */
#define USER_HIGH 0x7ffffffff000ull /* TASK_SIZE of x86-64 with four page-table levels */
#define CACHE_LINE 64

bool patch_window(enum patch_kind kind, uint64_t site, const uint8_t *bytes, unsigned int n,
		  struct patch_window *ret_w)
{
	unsigned int need = kind == PATCH_NEAR ? 5 : 6;
	uint32_t rel = 0;
	uint64_t lo;

	if (n < need || bytes[0] != 0x0f || bytes[1] != 0x05)
		return false;
	for (unsigned int i = 0; i < 4; i++) {
		unsigned int from = i + need - 4;

		if (from >= PATCH_SITE_SIZE)
			rel |= (uint32_t)bytes[from] << (8 * i);
	}
	lo = site + need + (uint64_t)(int64_t)(int32_t)rel;
	ret_w->lo = lo;
	ret_w->size = kind == PATCH_NEAR ? 256 : 1;
	return lo >= USER_LOW && lo <= USER_HIGH - ret_w->size;
}

uint16_t patch_word(enum patch_kind kind, uint64_t target, const struct patch_window *w)
{
	if (kind == PATCH_REX)
		return 0xe948;
	return (uint16_t)(0xe9 | (target - w->lo) << 8);
}

bool patch_is_atomic(uint64_t site)
{
	return site % CACHE_LINE != CACHE_LINE - 1;
}
