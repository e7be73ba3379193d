/* SPDX-License-Identifier: MIT */
/*
 * Where functions begin and end, from the table that unwinders use: .eh_frame_hdr, which
 * PT_GNU_EH_FRAME points to (Linux Standard Base, core, 10.6.2 and 10.6.1).
 */
#ifndef ITRACE_FUNCTIONS_H
#define ITRACE_FUNCTIONS_H

#include "../core.h"

#define FUNCTIONS_WINDOW 512  /* entries */
#define FUNCTIONS_FRAMES 4096 /* bytes of .eh_frame */

struct functions_entry {
	int32_t start, fde; /* both from the table's own address */
};

/* An object's table, as functions_open() found it, and what was read of it last: searches mostly go
 * upwards. */
struct functions {
	uint64_t table; /* address of .eh_frame_hdr */
	uint32_t nr;	/* its entries */
	uint32_t window_first, window_nr;
	struct functions_entry window[FUNCTIONS_WINDOW];
	uint64_t frames_at;
	size_t frames_len;
	uint8_t frames[FUNCTIONS_FRAMES];
};

/* base: where the object's ELF header lies. False: no such table, or not of the one kind that
 * linkers make. t: the calling thread. */
bool functions_open(struct thread *t, uint64_t base, struct functions *ret_f);

/* The function that addr lies in. False: in none that the table knows. */
bool functions_find(struct thread *t, struct functions *f, uint64_t addr, uint64_t *ret_start,
		    uint64_t *ret_end);

#endif
