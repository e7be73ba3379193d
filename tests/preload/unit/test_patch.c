/* SPDX-License-Identifier: MIT */
/*
 * Rewriting sites: instruction bytes in, jump out. The expected targets are computed by hand from
 * the encoding of JMP rel32, or by letting the processor's rule (end of instruction + rel32) run
 * over the bytes that a rewritten site would have.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "trap/patch.h"

#define SITE 0x7ffff7e00000ull

/* Where the bytes at site would jump to, or 0 if they are no jump. */
static uint64_t jump_target(uint64_t site, const uint8_t *b)
{
	int32_t rel;

	if (b[0] == 0x48) {
		site++;
		b++;
	}
	if (b[0] != 0xe9)
		return 0;
	memcpy(&rel, b + 1, 4);
	return site + 5 + (uint64_t)(int64_t)rel;
}

static void check(enum patch_kind kind, uint64_t site, const uint8_t *bytes, uint64_t offset)
{
	struct patch_window w;
	uint8_t out[PATCH_BYTES];
	uint16_t word;

	cr_assert(patch_window(kind, site, bytes, PATCH_BYTES, &w));
	cr_assert(offset < w.size);
	memcpy(out, bytes, sizeof(out));
	word = patch_word(kind, w.lo + offset, &w);
	memcpy(out, &word, 2);
	cr_expect_eq(jump_target(site, out), w.lo + offset);
	cr_expect_eq(memcmp(out + 2, bytes + 2, PATCH_BYTES - 2), 0);
}

Test(patch, near_window_behind_libc_error_check)
{
	/* syscall; cmp $-4096, %rax: 0x3d4800 behind the jump */
	static const uint8_t b[] = { 0x0f, 0x05, 0x48, 0x3d, 0x00, 0xf0 };
	struct patch_window w;

	cr_assert(patch_window(PATCH_NEAR, SITE, b, 6, &w));
	cr_expect_eq(w.lo, SITE + 5 + 0x3d4800);
	cr_expect_eq(w.size, 256);
	for (unsigned int i = 0; i < 256; i++)
		check(PATCH_NEAR, SITE, b, i);
}

Test(patch, rex_window_is_one_address)
{
	static const uint8_t b[] = { 0x0f, 0x05, 0x48, 0x3d, 0x00, 0xf0 };
	struct patch_window w;

	cr_assert(patch_window(PATCH_REX, SITE, b, 6, &w));
	cr_expect_eq(w.lo, SITE + 6 - 0x0fffc2b8);
	cr_expect_eq(w.size, 1);
	check(PATCH_REX, SITE, b, 0);
}

Test(patch, negative_displacement)
{
	static const uint8_t b[] = { 0x0f, 0x05, 0xc3, 0x0f, 0x80, 0x00 };
	struct patch_window w;

	cr_assert(patch_window(PATCH_NEAR, SITE, b, 6, &w));
	cr_expect_eq(w.lo, SITE + 5 - 0x7ff03d00);
	check(PATCH_NEAR, SITE, b, 255);
}

Test(patch, every_site_keeps_its_following_bytes)
{
	uint8_t b[PATCH_BYTES] = { 0x0f, 0x05 };

	for (unsigned int i = 0; i < 1u << 16; i++) {
		struct patch_window w;

		b[2] = (uint8_t)i;
		b[3] = (uint8_t)(i >> 8);
		b[4] = (uint8_t)(i * 7);
		b[5] = (uint8_t)(i * 13);
		if (patch_window(PATCH_NEAR, SITE, b, 6, &w))
			check(PATCH_NEAR, SITE, b, i & 255);
		if (patch_window(PATCH_REX, SITE, b, 6, &w))
			check(PATCH_REX, SITE, b, 0);
	}
}

Test(patch, refuses_what_is_no_syscall)
{
	static const uint8_t sysenter[] = { 0x0f, 0x34, 0x48, 0x3d, 0x00, 0xf0 };
	static const uint8_t done[] = { 0xe9, 0x05, 0x48, 0x3d, 0x00, 0xf0 };
	struct patch_window w;

	cr_expect_not(patch_window(PATCH_NEAR, SITE, sysenter, 6, &w));
	cr_expect_not(patch_window(PATCH_NEAR, SITE, done, 6, &w));
}

Test(patch, refuses_too_few_bytes)
{
	static const uint8_t b[] = { 0x0f, 0x05, 0x48, 0x3d, 0x00, 0xf0 };
	struct patch_window w;

	cr_expect_not(patch_window(PATCH_NEAR, SITE, b, 4, &w));
	cr_expect(patch_window(PATCH_NEAR, SITE, b, 5, &w));
	cr_expect_not(patch_window(PATCH_REX, SITE, b, 5, &w));
}

Test(patch, refuses_windows_outside_user_space)
{
	static const uint8_t back[] = { 0x0f, 0x05, 0xcc, 0xcc, 0xcc, 0xcc };
	static const uint8_t ahead[] = { 0x0f, 0x05, 0x48, 0x3d, 0x7f, 0xf0 };
	struct patch_window w;

	cr_expect_not(patch_window(PATCH_NEAR, 0x400000, back, 6, &w));
	cr_expect_not(patch_window(PATCH_NEAR, 0x7ffffffde000ull, ahead, 6, &w));
}

Test(patch, line_straddling_sites_are_not_atomic)
{
	for (uint64_t i = 0; i < 4096; i++)
		cr_expect_eq(patch_is_atomic(SITE + i), i % 64 != 63);
}
