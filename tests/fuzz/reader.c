/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes the reader with a session's memory as a hostile tracee may leave it, and change it
 * meanwhile: the input is a list of steps that write heads of chunks, records and raw bytes, of
 * passes of the reader, and of steps that are made while an event is being delivered. What the
 * reader makes of it is printed, as in a real session.
 */
#include <stdlib.h>

#include "input.h"
#include "harness.h"
#include "itrace/chunk.h"
#include "printer.h"
#include "session.h"
#include "sink/tally.h"
#include "source/ring.h"
#include "world.h"

#define CHUNKS 6
#define CHUNK_BYTES RING_CHUNK_MIN
#define RECORDS 64

enum step {
	STEP_HEAD,
	STEP_RECORD,
	STEP_STATE,
	STEP_RAW,
	STEP_BITMAP,
	STEP_SESSION,
	STEP_PASS,
	STEP_LATER, /* the next step is made by the next event */
	STEPS,
};

struct fuzz {
	struct input in;
	struct launcher_session session;
	struct options options;
	struct process_table processes;
	struct printer printer;
	struct tally tally;
	struct ring_reader *reader;
	uint32_t head[CHUNKS]; /* where the next record goes */
	struct {
		uint8_t chunk;
		uint32_t offset;
	} records[RECORDS];
	unsigned int nr_records;
	unsigned int later; /* steps that wait for an event */
};

static uint8_t *chunk_at(struct fuzz *f, unsigned int i)
{
	return (uint8_t *)session_chunk(&f->session, i % CHUNKS);
}

static void step_head(struct fuzz *f)
{
	unsigned int i = input_u8(&f->in) % CHUNKS;
	uint64_t *bits = (uint64_t *)((char *)f->session.shared + f->session.bitmap_off);
	struct chunk_owner o = {
		.uid = input_u8(&f->in) & 15,
		.seq = input_u8(&f->in) & 3,
		.parent = input_u8(&f->in) & 15,
		.method = input_u8(&f->in) & 3,
		.pid = 1000 + (input_u8(&f->in) & 7),
	};

	o.tid = o.pid + (input_u8(&f->in) & 3);
	bits[0] &= ~(1ull << i);
	chunk_open((struct chunk *)chunk_at(f, i), &o, 1);
	f->head[i] = CHUNK_FIRST;
}

/* A record that is well made but for what the input says. */
static void step_record(struct fuzz *f)
{
	unsigned int i = input_u8(&f->in) % CHUNKS;
	struct record rec = { .kind = input_u8(&f->in) & 15, .method = input_u8(&f->in) & 3 };
	uint8_t how = input_u8(&f->in), data[512];
	uint32_t room = CHUNK_BYTES - f->head[i], len = input_u16(&f->in) % sizeof(data);

	rec.flags = input_u8(&f->in);
	rec.state = how & 7;
	rec.call = input_u16(&f->in) & 1023;
	rec.t_in = input_u16(&f->in);
	rec.t_out = rec.t_in + input_u8(&f->in);
	rec.ret = (int16_t)input_u16(&f->in);
	for (unsigned int a = 0; a < RECORD_ARGS; a++)
		rec.args[a] = how & 8 ? input_u64(&f->in) : input_u8(&f->in);
	rec.in_len = how & 16 ? input_u32(&f->in) : len & ~7u;
	rec.out_len = how & 16 ? input_u32(&f->in) : 0;
	rec.size =
		how & 32 ? input_u32(&f->in)
			 : (uint32_t)(sizeof(rec) + len + RECORD_ALIGN - 1) & ~(RECORD_ALIGN - 1u);
	input_take(&f->in, data, len);
	if (sizeof(rec) + len + sizeof(uint32_t) > room)
		return;
	memcpy(chunk_at(f, i) + f->head[i], &rec, sizeof(rec));
	memcpy(chunk_at(f, i) + f->head[i] + sizeof(rec), data, len);
	f->records[f->nr_records % RECORDS].chunk = (uint8_t)i;
	f->records[f->nr_records++ % RECORDS].offset = f->head[i];
	f->head[i] += (uint32_t)(sizeof(rec) + len + RECORD_ALIGN - 1) & ~(RECORD_ALIGN - 1u);
}

static void step_state(struct fuzz *f)
{
	unsigned int n = input_u8(&f->in) % RECORDS;
	struct record *rec;

	if (n >= f->nr_records)
		return;
	rec = (struct record *)(chunk_at(f, f->records[n].chunk) + f->records[n].offset);
	rec->t_out = input_u16(&f->in);
	rec->ret = (int16_t)input_u16(&f->in);
	record_publish(rec, input_u8(&f->in) & 7);
}

static void write_raw(struct fuzz *f, uint8_t *base, size_t size)
{
	size_t at = input_u32(&f->in) % size, len = input_u8(&f->in);

	input_take(&f->in, base + at, len < size - at ? len : size - at);
}

static void step_run(struct fuzz *f, unsigned int step)
{
	switch (step) {
	case STEP_HEAD:
		step_head(f);
		break;
	case STEP_RECORD:
		step_record(f);
		break;
	case STEP_STATE:
		step_state(f);
		break;
	case STEP_RAW:
		write_raw(f, chunk_at(f, input_u8(&f->in)), CHUNK_BYTES);
		break;
	case STEP_BITMAP:
		write_raw(f, (uint8_t *)f->session.shared + f->session.bitmap_off, 8);
		break;
	case STEP_SESSION:
		write_raw(f, (uint8_t *)f->session.shared, sizeof(struct session));
		break;
	case STEP_LATER:
		f->later++;
		break;
	}
}

static void on_event(void *ctx, const struct event *ev)
{
	struct fuzz *f = ctx;

	if (f->later) {
		unsigned int step = input_u8(&f->in) % STEPS;

		f->later--;
		if (step != STEP_PASS)
			step_run(f, step);
	}
	tally_event(&f->tally, ev);
	printer_event(&f->printer, ev);
}

static void on_attach_wanted(void *ctx, unsigned int chunk, int host_pid, int tid)
{
	struct fuzz *f = ctx;

	(void)host_pid, (void)tid;
	if (chunk >= CHUNKS)
		abort();
	__atomic_store_n(&session_chunk(&f->session, chunk)->attach, ATTACH_REFUSED,
			 __ATOMIC_RELEASE);
}

static void on_report(void *ctx, const char *message)
{
	(void)ctx;
	if (strlen(message) > 4096)
		abort();
}

static void fuzz_start(struct fuzz *f, unsigned int choice)
{
	struct launcher_session *s = &f->session;
	struct ring_reader_ops ops = {
		.event = on_event,
		.attach_wanted = on_attach_wanted,
		.report = on_report,
		.ctx = f,
	};

	world_options(&f->options, choice);
	s->bitmap_off = (sizeof(struct session) + 4095) & ~4095u;
	s->pool_off = s->bitmap_off + 4096;
	s->chunk_size = CHUNK_BYTES;
	s->nr_chunks = CHUNKS;
	s->total_size = s->pool_off + (size_t)CHUNKS * CHUNK_BYTES;
	s->ring_fd = s->lib_fd = s->socket_fd = -1;
	s->ns_clock = true;
	s->shared = aligned_alloc(4096, s->total_size);
	if (!s->shared)
		abort();
	memset(s->shared, 0, s->total_size);
	*(uint64_t *)((char *)s->shared + s->bitmap_off) = (1ull << CHUNKS) - 1;
	s->shared->flags = SESSION_F_FOLLOW;
	for (unsigned int i = 0; i < CHUNKS; i++)
		f->head[i] = CHUNK_FIRST;
	if (process_table_init(&f->processes) || tally_init(&f->tally, &f->options, s) ||
	    ring_reader_new(&f->reader, s, &f->processes, &ops, f->options.summary == SUMMARY_ONLY))
		abort();
	printer_init(&f->printer, &f->options, s, &f->processes, world_output(), false);
}

static void fuzz_end(struct fuzz *f)
{
	ring_reader_finish(f->reader);
	(void)ring_reader_lost(f->reader);
	tally_print(&f->tally, &f->printer.main.text);
	printer_flush(&f->printer);
	ring_reader_free(f->reader);
	tally_release(&f->tally);
	printer_release(&f->printer);
	process_table_release(&f->processes);
	options_release(&f->options);
	free(f->session.shared);
}

int fuzz_one(const uint8_t *data, size_t size)
{
	struct fuzz f = { .in = { data, data + size } };

	world_reset();
	fuzz_start(&f, input_u8(&f.in));
	while (input_left(&f.in)) {
		unsigned int step = input_u8(&f.in) % STEPS;

		if (step == STEP_PASS)
			ring_reader_pass(f.reader);
		else
			step_run(&f, step);
	}
	fuzz_end(&f);
	return 0;
}
