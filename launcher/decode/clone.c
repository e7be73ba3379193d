/* SPDX-License-Identifier: MIT */
/*
 * Making processes and threads: clone, clone3. Which arguments mean something the flags decide.
 */
#include <linux/sched.h>

#include "decode/fields.h"
#include "structs.h"
#include "xlat.h"

#define EXIT_SIGNAL 0xff /* the part of clone's flags that is a signal */
#define ARGS_MIN 64	 /* the first published size of clone3's structure */
#define ARGS_CGROUP 88	 /* with .cgroup */

struct clone3_args {
	uint64_t flags;
	uint64_t pidfd;
	uint64_t child_tid;
	uint64_t parent_tid;
	uint64_t exit_signal;
	uint64_t stack;
	uint64_t stack_size;
	uint64_t tls;
	uint64_t set_tid;
	uint64_t set_tid_size;
	uint64_t cgroup;
};

_Static_assert(sizeof(struct clone3_args) == ARGS_CGROUP, "the kernel's layout");

static void print_flags(struct decode *d, uint64_t flags)
{
	unsigned int sig = flags & EXIT_SIGNAL;

	flags &= ~(uint64_t)EXIT_SIGNAL;
	if (flags)
		decode_flags(d, &xlat_clone_flags, flags);
	if (flags && sig)
		text_char(d->out, '|');
	if (sig)
		decode_signal(d, sig);
	else if (!flags)
		text_char(d->out, '0');
}

/* The child's id, or a descriptor of it. */
static void print_tid(struct decode *d, uint64_t addr)
{
	int32_t tid;

	if (!decode_failed(d) && addr && decode_read(d, addr, &tid, sizeof(tid))) {
		text_char(d->out, '[');
		if (decode_arg(d, 0) & CLONE_PIDFD)
			decode_fd(d, tid);
		else
			text_int(d->out, tid);
		text_char(d->out, ']');
	} else {
		decode_addr(d, addr);
	}
}

void decode_clone(struct decode *d)
{
	uint64_t flags = decode_arg(d, 0);

	text_lit(d->out, "child_stack=");
	decode_addr(d, decode_arg(d, 1));
	text_lit(d->out, ", flags=");
	print_flags(d, flags);
	if (!(flags & (CLONE_PARENT_SETTID | CLONE_PIDFD | CLONE_CHILD_SETTID |
		       CLONE_CHILD_CLEARTID | CLONE_SETTLS)))
		return;
	if (!decode_exit(d))
		return;
	if (flags & (CLONE_PARENT_SETTID | CLONE_PIDFD)) {
		text_lit(d->out, ", parent_tid=");
		print_tid(d, decode_arg(d, 2));
	}
	if (flags & CLONE_SETTLS) {
		text_lit(d->out, ", tls=");
		decode_addr(d, decode_arg(d, 4));
	}
	if (flags & (CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID)) {
		text_lit(d->out, ", child_tidptr=");
		decode_addr(d, decode_arg(d, 3));
	}
}

static void print_set_tid_element(struct decode *d, const void *data, size_t len)
{
	int32_t tid = 0;

	memcpy(&tid, data, len < sizeof(tid) ? len : sizeof(tid));
	text_int(d->out, tid);
}

static void print_set_tid(struct decode *d, const struct clone3_args *a)
{
	if (!a->set_tid && !a->set_tid_size)
		return;
	decode_field(d, "set_tid");
	decode_array(d, a->set_tid, a->set_tid_size, sizeof(int32_t), print_set_tid_element);
	decode_field(d, "set_tid_size");
	decode_uint(d, a->set_tid_size);
}

static void print_args(struct decode *d, const struct clone3_args *a, uint64_t size)
{
	decode_begin(d);
	decode_field(d, "flags");
	decode_flags(d, &xlat_clone3_flags, a->flags);
	if (a->flags & CLONE_PIDFD) {
		decode_field(d, "pidfd");
		decode_addr(d, a->pidfd);
	}
	if (a->flags & (CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID)) {
		decode_field(d, "child_tid");
		decode_addr(d, a->child_tid);
	}
	if (a->flags & CLONE_PARENT_SETTID) {
		decode_field(d, "parent_tid");
		decode_addr(d, a->parent_tid);
	}
	decode_field(d, "exit_signal");
	decode_signal(d, a->exit_signal);
	decode_field(d, "stack");
	decode_addr(d, a->stack);
	decode_field(d, "stack_size");
	decode_hex(d, a->stack_size);
	if (a->flags & CLONE_SETTLS) {
		decode_field(d, "tls");
		decode_addr(d, a->tls);
	}
	print_set_tid(d, a);
	if (size >= ARGS_CGROUP && (a->flags & CLONE_INTO_CGROUP)) {
		decode_field(d, "cgroup");
		decode_fd(d, (int64_t)a->cgroup);
	}
}

/* " => {pidfd=[3], parent_tid=[7]}". The thread's id is what the call returns, too. */
static void print_results(struct decode *d, const struct clone3_args *a)
{
	int32_t pidfd;
	bool has_pidfd = (a->flags & CLONE_PIDFD) && decode_read(d, a->pidfd, &pidfd, 4);

	if (!has_pidfd && !(a->flags & CLONE_PARENT_SETTID))
		return;
	text_lit(d->out, " => ");
	decode_begin(d);
	if (has_pidfd) {
		decode_field(d, "pidfd");
		text_char(d->out, '[');
		decode_fd(d, pidfd);
		text_char(d->out, ']');
	}
	if (a->flags & CLONE_PARENT_SETTID) {
		decode_field(d, "parent_tid");
		text_char(d->out, '[');
		text_int(d->out, d->rec->ret);
		text_char(d->out, ']');
	}
	decode_end(d);
}

void decode_clone3(struct decode *d)
{
	uint64_t addr = decode_next(d), size = decode_arg(d, 1);
	struct clone3_args a;
	const void *data;
	size_t have = 0;

	data = addr && size >= ARGS_MIN ? decode_peek_at(d, false, 0, addr, &have, NULL) : NULL;
	if (!data || have < (size < sizeof(a) ? size : sizeof(a))) {
		decode_addr(d, addr);
	} else {
		FIELDS_LOAD(a, data, have);
		print_args(d, &a, size);
		if (size > have)
			text_lit(d->out, ", ???");
		else
			fields_tail(d, data, sizeof(a), size);
		decode_end(d);
		if (a.flags & (CLONE_PIDFD | CLONE_PARENT_SETTID)) {
			if (!decode_exit(d))
				return;
			if (!decode_failed(d))
				print_results(d, &a);
		}
	}
	decode_uint(d, decode_next(d));
}
