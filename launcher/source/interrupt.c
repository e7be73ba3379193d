/* SPDX-License-Identifier: MIT */
/*
 * Calls that a signal interrupts, told the way ptrace sees them: the call ends with the kernel's
 * own code (ERESTARTSYS and kin), the signal and its handler follow, and a call that the kernel
 * restarts is entered again.
 */
#include <sys/syscall.h>

#include "source/ring_private.h"

static uint8_t interruption(struct ring_reader *r, const struct open_call *o)
{
	const struct record *at =
		(const struct record *)((char *)session_chunk(r->session, o->place.chunk) +
					o->place.offset);

	return *(const volatile uint8_t *)&at->flags & (RECORD_F_RESTART | RECORD_F_EINTR);
}

void interrupt_signal_arrived(struct ring_reader *r, struct stream *s, uint64_t time)
{
	struct open_call *o;
	struct record *rec;

	if (!s->nr_open || !s->task)
		return;
	o = &s->open[s->nr_open - 1];
	if (o->told || o->kind != RECORD_CALL || !interruption(r, o))
		return;
	rec = stream_copy(r, s, o->place.chunk, o->place.offset, r->copy_inner);
	if (!rec)
		return;
	o->told = interruption(r, o) & RECORD_F_EINTR ? RECORD_F_EINTR : RECORD_F_RESTART;
	rec->state = RECORD_DONE;
	rec->flags |= o->told;
	rec->ret = -4; /* EINTR; which of the kernel's codes it was the spec says */
	rec->t_out = time;
	rec->out_len = 0;
	ring_deliver(r, EVENT_LEAVE, s->task, time, rec, 0, o->id);
}

void interrupt_handler_returned(struct ring_reader *r, struct stream *s, uint64_t time)
{
	struct open_call *o;
	struct record *rec;

	if (!s->nr_open || !s->task)
		return;
	o = &s->open[s->nr_open - 1];
	if (o->told != RECORD_F_RESTART)
		return;
	rec = stream_copy(r, s, o->place.chunk, o->place.offset, r->copy_inner);
	if (!rec)
		return;
	o->told = 0;
	o->id = ++r->next_id;
	rec->state = RECORD_ENTERED;
	rec->flags &= (uint8_t)~RECORD_F_RESTART;
	ring_deliver(r, EVENT_ENTER, s->task, time, rec, 0, o->id);
}
