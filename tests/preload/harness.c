/* SPDX-License-Identifier: MIT */
/*
 * See harness.h. Chunks are read once their owner has closed them and every record in them is
 * complete, or at the end; so the pool may be smaller than the trace.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "harness.h"

#ifndef HARNESS_LIBRARY
#error "HARNESS_LIBRARY: path of libitrace.so"
#endif

static void die(const char *what)
{
	perror(what);
	exit(99);
}

uint64_t harness_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static void beat(struct harness *h)
{
	__atomic_store_n(&h->session->heartbeat, harness_ns(), __ATOMIC_RELAXED);
}

static struct chunk *chunk_at(const struct harness *h, uint32_t i)
{
	return (struct chunk *)((char *)h->session + h->session->pool_off +
				(uint64_t)i * h->session->chunk_size);
}

static uint64_t *bitmap(const struct harness *h)
{
	return (uint64_t *)((char *)h->session + h->session->bitmap_off);
}

void harness_init(struct harness *h, const struct harness_options *o)
{
	uint32_t nr = o->nr_chunks ? o->nr_chunks : 512;
	uint32_t size = o->chunk_size ? o->chunk_size : 64 << 10;
	uint64_t pool_off = 8 * SESSION_PAGE, total = pool_off + (uint64_t)nr * size;
	struct session *s;

	memset(h, 0, sizeof(*h));
	h->fd = memfd_create("itrace-test", MFD_CLOEXEC);
	if (h->fd < 0 || ftruncate(h->fd, (off_t)total))
		die("memfd");
	s = mmap(NULL, total, PROT_READ | PROT_WRITE, MAP_SHARED, h->fd, 0);
	if (s == MAP_FAILED)
		die("mmap");
	h->session = s;
	s->magic = SESSION_MAGIC;
	s->version = SESSION_VERSION;
	s->flags = o->flags;
	s->total_size = total;
	s->chunk_size = size;
	s->nr_chunks = nr;
	s->pool_off = pool_off;
	s->bitmap_off = 3 * SESSION_PAGE;
	s->on_full = o->on_full;
	s->method = o->shim ? METHOD_SHIM : METHOD_TRAP;
	s->seal_after = o->seal_after;
	s->string_limit = 32;
	s->launcher_pid = (uint32_t)getpid();
	s->launcher_state = LAUNCHER_RUNNING;
	s->ring_fd = (uint32_t)h->fd;
	s->next_uid = 1;
	if (getrandom(s->session_key, sizeof(s->session_key), 0) < 0)
		die("getrandom");
	beat(h);
	if (o->only < 0)
		memset(s->traced, 0xff, sizeof(s->traced));
	else
		s->traced[o->only / 8] = (uint8_t)(1 << (o->only & 7));
	strcpy(s->lib_path, HARNESS_LIBRARY);
	strcpy(s->preload, o->shim ? HARNESS_LIBRARY ":" HARNESS_SHIM : HARNESS_LIBRARY);
	for (uint32_t i = 0; i < nr; i++)
		bitmap(h)[i / 64] |= 1ull << (i & 63);
}

void harness_release(struct harness *h)
{
	for (size_t i = 0; i < h->nr_records; i++)
		free((void *)h->records[i].segments);
	free(h->records);
	munmap(h->session, h->session->total_size);
	close(h->fd);
}

static void exec_child(struct harness *h, char **argv, char **env)
{
	char session[64];
	const char *own = getenv("LD_PRELOAD");
	char *preload;

	fcntl(h->fd, F_SETFD, 0);
	snprintf(session, sizeof(session), "%d,0,0,0", h->fd);
	if (asprintf(&preload, "%s%s%s", h->session->preload, own ? ":" : "", own ? own : "") < 0)
		_exit(98);
	while (env && *env)
		putenv(*env++);
	setenv("LD_PRELOAD", preload, 1);
	setenv("ITRACE_SESSION", session, 1);
	execvp(argv[0], argv);
	_exit(97);
}

pid_t harness_start(struct harness *h, char **argv, char **env)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (!pid)
		exec_child(h, argv, env);
	return pid;
}

static void add(struct harness *h, const struct chunk *c, const struct record *rec)
{
	struct harness_record *r;

	if (h->nr_records == h->room) {
		h->room = h->room ? 2 * h->room : 4096;
		h->records = realloc(h->records, h->room * sizeof(*h->records));
		if (!h->records)
			die("realloc");
	}
	r = &h->records[h->nr_records++];
	r->rec = *rec;
	r->uid = c->owner;
	r->seq = c->seq;
	r->pid = c->pid;
	r->tid = c->tid;
	r->chunk_flags = c->flags;
	r->segments = malloc(rec->in_len + rec->out_len + 1);
	if (!r->segments)
		die("malloc");
	memcpy((void *)r->segments, rec + 1, rec->in_len + rec->out_len);
}

/* The record of an end is its thread's last. */
static bool is_end(const struct record *rec)
{
	return rec->kind == RECORD_EXIT ||
	       (rec->kind == RECORD_CALL && (rec->call == SYS_exit || rec->call == SYS_exit_group));
}

/* Walks a chunk; adds its records if `take`. False: a record is still open. *ret_end: the offset
 * behind the thread's last record, 0 if that is not here. */
static bool walk(struct harness *h, struct chunk *c, bool take, uint32_t *ret_end)
{
	uint32_t off = CHUNK_FIRST, size = h->session->chunk_size;
	bool complete = true;

	*ret_end = 0;

	while (off + sizeof(struct record) <= size) {
		struct record *rec = (struct record *)((char *)c + off);
		uint32_t state = __atomic_load_n(&rec->state, __ATOMIC_ACQUIRE);

		if (state == RECORD_EMPTY || state == RECORD_RESERVED)
			return complete && state == RECORD_EMPTY;
		if (state == RECORD_ENTERED && !(rec->flags & RECORD_F_NORETURN))
			complete = false;
		if (rec->kind == RECORD_END)
			return complete;
		if (rec->size < sizeof(*rec) || rec->size % RECORD_ALIGN ||
		    rec->size > size - off ||
		    rec->in_len + (uint64_t)rec->out_len > rec->size - sizeof(*rec)) {
			fprintf(stderr, "corrupt record at %u: size %u in %u out %u state %u\n",
				off, rec->size, rec->in_len, rec->out_len, state);
			h->corrupt = true;
			return true;
		}
		if (take)
			add(h, c, rec);
		off += rec->size;
		if (is_end(rec)) {
			*ret_end = off;
			return complete;
		}
	}
	return complete;
}

/* Has anything been written to a chunk whose thread had told its end? */
static bool is_written_behind(const struct chunk *c, uint32_t end)
{
	const struct record *behind = (const struct record *)((const char *)c + end);

	return behind->state != RECORD_EMPTY || c->closed;
}

static void recycle(struct harness *h, bool all)
{
	unsigned int freed = 0;

	for (uint32_t i = 0; i < h->session->nr_chunks; i++) {
		struct chunk *c = chunk_at(h, i);
		uint32_t end, closed;

		if (__atomic_load_n(&bitmap(h)[i / 64], __ATOMIC_ACQUIRE) >> (i & 63) & 1 ||
		    !__atomic_load_n(&c->owner, __ATOMIC_ACQUIRE))
			continue;
		closed = __atomic_load_n(&c->closed, __ATOMIC_ACQUIRE);
		if (!all && (!walk(h, c, false, &end) || !(closed || end)))
			continue;
		walk(h, c, true, &end);
		h->behind_end += end && is_written_behind(c, end);
		h->lost += __atomic_exchange_n(&c->lost, 0, __ATOMIC_RELAXED);
		c->owner = 0;
		__atomic_fetch_or(&bitmap(h)[i / 64], 1ull << (i & 63), __ATOMIC_RELEASE);
		freed++;
	}
	if (freed) {
		__atomic_fetch_add(&h->session->space, 1, __ATOMIC_RELEASE);
		syscall(SYS_futex, &h->session->space, FUTEX_WAKE, 0x7fffffff, NULL, NULL, 0);
	}
}

static int by_place(const void *a, const void *b)
{
	const struct harness_record *x = a, *y = b;

	if (x->uid != y->uid)
		return x->uid < y->uid ? -1 : 1;
	if (x->seq != y->seq)
		return x->seq < y->seq ? -1 : 1;
	return x->rec.t_in < y->rec.t_in ? -1 : x->rec.t_in > y->rec.t_in;
}

void harness_finish(struct harness *h, pid_t pid)
{
	struct timespec ms = { 0, 1000000 };

	while (waitpid(pid, &h->status, WNOHANG) == 0) {
		beat(h);
		recycle(h, false);
		nanosleep(&ms, NULL);
	}
	recycle(h, true);
	qsort(h->records, h->nr_records, sizeof(*h->records), by_place);
}

uint64_t harness_lost(const struct harness *h)
{
	return h->lost + h->session->lost;
}

size_t harness_count(const struct harness *h, int call)
{
	size_t n = 0;

	for (size_t i = 0; i < h->nr_records; i++) {
		const struct record *r = &h->records[i].rec;

		n += r->kind == RECORD_CALL && (call < 0 || r->call == (uint32_t)call);
	}
	return n;
}
