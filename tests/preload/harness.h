/* SPDX-License-Identifier: MIT */
/*
 * A session without the launcher: makes the ring, runs a program under libitrace.so, collects every
 * record. For the tests of the preload library only; the launcher's reader is not used, so that a
 * fault of one cannot hide behind the other.
 */
#ifndef ITRACE_TEST_HARNESS_H
#define ITRACE_TEST_HARNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "itrace/record.h"
#include "itrace/ring.h"

struct harness_options {
	uint32_t flags;	     /* SESSION_F_* */
	uint32_t on_full;    /* enum session_on_full */
	uint32_t nr_chunks;  /* 0 = 512 */
	uint32_t chunk_size; /* 0 = 64 KiB */
	int only;	     /* the one system call that is traced; -1 = all */
	bool shim;	     /* METHOD_SHIM instead of METHOD_TRAP */
	uint32_t seal_after; /* calls, see struct session */
};

/* One record as found, with who wrote it. */
struct harness_record {
	struct record rec;
	uint32_t uid;
	uint32_t seq;
	int32_t pid;
	int32_t tid;
	uint8_t chunk_flags;	 /* CHUNK_F_* */
	const uint8_t *segments; /* in_len + out_len bytes */
};

struct harness {
	struct session *session;
	int fd;
	struct harness_record *records; /* in order of uid, seq, offset */
	size_t nr_records;
	size_t room;
	int status; /* wait status of the program */
	bool corrupt;
	unsigned int behind_end; /* threads that wrote behind the record of their end */
	uint64_t lost;		 /* of chunks that were given back */
};

/* Makes the session. Exits on failure: a test that cannot start has failed. */
void harness_init(struct harness *h, const struct harness_options *o);
void harness_release(struct harness *h);

/* Starts argv under the library, does not wait. env: further variables, NULL-terminated, or NULL.
 */
pid_t harness_start(struct harness *h, char **argv, char **env);

/* Waits for pid, renewing the heartbeat and recycling chunks that are full or whose thread has
 * ended; then collects what is left. */
void harness_finish(struct harness *h, pid_t pid);

/* Records of kind RECORD_CALL and this number (-1 = any), DONE or not. */
size_t harness_count(const struct harness *h, int call);

/* Calls that their writers counted as dropped. */
uint64_t harness_lost(const struct harness *h);

/* A clock for tests: ns, CLOCK_MONOTONIC. */
uint64_t harness_ns(void);

#endif
