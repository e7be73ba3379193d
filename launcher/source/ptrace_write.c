/* SPDX-License-Identifier: MIT */
/*
 * Writing into the ring on behalf of the tracees: one stream of chunks per tracee, as the preload
 * library does it, all by one thread.
 */
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "source/ptrace_private.h"

#define SPACE_WAIT_NS 20000000 /* between looks at whether the session is to end */

static struct record *record_at(const struct tracee *t, uint32_t offset)
{
	return (struct record *)((uint8_t *)t->chunk + offset);
}

static void doorbell_wake(struct session *sh)
{
	syscall(SYS_futex, &sh->doorbell, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

void write_doorbell(struct ptrace_source *src)
{
	struct session *sh = src->session->shared;

	if (chunk_doorbell(sh))
		doorbell_wake(sh);
}

void write_doorbell_now(struct ptrace_source *src)
{
	struct session *sh = src->session->shared;

	__atomic_fetch_add(&sh->doorbell, 1, __ATOMIC_RELEASE);
	doorbell_wake(sh);
}

static bool may_wait(struct ptrace_source *src)
{
	struct session *sh = src->session->shared;

	/* while starting nobody reads */
	return src->started && sh->on_full == ON_FULL_BLOCK && !atomic_load(&src->stopping) &&
	       !__atomic_load_n(&sh->starved, __ATOMIC_ACQUIRE);
}

/* A chunk from the pool; waits for the reader where the session blocks. NULL: there is none. */
static struct chunk *chunk_wait(struct ptrace_source *src)
{
	struct session *sh = src->session->shared;
	struct timespec ts = { .tv_nsec = SPACE_WAIT_NS };

	for (;;) {
		/* partner: the reader adds 1 after it gave chunks back */
		uint32_t space = __atomic_load_n(&sh->space, __ATOMIC_ACQUIRE);
		struct chunk *c = chunk_take(&src->pool);

		if (c || !may_wait(src))
			return c;
		write_doorbell(src);
		syscall(SYS_futex, &sh->space, FUTEX_WAIT, space, &ts, NULL, 0);
	}
}

static void owner_init(struct ptrace_source *src, struct tracee *t)
{
	struct tracee *parent = t->parent ? tracee_find(src, t->parent) : NULL;

	t->owner.uid = __atomic_fetch_add(&src->session->shared->next_uid, 1, __ATOMIC_RELAXED);
	t->owner.parent = parent ? parent->owner.uid : 0;
	t->owner.method = METHOD_PTRACE;
	t->owner.pid = t->tgid;
	t->owner.tid = t->tid;
}

/* The calls that were dropped before the record that is about to be written. */
static void lost_write(struct ptrace_source *src, struct tracee *t)
{
	uint64_t lost = t->lost;

	t->lost = 0;
	write_word(src, t, RECORD_LOST, 0, (int64_t)lost);
}

static bool chunk_next(struct ptrace_source *src, struct tracee *t)
{
	struct chunk *c;

	if (!t->owner.uid)
		owner_init(src, t);
	c = chunk_wait(src);
	if (!c)
		return false;
	if (t->chunk) {
		chunk_close(&src->pool, t->chunk, t->head);
		t->owner.seq++;
	}
	t->chunk = c;
	t->head = CHUNK_FIRST;
	chunk_open(c, &t->owner, session_ticks(src->session));
	__atomic_fetch_add(&c->lost, src->uncounted, __ATOMIC_RELAXED);
	src->uncounted = 0;
	return true;
}

/* Some chunk of ours, for the count of what a tracee without one has lost; NULL if there is none.
 */
static struct chunk *chunk_any(struct ptrace_source *src)
{
	for (unsigned int i = 0; i < TRACEE_BUCKETS; i++)
		for (struct tracee *t = src->table[i]; t; t = t->next)
			if (t->chunk)
				return t->chunk;
	return NULL;
}

static void lost_count(struct ptrace_source *src, struct tracee *t)
{
	struct chunk *c = t->chunk ? t->chunk : chunk_any(src);

	t->lost++;
	if (c)
		__atomic_fetch_add(&c->lost, 1, __ATOMIC_RELAXED);
	else
		src->uncounted++;
}

static uint32_t record_size(size_t data)
{
	return (uint32_t)((sizeof(struct record) + data + RECORD_ALIGN - 1) &
			  ~(size_t)(RECORD_ALIGN - 1));
}

struct record *write_reserve(struct ptrace_source *src, struct tracee *t, enum record_kind kind,
			     size_t data)
{
	uint32_t size = record_size(data);
	struct record *rec;

	if (!t->chunk || t->head + size + sizeof(struct record) > src->pool.chunk_size) {
		if (!chunk_next(src, t)) {
			lost_count(src, t);
			return NULL;
		}
		if (t->lost)
			lost_write(src, t);
	}
	rec = record_at(t, t->head);
	memset((char *)rec + sizeof(rec->state), 0, sizeof(*rec) - sizeof(rec->state));
	rec->kind = (uint8_t)kind;
	rec->method = METHOD_PTRACE;
	rec->size = size;
	/* visible before its time is taken: no later record of another thread overtakes it */
	record_publish(rec, RECORD_RESERVED);
	rec->t_in = session_ticks(src->session);
	return rec;
}

void write_publish(struct ptrace_source *src, struct tracee *t, struct record *rec, size_t data,
		   enum record_state state)
{
	uint32_t size = record_size(data);

	rec->size = size;
	t->head += size;
	if (t->head + sizeof(rec->state) <= src->pool.chunk_size)
		__atomic_store_n(&record_at(t, t->head)->state, RECORD_EMPTY, __ATOMIC_RELAXED);
	record_publish(rec, state);
	write_doorbell(src);
}

void write_done(struct ptrace_source *src, struct record *rec)
{
	record_publish(rec, RECORD_DONE);
	write_doorbell(src);
}

void write_word(struct ptrace_source *src, struct tracee *t, enum record_kind kind, uint32_t call,
		int64_t ret)
{
	struct record *rec = write_reserve(src, t, kind, 0);

	if (!rec)
		return;
	rec->call = call;
	rec->ret = ret;
	rec->t_out = rec->t_in;
	write_publish(src, t, rec, 0, RECORD_DONE);
}

void write_end(struct ptrace_source *src, struct tracee *t, enum record_kind kind, int64_t ret)
{
	write_word(src, t, kind, 0, ret);
	t->chunk = NULL;
	t->rec = NULL;
	t->owner = (struct chunk_owner){ 0 };
}
