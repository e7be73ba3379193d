/* SPDX-License-Identifier: MIT */
/*
 * prctl() where one argument decides what the next one means, or the result has names.
 */
#include <linux/capability.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>
#include <string.h>

#include "decode/decode.h"
#include "structs.h"
#include "xlat.h"

#define SIGNAL_MAX 64
#define COMM_LEN 16 /* TASK_COMM_LEN of the kernel: bytes of a thread's name */

/* = 1 (SUID_DUMP_USER) */
void decode_prctl_named_result(struct decode *d)
{
	if (!decode_default(d, d->desc->nr_args) || !d->at_exit || decode_failed(d))
		return;
	d->result = ARG_LONG;
	d->comment = xlat_name(d->desc->result_xlat, (uint64_t)d->rec->ret);
}

static void print_flag_names(struct decode *d)
{
	decode_flags(d, d->desc->result_xlat, (uint64_t)d->rec->ret);
}

/* = 0x3 (SECBIT_NOROOT|SECBIT_NOROOT_LOCKED) */
void decode_prctl_flags_result(struct decode *d)
{
	if (!decode_default(d, d->desc->nr_args) || !d->at_exit || decode_failed(d))
		return;
	d->result = ARG_HEX;
	if (d->rec->ret || xlat_name(d->desc->result_xlat, 0))
		d->print_comment = print_flag_names;
}

/* The kernel takes COMM_LEN - 1 bytes of the name; what is behind them is not looked at. */
void decode_prctl_set_name(struct decode *d)
{
	uint64_t addr;
	const char *name;
	size_t len;

	decode_default(d, 1);
	addr = decode_next(d);
	name = addr ? decode_peek(d, addr, &len, NULL) : NULL;
	if (!name) {
		decode_addr(d, addr);
		return;
	}
	len = strnlen(name, len < COMM_LEN - 1 ? len : COMM_LEN - 1);
	decode_quoted(d, name, len, len == COMM_LEN - 1);
}

void decode_prctl_get_name(struct decode *d)
{
	uint64_t addr;
	char name[COMM_LEN];
	size_t len;

	decode_default(d, 1);
	addr = decode_next(d);
	if (!decode_exit(d))
		return;
	if (decode_failed(d) || !decode_read(d, addr, name, sizeof(name))) {
		decode_addr(d, addr);
		return;
	}
	len = strnlen(name, sizeof(name));
	decode_quoted(d, name, len, len == sizeof(name));
}

void decode_prctl_set_seccomp(struct decode *d)
{
	uint64_t mode = decode_arg(d, 1);

	if (mode == SECCOMP_MODE_STRICT) {
		decode_default(d, 2);
	} else if (mode == SECCOMP_MODE_FILTER) {
		decode_default(d, 3);
	} else {
		decode_default(d, 2);
		for (int i = 0; i < 3; i++)
			decode_hex(d, decode_next(d));
	}
}

void decode_prctl_mce_kill(struct decode *d)
{
	decode_default(d, 2);
	if (decode_arg(d, 1) == PR_MCE_KILL_SET)
		decode_default(d, 1);
	else
		decode_hex(d, decode_next(d));
	decode_default(d, 2);
}

void decode_prctl_cap_ambient(struct decode *d)
{
	uint64_t what = decode_arg(d, 1);

	decode_default(d, 2);
	if (what == PR_CAP_AMBIENT_IS_SET || what == PR_CAP_AMBIENT_RAISE ||
	    what == PR_CAP_AMBIENT_LOWER) {
		decode_enum(d, &xlat_capabilities, decode_next(d));
		decode_default(d, 2);
	} else {
		decode_default(d, 3);
	}
}

void decode_prctl_set_speculation(struct decode *d)
{
	decode_default(d, 2);
	if (xlat_name(&xlat_speculations, decode_arg(d, 1)))
		decode_default(d, 1);
	else
		decode_hex(d, decode_next(d));
}

/* The type of a process identifier is a number with its name behind it. */
void decode_prctl_sched_core(struct decode *d)
{
	const char *name;
	uint32_t type;

	decode_default(d, 3);
	type = (uint32_t)decode_next(d);
	name = xlat_name(&xlat_pid_types, type);
	decode_hex(d, type);
	decode_comment(d, name ? name : xlat_pid_types.unknown);
	if (decode_arg(d, 1) == PR_SCHED_CORE_GET)
		decode_default(d, 1);
	else
		decode_addr(d, decode_next(d));
}

void decode_prctl_set_vma(struct decode *d)
{
	decode_default(d, 2);
	if (decode_arg(d, 1) == PR_SET_VMA_ANON_NAME) {
		decode_default(d, 3);
		return;
	}
	for (int i = 0; i < 3; i++)
		decode_hex(d, decode_next(d));
}

void decode_prctl_set_pdeathsig(struct decode *d)
{
	uint64_t sig;

	decode_default(d, 1);
	sig = decode_next(d);
	if (sig <= SIGNAL_MAX)
		decode_signal(d, sig);
	else
		decode_uint(d, sig);
}

/* Flags above a length. */
void decode_prctl_set_vector_length(struct decode *d)
{
	uint64_t v;

	decode_default(d, 1);
	v = decode_next(d);
	if (v & ~(uint64_t)PR_SVE_VL_LEN_MASK) {
		decode_flags(d, d->desc->args[1].xlat, v & ~(uint64_t)PR_SVE_VL_LEN_MASK);
		text_char(d->out, '|');
	}
	decode_hex(d, v & PR_SVE_VL_LEN_MASK);
}

/* A bit, a mode of checking and a set of tags. */
static void print_tag_control(struct decode *d, uint64_t v)
{
	uint64_t tags = (v & PR_MTE_TAG_MASK) >> PR_MTE_TAG_SHIFT;

	text_string(d->out, v & PR_TAGGED_ADDR_ENABLE ? "" : "!");
	text_lit(d->out, "PR_TAGGED_ADDR_ENABLE|");
	text_string(d->out, xlat_name(&xlat_tag_checks, v & PR_MTE_TCF_MASK));
	if (tags) {
		text_char(d->out, '|');
		decode_hex(d, tags);
		text_lit(d->out, "<<PR_MTE_TAG_SHIFT");
	}
	v &= ~(uint64_t)(PR_TAGGED_ADDR_ENABLE | PR_MTE_TCF_MASK | PR_MTE_TAG_MASK);
	if (v) {
		text_char(d->out, '|');
		decode_hex(d, v);
	}
}

void decode_prctl_set_tagged_addr(struct decode *d)
{
	uint64_t v;

	decode_default(d, 1);
	v = decode_next(d);
	if (decode_names_begin(d, v)) {
		print_tag_control(d, v);
		decode_names_end(d);
	}
	decode_default(d, 3);
}

void decode_prctl_set_ptracer(struct decode *d)
{
	int32_t pid;

	decode_default(d, 1);
	pid = (int32_t)decode_next(d);
	if (pid == (int32_t)PR_SET_PTRACER_ANY)
		text_lit(d->out, "PR_SET_PTRACER_ANY");
	else
		decode_int(d, pid);
}
