/* SPDX-License-Identifier: MIT */
/*
 * Records of the calling thread: room in its chunk, the next chunk, what happens when there is
 * none. Any context of the core; a signal handler may come in between and write records too.
 */
#ifndef ITRACE_WRITER_H
#define ITRACE_WRITER_H

#include "core.h"

/* At start-up, core.pool being there: the ring's whole size and number of chunks. */
void writer_init(uint64_t total_size, uint32_t nr_chunks);

/*
 * Takes size bytes (a multiple of RECORD_ALIGN) for a record: state RESERVED, nothing else set;
 * *slot = the record, at the same moment. Returns it; NULL: dropped (and counted), or nobody
 * records any more.
 */
struct record *writer_reserve(struct thread *t, uint64_t size, struct record **slot);

/* Now, as the session's records have it. */
static inline uint64_t writer_clock(void);
uint64_t writer_clock_slow(void);

/* The program forbids reading the TSC. by_call: the kernel may be asked instead; if not, time
 * stands still but for one tick a record, so that their order stays. */
void writer_clock_lost(bool by_call);

/* Waits for room for a record of size bytes, if the session waits; none is counted as lost. */
void writer_make_room(struct thread *t, uint64_t size);

/* Makes the stores of chunk_switch(), in which a signal has arrived. */
void writer_switched(struct thread *t, const struct chunk_switch *s);

/* After a record was published: wakes the reader if it sleeps. */
static inline void writer_wake(void);
void writer_wake_slow(void);

/* Wakes the reader, whether it says that it sleeps or only naps. */
void writer_wake_now(void);

/* Waits, but not for long, until the reader has seen the thread's first chunk and looked it up. */
void writer_wait_met(struct thread *t);

/* Whether anybody reads what is recorded. */
bool writer_launcher_lives(void);

/* Ends recording for good, for every thread: the launcher is gone. */
void writer_give_up(void);

/* A record that is DONE at once, with one segment of data if len > 0. */
void writer_event(struct thread *t, unsigned int kind, uint32_t call, int64_t ret, uint64_t addr,
		  const void *data, uint32_t len);

static inline uint64_t writer_clock(void)
{
	return unlikely(core.clock != CLOCK_TSC) ? writer_clock_slow() : read_tsc();
}

static inline void writer_wake(void)
{
	if (unlikely(__atomic_load_n(&core.pool.session->sleeping, __ATOMIC_RELAXED)))
		writer_wake_slow();
}

#endif
