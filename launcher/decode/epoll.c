/* SPDX-License-Identifier: MIT */
/*
 * epoll, and the sources of events that are descriptors.
 */
#include <sys/epoll.h>

#include "decode/fields.h"
#include "decode/open_flags.h"
#include "structs.h"
#include "xlat.h"

void print_epoll_event(struct decode *d, const void *data, size_t len)
{
	struct epoll_event ev;

	FIELDS_LOAD(ev, data, len);
	text_lit(d->out, "{events=");
	decode_flags(d, &xlat_epoll_events, ev.events);
	text_lit(d->out, ", data={u32=");
	text_uint(d->out, ev.data.u32);
	text_lit(d->out, ", u64=");
	text_uint(d->out, ev.data.u64);
	text_lit(d->out, "}}");
}

/* The class of a fanotify group is a number of two bits within the flags. */
void decode_fanotify_init(struct decode *d)
{
	uint32_t flags = (uint32_t)decode_next(d), rest = flags & ~0xcu;

	decode_enum(d, &xlat_fanotify_classes, flags & 0xc);
	if (rest) {
		text_char(d->out, '|');
		decode_flags(d, &xlat_fanotify_init_flags, rest);
	}
	decode_open_flags(d, (uint32_t)decode_next(d));
}

/* No descriptor has a name of its own here. */
void decode_fanotify_mark(struct decode *d)
{
	int32_t fd = (int32_t)decode_arg(d, 3);

	decode_default(d, 3);
	if (fd == -1 && d->opt->xlat != 1) {
		decode_next(d);
		text_string(d->out, d->opt->xlat ? "-1 /* FAN_NOFD */" : "FAN_NOFD");
		decode_default(d, 1);
	} else {
		decode_default(d, 2);
	}
}
