/* SPDX-License-Identifier: MIT */
/*
 * The arithmetic of rewriting a site: two bytes become the beginning of a jump whose other bytes
 * are the three or four that follow anyway. Pure: bytes and addresses in, bytes and addresses out.
 *
 *   site  0f 05 c2 c3 c4 c5       syscall; whatever comes next
 *   near  e9 xx c2 c3 c4          jmp site + 5 + (c4 c3 c2 xx): 256 targets, xx is free
 *   rex   48 e9 c2 c3 c4 c5       the same with an idle REX prefix: one target
 *
 * (Intel SDM, volume 2, JMP: e9 cd, displacement from the end of the instruction, little-endian.)
 */
#ifndef ITRACE_PATCH_H
#define ITRACE_PATCH_H

#include <stdbool.h>
#include <stdint.h>

#define PATCH_SITE_SIZE 2
#define PATCH_BYTES 6 /* what of a site's bytes matters, itself included */

enum patch_kind { PATCH_NEAR = 0, PATCH_REX = 1 };
#define PATCH_KINDS 2

/* Where a jump of this kind can go: lo .. lo + size - 1. */
struct patch_window {
	uint64_t lo;
	uint32_t size;
};

/* bytes: n of them, as they are at site; n < PATCH_BYTES if not all can be read. False: not a
 * syscall instruction, too few bytes, or the window leaves user space. */
bool patch_window(enum patch_kind kind, uint64_t site, const uint8_t *bytes, unsigned int n,
		  struct patch_window *ret_w);

/* The two bytes that make the site jump to target, which lies in its window; as one little-endian
 * word. */
uint16_t patch_word(enum patch_kind kind, uint64_t target, const struct patch_window *w);

/* False if the two bytes lie in two cache lines: no store to them is atomic then. */
bool patch_is_atomic(uint64_t site);

/* The lowest address a jump at another site may have so that its bytes overlap this site's. */
#define PATCH_OVERLAP (PATCH_BYTES - 1)

#endif
