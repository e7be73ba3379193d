/* SPDX-License-Identifier: MIT */
/*
 * From types to capture ops. Two passes: memory first, descriptors last.
 */
#include "spec_plan.h"

#include <string.h>

#include "itrace/plan.h"

#define PATH_BYTES 4096
#define SIGSET_BYTES 128      /* the largest set any libc passes */
#define CLONE_ARGS_BYTES 4096 /* a page: what the kernel takes at most */
#define BLOB_BYTES 4096	      /* data whose length is returned through a pointer */

static struct spec_op *add_op(struct spec_plan *plan, enum plan_kind kind, unsigned int arg)
{
	struct spec_op *op = &plan->ops[plan->nr++];

	memset(op, 0, sizeof(*op));
	op->kind = kind;
	op->arg = arg;
	op->count = 1;
	return op;
}

static void set_struct_size(struct spec_op *op, const struct spec_struct *sd)
{
	op->ctype = sd->ctype;
	op->bytes = sd->ctype ? 0 : sd->size;
}

static void set_elem_size(struct spec_op *op, const struct spec_type *elem)
{
	if (elem->word->kind == SPEC_STRUCT)
		set_struct_size(op, elem->sd);
	else
		op->bytes = elem->word->width ? elem->word->width : sizeof(uint64_t);
}

/* Which of the kinds fits a length of this kind; *REF and RET are 0 where there is none. */
struct by_len {
	uint8_t arg, ref, ret;
};

static enum plan_kind kind_by_len(const struct spec_len *len, const struct by_len *kinds)
{
	switch (len->kind) {
	case LEN_REF:
		return kinds->ref ? kinds->ref : kinds->arg;
	case LEN_RET:
		return kinds->ret ? kinds->ret : kinds->arg;
	default:
		return kinds->arg;
	}
}

static void add_bytes(struct spec_plan *plan, const struct spec_type *type, unsigned int arg)
{
	static const struct by_len kinds = { PLAN_BYTES, PLAN_BYTES_PTR, PLAN_BYTES_RET };
	struct spec_op *op;

	if (type->len.kind == LEN_CONST) {
		op = add_op(plan, PLAN_FIXED, arg);
		op->bytes = type->len.value;
		return;
	}
	op = add_op(plan, kind_by_len(&type->len, &kinds), arg);
	op->len = type->len.index;
	if (op->kind == PLAN_BYTES_PTR)
		op->bytes = BLOB_BYTES;
}

static void add_array(struct spec_plan *plan, const struct spec_type *type, unsigned int arg)
{
	static const struct by_len kinds = { PLAN_ARRAY, 0, PLAN_ARRAY_RET };
	struct spec_op *op;

	if (type->len.kind == LEN_CONST) {
		op = add_op(plan, PLAN_FIXED, arg);
		op->count = type->len.value;
	} else {
		op = add_op(plan, kind_by_len(&type->len, &kinds), arg);
		op->len = type->len.index;
	}
	set_elem_size(op, type->elem);
}

static void add_struct(struct spec_plan *plan, const struct spec_type *type, unsigned int arg)
{
	static const struct by_len kinds = { PLAN_VAR, PLAN_BYTES_PTR, PLAN_BYTES_RET };
	struct spec_op *op;

	if (type->len.kind == LEN_NONE || type->len.kind == LEN_CONST) {
		op = add_op(plan, PLAN_FIXED, arg);
	} else {
		op = add_op(plan, kind_by_len(&type->len, &kinds), arg);
		op->len = type->len.index;
	}
	set_struct_size(op, type->sd);
}

static void add_counted(struct spec_plan *plan, enum plan_kind kind, const struct spec_type *type,
			unsigned int arg)
{
	add_op(plan, kind, arg)->len = type->len.index;
}

static void add_sigset(struct spec_plan *plan, const struct spec_type *type, unsigned int arg)
{
	struct spec_op *op;

	if (type->len.kind == LEN_CONST) {
		op = add_op(plan, PLAN_FIXED, arg);
		op->bytes = type->len.value;
	} else {
		op = add_op(plan, PLAN_VAR, arg);
		op->len = type->len.index;
		op->bytes = SIGSET_BYTES;
	}
}

static void add_dirents(struct spec_plan *plan, const struct spec_type *type, unsigned int arg)
{
	bool old = !strcmp(type->word->word, "old_dirents");

	add_op(plan, old ? PLAN_DIRENTS32 : PLAN_DIRENTS, arg);
}

/* The memory behind one argument. */
static void add_memory(struct spec_plan *plan, const struct spec_type *type, unsigned int arg)
{
	static const struct by_len sock = { PLAN_SOCK, PLAN_SOCK_PTR, 0 };
	struct spec_op *op;

	switch (type->word->kind) {
	case SPEC_PATH:
		add_op(plan, PLAN_STRING, arg)->bytes = PATH_BYTES;
		break;
	case SPEC_STR:
	case SPEC_FORMAT:
		add_op(plan, PLAN_STRING, arg);
		break;
	case SPEC_BYTES:
		add_bytes(plan, type, arg);
		break;
	case SPEC_STRUCT:
		add_struct(plan, type, arg);
		break;
	case SPEC_ARRAY:
		add_array(plan, type, arg);
		break;
	case SPEC_REF:
		set_elem_size(add_op(plan, PLAN_FIXED, arg), type->elem);
		break;
	case SPEC_SOCKADDR:
		add_counted(plan, kind_by_len(&type->len, &sock), type, arg);
		break;
	case SPEC_IOVEC:
		add_counted(plan, PLAN_IOVEC, type, arg);
		break;
	case SPEC_MSGHDR:
		add_op(plan, PLAN_MSGHDR, arg);
		break;
	case SPEC_MMSGHDR:
		add_counted(plan, PLAN_MMSGHDR, type, arg);
		break;
	case SPEC_ARGV:
		add_op(plan, PLAN_ARGV, arg);
		break;
	case SPEC_ENVP:
		add_op(plan, PLAN_ENVP, arg);
		break;
	case SPEC_DIRENTS:
		add_dirents(plan, type, arg);
		break;
	case SPEC_FDPAIR:
		add_op(plan, PLAN_FD_PAIR, arg);
		break;
	case SPEC_POLLFDS:
		add_counted(plan, PLAN_POLLFDS, type, arg);
		break;
	case SPEC_MSGBUF:
		add_counted(plan, PLAN_MSGBUF, type, arg);
		break;
	case SPEC_FD_SET:
		add_counted(plan, PLAN_FD_SET, type, arg);
		break;
	case SPEC_SIGMASK:
		add_op(plan, PLAN_SIGMASK, arg);
		break;
	case SPEC_IOCBS:
		add_counted(plan, PLAN_IOCBS, type, arg);
		break;
	case SPEC_IFCONF:
		add_op(plan, PLAN_IFCONF, arg);
		break;
	case SPEC_CLONE_ARGS:
		op = add_op(plan, PLAN_CLONE_ARGS, arg);
		op->len = type->len.index;
		op->bytes = CLONE_ARGS_BYTES;
		break;
	case SPEC_SIGSET:
		add_sigset(plan, type, arg);
		break;
	}
}

/* A kind that reads the result, or what the kernel stored, has nothing to read at entry. */
static bool exit_only(enum plan_kind kind)
{
	return kind == PLAN_BYTES_RET || kind == PLAN_ARRAY_RET || kind == PLAN_SOCK_PTR ||
	       kind == PLAN_BYTES_PTR || kind == PLAN_DIRENTS || kind == PLAN_DIRENTS32 ||
	       kind == PLAN_FD_RET || kind == PLAN_FD_PAIR;
}

static void add_arg(struct spec_plan *plan, const struct spec_call *call, unsigned int i)
{
	const struct spec_arg *arg = &call->args[i];
	unsigned int first = plan->nr;

	add_memory(plan, &arg->type, i);
	if (plan->nr == first)
		return;
	if (arg->dir & DIR_IN)
		plan->ops[first].when |= PLAN_IN;
	if (arg->dir & DIR_OUT)
		plan->ops[first].when |= PLAN_OUT | (call->always ? PLAN_ALWAYS : 0);
	if (exit_only(plan->ops[first].kind))
		plan->ops[first].when &= ~PLAN_IN;
}

void spec_plan_derive(const struct spec_call *call, struct spec_plan *plan)
{
	plan->nr = 0;
	for (unsigned int i = 0; i < call->nr_args; i++)
		add_arg(plan, call, i);
	for (unsigned int i = 0; i < call->nr_args; i++) {
		if (call->args[i].type.word->kind == SPEC_FD)
			add_op(plan, PLAN_FD, i)->when = PLAN_IN;
		else if (call->args[i].type.word->kind == SPEC_DIRFD)
			add_op(plan, PLAN_DIRFD, i)->when = PLAN_IN;
	}
	if (call->result.word->kind == SPEC_FD)
		add_op(plan, PLAN_FD_RET, 0)->when = PLAN_OUT;
	else if (call->result.word->kind == SPEC_STR)
		add_op(plan, PLAN_STRING_RET, 0)->when = PLAN_OUT;
}
