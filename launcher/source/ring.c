/* SPDX-License-Identifier: MIT */
/*
 * The reader: finds the chunks in use, has their streams merged, gives back what has been read, and
 * keeps writers going that wait for room.
 */
#include "source/ring.h"

#include <errno.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "itrace/ring.h"
#include "source/merge.h"
#include "source/ring_private.h"

#define TICKS_PER_NS_MAX 5ull	      /* of any TSC: known without waiting for its calibration */
#define STATUS_PATIENCE_NS 1000000000 /* from a death to the record of the wait that took it */
#define SLACK_NS 20000 /* see ring.h: far longer than any store buffer holds a store */
#define GROWTH 256     /* chunks at a time */
#define GROWTH_PATIENCE_NS 1000000
#define RESERVED_PATIENCE_NS \
	100000000 /* a thread that is not scheduled between reservation and entry */

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
	r->nr_free = s->first_chunks ? s->first_chunks : s->nr_chunks;
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
	r->growth_patience = GROWTH_PATIENCE_NS * (s->ns_clock ? 1 : TICKS_PER_NS_MAX);
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

	for (unsigned int w = 0; w < (r->nr_free + 63) / 64; w++) {
		uint64_t taken = ~__atomic_load_n(&bits[w], __ATOMIC_ACQUIRE);

		while (taken) {
			unsigned int i = w * 64 + (unsigned int)__builtin_ctzll(taken);

			taken &= taken - 1;
			if (i < r->nr_free && !r->known[i])
				chunk_found(r, i);
		}
	}
}

/* May its chunks go to somebody else? That a process is gone may be known before the ptrace thread
 * has said so, which writes on behalf of the dead, too. */
static bool is_over(struct ring_reader *r, struct stream *s)
{
	if (!s->ended || (s->nr_open && !s->corrupt) || stream_is_unread(r, s))
		return false;
	return s->method != METHOD_PTRACE || s->last_word || s->corrupt;
}

static void streams_sweep(struct ring_reader *r)
{
	for (unsigned int i = 0; i < r->nr_streams;) {
		struct stream *s = r->streams[i];

		if (!is_over(r, s)) {
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

	for (unsigned int w = 0; w < (r->nr_free + 63) / 64; w++)
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

/* More chunks come into play. */
static void pool_grow(struct ring_reader *r)
{
	uint64_t *bits = (uint64_t *)((char *)r->session->shared + r->session->bitmap_off);

	for (unsigned int n = 0; n < GROWTH && r->nr_free < r->session->nr_chunks; n++) {
		unsigned int i = r->nr_free++;

		/* partner: the taker's fetch_and */
		__atomic_fetch_or(&bits[i / 64], 1ull << (i % 64), __ATOMIC_RELEASE);
	}
	r->stuck_since = 0;
	space_announce(r);
}

/* All chunks are held by threads that live and none of them has anything to read: waiting would be
 * for ever, if there are no more. It must have been so for a while: a chunk that was taken just now
 * has nothing yet. */
static void starvation_check(struct ring_reader *r, bool idle)
{
	uint64_t now = session_ticks(r->session);
	bool stuck = idle && is_pool_empty(r) && !anything_to_read(r);
	uint32_t starved;

	if (!stuck)
		r->stuck_since = 0;
	else if (!r->stuck_since)
		r->stuck_since = now;
	if (stuck && r->nr_free < r->session->nr_chunks) {
		if (now - r->stuck_since > r->growth_patience)
			pool_grow(r);
		return;
	}
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
		merge_unordered(r);
	else
		merge_ordered(r, watermark);
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
			merge_unordered(r);
		else
			merge_ordered(r, UINT64_MAX);
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
