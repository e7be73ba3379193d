/* SPDX-License-Identifier: MIT */
/*
 * Streams become events: in the order of time, as ring.h has it, or in turns.
 */
#include "source/merge.h"

#include <stdio.h>

#include "itrace/ring.h"

#define UNORDERED_TURN 4096 /* events of one stream at a time */

void ring_deliver(struct ring_reader *r, enum event_kind kind, struct task *task, uint64_t time,
		  const struct record *rec, int status, uint64_t id)
{
	struct event ev = {
		.kind = kind, .task = task, .time = time, .status = status, .rec = rec, .id = id
	};

	r->delivered++;
	r->ops.event(r->ops.ctx, &ev);
}

static void heap_down(struct ring_reader *r, unsigned int i)
{
	struct stream *s = r->heap[i];

	for (;;) {
		unsigned int child = 2 * i + 1;

		if (child >= r->nr_heap)
			break;
		if (child + 1 < r->nr_heap &&
		    r->heap[child + 1]->next_time < r->heap[child]->next_time)
			child++;
		if (r->heap[child]->next_time >= s->next_time)
			break;
		r->heap[i] = r->heap[child];
		i = child;
	}
	r->heap[i] = s;
}

/* Earliest event of all streams but the heap's first. */
static uint64_t heap_second(const struct ring_reader *r)
{
	uint64_t t = UINT64_MAX;

	for (unsigned int i = 1; i < 3 && i < r->nr_heap; i++)
		if (r->heap[i]->next_time < t)
			t = r->heap[i]->next_time;
	return t;
}

static void event_leave(struct ring_reader *r, struct stream *s, unsigned int i, uint64_t time)
{
	struct open_call o = s->open[i];
	struct record *rec = stream_copy(r, s, o.place.chunk, o.place.offset, r->copy);

	if (!rec) {
		stream_open_remove(r, s, i);
		return;
	}
	lifecycle_before_leave(r, s, rec);
	stream_open_remove(r, s, i);
	if (s->task)
		ring_deliver(r, EVENT_LEAVE, s->task, time, rec, 0, o.id);
	lifecycle_after_call(r, s, rec);
}

void ring_abandon_open(struct ring_reader *r, struct stream *s, uint64_t time)
{
	while (s->nr_open) {
		struct open_call o = s->open[s->nr_open - 1];
		struct record *rec =
			stream_copy(r, s, o.place.chunk, o.place.offset, r->copy_inner);

		stream_open_remove(r, s, s->nr_open - 1);
		if (rec && s->task)
			ring_deliver(r, EVENT_LEAVE, s->task, time, rec, 0, o.id);
	}
}

/* True if nothing else happened between the entry and the return of the record, which s has just
 * moved past. */
static bool call_is_whole(struct ring_reader *r, struct stream *s, const struct record *rec)
{
	if (rec->state != RECORD_DONE)
		return false;
	if (r->unordered)
		return true;
	if (heap_second(r) < rec->t_out)
		return false;
	return !stream_peek(r, s) || s->next_time >= rec->t_out;
}

static void event_call(struct ring_reader *r, struct stream *s, struct record *rec,
		       struct record_place place, uint64_t time)
{
	if (call_is_whole(r, s, rec) ||
	    (rec->flags & RECORD_F_NORETURN && rec->state != RECORD_DONE)) {
		lifecycle_before_leave(r, s, rec);
		ring_deliver(r, EVENT_CALL, s->task, time, rec, 0, 0);
		lifecycle_after_call(r, s, rec);
		return;
	}
	if (stream_open_push(r, s, rec, place, ++r->next_id))
		return;
	ring_deliver(r, EVENT_ENTER, s->task, time, rec, 0, r->next_id);
}

static void event_record(struct ring_reader *r, struct stream *s, struct record *rec,
			 struct record_place place, uint64_t time)
{
	s->last_word |= rec->kind == RECORD_EXIT || rec->kind == RECORD_HANDOFF ||
			rec->kind == RECORD_DETACH;
	if (!s->task)
		lifecycle_start(r, s, time);
	if (rec->kind != RECORD_ATTACH && !s->task)
		return;
	switch (rec->kind) {
	case RECORD_CALL:
	case RECORD_LIB:
		if (rec->state == RECORD_ABANDONED && !rec->t_in)
			break;
		event_call(r, s, rec, place, time);
		break;
	case RECORD_SIGNAL:
		lifecycle_signal(r, s, rec);
		ring_deliver(r, EVENT_SIGNAL, s->task, time, rec, 0, 0);
		break;
	case RECORD_STOP:
		ring_deliver(r, EVENT_STOP, s->task, time, rec, 0, 0);
		break;
	case RECORD_ATTACH:
		break;
	case RECORD_EXEC:
		lifecycle_exec(r, s, time);
		break;
	case RECORD_EXIT:
		lifecycle_exit(r, s, (int)rec->ret, time);
		break;
	case RECORD_UNTRACED:
		s->untraced = rec->call;
		break;
	case RECORD_NOTE:
		note_report(r, s, rec);
		break;
	case RECORD_DETACH:
		if (rec->method != METHOD_PTRACE) {
			untraced_detach(r, s, rec);
			break;
		}
		ring_deliver(r, EVENT_DETACH, s->task, time, rec, 0, 0);
		s->ended = true;
		process_task_end(r->processes, s->task);
		break;
	case RECORD_HANDOFF:
		s->ended = true;
		break;
	case RECORD_LOST:
		ring_deliver(r, EVENT_LOST, s->task, time, rec, 0, 0);
		break;
	case RECORD_NAME:
		ring_deliver(r, EVENT_NAME, s->task, time, rec, 0, 0);
		break;
	case RECORD_MAP:
		ring_deliver(r, EVENT_MAP, s->task, time, rec, 0, 0);
		break;
	default:
		break;
	}
}

static void event_start(struct ring_reader *r, struct stream *s, uint64_t time)
{
	struct record_place place = { s->chunks[0].index, s->offset };
	struct record *rec = stream_copy(r, s, place.chunk, place.offset, r->copy);

	if (!rec)
		return;
	s->offset += rec->size;
	/* looking ahead may leave the chunk behind: it must not be given back meanwhile */
	chunk_hold(r, place.chunk);
	event_record(r, s, rec, place, time);
	chunk_let_go(r, place.chunk);
}

static void event_next(struct ring_reader *r, struct stream *s)
{
	uint64_t time = s->next_time;

	/* a death delivered meanwhile may have closed the call that was to return */
	if (s->next_open >= (int)s->nr_open)
		return;
	s->last_time = time;
	if (s->next_open >= 0)
		event_leave(r, s, (unsigned int)s->next_open, time);
	else
		event_start(r, s, time);
	if (s->corrupt && !s->ended) {
		char message[96];

		s->ended = true;
		snprintf(message, sizeof(message),
			 "process %d has damaged its trace buffer: its trace ends here", s->pid);
		r->ops.report(r->ops.ctx, message);
	}
}

/*
 * The stream's next event is a call that has returned, but later than the watermark: what happened
 * meanwhile in other streams may not have been looked at. It is told in the next pass, with all of
 * that.
 */
static bool ends_beyond(struct ring_reader *r, const struct stream *s, uint64_t watermark)
{
	const struct record *at;

	if (s->next_open >= 0)
		return false;
	at = (const struct record *)((const char *)session_chunk(r->session, s->chunks[0].index) +
				     s->offset);
	if (__atomic_load_n(&at->state, __ATOMIC_ACQUIRE) != RECORD_DONE ||
	    (at->kind != RECORD_CALL && at->kind != RECORD_LIB))
		return false;
	/* what claims to end in the future is not waited for */
	return at->t_out > watermark && at->t_out <= session_ticks(r->session);
}

void merge_ordered(struct ring_reader *r, uint64_t watermark)
{
	r->nr_heap = 0;
	for (unsigned int i = 0; i < r->nr_streams; i++) {
		struct stream *s = r->streams[i];

		if (stream_peek(r, s) && s->next_time <= watermark)
			r->heap[r->nr_heap++] = s;
	}
	for (unsigned int i = 0; i < r->nr_streams; i++) {
		struct stream *s = r->streams[i];

		if (s->reserved_floor && s->reserved_floor < watermark && !s->ended &&
		    session_ticks(r->session) - s->reserved_since < r->reserved_patience)
			watermark = s->reserved_floor;
	}
	for (unsigned int i = r->nr_heap / 2; i-- > 0;)
		heap_down(r, i);
	while (r->nr_heap && r->heap[0]->next_time <= watermark) {
		struct stream *s = r->heap[0];

		if (ends_beyond(r, s, watermark))
			break;

		event_next(r, s);
		if (!stream_peek(r, s) || s->next_time > watermark)
			r->heap[0] = r->heap[--r->nr_heap];
		if (r->nr_heap)
			heap_down(r, 0);
	}
}

void ring_drain_stream(struct ring_reader *r, struct stream *s)
{
	while (stream_peek(r, s))
		event_next(r, s);
}

void merge_unordered(struct ring_reader *r)
{
	for (unsigned int i = 0; i < r->nr_streams; i++)
		for (unsigned int n = 0; n < UNORDERED_TURN && stream_peek(r, r->streams[i]); n++)
			event_next(r, r->streams[i]);
}
