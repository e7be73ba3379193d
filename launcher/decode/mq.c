/* SPDX-License-Identifier: MIT */
/*
 * POSIX message queues, and the way to be told of an event.
 */
#include <fcntl.h>
#include <linux/mqueue.h>

#include "decode/fields.h"
#include "decode/open_flags.h"
#include "structs.h"
#include "xlat.h"

static void print_attr(struct decode *d, const void *data, size_t len, bool named)
{
	struct mq_attr a;

	FIELDS_LOAD(a, data, len);
	decode_begin(d);
	if (named)
		FIELD_SET(d, a, mq_flags, flags, xlat_mq_flags);
	else
		FIELD(d, a, mq_flags, hex);
	FIELD(d, a, mq_maxmsg, int);
	FIELD(d, a, mq_msgsize, int);
	FIELD(d, a, mq_curmsgs, int);
	decode_end(d);
}

void print_mq_attr(struct decode *d, const void *data, size_t len)
{
	print_attr(d, data, len, true);
}

void print_mq_open_attr(struct decode *d, const void *data, size_t len)
{
	print_attr(d, data, len, false);
}

/* A mode and attributes are there only if the queue may be created. */
void decode_mq_open(struct decode *d)
{
	uint32_t flags;

	decode_default(d, 1);
	flags = (uint32_t)decode_next(d);
	decode_open_flags(d, flags);
	if (flags & O_CREAT)
		decode_default(d, 2);
}

/* struct sigevent of include/uapi/asm-generic/siginfo.h, its union flat */
struct event {
	uint64_t value;
	int32_t signo;
	int32_t notify;
	union {
		int32_t tid;
		struct {
			uint64_t function;
			uint64_t attribute;
		} thread;
	} how;
};

static void print_value(struct decode *d, uint64_t value)
{
	if (!value)
		return;
	decode_field(d, "sigev_value");
	decode_begin(d);
	decode_field(d, "sival_int");
	decode_int(d, (int32_t)value);
	decode_field(d, "sival_ptr");
	decode_addr(d, value);
	decode_end(d);
}

/* SIGEV_x of include/uapi/asm-generic/siginfo.h */
enum { EVENT_SIGNAL = 0, EVENT_NONE = 1, EVENT_THREAD = 2, EVENT_THREAD_ID = 4 };

static void print_signo(struct decode *d, const struct event *e)
{
	decode_field(d, "sigev_signo");
	if (e->notify == EVENT_SIGNAL || e->notify == EVENT_THREAD || e->notify == EVENT_THREAD_ID)
		decode_signal(d, (uint32_t)e->signo);
	else
		decode_uint(d, (uint32_t)e->signo);
	decode_field(d, "sigev_notify");
	decode_enum(d, &xlat_sigev_notifies, (uint32_t)e->notify);
}

void print_sigevent(struct decode *d, const void *data, size_t len)
{
	struct event e;

	FIELDS_LOAD(e, data, len);
	decode_begin(d);
	print_value(d, e.value);
	print_signo(d, &e);
	if (e.notify == EVENT_THREAD) {
		decode_field(d, "sigev_notify_function");
		decode_addr(d, e.how.thread.function);
		decode_field(d, "sigev_notify_attributes");
		decode_addr(d, e.how.thread.attribute);
	} else if (e.notify == EVENT_THREAD_ID) {
		decode_field(d, "sigev_notify_thread_id");
		decode_int(d, e.how.tid);
	}
	decode_end(d);
}
