/* SPDX-License-Identifier: MIT */
/*
 * Lengths of instructions: against objdump on the code that this test runs on, and bytes of which
 * the manuals say what they are.
 */
#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "trap/insn.h"

/* "   26c40:\t48 83 ec 08          \tsub ..." -> its bytes; 0 if the line is another one. */
static unsigned int bytes_of(const char *line, uint8_t *ret_bytes, unsigned int room)
{
	const char *p = strstr(line, ":\t");
	unsigned int n = 0, byte;

	if (!p || line[0] != ' ')
		return 0;
	for (p += 2; n < room && isxdigit(p[0]) && isxdigit(p[1]) && p[2] == ' '; p += 3) {
		sscanf(p, "%2x", &byte);
		ret_bytes[n++] = (uint8_t)byte;
	}
	return n;
}

static unsigned long compare(const char *file)
{
	unsigned long nr = 0;
	char line[1024];
	FILE *out;

	snprintf(line, sizeof(line), "objdump -dw %s", file);
	out = popen(line, "r");
	cr_assert(out);
	while (fgets(line, sizeof(line), out)) {
		uint8_t bytes[32];
		unsigned int n = bytes_of(line, bytes, sizeof(bytes)), len;

		if (!n || strstr(line, "(bad)"))
			continue;
		len = insn_length(bytes, n);
		/* objdump joins fwait with what follows */
		if (bytes[0] == 0x9b && len == 1)
			continue;
		cr_assert_eq(len, n, "%s: %u bytes, not %u: %s", file, n, len, line);
		nr++;
	}
	cr_assert_eq(pclose(out), 0);
	return nr;
}

Test(insn, as_objdump_has_it)
{
	cr_assert_gt(compare("/lib/x86_64-linux-gnu/libc.so.6"), 100000u);
	cr_assert_gt(compare("/lib64/ld-linux-x86-64.so.2"), 10000u);
	cr_assert_gt(compare("/lib/x86_64-linux-gnu/libm.so.6"), 10000u);
}

#define LENGTH(...) \
	insn_length((const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ }))

Test(insn, rare_forms)
{
	cr_expect_eq(LENGTH(0x0f, 0x05), 2);
	cr_expect_eq(LENGTH(0x48, 0xb8, 1, 2, 3, 4, 5, 6, 7, 8), 10); /* mov $imm64 */
	cr_expect_eq(LENGTH(0x66, 0xb8, 1, 2), 4);		      /* mov $imm16 */
	cr_expect_eq(LENGTH(0x66, 0x48, 0x05, 1, 2, 3, 4), 7);	      /* REX.W wins over 66 */
	cr_expect_eq(LENGTH(0xa1, 1, 2, 3, 4, 5, 6, 7, 8), 9);	      /* mov moffs64 */
	cr_expect_eq(LENGTH(0x67, 0xa1, 1, 2, 3, 4), 6);
	cr_expect_eq(LENGTH(0xc8, 1, 2, 3), 4);				/* enter */
	cr_expect_eq(LENGTH(0xf7, 0x05, 1, 2, 3, 4, 5, 6, 7, 8), 10);	/* testl $imm, disp(%rip) */
	cr_expect_eq(LENGTH(0xf7, 0x15, 1, 2, 3, 4), 6);		/* notl disp(%rip) */
	cr_expect_eq(LENGTH(0x42, 0x8b, 0x04, 0x25, 1, 2, 3, 4), 8);	/* SIB without a base */
	cr_expect_eq(LENGTH(0x62, 0xf1, 0x7c, 0x48, 0x28, 0x40, 1), 7); /* EVEX, disp8 */
	cr_expect_eq(LENGTH(0xc4, 0xe3, 0x7d, 0x39, 0xc0, 1), 6);	/* VEX, map 3 */
	cr_expect_eq(LENGTH(0xc5, 0xf8, 0x77), 3);			/* vzeroupper */
}

Test(insn, what_is_none)
{
	cr_expect_eq(LENGTH(0x06), 0);			 /* push %es */
	cr_expect_eq(LENGTH(0x9a, 1, 2, 3, 4, 5, 6), 0); /* far call */
	cr_expect_eq(LENGTH(0x0f, 0x04), 0);
	cr_expect_eq(LENGTH(0x66, 0xc5, 0xf8, 0x77), 0); /* VEX behind 66 */
	cr_expect_eq(LENGTH(0x62, 0xf9, 0x7c, 0x48, 0x28, 0xc0), 0);
	/* sixteen bytes */
	cr_expect_eq(LENGTH(0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
			    0x66, 0x66, 0x66, 0x90),
		     0);
}

Test(insn, never_reads_behind_the_end)
{
	static const uint8_t bytes[] = { 0x42, 0x8b, 0x04, 0x25, 1, 2, 3, 4 };

	for (unsigned int n = 0; n < sizeof(bytes); n++)
		cr_expect_eq(insn_length(bytes, n), 0, "%u", n);
}
