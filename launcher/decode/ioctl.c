/* SPDX-License-Identifier: MIT */
/*
 * ioctl() where the request says nothing about the argument: its name, or what its number is made
 * of.
 */
#include <linux/ioctl.h>

#include "decode/decode.h"
#include "structs.h"
#include "xlat.h"

/* _IOC(_IOC_READ, 0x54, 0x30, 0x4) */
static void print_parts(struct decode *d, uint32_t request)
{
	text_lit(d->out, "_IOC(");
	decode_flags(d, &xlat_ioctl_directions, _IOC_DIR(request));
	text_lit(d->out, ", ");
	decode_hex(d, _IOC_TYPE(request));
	text_lit(d->out, ", ");
	decode_hex(d, _IOC_NR(request));
	text_lit(d->out, ", ");
	decode_hex(d, _IOC_SIZE(request));
	text_char(d->out, ')');
}

void decode_ioctl_request(struct decode *d, uint32_t request)
{
	const char *name = xlat_name(&xlat_ioctl_requests, request);

	if (d->opt->xlat)
		decode_hex(d, request);
	if (d->opt->xlat == 1)
		return;
	if (d->opt->xlat)
		text_lit(d->out, " /* ");
	if (name)
		text_string(d->out, name);
	else
		print_parts(d, request);
	if (d->opt->xlat)
		text_lit(d->out, " */");
}

/* The arguments by the spec, behind the request. */
void decode_ioctl(struct decode *d)
{
	decode_fd(d, (int32_t)decode_next(d));
	decode_ioctl_request(d, (uint32_t)decode_next(d));
	decode_default(d, RECORD_ARGS);
}
