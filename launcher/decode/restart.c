/* SPDX-License-Identifier: MIT */
/* restart_syscall(2): the kernel's way to go on with a call that a stop interrupted; it has no
 * arguments. */
#include "decode/desc_of.h"
#include "decode/decode.h"

void decode_restart_syscall(struct decode *d);

void decode_restart_syscall(struct decode *d)
{
	struct record previous = { .call = d->previous };
	const struct call_desc *desc = call_desc_of(&previous);

	text_lit(d->out, "<... resuming interrupted ");
	text_string(d->out, desc ? desc->name : "system call");
	text_lit(d->out, " ...>");
}
