/* SPDX-License-Identifier: MIT */
/*
 * Writing into the ring: the part that the tracee's core and the launcher's ptrace thread share.
 * Takes and closes chunks, publishes records; makes no system call (the futex wake-up is the
 * caller's). The session's header is read, never trusted to stay: geometry is passed in.
 */
#ifndef ITRACE_CHUNK_H
#define ITRACE_CHUNK_H

#include <stdbool.h>
#include <stdint.h>

#include "itrace/record.h"
#include "itrace/ring.h"

/* Geometry of a mapped ring, copied from its header once. */
struct chunk_pool {
	struct session *session;
	uint8_t *chunks; /* chunk 0 */
	uint64_t *bitmap;
	uint32_t chunk_size;
	uint32_t nr_chunks;
};

/* Who writes: what chunk_open() puts into a chunk's head. */
struct chunk_owner {
	uint32_t uid;
	uint32_t seq;
	uint32_t parent;
	uint32_t method;
	int32_t pid;
	int32_t tid;
	uint32_t flags; /* CHUNK_F_* */
};

/* Fills pool from a mapping of size bytes: the whole, or up to the end of the first chunks. Returns
 * 0 or -1 if it is no sound session. */
static inline int chunk_pool_init(struct chunk_pool *pool, void *mapping, uint64_t size)
{
	struct session *s = mapping;
	uint64_t pool_size;
	uint32_t nr;

	if (size < sizeof(*s) || s->magic != SESSION_MAGIC || s->version != SESSION_VERSION ||
	    s->chunk_size < RING_CHUNK_MIN || s->chunk_size > RING_CHUNK_MAX ||
	    s->chunk_size & (s->chunk_size - 1))
		return -1;
	nr = s->total_size > size ? s->first_chunks : s->nr_chunks;
	if (!nr || nr > RING_CHUNKS_MAX || (nr != s->nr_chunks && nr % 64))
		return -1;
	pool_size = (uint64_t)s->chunk_size * nr;
	if (s->pool_off > size || pool_size > size - s->pool_off ||
	    s->bitmap_off + (nr + 63) / 64 * 8 > s->pool_off || s->bitmap_off & 7)
		return -1;
	pool->session = s;
	pool->chunks = (uint8_t *)mapping + s->pool_off;
	pool->bitmap = (uint64_t *)((uint8_t *)mapping + s->bitmap_off);
	pool->chunk_size = s->chunk_size;
	pool->nr_chunks = nr;
	return 0;
}

/* Takes the lowest free chunk. Returns it, NULL if there is none. Any context. */
static inline struct chunk *chunk_take(const struct chunk_pool *pool)
{
	for (uint32_t w = 0; w < (pool->nr_chunks + 63) / 64; w++) {
		uint64_t word = __atomic_load_n(&pool->bitmap[w], __ATOMIC_RELAXED);

		while (word) {
			uint32_t bit = (uint32_t)__builtin_ctzll(word);
			uint64_t mask = 1ull << bit;

			/* acquire: pairs with the reader's release when it gave the chunk back */
			word = __atomic_fetch_and(&pool->bitmap[w], ~mask, __ATOMIC_ACQUIRE);
			if (word & mask && w * 64 + bit < pool->nr_chunks)
				return (struct chunk *)(pool->chunks + (uint64_t)(w * 64 + bit) *
									       pool->chunk_size);
			word &= ~mask;
		}
	}
	return NULL;
}

/* Makes a taken chunk ready for the owner's records. */
static inline void chunk_prepare(struct chunk *c, const struct chunk_owner *o, uint64_t start)
{
	c->pid = o->pid;
	c->tid = o->tid;
	c->start = start;
	c->parent = o->parent;
	c->method = o->method;
	c->flags = (uint8_t)o->flags;
	__atomic_store_n(&c->met, 0, __ATOMIC_RELAXED);
	__atomic_store_n(&c->lost, 0, __ATOMIC_RELAXED);
	__atomic_store_n(&c->attach, ATTACH_NONE, __ATOMIC_RELAXED);
	__atomic_store_n(&c->closed, 0, __ATOMIC_RELAXED);
	__atomic_store_n((uint32_t *)((uint8_t *)c + CHUNK_FIRST), RECORD_EMPTY, __ATOMIC_RELAXED);
}

/* Shows a chunk that is ready to the reader, as its owner's seq-th. */
static inline void chunk_publish(struct chunk *c, uint32_t uid, uint32_t seq)
{
	c->seq = seq;
	/* release: pairs with the reader's acquire of owner */
	__atomic_store_n(&c->owner, uid, __ATOMIC_RELEASE);
}

/* Makes a taken chunk the owner's: the reader sees it from here on. */
static inline void chunk_open(struct chunk *c, const struct chunk_owner *o, uint64_t start)
{
	chunk_prepare(c, o, start);
	chunk_publish(c, o->uid, o->seq);
}

/* Ends a chunk at head (offset of the next record): the owner takes no more room there. */
static inline void chunk_close(const struct chunk_pool *pool, struct chunk *c, uint32_t head)
{
	struct record *end = (struct record *)((uint8_t *)c + head);

	if (head + sizeof(*end) <= pool->chunk_size) {
		end->size = sizeof(*end);
		end->kind = RECORD_END;
		end->in_len = 0;
		end->out_len = 0;
		__atomic_store_n(&end->state, RECORD_DONE, __ATOMIC_RELEASE);
	}
	/* release: pairs with the reader's acquire; END is visible before it */
	__atomic_store_n(&c->closed, 1, __ATOMIC_RELEASE);
}

/* Stores a record's next state; everything it makes final was written before. */
static inline void record_publish(struct record *rec, uint32_t state)
{
	/* release: pairs with the reader's acquire of state */
	__atomic_store_n(&rec->state, state, __ATOMIC_RELEASE);
}

/*
 * After publishing: true if the reader sleeps; then the caller wakes all waiters of the futex
 * session.doorbell. No fence orders the publishing store before this load, so a reader that is
 * just falling asleep may be missed: it sleeps with a time limit.
 */
static inline bool chunk_doorbell(struct session *s)
{
	if (!__atomic_load_n(&s->sleeping, __ATOMIC_RELAXED))
		return false;
	if (!__atomic_exchange_n(&s->sleeping, 0, __ATOMIC_ACQ_REL))
		return false;
	__atomic_fetch_add(&s->doorbell, 1, __ATOMIC_RELEASE);
	return true;
}

#endif
