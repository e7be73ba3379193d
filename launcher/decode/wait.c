/* SPDX-License-Identifier: MIT */
/*
 * Waiting for children.
 */
#include "decode/decode.h"
#include "structs.h"
#include "xlat.h"

/* Without a child that changed, nothing was written: addresses. */
void decode_wait4(struct decode *d)
{
	uint64_t addr;
	int32_t status;
	bool found;

	decode_int(d, (int32_t)decode_next(d));
	addr = decode_next(d);
	if (!decode_exit(d))
		return;
	found = !decode_failed(d) && d->rec->ret > 0;
	if (found && addr && decode_read(d, addr, &status, sizeof(status))) {
		text_char(d->out, '[');
		decode_wait_status(d, status);
		text_char(d->out, ']');
	} else {
		decode_addr(d, addr);
	}
	decode_flags(d, &xlat_wait_options, (uint32_t)decode_next(d));
	addr = decode_next(d);
	if (found)
		decode_struct(d, &struct_rusage, addr, struct_rusage.size);
	else
		decode_addr(d, addr);
}
