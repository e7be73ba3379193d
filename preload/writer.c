/* SPDX-License-Identifier: MIT */
/*
 * The producer's side of the ring (include/itrace/ring.h). The common case is reserve_record() in
 * entry.S; here is the change of chunks, and the wait for one.
 *
 * A chunk is changed with all signals blocked, where that may be asked for. The wait itself is not
 * blocked: a handler that records waits behind us, and may find the chunk first.
 */
#include <asm/unistd.h>
#include <linux/errno.h>
#include <linux/futex.h>
#include <linux/mman.h>
#include <linux/time_types.h>

#include "memory.h"
#include "writer.h"

#define SPACE_WAIT_NS 50000000ll
#define REFUSED_WAITS 40
#define MET_WAITS 40 /* 2 s: a launcher that is so slow is not waited for */
#define HEARTBEAT_MAX_NS 1000000000ull

static uint64_t clock_ns(void)
{
	struct __kernel_timespec ts = { 0, 0 };

	raw3(__NR_clock_gettime, 1 /* CLOCK_MONOTONIC */, (long)&ts, 0);
	return (uint64_t)ts.tv_sec * 1000000000ull + (uint64_t)ts.tv_nsec;
}

/* Where CLOCK_TICKS started, and how long the session had run by then, by both clocks. */
static struct {
	uint64_t tsc, ns, session_tsc, session_ns;
} ticks_from;

static void ticks_start(void)
{
	const struct session *s = core.pool.session;

	ticks_from.ns = clock_ns();
	ticks_from.tsc = read_tsc();
	ticks_from.session_ns = ticks_from.ns - s->mono0;
	ticks_from.session_tsc = ticks_from.tsc - s->tsc0;
}

/* ns as TSC ticks. */
static uint64_t ns_to_ticks(uint64_t ns)
{
	uint64_t hi, lo = ns - ticks_from.ns;

	__asm__("mulq %2" : "+a"(lo), "=d"(hi) : "r"(ticks_from.session_tsc));
	if (hi >= ticks_from.session_ns)
		return ticks_from.tsc;
	__asm__("divq %2" : "+a"(lo), "+d"(hi) : "r"(ticks_from.session_ns));
	return ticks_from.tsc + lo;
}

uint64_t writer_clock_slow(void)
{
	switch (core.clock) {
	case CLOCK_CALL:
		return clock_ns();
	case CLOCK_TICKS:
		return ns_to_ticks(clock_ns());
	}
	return __atomic_add_fetch(&core.stopped_clock, 1, __ATOMIC_RELAXED);
}

void writer_clock_lost(bool by_call)
{
	if (by_call && core.clock == CLOCK_TSC) {
		ticks_start();
		core.clock = CLOCK_TICKS;
	} else if (!by_call) {
		core.stopped_clock = writer_clock();
		core.clock = CLOCK_STOPPED;
	}
}

void writer_wake_slow(void)
{
	struct session *s = core.pool.session;

	if (core.quiet || !chunk_doorbell(s))
		return;
	raw6(__NR_futex, (long)&s->doorbell, FUTEX_WAKE, 0x7fffffff, 0, 0, 0);
}

void writer_wake_now(void)
{
	struct session *s = core.pool.session;

	__atomic_fetch_add(&s->doorbell, 1, __ATOMIC_RELEASE);
	raw6(__NR_futex, (long)&s->doorbell, FUTEX_WAKE, 0x7fffffff, 0, 0, 0);
}

void writer_wait_met(struct thread *t)
{
	struct __kernel_timespec ts = { 0, SPACE_WAIT_NS };

	if (core.quiet || !t->chunk)
		return;
	for (int i = 0; i < MET_WAITS && writer_launcher_lives(); i++) {
		/* acquire: pairs with the launcher's release */
		if (__atomic_load_n(&t->chunk->met, __ATOMIC_ACQUIRE))
			return;
		writer_wake_now();
		raw6(__NR_futex, (long)&t->chunk->met, FUTEX_WAIT, 0, (long)&ts, 0, 0);
	}
}

void writer_give_up(void)
{
	__atomic_store_n(&core.gone, 1, __ATOMIC_RELAXED);
}

bool writer_launcher_lives(void)
{
	const struct session *s = core.pool.session;
	uint32_t lock = __atomic_load_n(&s->launcher_lock, __ATOMIC_RELAXED);

	if (__atomic_load_n(&s->launcher_state, __ATOMIC_RELAXED) != LAUNCHER_RUNNING)
		return false;
	/* one that stands still lives: only without the word is its heart listened to */
	if (lock)
		return !(lock & FUTEX_OWNER_DIED);
	return core.quiet ||
	       clock_ns() < __atomic_load_n(&s->heartbeat, __ATOMIC_RELAXED) + HEARTBEAT_MAX_NS;
}

static uint64_t total_size;
static uint8_t more_refused; /* atomic: they cannot be mapped here */

void writer_init(uint64_t size, uint32_t nr_chunks)
{
	total_size = size;
	core.more = core.pool;
	core.more.nr_chunks = nr_chunks > RING_CHUNKS_MAX ? RING_CHUNKS_MAX : nr_chunks;
	if (core.more.nr_chunks > core.pool.nr_chunks)
		core.more.chunks = NULL;
}

static bool more_mapped(void)
{
	return __atomic_load_n(&core.more.chunks, __ATOMIC_ACQUIRE) != NULL;
}

static bool is_any_free(uint32_t from, uint32_t to)
{
	for (uint32_t w = from / 64; w < (to + 63) / 64; w++) {
		if (__atomic_load_n(&core.pool.bitmap[w], __ATOMIC_RELAXED))
			return true;
	}
	return false;
}

/* There are free chunks, but this process cannot map them. */
static bool is_refused(void)
{
	return !more_mapped() && (__atomic_load_n(&more_refused, __ATOMIC_RELAXED) || core.quiet) &&
	       is_any_free(core.pool.nr_chunks, core.more.nr_chunks);
}

/* Maps all chunks, beside the first ones. The ring's descriptor is closed long since, but a shared
 * mapping can be had once more (mremap(2)). */
static void map_more(void)
{
	uint8_t *chunks, *none = NULL;
	long map;

	if (core.quiet || __atomic_load_n(&more_refused, __ATOMIC_RELAXED))
		return;
	map = raw6(__NR_mremap, (long)core.pool.session, 0, (long)total_size, MREMAP_MAYMOVE, 0, 0);
	if (ERROR(map)) {
		__atomic_store_n(&more_refused, 1, __ATOMIC_RELAXED);
		return;
	}
	chunks = (uint8_t *)map + (core.pool.chunks - (uint8_t *)core.pool.session);
	/* release: pairs with more_mapped() */
	if (!__atomic_compare_exchange_n(&core.more.chunks, &none, chunks, false, __ATOMIC_ACQ_REL,
					 __ATOMIC_ACQUIRE))
		raw3(__NR_munmap, map, (long)total_size, 0);
}

/* A chunk of the first, or of those that have come into play since. */
static struct chunk *take(void)
{
	struct chunk *c = chunk_take(&core.pool);

	if (c || !is_any_free(core.pool.nr_chunks, core.more.nr_chunks))
		return c;
	if (!more_mapped())
		map_more();
	return more_mapped() ? chunk_take(&core.more) : NULL;
}

/* Waits until chunks may have come free. False: do not wait for one. */
static bool wait_for_space(void)
{
	struct __kernel_timespec ts = { 0, SPACE_WAIT_NS };
	struct session *s = core.pool.session;
	uint32_t space = __atomic_load_n(&s->space, __ATOMIC_ACQUIRE);

	if (!writer_launcher_lives()) {
		writer_give_up();
		return false;
	}
	if (s->on_full == ON_FULL_DROP || __atomic_load_n(&s->starved, __ATOMIC_RELAXED))
		return false;
	if (is_any_free(0, more_mapped() ? core.more.nr_chunks : core.pool.nr_chunks))
		return true;
	writer_wake_slow();
	if (core.quiet)
		cpu_relax();
	else
		raw6(__NR_futex, (long)&s->space, FUTEX_WAIT, space, (long)&ts, 0, 0);
	return true;
}

void writer_switched(struct thread *t, const struct chunk_switch *s)
{
	t->chunk = s->chunk;
	t->head = s->head;
	t->limit = s->limit;
	t->seq = s->seq + s->step;
}

/* The thread's records go to c from now on, NULL = nowhere. Returns the seq that c has to have. */
static uint32_t chunk_move_to(struct thread *t, struct chunk *c)
{
	struct chunk_switch s = { .chunk = c };

	if (c) {
		s.head = (uint64_t)c + CHUNK_FIRST;
		s.limit = (uint64_t)c + core.pool.chunk_size - sizeof(struct record);
		s.step = 1;
	}
	chunk_switch(t, &s);
	if (s.old)
		chunk_close(&core.pool, s.old, (uint32_t)(s.old_head - (uint64_t)s.old));
	return s.seq;
}

static void write_lost(struct thread *t)
{
	struct record *rec, *slot;

	rec = reserve_record(t, sizeof(*rec), &slot);
	if (!rec)
		return;
	memset((uint8_t *)rec + 8, 0, sizeof(*rec) - 8);
	rec->kind = RECORD_LOST;
	rec->method = (uint8_t)core.method;
	rec->ret = (int64_t)__atomic_exchange_n(&t->lost, 0, __ATOMIC_RELAXED);
	rec->t_in = rec->t_out = writer_clock();
	record_publish(rec, RECORD_DONE);
}

/*
 * False if no chunk is free. Signals are blocked, but for where the program filters its calls:
 * there a handler may come in between and change chunks too. So c is given its place among the
 * thread's chunks by the switch, and is shown to the reader when it has it, with what it may hold
 * by then.
 */
static bool chunk_change(struct thread *t)
{
	struct chunk_owner owner = { .parent = t->parent_uid,
				     .method = core.method,
				     .pid = t->pid,
				     .tid = t->tid,
				     .flags = core.pidns ? CHUNK_F_PIDNS : 0 };
	struct chunk *c;
	uint32_t seq;

	/* drop: keep the full one meanwhile, its head is where losses are counted */
	if (core.pool.session->on_full != ON_FULL_DROP && t->chunk)
		chunk_move_to(t, NULL);
	c = take();
	if (!c)
		return false;
	chunk_prepare(c, &owner, writer_clock());
	seq = chunk_move_to(t, c);
	chunk_publish(c, t->lib.uid, seq);
	if (t->lost)
		write_lost(t);
	return true;
}

static void count_lost(struct thread *t)
{
	uint64_t mask = core.quiet ? 0 : signals_block();

	t->lost++;
	t->limit = 0; /* what would still fit must not come before the RECORD_LOST */
	if (t->chunk)
		__atomic_fetch_add(&t->chunk->lost, 1, __ATOMIC_RELAXED);
	else
		__atomic_fetch_add(&core.pool.session->lost, 1, __ATOMIC_RELAXED);
	if (!core.quiet)
		signals_restore(mask);
}

static bool next_chunk(struct thread *t, uint64_t size)
{
	for (unsigned int waits = 0;; waits++) {
		uint64_t mask = core.quiet ? 0 : signals_block();
		/* a handler that came in between may have done it */
		bool done = t->head + size <= t->limit || chunk_change(t);

		if (!core.quiet)
			signals_restore(mask);
		if (done)
			return true;
		/* not for ever where only others can have what is free */
		if ((waits > REFUSED_WAITS && is_refused()) || !wait_for_space())
			return false;
	}
}

void writer_make_room(struct thread *t, uint64_t size)
{
	if (t->head + size > t->limit && !core.gone)
		next_chunk(t, size);
}

static struct record *reserve(struct thread *t, uint64_t size, struct record **slot, bool counts)
{
	struct record *rec;

	while (!(rec = reserve_record(t, size, slot))) {
		if (core.gone)
			return NULL;
		if (!next_chunk(t, size)) {
			if (!core.gone && counts)
				count_lost(t);
			return NULL;
		}
	}
	return rec;
}

struct record *writer_reserve(struct thread *t, uint64_t size, struct record **slot)
{
	return reserve(t, size, slot, true);
}

void writer_event(struct thread *t, unsigned int kind, uint32_t call, int64_t ret, uint64_t addr,
		  const void *data, uint32_t len)
{
	uint64_t size = sizeof(struct record) + (len ? SEGMENT_SPACE(len) : 0);
	struct record *rec, *slot;

	size = (size + RECORD_ALIGN - 1) & ~(uint64_t)(RECORD_ALIGN - 1);
	/* births and deaths are known by other ways too; only calls and signals add up */
	rec = reserve(t, size, &slot, kind == RECORD_CALL || kind == RECORD_SIGNAL);
	if (!rec)
		return;
	memset((uint8_t *)rec + 8, 0, sizeof(*rec) - 8);
	rec->kind = (uint8_t)kind;
	rec->method = (uint8_t)core.method;
	rec->call = call;
	rec->ret = ret;
	if (len) {
		struct segment *seg = (struct segment *)(rec + 1);

		*seg = (struct segment){ .addr = addr, .len = len, .kind = SEGMENT_MEM };
		memcpy(seg + 1, data, len);
		rec->in_len = (uint32_t)SEGMENT_SPACE(len);
	}
	rec->t_in = rec->t_out = writer_clock();
	record_publish(rec, RECORD_DONE);
	writer_wake();
}
