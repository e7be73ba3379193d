/* SPDX-License-Identifier: MIT */
/*
 * Pages of stubs, mapped where rewritten sites can jump to. A stub loads the address behind its
 * site into r11 and jumps to core_entry:
 *
 *     code page     stub 0 | stub 1 | ...      read and execute
 *     data          core_entry | behind 0 | behind 1 | ...     read and write; no code
 *
 * The code page is filled before it becomes executable, so that adding a site changes data only.
 * A jump that has one single target seldom meets a stub's first byte: then a changed copy of the
 * code page takes its place at once (mremap), never writable while it can be executed.
 *
 * Callers hold the trap's lock, but for stubs_find() and stubs_overlap().
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

/* Any stub page or its data in [start, start + len)? No lock. */
bool stubs_overlap(uint64_t start, uint64_t len);

/* Are all pages of [start, start + len) stubs'? Lock held. */
bool stubs_are(uint64_t start, uint64_t len);

/* Unmaps and forgets the code pages that overlap, or whose data do, after calling drop() for each
 * `behind` in them. */
void stubs_drop(uint64_t start, uint64_t len, void (*drop)(uint64_t behind));

#endif
