/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes every decoder: one call, signal or library call with whatever arguments, results and
 * captured memory, printed under several sets of options. The record lies in memory of exactly its
 * size. At the start every call number is tried with every kind of capture, all zeros, all ones,
 * and cut short.
 */
#include <stdlib.h>

#include "decode/lib.h"
#include "harness.h"
#include "input.h"
#include "itrace/ring.h"
#include "library.h"
#include "printer.h"
#include "process.h"
#include "sink/tally.h"
#include "world.h"

#define DATA_MAX 4096

struct call {
	unsigned int options;
	bool split; /* entry and return are told apart */
	struct record head;
	uint8_t data[DATA_MAX]; /* in_len + out_len bytes */
};

static struct launcher_session session = { .ns_clock = true };
static struct options *options;
static struct library library;
static struct session shared;

static void print(struct printer *p, struct task *task, enum event_kind kind,
		  const struct record *rec)
{
	struct event ev = { .kind = kind, .task = task, .time = 5, .rec = rec, .id = 1 };

	printer_event(p, &ev);
}

static void print_call(struct printer *p, struct task *task, const struct call *c,
		       struct record *rec)
{
	if (rec->kind == RECORD_SIGNAL) {
		print(p, task, EVENT_SIGNAL, rec);
	} else if (rec->kind == RECORD_NAME) {
		lib_names_note(rec);
	} else if (!c->split) {
		print(p, task, EVENT_CALL, rec);
	} else {
		uint32_t state = rec->state, out_len = rec->out_len;

		rec->state = RECORD_ENTERED;
		rec->out_len = 0;
		print(p, task, EVENT_ENTER, rec);
		rec->state = state;
		rec->out_len = out_len;
		print(p, task, EVENT_LEAVE, rec);
	}
}

static void call_try(const struct call *c)
{
	size_t size = sizeof(struct record) + c->head.in_len + c->head.out_len;
	struct record *rec = malloc(size);
	struct process_table processes;
	struct printer p;
	struct process *process;
	struct task *task;
	bool is_new;

	if (!rec || process_table_init(&processes))
		abort();
	process = process_get(&processes, 1000);
	task = process ? process_task_get(&processes, process, 1000, &is_new) : NULL;
	if (!task)
		abort();
	*rec = c->head;
	memcpy(rec + 1, c->data, size - sizeof(*rec));
	printer_init(&p, &options[c->options], &session, &processes, world_output(), false);
	print_call(&p, task, c, rec);
	printer_flush(&p);
	printer_release(&p);
	process_table_release(&processes);
	free(rec);
}

/* A segment for argument i, filled from the input. Returns its size, 0 if there is no room. */
static size_t segment_put(struct input *in, uint8_t *at, size_t room, const struct record *rec,
			  unsigned int flags)
{
	struct segment seg = { .kind = input_u8(in) & 7,
			       .flags = (uint8_t)(flags | (input_u8(in) & 6)) };
	uint8_t which = input_u8(in), shift = input_u8(in);

	seg.len = input_u8(in);
	if (seg.len == 255)
		seg.len = input_u16(in);
	seg.addr = which & 128 ? input_u64(in) : rec->args[which % RECORD_ARGS] + shift;
	if (SEGMENT_SPACE(seg.len) > room)
		return 0;
	memcpy(at, &seg, sizeof(seg));
	input_take(in, at + sizeof(seg), SEGMENT_SPACE(seg.len) - sizeof(seg));
	return SEGMENT_SPACE(seg.len);
}

static uint32_t segments_put(struct input *in, uint8_t *at, size_t room, const struct record *rec,
			     unsigned int flags)
{
	unsigned int nr = input_u8(in) & 7;
	size_t used = 0;

	while (nr--)
		used += segment_put(in, at + used, room - used, rec, flags);
	return (uint32_t)used;
}

static void call_read(struct input *in, struct call *c)
{
	static const uint8_t kinds[] = { RECORD_CALL, RECORD_CALL, RECORD_CALL,	  RECORD_CALL,
					 RECORD_CALL, RECORD_LIB,  RECORD_SIGNAL, RECORD_NAME };
	uint8_t how = input_u8(in);
	struct record *rec = &c->head;

	c->options = input_u8(in) % world_nr_options;
	c->split = how & 1;
	rec->kind = kinds[how >> 1 & 7];
	rec->state = how & 16 ? RECORD_ABANDONED : RECORD_DONE;
	rec->flags = input_u8(in);
	rec->call = input_u16(in);
	rec->depth = input_u8(in);
	rec->method = 2;
	rec->size = sizeof(*rec);
	rec->ret = how & 32 ? (int64_t)input_u64(in) : (int16_t)input_u16(in);
	for (unsigned int i = 0; i < RECORD_ARGS; i++)
		rec->args[i] = how & 64 ? input_u64(in) : (i + 1) << 16 | input_u8(in);
	if (how & 128) {
		rec->in_len = input_u16(in) % (DATA_MAX / 2);
		rec->out_len = input_u16(in) % (DATA_MAX / 2);
		input_take(in, c->data, rec->in_len + rec->out_len);
	} else {
		rec->in_len = segments_put(in, c->data, DATA_MAX / 2, rec, 0);
		rec->out_len =
			segments_put(in, c->data + rec->in_len, DATA_MAX / 2, rec, SEGMENT_F_OUT);
	}
}

/* Each argument's memory as one segment of len bytes of value fill, at both moments. */
static void call_sweep(uint32_t number, uint8_t fill, uint32_t len, uint64_t arg, int64_t ret,
		       unsigned int kind)
{
	static struct call c;
	uint8_t *at = c.data;

	memset(&c, 0, sizeof(c));
	c.options = number % 4;
	c.split = number & 1;
	c.head = (struct record){
		.kind = RECORD_CALL, .state = RECORD_DONE, .call = number, .ret = ret, .method = 2
	};
	for (unsigned int i = 0; i < RECORD_ARGS; i++)
		c.head.args[i] = arg ? arg : (i + 1) << 16;
	for (unsigned int i = 0; i < 2 * RECORD_ARGS; i++) {
		struct segment seg = { c.head.args[i % RECORD_ARGS], len, (uint8_t)kind,
				       i >= RECORD_ARGS, 0 };

		memcpy(at, &seg, sizeof(seg));
		memset(at + sizeof(seg), fill, SEGMENT_SPACE(len) - sizeof(seg));
		at += SEGMENT_SPACE(len);
	}
	c.head.in_len = c.head.out_len = (uint32_t)(at - c.data) / 2;
	call_try(&c);
}

static void sweep(void)
{
	static const uint32_t lens[] = { 1, 7, 16, 64, 144, 200 };
	static const uint64_t args[] = { 0, 1, 3, UINT64_MAX, 0x8000000000000000, 0x7fffffff };
	static const uint8_t fills[] = { 0, 1, 0x41, 0xff };

	for (uint32_t number = 0; number <= SESSION_CALLS; number++)
		for (unsigned int i = 0; i < 6; i++)
			for (unsigned int k = 0; k < 4; k++)
				call_sweep(number, fills[k], lens[i], args[(i + k) % 6],
					   (int64_t[]){ 0, 3, -14, INT64_MAX }[k], 1 + (i & 3));
}

static void names_init(void)
{
	static char *argv[] = { "itrace", "-x", "*", "true", NULL };
	static struct options o;
	struct text messages = TEXT_INIT;

	if (options_parse(&o, 4, argv, &messages) != OPTIONS_RUN ||
	    lib_protos_init(&library.protos))
		abort();
	lib_protos_finish(&library.protos);
	lib_names_init(&library.protos, &o.lib.filter, true);
	text_release(&messages);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	session.shared = &shared;
	options = calloc(world_nr_options, sizeof(*options));
	if (!options)
		abort();
	for (unsigned int i = 0; i < world_nr_options; i++)
		world_options(&options[i], i);
	names_init();
	world_reset();
	sweep();
	return 0;
}

int fuzz_one(const uint8_t *data, size_t size)
{
	static struct call c;
	struct input in = { data, data + size };

	world_reset();
	memset(&c.head, 0, sizeof(c.head));
	call_read(&in, &c);
	call_try(&c);
	return 0;
}
