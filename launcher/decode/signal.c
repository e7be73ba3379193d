/* SPDX-License-Identifier: MIT */
/*
 * Signal actions, stacks and masks.
 */
#include "decode/fields.h"
#include "structs.h"
#include "xlat.h"

#define KERNEL_SA_RESTORER 0x04000000

/* The kernel's, not libc's (asm/signal.h). */
struct kernel_sigaction {
	uint64_t sa_handler;
	uint64_t sa_flags;
	uint64_t sa_restorer;
	uint64_t sa_mask;
};

struct kernel_stack {
	uint64_t ss_sp;
	int32_t ss_flags;
	int32_t pad;
	uint64_t ss_size;
};

static void print_handler(struct decode *d, uint64_t handler)
{
	const char *name = xlat_name(&xlat_signal_handlers, handler);

	if (name && !d->opt->xlat)
		text_string(d->out, name);
	else
		decode_addr(d, handler);
}

void print_sigaction(struct decode *d, const void *data, size_t len)
{
	struct kernel_sigaction act;

	FIELDS_LOAD(act, data, len);
	decode_begin(d);
	decode_field(d, "sa_handler");
	print_handler(d, act.sa_handler);
	decode_field(d, "sa_mask");
	decode_sigset(d, &act.sa_mask, sizeof(act.sa_mask));
	decode_field(d, "sa_flags");
	decode_flags(d, &xlat_sigaction_flags, act.sa_flags);
	if (act.sa_flags & KERNEL_SA_RESTORER)
		FIELD(d, act, sa_restorer, addr);
	decode_end(d);
}

void print_sigaltstack(struct decode *d, const void *data, size_t len)
{
	struct kernel_stack ss;

	FIELDS_LOAD(ss, data, len);
	decode_begin(d);
	FIELD(d, ss, ss_sp, addr);
	decode_field(d, "ss_flags");
	decode_flags(d, &xlat_sigaltstack_flags, (uint32_t)ss.ss_flags);
	FIELD(d, ss, ss_size, uint);
	decode_end(d);
}

/*
 * The call has no arguments. Whoever records it stores the address of the mask in the signal frame
 * as args[0] and the mask itself as a segment of that address.
 */
void decode_rt_sigreturn(struct decode *d)
{
	uint64_t mask;

	text_lit(d->out, "{mask=");
	if (decode_read(d, decode_arg(d, 0), &mask, sizeof(mask)))
		decode_sigset(d, &mask, sizeof(mask));
	else
		text_lit(d->out, "[]");
	text_char(d->out, '}');
}

/* What came is told by its name: 35 (SIGRT_3). */
void decode_rt_sigtimedwait(struct decode *d)
{
	const char *name;

	if (!decode_default(d, 4) || decode_failed(d))
		return;
	name = signal_name((int)d->rec->ret, d->comment_buf);
	if (name)
		d->comment = name;
}
