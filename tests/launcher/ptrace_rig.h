/* SPDX-License-Identifier: MIT */
/*
 * The rig of the ptrace tests: a session, a source, and all records that it left in the ring, in
 * the order of time. The traced program is the test program itself in a role, chosen by a variable
 * of its environment and run before Criterion's main.
 */
#ifndef ITRACE_TESTS_PTRACE_RIG_H
#define ITRACE_TESTS_PTRACE_RIG_H

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "itrace/chunk.h"
#include "itrace/record.h"
#include "options.h"
#include "session.h"
#include "source/ptrace.h"
#include "source/ptrace_private.h"

#define ROLE_VARIABLE "PTRACE_TEST_ROLE"
#define RIG_PATIENCE_S 30
#define RIG_RECORDS 8192

struct rig_record {
	const struct record *rec;
	const struct chunk *chunk;
};

struct rig {
	struct launcher_session session;
	struct session_options session_options;
	struct options options;
	struct ptrace_source *source;
	struct text error;
	const char *env[4];
	char role[64];
	char *program[8];
	uint8_t traced[SESSION_CALLS / 8];
	int status;
	struct rig_record records[RIG_RECORDS];
	unsigned int nr;
};

static inline bool rig_wanted(void)
{
	bool permitted;

	bell_end(bell_start(&permitted));
	if (permitted)
		return true;
	cr_skip_test("ptrace is not permitted here");
	return false;
}

/* Everything is traced, with -f, by method ptrace, until the test says otherwise. */
static inline struct rig *rig_new(const char *role)
{
	struct rig *r = calloc(1, sizeof(*r));

	cr_assert(r != NULL);
	memset(r->traced, 0xff, sizeof(r->traced));
	r->session_options = (struct session_options){
		.flags = SESSION_F_SIGNALS | SESSION_F_PTRACE | SESSION_F_FOLLOW,
		.method = METHOD_TRAP,
		.string_limit = 32,
		.ring_size = 8 << 20,
		.traced = r->traced,
	};
	r->options.name = "strace";
	r->options.method = OPTION_METHOD_PTRACE;
	r->options.follow = true;
	if (role) {
		snprintf(r->role, sizeof(r->role), ROLE_VARIABLE "=%s", role);
		r->env[r->options.nr_env++] = r->role;
		r->options.env = r->env;
		r->program[0] = (char *)"/proc/self/exe";
		r->options.program = r->program;
	}
	return r;
}

static inline void rig_open(struct rig *r)
{
	cr_assert_eq(session_init(&r->session, &r->session_options), 0);
}

static inline int rig_start(struct rig *r)
{
	if (!r->session.shared)
		rig_open(r);
	return ptrace_source_start(&r->source, &r->session, &r->options, &r->error);
}

static inline void rig_nap(void)
{
	struct timespec ts = { .tv_nsec = 1000000 };

	nanosleep(&ts, NULL);
}

/* Polls until what() is true of the rig; false after a long time. */
static inline bool rig_until(struct rig *r, bool (*what)(struct rig *r))
{
	time_t end = time(NULL) + RIG_PATIENCE_S;

	while (!what(r)) {
		if (time(NULL) > end)
			return false;
		rig_nap();
	}
	return true;
}

static inline bool rig_is_idle(struct rig *r)
{
	return ptrace_source_idle(r->source);
}

static inline int rig_compare(const void *a, const void *b)
{
	const struct record *x = ((const struct rig_record *)a)->rec;
	const struct record *y = ((const struct rig_record *)b)->rec;

	return x->t_in < y->t_in ? -1 : x->t_in > y->t_in;
}

static inline void rig_read_chunk(struct rig *r, const struct chunk *c)
{
	uint32_t off = CHUNK_FIRST;

	while (off + sizeof(struct record) <= r->session.chunk_size && r->nr < RIG_RECORDS) {
		const struct record *rec = (const struct record *)((const char *)c + off);
		uint32_t state = __atomic_load_n(&rec->state, __ATOMIC_ACQUIRE);

		if (state < RECORD_ENTERED || rec->kind == RECORD_END)
			break;
		cr_assert(rec->size >= sizeof(*rec) && rec->size % RECORD_ALIGN == 0);
		cr_assert(off + rec->size <= r->session.chunk_size);
		cr_assert(sizeof(*rec) + rec->in_len + rec->out_len <= rec->size);
		r->records[r->nr++] = (struct rig_record){ rec, c };
		off += rec->size;
	}
}

static inline void rig_read(struct rig *r)
{
	r->nr = 0;
	for (unsigned int i = 0; i < r->session.nr_chunks; i++) {
		const struct chunk *c = session_chunk(&r->session, i);

		if (__atomic_load_n(&c->owner, __ATOMIC_ACQUIRE) && c->method == METHOD_PTRACE)
			rig_read_chunk(r, c);
	}
	qsort(r->records, r->nr, sizeof(r->records[0]), rig_compare);
}

/* Traces the role to its end. */
static inline void rig_run(struct rig *r)
{
	cr_assert_eq(rig_start(r), 0, "%.*s", (int)r->error.len, r->error.data);
	/* nobody prints here: a program that cannot be executed need not wait for its line */
	ptrace_source_let_speak(r->source);
	cr_assert(rig_until(r, rig_is_idle), "the source does not become idle");
	r->status = ptrace_source_stop(r->source);
	rig_read(r);
}

static inline void rig_free(struct rig *r)
{
	session_release(&r->session);
	text_release(&r->error);
	free(r);
}

/* The n-th (from 0) record of that kind, and of that call unless it is -1; NULL if there is none.
 */
static inline const struct rig_record *rig_find(const struct rig *r, unsigned int kind, int call,
						unsigned int n)
{
	for (unsigned int i = 0; i < r->nr; i++) {
		const struct record *rec = r->records[i].rec;

		if (rec->kind == kind && (call < 0 || rec->call == (uint32_t)call) && !n--)
			return &r->records[i];
	}
	return NULL;
}

static inline unsigned int rig_count(const struct rig *r, unsigned int kind, int call)
{
	unsigned int n = 0;

	while (rig_find(r, kind, call, n))
		n++;
	return n;
}

/* The first segment of that kind at addr (0: any); NULL if there is none. */
static inline const struct segment *rig_segment(const struct record *rec, unsigned int kind,
						uint64_t addr)
{
	const char *p = (const char *)(rec + 1), *end = p + rec->in_len + rec->out_len;

	while (p < end) {
		const struct segment *s = (const struct segment *)p;

		if (s->kind == kind && (!addr || s->addr == addr))
			return s;
		p += SEGMENT_SPACE(s->len);
	}
	return NULL;
}

/* Whether any call has a string like that among its segments. */
static inline bool rig_mentions(const struct rig *r, const char *text)
{
	for (unsigned int i = 0; i < r->nr; i++) {
		const struct record *rec = r->records[i].rec;

		if (memmem(rec + 1, rec->in_len + rec->out_len, text, strlen(text)))
			return true;
	}
	return false;
}

#endif
