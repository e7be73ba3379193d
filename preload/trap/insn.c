/* SPDX-License-Identifier: MIT */
/*
 * See insn.h. One letter for each opcode says what follows it:
 *
 *   .  nothing              b  one byte              w  two bytes
 *   z  four bytes, or two with an operand-size prefix and without REX.W
 *   v  the same, eight with REX.W                    o  four bytes
 *   a  an address of eight bytes, four with an address-size prefix
 *   m  ModRM                B  ModRM, one byte       Z  ModRM, z
 *   e  two bytes and one (ENTER)
 *   3  ModRM, b if reg is 0 or 1 (group 3)           4  ModRM, z if reg is 0 or 1
 *   p  a prefix             r  a REX prefix
 *   2  the second table     c  VEX, two bytes        C  VEX, three bytes    E  EVEX
 *   -  no instruction
 */
#include "insn.h"

static const char one_byte[256 + 1] =
	/* 0 1 2 3 4 5 6 7 8 9 a b c d e f */
	"mmmmbz--mmmmbz-2" /* 0 */
	"mmmmbz--mmmmbz--" /* 1 */
	"mmmmbzp-mmmmbzp-" /* 2 */
	"mmmmbzp-mmmmbzp-" /* 3 */
	"rrrrrrrrrrrrrrrr" /* 4 */
	"................" /* 5 */
	"--EmppppzZbB...." /* 6 */
	"bbbbbbbbbbbbbbbb" /* 7 */
	"BZ-Bmmmmmmmmmmmm" /* 8 */
	"..........-....." /* 9 */
	"aaaa....bz......" /* a */
	"bbbbbbbbvvvvvvvv" /* b */
	"BBw.CcBZe.w..b-." /* c */
	"mmmm---.mmmmmmmm" /* d */
	"bbbbbbbboo-b...." /* e */
	"p.pp..34......mm" /* f */;

static const char two_byte[256 + 1] =
	/* 0 1 2 3 4 5 6 7 8 9 a b c d e f */
	"mmmm-.....-.-m.B" /* 0 */
	"mmmmmmmmmmmmmmmm" /* 1 */
	"mmmm----mmmmmmmm" /* 2 */
	"......-.8-A-----" /* 3 */
	"mmmmmmmmmmmmmmmm" /* 4 */
	"mmmmmmmmmmmmmmmm" /* 5 */
	"mmmmmmmmmmmmmmmm" /* 6 */
	"BBBBmmm.mm--mmmm" /* 7 */
	"oooooooooooooooo" /* 8 */
	"mmmmmmmmmmmmmmmm" /* 9 */
	"...mBm--...mBmmm" /* a */
	"mmmmmmmmmmBmmmmm" /* b */
	"mmBmBBBm........" /* c */
	"mmmmmmmmmmmmmmmm" /* d */
	"mmmmmmmmmmmmmmmm" /* e */
	"mmmmmmmmmmmmmmmm" /* f */;

struct bytes {
	const uint8_t *p;
	size_t n;
	unsigned int at;
};

/* The prefixes that lengths depend on. */
struct prefixes {
	uint8_t operand; /* 66 */
	uint8_t address; /* 67 */
	uint8_t rex;	 /* the last one, if the opcode follows it at once */
	uint8_t any;	 /* one that VEX does not go with */
};

/* The next byte; 0 behind the end, where at grows too far. */
static uint8_t next(struct bytes *b)
{
	uint8_t v = b->at < b->n ? b->p[b->at] : 0;

	b->at++;
	return v;
}

/* What ModRM says of displacements and SIB. Returns the byte itself. */
static uint8_t modrm(struct bytes *b)
{
	uint8_t m = next(b), mod = m >> 6, base = m & 7;

	if (mod == 3)
		return m;
	if (base == 4)
		base = next(b) & 7;
	if (mod == 1)
		b->at += 1;
	else if (mod == 2 || base == 5)
		b->at += 4;
	return m;
}

static unsigned int immediate_z(const struct prefixes *pre)
{
	return pre->operand && !(pre->rex & 8) ? 2 : 4;
}

/* Steps over what kind says. False: it is no instruction, or no kind that can stand here. */
static int operands(struct bytes *b, char kind, const struct prefixes *pre)
{
	uint8_t m;

	switch (kind) {
	case '.':
		return 1;
	case 'b':
		b->at += 1;
		return 1;
	case 'w':
		b->at += 2;
		return 1;
	case 'e':
		b->at += 3;
		return 1;
	case 'o':
		b->at += 4;
		return 1;
	case 'z':
		b->at += immediate_z(pre);
		return 1;
	case 'v':
		b->at += pre->rex & 8 ? 8 : immediate_z(pre);
		return 1;
	case 'a':
		b->at += pre->address ? 4 : 8;
		return 1;
	case 'm':
		modrm(b);
		return 1;
	case 'B':
		modrm(b);
		b->at += 1;
		return 1;
	case 'Z':
		modrm(b);
		b->at += immediate_z(pre);
		return 1;
	case '3':
	case '4':
		m = modrm(b);
		if ((m >> 3 & 7) < 2)
			b->at += kind == '3' ? 1 : immediate_z(pre);
		return 1;
	}
	return 0;
}

/* The opcode behind 0f, and behind 0f 38 and 0f 3a. */
static int escaped(struct bytes *b, const struct prefixes *pre)
{
	char kind = two_byte[next(b)];

	if (kind == '8' || kind == 'A') {
		next(b);
		kind = kind == '8' ? 'm' : 'B';
	}
	return operands(b, kind, pre);
}

/* The opcode of a VEX or EVEX instruction, by its opcode map. */
static int vector(struct bytes *b, unsigned int map, const struct prefixes *pre)
{
	uint8_t op = next(b);

	if (pre->any || pre->rex)
		return 0;
	switch (map) {
	case 1:
		if (op == 0x77)
			return 1; /* vzeroupper, vzeroall */
		return operands(b, two_byte[op] == 'B' ? 'B' : 'm', pre);
	case 2:
	case 5:
	case 6:
		return operands(b, 'm', pre);
	case 3:
		return operands(b, 'B', pre);
	}
	return 0;
}

static int prefixed(struct bytes *b, char kind, const struct prefixes *pre)
{
	uint8_t first;

	switch (kind) {
	case '2':
		return escaped(b, pre);
	case 'c':
		next(b);
		return vector(b, 1, pre);
	case 'C':
		first = next(b);
		next(b);
		return vector(b, first & 31, pre);
	case 'E':
		first = next(b);
		/* two bits have their values in every EVEX prefix */
		if (first & 8 || !(next(b) & 4))
			return 0;
		next(b);
		return vector(b, first & 7, pre);
	}
	return operands(b, kind, pre);
}

unsigned int insn_length(const uint8_t *p, size_t n)
{
	struct bytes b = { p, n, 0 };
	struct prefixes pre = { 0, 0, 0, 0 };

	for (;;) {
		uint8_t op = next(&b);
		char kind = one_byte[op];

		if (b.at > INSN_MAX)
			return 0;
		if (kind == 'r') {
			pre.rex = op;
			continue;
		}
		if (kind != 'p') {
			if (!prefixed(&b, kind, &pre))
				return 0;
			return b.at <= n && b.at <= INSN_MAX ? b.at : 0;
		}
		pre.rex = 0;
		pre.operand |= op == 0x66;
		pre.address |= op == 0x67;
		pre.any |= op == 0x66 || op == 0xf0 || op == 0xf2 || op == 0xf3;
	}
}
