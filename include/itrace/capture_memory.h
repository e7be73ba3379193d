/* SPDX-License-Identifier: MIT */
/*
 * Capture, the ground floor: one piece of the tracee's memory becomes one segment of a record.
 *
 * Compiled into the tracee's core (freestanding: no libc, no builtin memcpy, little stack, no
 * recursion) and into the launcher's ptrace source. How memory is reached is the including file's
 * affair: it defines the three hooks below before it includes capture.h.
 *
 * Nothing here writes outside [pos, end), whatever the tracee's memory says.
 */
#ifndef ITRACE_CAPTURE_MEMORY_H
#define ITRACE_CAPTURE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "itrace/plan.h"
#include "itrace/record.h"
#include "itrace/ring.h"

/*
 * The hooks. ctx is what the caller gave to capture_in() and its kin.
 *
 * capture_copy: copies len bytes at addr; returns how many could be read (a fault ends it early).
 * capture_string: copies bytes up to and including NUL, at most max; returns how many, and whether
 * the last one is the NUL. max > 0.
 * capture_fd_path: the path of file descriptor fd, or the working directory for CAPTURE_CWD;
 * returns its length without a NUL, at most max; 0 if there is none.
 */
static inline size_t capture_copy(void *ctx, void *dst, uint64_t addr, size_t len);
static inline size_t capture_string(void *ctx, void *dst, uint64_t addr, size_t max, bool *ret_nul);
static inline size_t capture_fd_path(void *ctx, int fd, void *dst, size_t max);

#define CAPTURE_CWD (-100) /* AT_FDCWD */

#define CAPTURE_PATH_MAX 4096	   /* bytes of a descriptor's path */
#define CAPTURE_SOCK_MAX 128	   /* bytes of a socket address: struct sockaddr_storage */
#define CAPTURE_FD_SET_MAX 8192	   /* bytes of a set of descriptors */
#define CAPTURE_SET_PATHS 64	   /* descriptors of a set whose paths are wanted */
#define CAPTURE_SIGSET_MAX 128	   /* bytes of a signal set: what libcs have */
#define CAPTURE_CONTROL_MAX 4096   /* bytes of a message's control data */
#define CAPTURE_ELEMENTS_MAX 65536 /* elements of an array */
#define CAPTURE_IOV_MAX 1024	   /* iovecs and mmsghdrs: the kernel's UIO_MAXIOV */
#define CAPTURE_VECTOR_MAX 4096	   /* pointers of an argv or envp that are copied */
#define CAPTURE_VERBOSE_MAX                                                  \
	32768 /* bytes of an array or directory whose length only the result \
		 tells */

/* Settings of the session, as the writer keeps them (never re-read from shared memory). */
struct capture_settings {
	uint32_t string_limit; /* -s, bytes */
	uint32_t flags;	       /* SESSION_F_* */
	uint32_t max;	       /* most bytes that the segments of one moment may take */
};

/* Settings for a session whose header is trustworthy (at start-up). Any context. */
static inline struct capture_settings capture_settings_of(const struct session *s)
{
	struct capture_settings set = { s->string_limit, s->flags, 0 };

	/* both halves, the record and the END record behind it fit into one chunk */
	set.max = (s->chunk_size - (uint32_t)CHUNK_FIRST - 2 * (uint32_t)sizeof(struct record)) / 2;
	set.max &= ~(uint32_t)(RECORD_ALIGN - 1);
	return set;
}

/* One moment (entry or exit) of one call on its way into the record's buffer. */
struct capture {
	void *ctx;
	const struct capture_settings *set;
	const uint64_t *args;
	uint8_t *pos;	 /* next segment, SEGMENT_ALIGN aligned */
	uint8_t *end;	 /* aligned too */
	uint64_t ret;	 /* exit: the result, 0 if it is an error */
	uint64_t budget; /* bytes of iovec data still to come */
	uint8_t flags;	 /* SEGMENT_F_OUT at exit */
	bool cut;	 /* something did not fit */
};

static inline uint64_t capture_min(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Bytes of data that the next segment may hold; 0 (and cut) if not even one word. */
static inline size_t capture_room(struct capture *c)
{
	size_t room = (size_t)(c->end - c->pos);

	if (room < sizeof(struct segment) + SEGMENT_ALIGN) {
		c->cut = true;
		return 0;
	}
	return room - sizeof(struct segment);
}

/* Closes the segment whose len bytes of data were just written. Returns its data. */
static inline void *capture_close(struct capture *c, unsigned int kind, uint64_t addr, size_t len,
				  unsigned int flags)
{
	struct segment *s = (struct segment *)c->pos;

	s->addr = addr;
	s->len = (uint32_t)len;
	s->kind = (uint8_t)kind;
	s->flags = (uint8_t)(flags | c->flags);
	s->reserved = 0;
	c->pos += SEGMENT_SPACE(len);
	return s + 1;
}

/*
 * len bytes at addr; more: there are others behind them that are not wanted. Of memory that cannot
 * be read at all there is no segment. Returns the segment's data and its length, NULL if none.
 */
static inline void *capture_mem(struct capture *c, uint64_t addr, uint64_t len, bool more,
				size_t *ret_len)
{
	unsigned int flags = more ? SEGMENT_F_TRUNC : 0;
	size_t room, got;

	if (!addr || !len)
		return NULL;
	room = capture_room(c);
	if (len > room) {
		len = room;
		flags = SEGMENT_F_TRUNC;
		c->cut = true;
	}
	got = len ? capture_copy(c->ctx, c->pos + sizeof(struct segment), addr, (size_t)len) : 0;
	if (!got)
		return NULL;
	if (got < len)
		flags = SEGMENT_F_FAULT;
	*ret_len = got;
	return capture_close(c, SEGMENT_MEM, addr, got, flags);
}

/* The first limit of len bytes. */
static inline void capture_bytes(struct capture *c, uint64_t addr, uint64_t len, uint64_t limit)
{
	size_t got;

	capture_mem(c, addr, capture_min(len, limit), len > limit, &got);
}

/* A string of at most max bytes with its NUL. */
static inline void capture_str(struct capture *c, uint64_t addr, uint64_t max)
{
	unsigned int flags = 0;
	bool nul = false;
	size_t room, got;

	if (!addr)
		return;
	room = (size_t)capture_min(capture_room(c), max);
	if (!room)
		return;
	got = capture_string(c->ctx, c->pos + sizeof(struct segment), addr, room, &nul);
	if (!got)
		return;
	if (!nul)
		flags = got < room ? SEGMENT_F_FAULT : SEGMENT_F_TRUNC;
	if (flags == SEGMENT_F_TRUNC && room < max)
		c->cut = true;
	capture_close(c, SEGMENT_STRING, addr, got, flags);
}

/* The path of a descriptor that is an argument or a result; dir: AT_FDCWD means the directory. */
static inline void capture_fd(struct capture *c, uint64_t value, bool dir)
{
	bool cwd = dir && (int)value == CAPTURE_CWD;
	size_t room, got;

	if (!(c->set->flags & SESSION_F_FD_PATHS) || ((int)value < 0 && !cwd))
		return;
	room = capture_room(c);
	if (!room)
		return;
	room = (size_t)capture_min(room, CAPTURE_PATH_MAX);
	got = capture_fd_path(c->ctx, (int)value, c->pos + sizeof(struct segment), room);
	if (got == room && room < CAPTURE_PATH_MAX)
		c->cut = true;
	if (got)
		capture_close(c, cwd ? SEGMENT_CWD : SEGMENT_FD, (uint64_t)(int64_t)(int)value, got,
			      got == room ? SEGMENT_F_TRUNC : 0);
}

/* How many of n elements are wanted. */
static inline uint64_t capture_elements(const struct capture_settings *set, uint64_t n)
{
	if (!(set->flags & SESSION_F_VERBOSE))
		n = capture_min(n, (uint64_t)set->string_limit + 1);
	return capture_min(n, CAPTURE_ELEMENTS_MAX);
}

#endif
