/* SPDX-License-Identifier: MIT */
/*
 * Pages of stubs, mapped where rewritten sites can jump to. A stub loads the address behind its
 * site into r11 and jumps to core_entry:
 *
 *     page          stub 0 | stub 1 | ...      read and execute; written once, before it is so
 *     page + PAGE   core_entry | return 0 | return 1 | ...     read and write; no code
 *
 * so that adding a site never makes code writable. Callers hold the trap's lock, but for
 * stubs_find().
 */
#ifndef ITRACE_STUBS_H
#define ITRACE_STUBS_H

#include <stdbool.h>
#include <stdint.h>

/* Takes a stub at an address in [lo, lo + size) that goes to core_entry with `behind` as the
 * address behind the site. Returns its address, 0 if there is no room. */
uint64_t stubs_take(uint64_t lo, uint32_t size, uint64_t behind);

/* What the stub that contains rip returns to; 0 if there is none. Any context, no lock. */
uint64_t stubs_find(uint64_t rip);

/* Any stub page (with its data) in [start, start + len)? No lock. */
bool stubs_overlap(uint64_t start, uint64_t len);

/* Forgets the pages that overlap; calls drop() for each `behind` that was there. */
void stubs_drop(uint64_t start, uint64_t len, void (*drop)(uint64_t behind));

#endif
