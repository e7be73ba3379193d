/* SPDX-License-Identifier: MIT */
#include "survey.h"

#include <linux/errno.h>

#include "../memory.h"
#include "functions.h"
#include "insn.h"
#include "maps.h"
#include "patch.h"
#include "sites.h"
#include "stubs.h"

#define WINDOW 32768	       /* bytes of code that are looked at at once */
#define CODE_MAX (32ull << 20) /* more is not worth reading */
#define FUNCTION_MAX (1ull << 20)
#define DECODE_MAX (4ull << 20) /* bytes that are decoded, all in all */
#define STEP 7 /* of eight bytes that are looked at: a pair may lie across the next ones */
#define LOW_BITS 0x0101010101010101ull
#define HIGH_BITS 0x8080808080808080ull

/* All is static: one survey at a time, and the private stack is small. */
static struct survey result;

static struct {
	struct thread *t;
	uint64_t lo, hi; /* of the survey */
	uint64_t code;	 /* bytes seen so far */
	uint64_t decoded;
	int reason; /* why it fails, -1 */
	/* the object of the mapping in progress */
	uint64_t base, device, inode;
	struct functions functions;
	/* code as it is in memory, from window_at */
	uint64_t window_at;
	size_t window_len;
	uint8_t window[WINDOW];
} s;

/* Up to n bytes of code at addr. Returns where they are and how many. */
static const uint8_t *code_at(uint64_t addr, size_t n, size_t *ret_n)
{
	if (addr < s.window_at || addr + n > s.window_at + s.window_len) {
		s.window_at = addr;
		s.window_len = memory_read(s.t, s.window, addr, WINDOW);
	}
	*ret_n = (size_t)(s.window_at + s.window_len - addr);
	return s.window + (addr - s.window_at);
}

/* The high bit of each byte of v that is 0; of one above such a byte perhaps too. */
static inline uint64_t zero_bytes(uint64_t v)
{
	return (v - LOW_BITS) & ~v & HIGH_BITS;
}

/* Could eight bytes hold 0f 05, 0f 34 or cd 80? */
static inline bool looks_like_calls(uint64_t v)
{
	uint64_t escape = zero_bytes(v ^ 0x0f * LOW_BITS), trap = zero_bytes(v ^ 0xcd * LOW_BITS);

	if (likely(!(escape | trap)))
		return false;
	return (escape << 8 & (zero_bytes(v ^ 0x05 * LOW_BITS) | zero_bytes(v ^ 0x34 * LOW_BITS))) |
	       (trap << 8 & zero_bytes(v ^ 0x80 * LOW_BITS));
}

enum looks { LOOKS_NONE, LOOKS_SYSCALL, LOOKS_OTHER };

static enum looks looks_like(const uint8_t *p)
{
	if (p[0] == 0x0f && p[1] == 0x05)
		return LOOKS_SYSCALL;
	return (p[0] == 0x0f && p[1] == 0x34) || (p[0] == 0xcd && p[1] == 0x80) ? LOOKS_OTHER
										: LOOKS_NONE;
}

/* Could what follows the instruction at p be executed after it? (ret, jmp, int3, hlt, ud2, nops) */
static bool falls_through(const uint8_t *p, unsigned int len)
{
	static const uint8_t ends[] = {
		0xc2, 0xc3, 0xe9, 0xeb, 0xcc, 0xf4, 0x90, 0xff, 0x0f, 0x66
	};

	for (unsigned int i = 0; i < sizeof(ends); i++) {
		if (p[0] == ends[i])
			return false;
	}
	return len > 0;
}

/* A rewritten site: its jump reaches into what follows it, which is still to be decoded. */
static bool is_jump_of_ours(const uint8_t *p, size_t n, uint64_t at)
{
	if (n < PATCH_SITE_SIZE || (p[0] != 0xe9 && !(p[0] == 0x48 && p[1] == 0xe9)))
		return false;
	return sites_is_patched(s.t, at);
}

/*
 * Decodes a function. Does an instruction begin at addr, or behind the last one and after it?
 * 1, 0, or -1: it cannot be told.
 */
static int decode(uint64_t at, uint64_t end, uint64_t addr)
{
	int begins = 0;

	while (at < end) {
		unsigned int len;
		const uint8_t *p;
		size_t n;

		begins |= at == addr;
		p = code_at(at, INSN_MAX, &n);
		len = is_jump_of_ours(p, n, at) ? PATCH_SITE_SIZE : insn_length(p, n);
		if (!len)
			return -1;
		at += len;
		if (at == end && at == addr)
			begins = falls_through(p, len);
	}
	if (addr == end)
		return at == end && begins ? 1 : -1;
	return at == end ? begins : -1;
}

/*
 * Does an instruction begin at addr? 1, 0, or -1: it cannot be told. The C library's clone() leaves
 * its unwind information where the child begins, in front of the system call.
 */
static int is_instruction(uint64_t addr)
{
	uint64_t start, end;

	if (!functions_find(s.t, &s.functions, addr, &start, &end) &&
	    !(functions_find(s.t, &s.functions, addr - 1, &start, &end) && end == addr))
		return -1;
	s.decoded += end - start;
	return end - start > FUNCTION_MAX ? -1 : decode(start, end, addr);
}

/* Looks at what may be an instruction at addr. */
static int candidate(uint64_t addr, enum looks looks)
{
	int is = is_instruction(addr);

	if (s.decoded > DECODE_MAX)
		return SEAL_TOO_MUCH;
	if (is < 0)
		return SEAL_UNCERTAIN;
	if (!is)
		return -1;
	if (looks == LOOKS_OTHER)
		return SEAL_OTHER_CALL;
	if (result.nr_sites == SURVEY_SITES)
		return SEAL_TOO_MUCH;
	result.sites[result.nr_sites++] = addr;
	return -1;
}

/* Looks at the eight bytes at addr, of which n belong to the code. */
static int scan_word(uint64_t addr, uint64_t v, unsigned int n)
{
	uint8_t bytes[8];

	__builtin_memcpy(bytes, &v, 8);
	for (unsigned int i = 0; i < STEP && i + 1 < n; i++) {
		enum looks looks = looks_like(bytes + i);
		int reason = looks ? candidate(addr + i, looks) : -1;

		if (reason >= 0)
			return reason;
	}
	return -1;
}

static int scan(uint64_t start, uint64_t end)
{
	for (uint64_t at = start; at + 1 < end;) {
		size_t n;
		const uint8_t *p = code_at(at, 8, &n);
		uint64_t v = 0, from = at;
		int reason = -1;

		if (n > end - at)
			n = (size_t)(end - at);
		if (n < 8) {
			if (at + n != end)
				return SEAL_UNREADABLE;
			memcpy(&v, p, n);
			return scan_word(at, v, (unsigned int)n);
		}
		/* on to the first word of the window that may hold a call */
		for (; at + 8 <= from + n; at += STEP) {
			__builtin_memcpy(&v, p + (at - from), 8);
			if (unlikely(looks_like_calls(v))) {
				reason = scan_word(at, v, 8);
				at += STEP;
				break;
			}
		}
		if (reason >= 0)
			return reason;
	}
	return -1;
}

/* The core's code, and that of the library that records library calls: it makes none by itself. */
static bool is_ours(const struct mapping *m)
{
	uint64_t lib = core.hooks ? (uint64_t)core.hooks->thread_gone : 0;

	return core.text_start - m->start < m->end - m->start || lib - m->start < m->end - m->start;
}

static int survey_mapping(const struct mapping *m)
{
	uint32_t before = result.nr_sites;
	int reason;

	if (is_ours(m))
		return -1;
	if (!m->inode && m->start != core.vdso)
		return stubs_are(m->start, m->end - m->start) ? -1 : SEAL_ANONYMOUS;
	if (m->writable || m->shared || !m->readable)
		return SEAL_WRITABLE;
	if (!s.base || !functions_open(s.t, s.base, &s.functions))
		return SEAL_UNCERTAIN;
	s.code += m->end - m->start;
	if (s.code > CODE_MAX || result.nr_mappings == SURVEY_MAPPINGS)
		return SEAL_TOO_MUCH;
	s.window_len = 0;
	reason = scan(m->start, m->end);
	if (reason >= 0 || result.nr_sites == before)
		return reason;
	result.mappings[result.nr_mappings++] = (struct survey_mapping){ m->start, m->end, before };
	return -1;
}

static bool on_mapping(void *ctx, const struct mapping *m)
{
	(void)ctx;
	if (m->start == core.vdso || (m->inode && !m->offset)) {
		s.base = m->start;
		s.device = m->device;
		s.inode = m->inode;
	} else if (m->inode != s.inode || m->device != s.device) {
		s.base = 0;
		s.inode = m->inode;
		s.device = m->device;
	}
	if (!m->executable || m->end <= s.lo || m->start >= s.hi)
		return true;
	s.reason = survey_mapping(m);
	return s.reason < 0;
}

int survey_code(struct thread *t, uint64_t start, uint64_t end, const struct survey **ret_s)
{
	result.nr_sites = 0;
	result.nr_mappings = 0;
	s.t = t;
	s.lo = start;
	s.hi = end;
	s.code = 0;
	s.decoded = 0;
	s.reason = -1;
	s.base = 0;
	s.inode = 0;
	s.device = 0;
	if (maps_each(on_mapping, NULL))
		s.reason = SEAL_UNREADABLE;
	*ret_s = &result;
	return s.reason;
}
