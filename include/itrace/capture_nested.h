/* SPDX-License-Identifier: MIT */
/*
 * Capture of memory that points to more memory: iovecs, messages, string vectors; and of
 * directories, which are counted.
 *
 * Pointers are taken from the segment that was just written, never read twice from the tracee. In
 * shared memory anybody may change them meanwhile: each is used as an address for the hooks only,
 * each length is loaded once and clipped by the room left.
 */
#ifndef ITRACE_CAPTURE_NESTED_H
#define ITRACE_CAPTURE_NESTED_H

#include "itrace/capture_memory.h"

/* Rarely needed, large: kept out of the way of the common case. */
#define CAPTURE_SLOW static __attribute__((noinline, unused))

/* The kernel's struct iovec, user_msghdr, mmsghdr on a 64-bit machine (linux/uio.h, linux/socket.h)
 */
struct capture_iovec {
	uint64_t base;
	uint64_t len;
};

struct capture_msghdr {
	uint64_t name;
	uint32_t namelen;
	uint32_t pad;
	uint64_t iov;
	uint64_t iovlen;
	uint64_t control;
	uint64_t controllen;
	uint32_t flags;
	uint32_t pad2;
};

struct capture_mmsghdr {
	struct capture_msghdr hdr;
	uint32_t len;
	uint32_t pad;
};

_Static_assert(sizeof(struct capture_msghdr) == 56, "the kernel's layout");
_Static_assert(sizeof(struct capture_mmsghdr) == 64, "the kernel's layout");

#define CAPTURE_ONCE(x) (*(const volatile __typeof__(x) *)&(x))

/* n iovecs at addr, then the data of each, c->budget bytes in all. */
CAPTURE_SLOW void capture_iovecs(struct capture *c, uint64_t addr, uint64_t n)
{
	uint64_t some = capture_min(capture_elements(c->set, n), CAPTURE_IOV_MAX);
	size_t got = 0;
	const struct capture_iovec *v;

	v = capture_mem(c, addr, some * sizeof(*v), some < n, &got);
	for (size_t i = 0; v && i < got / sizeof(*v) && c->budget; i++) {
		uint64_t len = capture_min(CAPTURE_ONCE(v[i].len), c->budget);

		c->budget -= len;
		capture_bytes(c, CAPTURE_ONCE(v[i].base), len, c->set->string_limit);
	}
}

/* How much room capture_iovecs() may need. */
static inline uint64_t capture_iovecs_bound(const struct capture_settings *set, uint64_t n)
{
	n = capture_min(capture_elements(set, n), CAPTURE_IOV_MAX);
	return SEGMENT_SPACE(n * sizeof(struct capture_iovec)) +
	       n * SEGMENT_SPACE(set->string_limit);
}

/* What a message header that has been captured points to. */
CAPTURE_SLOW void capture_message(struct capture *c, const struct capture_msghdr *m)
{
	capture_bytes(c, CAPTURE_ONCE(m->name), CAPTURE_ONCE(m->namelen), CAPTURE_SOCK_MAX);
	capture_bytes(c, CAPTURE_ONCE(m->control), CAPTURE_ONCE(m->controllen),
		      CAPTURE_CONTROL_MAX);
	capture_iovecs(c, CAPTURE_ONCE(m->iov), CAPTURE_ONCE(m->iovlen));
}

CAPTURE_SLOW void capture_msghdr(struct capture *c, uint64_t addr)
{
	size_t got = 0;
	const struct capture_msghdr *m = capture_mem(c, addr, sizeof(*m), false, &got);

	if (m && got == sizeof(*m))
		capture_message(c, m);
}

/* n headers at addr and what they point to. */
CAPTURE_SLOW void capture_mmsghdrs(struct capture *c, uint64_t addr, uint64_t n)
{
	uint64_t some = capture_min(capture_elements(c->set, n), CAPTURE_IOV_MAX);
	const struct capture_mmsghdr *m;
	size_t got = 0;

	m = capture_mem(c, addr, some * sizeof(*m), some < n, &got);
	for (size_t i = 0; m && i < got / sizeof(*m); i++) {
		c->budget = c->flags & SEGMENT_F_OUT ? CAPTURE_ONCE(m[i].len) : UINT64_MAX;
		capture_message(c, &m[i].hdr);
	}
}

/* The kernel's struct pollfd (asm-generic/poll.h) */
struct capture_pollfd {
	int32_t fd;
	int16_t events;
	int16_t revents;
};

/* n pollfds at addr, and at entry what their descriptors are. */
CAPTURE_SLOW void capture_pollfds(struct capture *c, uint64_t addr, uint64_t n)
{
	uint64_t some = capture_elements(c->set, n);
	const struct capture_pollfd *p;
	size_t got = 0;

	p = capture_mem(c, addr, some * sizeof(*p), some < n, &got);
	if (c->flags & SEGMENT_F_OUT || !(c->set->flags & SESSION_F_FD_PATHS))
		return;
	for (size_t i = 0; p && i < got / sizeof(*p); i++)
		capture_fd(c, (uint64_t)(int64_t)CAPTURE_ONCE(p[i].fd), false);
}

/* Bytes of a set of which n descriptors count: the kernel reads whole words. */
static inline uint64_t capture_fd_set_bytes(int32_t n)
{
	uint64_t bytes = n > 0 ? ((uint64_t)n + 63) / 64 * 8 : 0;

	return capture_min(bytes, CAPTURE_FD_SET_MAX);
}

CAPTURE_SLOW void capture_fd_set(struct capture *c, uint64_t addr, int32_t n)
{
	const uint8_t *set;
	unsigned int paths = 0;
	size_t got = 0;

	set = capture_mem(c, addr, capture_fd_set_bytes(n), false, &got);
	if (c->flags & SEGMENT_F_OUT || !(c->set->flags & SESSION_F_FD_PATHS))
		return;
	for (size_t fd = 0; set && fd < got * 8 && (int64_t)fd < n; fd++) {
		if (!(CAPTURE_ONCE(set[fd / 8]) >> (fd % 8) & 1))
			continue;
		if (paths++ == CAPTURE_SET_PATHS)
			break;
		capture_fd(c, fd, false);
	}
}

/* The sixth argument of pselect6: a set of signals and its size, behind one pointer. */
CAPTURE_SLOW void capture_sigmask(struct capture *c, uint64_t addr)
{
	size_t got = 0;
	const uint64_t *pair = capture_mem(c, addr, 2 * sizeof(*pair), false, &got);

	if (pair && got == 2 * sizeof(*pair))
		capture_bytes(c, CAPTURE_ONCE(pair[0]), CAPTURE_ONCE(pair[1]), CAPTURE_SIGSET_MAX);
}

#define CAPTURE_BLOCK 16 /* pointers looked at in one go */

/*
 * Pointers before the NULL of the vector at addr, at most max. *ret_end: the NULL was found;
 * *ret_readable: at least one pointer could be read.
 */
CAPTURE_SLOW uint64_t capture_vector_count(void *ctx, uint64_t addr, uint64_t max, bool *ret_end,
					   bool *ret_readable)
{
	uint64_t block[CAPTURE_BLOCK];
	uint64_t n = 0;

	*ret_end = *ret_readable = false;
	while (addr) {
		size_t got = capture_copy(ctx, block, addr + n * sizeof(block[0]), sizeof(block));

		for (size_t i = 0; i < got / sizeof(block[0]); i++) {
			*ret_readable = true;
			if (!block[i]) {
				*ret_end = true;
				return n;
			}
			if (n == max)
				return n;
			n++;
		}
		if (got < sizeof(block))
			break;
	}
	return n;
}

/* Pointers of a vector that are wanted, its NULL not counted. */
static inline uint64_t capture_vector_limit(const struct capture_settings *set)
{
	return capture_min(capture_elements(set, UINT64_MAX), CAPTURE_VECTOR_MAX);
}

/* The vector with its NULL, as far as it is wanted, then its strings. */
CAPTURE_SLOW void capture_argv(struct capture *c, uint64_t addr)
{
	uint64_t limit = capture_vector_limit(c->set), n;
	const uint64_t *v;
	size_t got = 0;
	bool end, readable;

	n = capture_vector_count(c->ctx, addr, limit, &end, &readable);
	v = capture_mem(c, addr, (n + (end || n < limit)) * sizeof(*v), !end, &got);
	for (size_t i = 0; v && i < got / sizeof(*v); i++)
		capture_str(c, CAPTURE_ONCE(v[i]), (uint64_t)c->set->string_limit + 1);
}

static inline void capture_count(struct capture *c, uint64_t addr, uint64_t n, unsigned int flags)
{
	if (capture_room(c)) {
		*(uint64_t *)(c->pos + sizeof(struct segment)) = n;
		capture_close(c, SEGMENT_COUNT, addr, sizeof(n), flags);
	}
}

CAPTURE_SLOW void capture_envp(struct capture *c, uint64_t addr)
{
	bool end, readable;
	uint64_t n = capture_vector_count(c->ctx, addr, 1u << 20, &end, &readable);

	if (readable)
		capture_count(c, addr, n, end ? 0 : SEGMENT_F_FAULT);
	if (c->set->flags & SESSION_F_VERBOSE)
		capture_argv(c, addr);
}

/* Counts the entries in len bytes at addr: d_reclen lies behind d_ino and d_off in both layouts. */
CAPTURE_SLOW void capture_dirents(struct capture *c, uint64_t addr, uint64_t len)
{
	enum { RECLEN = 16 };
	uint8_t block[512];
	uint64_t n = 0, off = 0;
	bool fault = false;

	while (!fault && off + RECLEN + 2 <= len) {
		uint64_t want = capture_min(len - off, sizeof(block)), at = 0;
		uint64_t got = capture_copy(c->ctx, block, addr + off, (size_t)want);

		fault = got < RECLEN + 2;
		while (at + RECLEN + 2 <= got) {
			uint64_t size = block[at + RECLEN] | block[at + RECLEN + 1] << 8;

			/* nonsense that would make this loop a long one */
			if (size <= RECLEN + 2) {
				fault = true;
				break;
			}
			at += size;
			n++;
		}
		off += at;
	}
	capture_count(c, addr, n, fault ? SEGMENT_F_FAULT : 0);
	if (c->set->flags & SESSION_F_VERBOSE)
		capture_bytes(c, addr, len, CAPTURE_VERBOSE_MAX);
}

#endif
