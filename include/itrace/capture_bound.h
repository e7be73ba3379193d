/* SPDX-License-Identifier: MIT */
/*
 * How much room the segments of a call may need, known at entry: what a writer reserves.
 *
 * The tracee's memory may change between this and the capture (another thread's doing): then the
 * capture is cut by the room, nothing worse.
 */
#ifndef ITRACE_CAPTURE_BOUND_H
#define ITRACE_CAPTURE_BOUND_H

#include "itrace/capture_memory.h"
#include "itrace/capture_nested.h"
#include "itrace/capture_rare.h"

static inline uint64_t capture_message_bound(const struct capture_settings *set,
					     const struct capture_msghdr *m)
{
	return SEGMENT_SPACE(CAPTURE_SOCK_MAX) +
	       SEGMENT_SPACE(capture_min(m->controllen, CAPTURE_CONTROL_MAX)) +
	       capture_iovecs_bound(set, m->iovlen);
}

CAPTURE_SLOW uint64_t capture_messages_bound(void *ctx, const struct capture_settings *set,
					     uint64_t addr, uint64_t n, size_t stride)
{
	struct capture_msghdr m;
	uint64_t sum;

	n = capture_min(capture_elements(set, n), CAPTURE_IOV_MAX);
	sum = SEGMENT_SPACE(n * stride);
	for (uint64_t i = 0; i < n && sum < set->max; i++) {
		if (capture_copy(ctx, &m, addr + i * stride, sizeof(m)) < sizeof(m))
			break;
		sum += capture_message_bound(set, &m);
	}
	return sum;
}

CAPTURE_SLOW uint64_t capture_argv_bound(void *ctx, const struct capture_settings *set,
					 uint64_t addr)
{
	bool end, readable;
	uint64_t n;

	n = capture_vector_count(ctx, addr, capture_vector_limit(set), &end, &readable);
	return SEGMENT_SPACE((n + 1) * sizeof(uint64_t)) +
	       n * SEGMENT_SPACE((uint64_t)set->string_limit + 1);
}

/* The kinds that a call seldom has. */
CAPTURE_SLOW uint64_t capture_bound_slow(void *ctx, const struct plan_op *op, const uint64_t *args,
					 const struct capture_settings *set, bool out)
{
	bool paths = set->flags & SESSION_F_FD_PATHS, verbose = set->flags & SESSION_F_VERBOSE;
	uint64_t path = paths ? SEGMENT_SPACE(CAPTURE_PATH_MAX) : 0;

	switch (op->kind) {
	case PLAN_ARRAY:
		return SEGMENT_SPACE(capture_elements(set, args[op->len]) * op->size);
	case PLAN_ARRAY_RET:
		return SEGMENT_SPACE(verbose ? CAPTURE_VERBOSE_MAX
					     : capture_elements(set, UINT64_MAX) * op->size);
	case PLAN_IOVEC:
		return capture_iovecs_bound(set, args[op->len]);
	case PLAN_MSGHDR:
		return capture_messages_bound(ctx, set, args[op->arg], 1,
					      sizeof(struct capture_msghdr));
	case PLAN_MMSGHDR:
		return capture_messages_bound(ctx, set, args[op->arg], (uint32_t)args[op->len],
					      sizeof(struct capture_mmsghdr));
	case PLAN_ARGV:
		return capture_argv_bound(ctx, set, args[op->arg]);
	case PLAN_ENVP:
		return SEGMENT_SPACE(sizeof(uint64_t)) +
		       (verbose ? capture_argv_bound(ctx, set, args[op->arg]) : 0);
	case PLAN_DIRENTS:
	case PLAN_DIRENTS32:
		return SEGMENT_SPACE(sizeof(uint64_t)) +
		       (verbose && out ? SEGMENT_SPACE(CAPTURE_VERBOSE_MAX) : 0);
	case PLAN_FD:
	case PLAN_FD_RET:
	case PLAN_DIRFD:
		return path;
	case PLAN_STRING_RET:
		return SEGMENT_SPACE((uint64_t)set->string_limit + 1);
	case PLAN_FD_PAIR:
		return SEGMENT_SPACE(2 * sizeof(int)) + 2 * path;
	case PLAN_POLLFDS: {
		uint64_t n = capture_elements(set, (uint32_t)args[op->len]);

		return SEGMENT_SPACE(n * sizeof(struct capture_pollfd)) + (out ? 0 : n * path);
	}
	case PLAN_FD_SET:
		return SEGMENT_SPACE(capture_fd_set_bytes((int32_t)args[op->len])) +
		       (out ? 0 : CAPTURE_SET_PATHS * path);
	case PLAN_MSGBUF:
		return SEGMENT_SPACE(sizeof(long) + (uint64_t)set->string_limit);
	case PLAN_IOCBS:
		return capture_iocbs_bound(ctx, set, args[op->arg], args[op->len]);
	case PLAN_IFCONF:
		return capture_ifconf_bound(ctx, set, args[op->arg], out);
	case PLAN_CLONE_ARGS:
		return capture_clone_args_bound(ctx, set, args[op->arg],
						capture_min(args[op->len], op->size), out);
	case PLAN_SIGMASK:
		return SEGMENT_SPACE(2 * sizeof(uint64_t)) + SEGMENT_SPACE(CAPTURE_SIGSET_MAX);
	default:
		return 0;
	}
}

static inline uint64_t capture_bound_op(void *ctx, const struct plan_op *op, const uint64_t *args,
					const struct capture_settings *set, bool out)
{
	switch (op->kind) {
	case PLAN_STRING:
		return SEGMENT_SPACE(op->size ? op->size : (uint64_t)set->string_limit + 1);
	case PLAN_FIXED:
	case PLAN_BYTES_PTR:
		return SEGMENT_SPACE(op->size);
	case PLAN_BYTES:
		return SEGMENT_SPACE(capture_min(args[op->len], set->string_limit));
	case PLAN_BYTES_RET:
		return SEGMENT_SPACE(set->string_limit);
	case PLAN_VAR:
		return SEGMENT_SPACE(capture_min(args[op->len], op->size));
	case PLAN_SOCK:
	case PLAN_SOCK_PTR:
		return SEGMENT_SPACE(CAPTURE_SOCK_MAX);
	default:
		return capture_bound_slow(ctx, op, args, set, out);
	}
}

#endif
