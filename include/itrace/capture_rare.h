/* SPDX-License-Identifier: MIT */
/*
 * Capture of structures of single calls that point to more: io_submit's control blocks, the list of
 * interfaces, clone3's arguments.
 *
 * As in capture_nested.h, pointers and lengths are taken from the segment that was just written.
 */
#ifndef ITRACE_CAPTURE_RARE_H
#define ITRACE_CAPTURE_RARE_H

#include "itrace/capture_nested.h"

/* The kernel's struct iocb (linux/aio_abi.h) */
struct capture_iocb {
	uint64_t data;
	uint64_t key_and_flags;
	uint16_t opcode;
	int16_t priority;
	uint32_t fd;
	uint64_t buf;
	uint64_t nbytes;
	int64_t offset;
	uint64_t reserved;
	uint64_t flags_and_resfd;
};

_Static_assert(sizeof(struct capture_iocb) == 64, "the kernel's layout");

/* Its operations (linux/aio_abi.h) that have something to show */
#define CAPTURE_IOCB_PWRITE 1
#define CAPTURE_IOCB_PREADV 7
#define CAPTURE_IOCB_PWRITEV 8

CAPTURE_SLOW void capture_iocb(struct capture *c, uint64_t addr)
{
	size_t got = 0;
	const struct capture_iocb *cb = capture_mem(c, addr, sizeof(*cb), false, &got);
	uint16_t opcode;

	if (!cb || got < sizeof(*cb))
		return;
	opcode = CAPTURE_ONCE(cb->opcode);
	if (opcode == CAPTURE_IOCB_PWRITE) {
		capture_bytes(c, CAPTURE_ONCE(cb->buf), CAPTURE_ONCE(cb->nbytes),
			      c->set->string_limit);
	} else if (opcode == CAPTURE_IOCB_PREADV || opcode == CAPTURE_IOCB_PWRITEV) {
		c->budget = opcode == CAPTURE_IOCB_PWRITEV ? UINT64_MAX : 0;
		capture_iovecs(c, CAPTURE_ONCE(cb->buf), CAPTURE_ONCE(cb->nbytes));
	}
}

/* n pointers at addr, and what they point to. */
CAPTURE_SLOW void capture_iocbs(struct capture *c, uint64_t addr, uint64_t n)
{
	uint64_t some = capture_elements(c->set, n);
	const uint64_t *v;
	size_t got = 0;

	v = capture_mem(c, addr, some * sizeof(*v), some < n, &got);
	for (size_t i = 0; v && i < got / sizeof(*v); i++)
		capture_iocb(c, CAPTURE_ONCE(v[i]));
}

CAPTURE_SLOW uint64_t capture_iocbs_bound(void *ctx, const struct capture_settings *set,
					  uint64_t addr, uint64_t n)
{
	uint64_t sum, cb;
	struct capture_iocb b;

	n = capture_elements(set, n);
	sum = SEGMENT_SPACE(n * sizeof(cb));
	for (uint64_t i = 0; i < n && sum < set->max; i++) {
		if (capture_copy(ctx, &cb, addr + i * sizeof(cb), sizeof(cb)) < sizeof(cb))
			break;
		sum += SEGMENT_SPACE(sizeof(b)) + SEGMENT_SPACE(set->string_limit);
		if (!cb || capture_copy(ctx, &b, cb, sizeof(b)) < sizeof(b))
			continue;
		if (b.opcode == CAPTURE_IOCB_PREADV || b.opcode == CAPTURE_IOCB_PWRITEV)
			sum += capture_iovecs_bound(set, b.nbytes);
	}
	return sum;
}

/* The kernel's struct ifconf and the size of its struct ifreq (linux/if.h) */
struct capture_ifconf {
	int32_t len;
	uint32_t pad;
	uint64_t buf;
};

#define CAPTURE_IFREQ 40

static inline uint64_t capture_ifconf_bytes(const struct capture_settings *set, int32_t len)
{
	return len > 0 ? capture_elements(set, (uint64_t)len / CAPTURE_IFREQ) * CAPTURE_IFREQ : 0;
}

static inline void capture_ifconf_list(struct capture *c, uint64_t addr, int32_t len)
{
	if (len > 0)
		capture_bytes(c, addr, (uint64_t)len, capture_ifconf_bytes(c->set, len));
}

/* The structure; at exit what it points to. */
CAPTURE_SLOW void capture_ifconf(struct capture *c, uint64_t addr)
{
	size_t got = 0;
	const struct capture_ifconf *f = capture_mem(c, addr, sizeof(*f), false, &got);

	if (f && got == sizeof(*f) && (c->flags & SEGMENT_F_OUT))
		capture_ifconf_list(c, CAPTURE_ONCE(f->buf), CAPTURE_ONCE(f->len));
}

CAPTURE_SLOW uint64_t capture_ifconf_bound(void *ctx, const struct capture_settings *set,
					   uint64_t addr, bool out)
{
	struct capture_ifconf f;
	uint64_t list = 0;

	if (out && addr && capture_copy(ctx, &f, addr, sizeof(f)) == sizeof(f))
		list = SEGMENT_SPACE(capture_ifconf_bytes(set, f.len));
	return SEGMENT_SPACE(sizeof(f)) + list;
}

/* What of the kernel's struct clone_args (linux/sched.h) points to more */
struct capture_clone_args {
	uint64_t flags;
	uint64_t pidfd;
	uint64_t others[6];
	uint64_t set_tid;
	uint64_t set_tid_size;
};

#define CAPTURE_CLONE_PIDFD 0x1000

/* len bytes of the structure and the ids to give; at exit the descriptor. */
CAPTURE_SLOW void capture_clone_args(struct capture *c, uint64_t addr, uint64_t len)
{
	size_t got = 0;
	const struct capture_clone_args *a = capture_mem(c, addr, len, false, &got);

	if (!a)
		return;
	if (c->flags & SEGMENT_F_OUT) {
		if (got >= offsetof(struct capture_clone_args, others) &&
		    (CAPTURE_ONCE(a->flags) & CAPTURE_CLONE_PIDFD))
			capture_bytes(c, CAPTURE_ONCE(a->pidfd), sizeof(int), sizeof(int));
	} else if (got >= sizeof(*a)) {
		uint64_t n = CAPTURE_ONCE(a->set_tid_size);
		uint64_t some = capture_elements(c->set, n);

		capture_mem(c, CAPTURE_ONCE(a->set_tid), some * sizeof(int), some < n, &got);
	}
}

CAPTURE_SLOW uint64_t capture_clone_args_bound(void *ctx, const struct capture_settings *set,
					       uint64_t addr, uint64_t len, bool out)
{
	struct capture_clone_args a;
	uint64_t more = SEGMENT_SPACE(sizeof(int));

	if (!out && len >= sizeof(a) && addr && capture_copy(ctx, &a, addr, sizeof(a)) == sizeof(a))
		more = SEGMENT_SPACE(capture_elements(set, a.set_tid_size) * sizeof(int));
	return SEGMENT_SPACE(len) + more;
}

#endif
