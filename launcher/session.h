/* SPDX-License-Identifier: MIT */
/*
 * The session: the launcher's side of the ring's memory (include/itrace/ring.h), created once,
 * shared by the reader thread and the ptrace thread.
 */
#ifndef ITRACE_SESSION_H
#define ITRACE_SESSION_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "itrace/ring.h"

struct session_options {
	uint32_t flags;	       /* SESSION_F_* */
	uint32_t method;       /* enum record_method for tracees */
	uint32_t on_full;      /* enum session_on_full */
	uint32_t string_limit; /* -s */
	uint32_t seal_after;   /* see struct session */
	size_t ring_size;      /* bytes of the pool, 0 = default: more if threads need it */
	const uint8_t *traced; /* SESSION_CALLS / 8 bytes */
	const void *lib_area;  /* library calls asked for: struct lib_area, copied; NULL = none */
	size_t lib_len;	       /* its size in bytes */
};

struct launcher_session {
	struct session
		*shared; /* the mapping: writable by tracees, so the sizes below are what counts */
	size_t total_size;
	uint64_t pool_off;
	uint64_t lib_off;
	uint32_t bitmap_off;
	uint32_t chunk_size;
	uint32_t nr_chunks;
	uint32_t first_chunks; /* free at the start; 0 = all */
	uint64_t key[2];
	int ring_fd;
	int lib_fd;    /* the preload library, -errno if there is none */
	int socket_fd; /* listens on shared->socket_name, -errno if it could not be had */
	bool ns_clock; /* ticks are CLOCK_MONOTONIC ns, else TSC */
	uint64_t tsc0, mono0;
	uint64_t wall_offset; /* CLOCK_REALTIME - CLOCK_MONOTONIC, ns */
	double ns_per_tick;
	uint64_t calibrated_ns; /* 0 = not yet */
};

/* Creates the memfd, maps and fills it; the calling thread becomes the one by whose life tracees
 * know that the launcher lives. Returns 0 or -errno. Launcher only. */
int session_init(struct launcher_session *s, const struct session_options *o);

/* Marks the launcher as gone for all tracees, unmaps, closes. */
void session_release(struct launcher_session *s);

/* TSC ticks (or ns, see SESSION_F_CLOCK_NS) now. Any thread. */
uint64_t session_ticks(const struct launcher_session *s);

/* Ticks as CLOCK_MONOTONIC ns; a distance in ticks as ns. The first call calibrates the TSC, which
 * takes up to 2 ms after session_init(). Reader thread only. */
uint64_t session_ns(struct launcher_session *s, uint64_t ticks);
uint64_t session_interval_ns(struct launcher_session *s, uint64_t ticks);

/* Tells the tracees that the launcher lives: to be called at least every 100 ms. Any thread. */
void session_heartbeat(struct launcher_session *s);

/* Chunk i of the pool. i < nr_chunks. */
struct chunk *session_chunk(const struct launcher_session *s, unsigned int i);

#endif
