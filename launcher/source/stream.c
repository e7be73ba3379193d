/* SPDX-License-Identifier: MIT */
/*
 * One writer's chunks as a stream of records. Everything here reads memory that a hostile tracee
 * may change at any moment: a value is loaded once, checked, and used from the private copy.
 */
#include <limits.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "itrace/ring.h"
#include "source/locate.h"
#include "source/ring_private.h"

/* The ids, where they are those of another namespace. */
static void look_up(struct ring_reader *r, struct stream *s, const struct chunk *c)
{
	pid_t pid, tid = locate_thread(r->session, s->own_pid, c->tid, &pid);

	if (tid) {
		s->pid = pid;
		s->tid = tid;
		return;
	}
	/* It has died meanwhile. A program executed by a process that we know has its id; any
	 * other keeps the ids it had, which mean somebody else here. */
	s->lost_ids = true;
	for (unsigned int i = 0; i < r->nr_streams; i++) {
		const struct stream *o = r->streams[i];

		if (o->uid != c->parent || o->own_pid != s->own_pid || c->tid != s->own_pid)
			continue;
		s->pid = s->tid = o->pid;
		s->lost_ids = o->lost_ids;
		return;
	}
}

/* A thread, or a new program, has its process' parent. */
static void find_parent(struct ring_reader *r, struct stream *s, uint32_t parent)
{
	for (unsigned int i = r->nr_streams; i-- > 0;) {
		const struct stream *o = r->streams[i];

		if (o->uid != parent)
			continue;
		s->parent_pid = o->pid == s->pid ? o->parent_pid : o->pid;
		return;
	}
}

/* The owner may be waiting for it. As long as it does, its end can be watched for. */
static void find_ids(struct ring_reader *r, struct stream *s, struct chunk *c)
{
	look_up(r, s, c);
	find_parent(r, s, c->parent);
	if (!s->lost_ids)
		process_get(r->processes, s->pid);
	/* partner: the thread's acquire when it wakes up */
	__atomic_store_n(&c->met, 1, __ATOMIC_RELEASE);
	syscall(SYS_futex, &c->met, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

struct stream *stream_new(struct ring_reader *r, struct chunk *c, uint32_t uid)
{
	struct stream *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->uid = uid;
	s->pid = s->own_pid = c->pid;
	s->tid = c->tid;
	s->foreign_ids = c->flags & CHUNK_F_PIDNS;
	if (s->foreign_ids)
		find_ids(r, s, c);
	s->method = c->method;
	s->offset = CHUNK_FIRST;
	if (r->nr_streams == r->room_streams) {
		unsigned int room = r->room_streams ? 2 * r->room_streams : 64;
		struct stream **streams = realloc(r->streams, room * sizeof(*streams));
		struct stream **heap = realloc(r->heap, room * sizeof(*heap));

		if (streams)
			r->streams = streams;
		if (heap)
			r->heap = heap;
		if (!streams || !heap) {
			free(s);
			return NULL;
		}
		r->room_streams = room;
	}
	r->streams[r->nr_streams++] = s;
	return s;
}

void stream_free(struct stream *s)
{
	free(s->chunks);
	free(s->open);
	free(s);
}

int stream_add_chunk(struct stream *s, unsigned int index, uint32_t seq)
{
	unsigned int i;

	if (s->nr_chunks == s->room_chunks) {
		unsigned int room = s->room_chunks ? 2 * s->room_chunks : 4;
		struct chunk_ref *chunks = realloc(s->chunks, room * sizeof(*chunks));

		if (!chunks)
			return -1;
		s->chunks = chunks;
		s->room_chunks = room;
	}
	for (i = s->nr_chunks; i > 0 && s->chunks[i - 1].seq > seq; i--)
		s->chunks[i] = s->chunks[i - 1];
	s->chunks[i] = (struct chunk_ref){ index, seq };
	s->nr_chunks++;
	return 0;
}

void chunk_give_back(struct ring_reader *r, unsigned int index)
{
	struct session *sh = r->session->shared;
	struct chunk *c = session_chunk(r->session, index);
	uint64_t *bits = (uint64_t *)((char *)sh + r->session->bitmap_off);

	r->lost += __atomic_exchange_n(&c->lost, 0, __ATOMIC_RELAXED);
	__atomic_store_n(&c->owner, 0, __ATOMIC_RELEASE);
	r->known[index] = 0;
	r->read_out[index] = 0;
	/* partner: the taker's fetch_and */
	__atomic_fetch_or(&bits[index / 64], 1ull << (index % 64), __ATOMIC_RELEASE);
}

static void chunk_done(struct ring_reader *r, unsigned int index)
{
	r->read_out[index] = 1;
	if (!r->open_refs[index])
		chunk_give_back(r, index);
}

void chunk_hold(struct ring_reader *r, unsigned int index)
{
	r->open_refs[index]++;
}

void chunk_let_go(struct ring_reader *r, unsigned int index)
{
	if (!--r->open_refs[index] && r->read_out[index])
		chunk_give_back(r, index);
}

int stream_open_push(struct ring_reader *r, struct stream *s, const struct record *rec,
		     struct record_place place, uint64_t id)
{
	if (s->nr_open == s->room_open) {
		unsigned int room = s->room_open ? 2 * s->room_open : 4;
		struct open_call *open = realloc(s->open, room * sizeof(*open));

		if (!open)
			return -1;
		s->open = open;
		s->room_open = room;
	}
	s->open[s->nr_open++] = (struct open_call){
		.place = place,
		.call = rec->call,
		.kind = rec->kind,
		.id = id,
	};
	chunk_hold(r, place.chunk);
	return 0;
}

void stream_open_remove(struct ring_reader *r, struct stream *s, unsigned int i)
{
	unsigned int chunk = s->open[i].place.chunk;

	memmove(&s->open[i], &s->open[i + 1], (s->nr_open - i - 1) * sizeof(*s->open));
	s->nr_open--;
	chunk_let_go(r, chunk);
}

struct record *stream_copy(struct ring_reader *r, struct stream *s, unsigned int index,
			   uint32_t offset, char *buffer)
{
	const char *at = (const char *)session_chunk(r->session, index) + offset;
	struct record *copy = (struct record *)buffer;
	/* partner: the writer's release. A record that is completed meanwhile is one that is open:
	 * what the rest of the copy shows of its end may be half of it. */
	uint32_t state = __atomic_load_n(&((const struct record *)at)->state, __ATOMIC_ACQUIRE);
	uint64_t data;

	memcpy(copy, at, sizeof(*copy));
	copy->state = state;
	if (state < RECORD_DONE)
		copy->out_len = 0;
	data = (uint64_t)copy->in_len + copy->out_len;
	if (copy->size < sizeof(*copy) || copy->size % RECORD_ALIGN ||
	    copy->size > r->session->chunk_size - offset || data > copy->size - sizeof(*copy)) {
		s->corrupt = true;
		return NULL;
	}
	if (!r->unordered || copy->kind == RECORD_NAME)
		memcpy(copy + 1, at + sizeof(*copy), data);
	else if (copy->kind != RECORD_SIGNAL && copy->kind != RECORD_NAME)
		copy->in_len = copy->out_len = 0;
	return copy;
}

/*
 * Behind the last record of a chunk: gives it back, and goes on to the next one. False: that is not
 * there yet. An owner that waits for room has none but this one to give: it must not wait for its
 * own.
 */
static bool stream_next_chunk(struct ring_reader *r, struct stream *s)
{
	unsigned int old = s->chunks[0].index;

	/* partner: the owner's release, the last that it does with the chunk */
	if (!s->ended && s->nr_chunks < 2 &&
	    !__atomic_load_n(&session_chunk(r->session, old)->closed, __ATOMIC_ACQUIRE))
		return false;
	memmove(&s->chunks[0], &s->chunks[1], (s->nr_chunks - 1) * sizeof(*s->chunks));
	s->nr_chunks--;
	s->seq++;
	s->offset = CHUNK_FIRST;
	chunk_done(r, old);
	if (!s->nr_chunks)
		return false;
	if (s->ended)
		s->seq = s->chunks[0].seq;
	return s->chunks[0].seq == s->seq;
}

/* The state word at the stream's position: ENTERED or later, or 0 if there is nothing to read
 * (yet). */
static uint32_t stream_state(struct ring_reader *r, struct stream *s, const struct record **ret_at)
{
	/* its last chunks may have been taken after this pass had looked for chunks */
	if (s->ended && !s->looked_again) {
		s->looked_again = true;
		ring_discover(r);
	}
	/* a look at the bitmap may find a chunk and miss the one before */
	if (s->nr_chunks && s->chunks[0].seq != s->seq && !s->ended)
		return 0;
	while (s->nr_chunks) {
		struct chunk *c = session_chunk(r->session, s->chunks[0].index);
		const struct record *at;
		uint32_t state;

		if (s->offset + sizeof(struct record) > r->session->chunk_size) {
			if (!stream_next_chunk(r, s))
				return 0;
			continue;
		}
		at = (const struct record *)((const char *)c + s->offset);
		/* partner: the writer's release when it enters or finishes the record */
		state = __atomic_load_n(&at->state, __ATOMIC_ACQUIRE);
		if (state >= RECORD_ENTERED && state <= RECORD_ABANDONED) {
			if (at->kind != RECORD_END) {
				*ret_at = at;
				return state;
			}
		} else if (state == RECORD_RESERVED) {
			if (!s->reserved_floor) {
				s->reserved_floor = r->watermark ? r->watermark : 1;
				s->reserved_since = session_ticks(r->session);
			}
			return 0;
		} else {
			return 0;
		}
		if (!stream_next_chunk(r, s))
			return 0;
	}
	return 0;
}

bool stream_peek(struct ring_reader *r, struct stream *s)
{
	const struct record *at;
	bool found = false;

	if (s->corrupt)
		return false;
	if (stream_state(r, s, &at)) {
		s->reserved_floor = 0;
		s->next_time = at->t_in;
		s->next_open = -1;
		found = true;
	}
	for (unsigned int i = s->nr_open; i-- > 0;) {
		const struct record *o =
			(const struct record *)((char *)session_chunk(r->session,
								      s->open[i].place.chunk) +
						s->open[i].place.offset);
		uint64_t t;

		if (__atomic_load_n(&o->state, __ATOMIC_ACQUIRE) < RECORD_DONE)
			continue;
		t = o->t_out;
		if (found && t >= s->next_time)
			continue;
		s->next_time = t;
		s->next_open = (int)i;
		found = true;
	}
	if (found && s->next_time < s->last_time)
		s->next_time = s->last_time; /* time does not run backwards within a thread */
	return found;
}

bool stream_is_unread(struct ring_reader *r, struct stream *s)
{
	return stream_peek(r, s) && s->next_time <= session_ticks(r->session);
}
