/* SPDX-License-Identifier: MIT */
/*
 * The reader: finds the chunks in use, merges the streams by time and delivers events.
 */
#include "source/ring.h"

#include <errno.h>
#include <linux/futex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "itrace/ring.h"
#include "source/ring_private.h"

#define TICKS_PER_NS_MAX 5ull	      /* of any TSC: known without waiting for its calibration */
#define STATUS_PATIENCE_NS 1000000000 /* from a death to the record of the wait that took it */
#define SLACK_NS 20000	    /* see ring.h: far longer than any store buffer holds a store */
#define UNORDERED_TURN 4096 /* events of one stream at a time */
#define RESERVED_PATIENCE_NS \
	100000000 /* a thread that is not scheduled between reservation and entry */

void ring_deliver(struct ring_reader *r, enum event_kind kind, struct task *task, uint64_t time,
		  const struct record *rec, int status, uint64_t id)
{
	struct event ev = {
		.kind = kind, .task = task, .time = time, .status = status, .rec = rec, .id = id
	};

	r->delivered++;
	r->ops.event(r->ops.ctx, &ev);
}

int ring_reader_new(struct ring_reader **ret_r, struct launcher_session *s, struct process_table *t,
		    const struct ring_reader_ops *ops, bool unordered)
{
	struct ring_reader *r = calloc(1, sizeof(*r));

	if (!r)
		return -ENOMEM;
	r->session = s;
	r->processes = t;
	r->ops = *ops;
	r->unordered = unordered;
	r->known = calloc(s->nr_chunks, sizeof(*r->known));
	r->open_refs = calloc(s->nr_chunks, sizeof(*r->open_refs));
	r->read_out = calloc(s->nr_chunks, sizeof(*r->read_out));
	r->copy = malloc(s->chunk_size);
	r->copy_inner = malloc(s->chunk_size);
	if (!r->known || !r->open_refs || !r->read_out || !r->copy || !r->copy_inner) {
		ring_reader_free(r);
		return -ENOMEM;
	}
	r->slack = SLACK_NS * (s->ns_clock ? 1 : TICKS_PER_NS_MAX);
	r->reserved_patience = RESERVED_PATIENCE_NS * (s->ns_clock ? 1 : TICKS_PER_NS_MAX);
	r->status_patience = STATUS_PATIENCE_NS * (s->ns_clock ? 1 : TICKS_PER_NS_MAX);
	*ret_r = r;
	return 0;
}

void ring_reader_free(struct ring_reader *r)
{
	if (!r)
		return;
	for (unsigned int i = 0; i < r->nr_streams; i++)
		stream_free(r->streams[i]);
	free(r->streams);
	free(r->heap);
	free(r->known);
	free(r->open_refs);
	free(r->read_out);
	free(r->copy);
	free(r->copy_inner);
	free(r);
}

static struct stream *stream_by_uid(struct ring_reader *r, uint32_t uid)
{
	/* the newest are the likeliest */
	for (unsigned int i = r->nr_streams; i-- > 0;)
		if (r->streams[i]->uid == uid)
			return r->streams[i];
	return NULL;
}

static void chunk_found(struct ring_reader *r, unsigned int index)
{
	struct chunk *c = session_chunk(r->session, index);
	/* partner: the taker's release store, last of its preparations */
	uint32_t owner = __atomic_load_n(&c->owner, __ATOMIC_ACQUIRE);
	struct stream *s;

	if (!owner)
		return;
	s = stream_by_uid(r, owner);
	if (!s)
		s = stream_new(r, c, owner);
	if (s && !stream_add_chunk(s, index, c->seq))
		r->known[index] = owner;
}

void ring_discover(struct ring_reader *r)
{
	uint64_t *bits = (uint64_t *)((char *)r->session->shared + r->session->bitmap_off);

	for (unsigned int w = 0; w < (r->session->nr_chunks + 63) / 64; w++) {
		uint64_t taken = ~__atomic_load_n(&bits[w], __ATOMIC_ACQUIRE);

		while (taken) {
			unsigned int i = w * 64 + (unsigned int)__builtin_ctzll(taken);

			taken &= taken - 1;
			if (i < r->session->nr_chunks && !r->known[i])
				chunk_found(r, i);
		}
	}
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
		untraced_note(r, s, rec);
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

static void drain_ordered(struct ring_reader *r, uint64_t watermark)
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

/* In turns, so that no stream's writer waits for long while another's is read. */
void ring_drain_stream(struct ring_reader *r, struct stream *s)
{
	while (stream_peek(r, s))
		event_next(r, s);
}

static void drain_unordered(struct ring_reader *r)
{
	for (unsigned int i = 0; i < r->nr_streams; i++)
		for (unsigned int n = 0; n < UNORDERED_TURN && stream_peek(r, r->streams[i]); n++)
			event_next(r, r->streams[i]);
}

static void streams_sweep(struct ring_reader *r)
{
	for (unsigned int i = 0; i < r->nr_streams;) {
		struct stream *s = r->streams[i];

		if (!s->ended || (s->nr_open && !s->corrupt) || stream_is_unread(r, s)) {
			i++;
			continue;
		}
		while (s->nr_open)
			stream_open_remove(r, s, s->nr_open - 1);
		for (unsigned int c = 0; c < s->nr_chunks; c++)
			chunk_give_back(r, s->chunks[c].index);
		stream_free(s);
		r->streams[i] = r->streams[--r->nr_streams];
	}
}

/* Writers that block in a full pool wait on this word. */
static void space_announce(struct ring_reader *r)
{
	struct session *sh = r->session->shared;

	__atomic_fetch_add(&sh->space, 1, __ATOMIC_RELEASE);
	syscall(SYS_futex, &sh->space, FUTEX_WAKE, INT32_MAX, NULL, NULL, 0);
}

static void attach_requests(struct ring_reader *r)
{
	for (unsigned int i = 0; i < r->nr_streams; i++) {
		struct stream *s = r->streams[i];
		struct chunk *c;

		if (!s->nr_chunks || s->ended)
			continue;
		c = session_chunk(r->session, s->chunks[s->nr_chunks - 1].index);
		if (__atomic_load_n(&c->attach, __ATOMIC_ACQUIRE) == ATTACH_WANTED ||
		    __atomic_load_n(&c->attach, __ATOMIC_ACQUIRE) == ATTACH_UNDO)
			r->ops.attach_wanted(r->ops.ctx, s->chunks[s->nr_chunks - 1].index, s->pid,
					     s->tid);
	}
}

static bool is_pool_empty(const struct ring_reader *r)
{
	const uint64_t *bits =
		(const uint64_t *)((const char *)r->session->shared + r->session->bitmap_off);

	for (unsigned int w = 0; w < (r->session->nr_chunks + 63) / 64; w++)
		if (__atomic_load_n(&bits[w], __ATOMIC_RELAXED))
			return false;
	return true;
}

/* Whether a chunk may come free by reading on. */
static bool anything_to_read(struct ring_reader *r)
{
	for (unsigned int i = 0; i < r->nr_streams; i++)
		if (stream_peek(r, r->streams[i]))
			return true;
	return false;
}

/* All chunks are held by threads that live and none of them has anything to read: waiting would be
 * for ever. It must have been so for a while: a chunk that was taken just now has nothing yet. */
static void starvation_check(struct ring_reader *r, bool idle)
{
	uint64_t now = session_ticks(r->session);
	bool stuck = idle && is_pool_empty(r) && !anything_to_read(r);
	uint32_t starved;

	if (!stuck)
		r->stuck_since = 0;
	else if (!r->stuck_since)
		r->stuck_since = now;
	starved = stuck && now - r->stuck_since > r->reserved_patience;
	if (__atomic_load_n(&r->session->shared->starved, __ATOMIC_RELAXED) == starved)
		return;
	/* partner: the writers' acquire before they wait */
	__atomic_store_n(&r->session->shared->starved, starved, __ATOMIC_RELEASE);
	if (starved)
		space_announce(r);
}

unsigned int ring_reader_pass(struct ring_reader *r)
{
	uint64_t before = r->delivered, watermark = session_ticks(r->session) - r->slack;

	ring_discover(r);
	if (r->unordered)
		drain_unordered(r);
	else
		drain_ordered(r, watermark);
	lifecycle_poll(r);
	untraced_poll(r);
	attach_requests(r);
	streams_sweep(r);
	if (r->delivered != before)
		space_announce(r);
	starvation_check(r, r->delivered == before);
	r->watermark = watermark;
	return (unsigned int)(r->delivered - before);
}

void ring_reader_finish(struct ring_reader *r)
{
	uint64_t before;

	ring_discover(r);
	do {
		before = r->delivered;
		if (r->unordered)
			drain_unordered(r);
		else
			drain_ordered(r, UINT64_MAX);
	} while (r->unordered && r->delivered != before);
	lifecycle_end_all(r);
	streams_sweep(r);
}

uint64_t ring_reader_lost(const struct ring_reader *r)
{
	uint64_t lost = r->lost + __atomic_load_n(&r->session->shared->lost, __ATOMIC_RELAXED);

	for (unsigned int i = 0; i < r->session->nr_chunks; i++)
		if (r->known[i])
			lost += __atomic_load_n(&session_chunk(r->session, i)->lost,
						__ATOMIC_RELAXED);
	return lost;
}
