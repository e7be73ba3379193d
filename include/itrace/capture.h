/* SPDX-License-Identifier: MIT */
/*
 * The capture interpreter: carries out a call's capture plan (plan.h), appends the segments
 * (record.h) to the call's record. Everything static inline; hooks and settings: capture_memory.h.
 *
 * A writer's round:
 *
 *     plan = plan_choose(nr, args);
 *     in = capture_bound_in(...), out = capture_bound_out(...);     at entry, before reserving
 *     in_len = capture_in(..., buffer, in);                         then store ENTERED; the room
 *                                                                   behind in_len + out may be
 *                                                                   given back
 *     the call
 *     out_len = capture_out(..., buffer + in_len, out);             then store DONE
 *
 * A bound is never more than settings.max. A writer may give less room than the bound: segments
 * are then cut (SEGMENT_F_TRUNC) or left out, and RECORD_F_TRUNC tells.
 *
 * What the segments hold:
 *   - strings under the -s limit: up to limit + 1 bytes, NUL counted. TRUNC means no NUL within;
 *     the printer shows limit bytes and "...". Data: up to limit bytes, TRUNC if there are more.
 *   - FAULT: len bytes could be read, the next one not. If none could, there is no segment at all,
 *     nor for NULL or zero bytes.
 *   - vectors (argv): the pointers with their NULL, then a STRING per pointer; TRUNC if the NULL
 *     was not reached. COUNT with FAULT: a vector without NULL in readable memory.
 *   - iovec, msghdr: the structure, then what it points to.
 */
#ifndef ITRACE_CAPTURE_H
#define ITRACE_CAPTURE_H

#include "itrace/capture_bound.h"
#include "itrace/capture_memory.h"
#include "itrace/capture_nested.h"
#include "itrace/capture_rare.h"

/* The length that memory at another argument holds (accept's addrlen). 0 if unreadable. */
static inline uint32_t capture_length_at(struct capture *c, uint64_t addr)
{
	uint32_t len;

	if (!addr || capture_copy(c->ctx, &len, addr, sizeof(len)) != sizeof(len))
		return 0;
	return len;
}

static inline void capture_array(struct capture *c, const struct plan_op *op, uint64_t n)
{
	uint64_t limit = c->set->flags & SESSION_F_VERBOSE && op->kind == PLAN_ARRAY_RET
				 ? CAPTURE_VERBOSE_MAX
				 : capture_elements(c->set, n) * op->size;
	uint64_t len = capture_min(n, UINT32_MAX) * op->size;

	capture_bytes(c, c->args[op->arg], len, limit);
}

CAPTURE_SLOW void capture_fd_pair(struct capture *c, uint64_t addr)
{
	size_t got = 0;
	const int *pair = capture_mem(c, addr, 2 * sizeof(*pair), false, &got);

	if (pair && got == 2 * sizeof(*pair)) {
		int first = CAPTURE_ONCE(pair[0]), second = CAPTURE_ONCE(pair[1]);

		capture_fd(c, (uint64_t)first, false);
		capture_fd(c, (uint64_t)second, false);
	}
}

CAPTURE_SLOW void capture_op_slow(struct capture *c, const struct plan_op *op)
{
	uint64_t addr = c->args[op->arg];
	bool out = c->flags & SEGMENT_F_OUT;

	switch (op->kind) {
	case PLAN_ARRAY:
		capture_array(c, op, c->args[op->len]);
		break;
	case PLAN_ARRAY_RET:
		capture_array(c, op, c->ret);
		break;
	case PLAN_SOCK:
		capture_bytes(c, addr, (uint32_t)c->args[op->len], CAPTURE_SOCK_MAX);
		break;
	case PLAN_SOCK_PTR:
		capture_bytes(c, addr, capture_length_at(c, c->args[op->len]), CAPTURE_SOCK_MAX);
		break;
	case PLAN_BYTES_PTR:
		capture_bytes(c, addr, capture_length_at(c, c->args[op->len]), op->size);
		break;
	case PLAN_IOVEC:
		capture_iovecs(c, addr, c->args[op->len]);
		break;
	case PLAN_MSGHDR:
		capture_msghdr(c, addr);
		break;
	case PLAN_MMSGHDR:
		capture_mmsghdrs(c, addr, out ? c->ret : (uint32_t)c->args[op->len]);
		break;
	case PLAN_ARGV:
		capture_argv(c, addr);
		break;
	case PLAN_ENVP:
		capture_envp(c, addr);
		break;
	case PLAN_DIRENTS:
	case PLAN_DIRENTS32:
		capture_dirents(c, addr, c->ret);
		break;
	case PLAN_FD:
	case PLAN_DIRFD:
		capture_fd(c, addr, op->kind == PLAN_DIRFD);
		break;
	case PLAN_FD_RET:
		capture_fd(c, c->ret, false);
		break;
	case PLAN_FD_PAIR:
		capture_fd_pair(c, addr);
		break;
	case PLAN_POLLFDS:
		capture_pollfds(c, addr, (uint32_t)c->args[op->len]);
		break;
	case PLAN_FD_SET:
		capture_fd_set(c, addr, (int32_t)c->args[op->len]);
		break;
	case PLAN_MSGBUF:
		capture_bytes(c, addr, sizeof(long) + capture_min(c->args[op->len], UINT32_MAX),
			      sizeof(long) + (uint64_t)c->set->string_limit);
		break;
	case PLAN_SIGMASK:
		capture_sigmask(c, addr);
		break;
	case PLAN_IOCBS:
		capture_iocbs(c, addr, c->args[op->len]);
		break;
	case PLAN_IFCONF:
		capture_ifconf(c, addr);
		break;
	case PLAN_CLONE_ARGS:
		capture_clone_args(c, addr, capture_min(c->args[op->len], op->size));
		break;
	case PLAN_STRING_RET:
		capture_str(c, c->ret, (uint64_t)c->set->string_limit + 1);
		break;
	}
}

static inline void capture_op(struct capture *c, const struct plan_op *op)
{
	uint64_t addr = c->args[op->arg];

	switch (op->kind) {
	case PLAN_STRING:
		capture_str(c, addr, op->size ? op->size : (uint64_t)c->set->string_limit + 1);
		break;
	case PLAN_FIXED:
		capture_bytes(c, addr, op->size, op->size);
		break;
	case PLAN_BYTES:
		capture_bytes(c, addr, c->args[op->len], c->set->string_limit);
		break;
	case PLAN_BYTES_RET:
		capture_bytes(c, addr, c->ret, c->set->string_limit);
		break;
	case PLAN_VAR:
		capture_bytes(c, addr, c->args[op->len], op->size);
		break;
	default:
		capture_op_slow(c, op);
	}
}

/* -c alone needs no memory at all. */
static inline bool capture_wanted(const struct plan_choice *p, const struct capture_settings *set)
{
	return p->nr && !(set->flags & SESSION_F_IN_ONLY_COUNT);
}

/* Most bytes of the segments of one moment: PLAN_IN or PLAN_OUT. At most set->max. */
static inline size_t capture_bound_of(void *ctx, const struct plan_choice *p, const uint64_t *args,
				      const struct capture_settings *set, unsigned int moment)
{
	uint64_t sum = 0;

	if (!capture_wanted(p, set))
		return 0;
	for (unsigned int i = 0; i < p->nr; i++) {
		if (p->ops[i].when & moment)
			sum += capture_bound_op(ctx, &p->ops[i], args, set, moment == PLAN_OUT);
	}
	return (size_t)capture_min(sum, set->max);
}

/*
 * Upper bounds of capture_in()'s and capture_out()'s results, multiples of SEGMENT_ALIGN. At entry;
 * reads tracee memory for messages and vectors only.
 */
static inline size_t capture_bound_in(void *ctx, const struct plan_choice *p, const uint64_t *args,
				      const struct capture_settings *set)
{
	return capture_bound_of(ctx, p, args, set, PLAN_IN);
}

static inline size_t capture_bound_out(void *ctx, const struct plan_choice *p, const uint64_t *args,
				       const struct capture_settings *set)
{
	return capture_bound_of(ctx, p, args, set, PLAN_OUT);
}

/*
 * Appends the entry segments to buffer: SEGMENT_ALIGN aligned, room bytes. Returns the bytes used
 * (record.in_len), a multiple of SEGMENT_ALIGN. *flags |= RECORD_F_TRUNC if something did not fit.
 */
static inline size_t capture_in(void *ctx, const struct plan_choice *p, const uint64_t *args,
				const struct capture_settings *set, void *buffer, size_t room,
				uint8_t *flags)
{
	struct capture c = { .ctx = ctx, .set = set, .args = args, .pos = buffer };

	if (!capture_wanted(p, set))
		return 0;
	c.end = c.pos + (room & ~(size_t)(SEGMENT_ALIGN - 1));
	c.budget = UINT64_MAX;
	for (unsigned int i = 0; i < p->nr; i++) {
		if (p->ops[i].when & PLAN_IN)
			capture_op(&c, &p->ops[i]);
	}
	if (c.cut)
		*flags |= RECORD_F_TRUNC;
	return (size_t)(c.pos - (uint8_t *)buffer);
}

/* The same at exit, with the call's result as the kernel returned it (record.out_len). */
static inline size_t capture_out(void *ctx, const struct plan_choice *p, const uint64_t *args,
				 int64_t ret, const struct capture_settings *set, void *buffer,
				 size_t room, uint8_t *flags)
{
	struct capture c = { .ctx = ctx, .set = set, .args = args, .pos = buffer };
	bool failed = (uint64_t)ret > (uint64_t)-4096;

	if (!capture_wanted(p, set))
		return 0;
	c.end = c.pos + (room & ~(size_t)(SEGMENT_ALIGN - 1));
	c.flags = SEGMENT_F_OUT;
	c.ret = failed ? 0 : (uint64_t)ret;
	c.budget = c.ret;
	for (unsigned int i = 0; i < p->nr; i++) {
		const struct plan_op *op = &p->ops[i];

		if (op->when & PLAN_OUT && (!failed || op->when & PLAN_ALWAYS))
			capture_op(&c, op);
	}
	if (c.cut)
		*flags |= RECORD_F_TRUNC;
	return (size_t)(c.pos - (uint8_t *)buffer);
}

#endif
