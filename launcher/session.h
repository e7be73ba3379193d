/* SPDX-License-Identifier: MIT */
/*
 * The session: the launcher's side of the ring's memory (include/itrace/ring.h), created once, shared by the reader
 * thread and the ptrace thread.
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
	size_t ring_size;      /* bytes of the pool, 0 = default */
	const uint8_t *traced; /* SESSION_CALLS / 8 bytes */
};

struct launcher_session {
	struct session *shared; /* the mapping */
	int ring_fd;
	int lib_fd;    /* the preload library, -1 if there is none */
	int socket_fd; /* listens on shared->socket_name, -1 if it could not be had */
};

/* Creates the memfd, maps and fills it. Returns 0 or -errno. Launcher only. */
int session_init(struct launcher_session *s, const struct session_options *o);

/* Marks the launcher as gone for all tracees, unmaps, closes. */
void session_release(struct launcher_session *s);

/* TSC ticks (or ns, see SESSION_F_CLOCK_NS) now, and as CLOCK_MONOTONIC ns. Any thread. */
uint64_t session_ticks(const struct launcher_session *s);
uint64_t session_ns(const struct launcher_session *s, uint64_t ticks);

/* Chunk i of the pool. i < nr_chunks. */
struct chunk *session_chunk(const struct launcher_session *s, unsigned int i);

#endif
