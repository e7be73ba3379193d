/* SPDX-License-Identifier: MIT */
/*
 * What libitrace.so offers to its sibling libitrace-lib.so, which records library calls into the
 * same per-thread rings. The two are built and installed together; version and size guard against a
 * mixture.
 *
 * How they meet: both are preloaded, libitrace.so first. Its constructor runs before every other
 * one (-z initfirst); as the last thing it does there, with the thread armed and the ring mapped,
 * it calls itrace_lib_start(), which it refers to weakly. All objects are relocated by then, none
 * is initialised. The core calls the sibling nowhere else but through core_lib_hooks.
 *
 * Everything below may be called from any thread, from signal handlers, on stacks of 2 KiB of room,
 * with any value in the vector registers; it changes none of these, nor errno, and makes no system
 * call that is recorded.
 *
 * A library call's round:
 *
 *     t = api->thread();                      NULL: not recorded, just make the call
 *     rec = api->reserve(t, room, &slot);     NULL: dropped (and counted by the core)
 *     fill every field of rec but state and size; then the entry segments
 *     api->trim(t, rec, sizeof(*rec) + used); optional, only while rec is the thread's newest
 *     store state ENTERED (release)
 *     the call
 *     ret, t_out, exit segments; store state DONE (release); api->wake() if session->sleeping
 *
 * A record belongs to the thread that reserved it: whoever completes it first compares t->uid with
 * the uid at entry, since a fork's child goes on behind its parent's calls.
 */
#ifndef ITRACE_CORE_API_H
#define ITRACE_CORE_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "itrace/record.h"
#include "itrace/ring.h"

#define CORE_API_VERSION 2

struct capture_settings;

/*
 * The part of the core's per-thread state that belongs to the sibling.
 *
 * uid is the core's: unique in the session, never 0; it changes in a fork's child, before the child
 * returns to the program. depth is written by the sibling; the core copies it into the depth of the
 * system calls it records. The other words are the sibling's alone. A new thread (whatever clone
 * made it, vfork's child included) begins with all of them 0; a fork's child keeps its copy.
 */
struct core_lib_thread {
	uint32_t uid;
	uint32_t depth;
	void *data;
	uint64_t words[4];
};

struct core_api {
	uint32_t version; /* CORE_API_VERSION */
	uint32_t size;	  /* sizeof(struct core_api) */

	/* The mapping; read it, and nothing but it, through this pointer. What may not change after
	 * the start (string_limit, flags, the lib_area) is to be read once. */
	struct session *session;
	const struct capture_settings *settings; /* itrace/capture_memory.h */

	/* The calling thread's block. NULL if the thread is not traced, the launcher is gone, or
	 * the core itself is what was interrupted. The pointer is valid as long as the thread
	 * lives. */
	struct core_lib_thread *(*thread)(void);

	/*
	 * Takes room for a record and `room` bytes of segments (0..2 * settings->max; multiple of
	 * SEGMENT_ALIGN) from the calling thread's chunk. state is RESERVED and size is set,
	 * nothing else is. *slot = the record, at the same moment as far as signal handlers of this
	 * thread can tell: a record that a handler leaves behind by siglongjmp is found there. NULL
	 * if there is no room (--on-full=drop, or the launcher is gone); blocks if the session says
	 * so.
	 */
	struct record *(*reserve)(struct core_lib_thread *t, size_t room, struct record **slot);

	/* Gives back what lies behind the first `size` bytes of rec, if rec is the newest record of
	 * the thread and not yet ENTERED; else does nothing. rec->size is set accordingly. */
	void (*trim)(struct core_lib_thread *t, struct record *rec, size_t size);

	/* Now, as records have it. To be used where SESSION_F_CLOCK_NS is set; rdtsc is meant
	 * elsewhere. */
	uint64_t (*clock)(void);

	/* Rings the doorbell. After a record became DONE or ENTERED while session->sleeping. */
	void (*wake)(void);

	/* As the capture interpreter's hooks of these names (itrace/capture_memory.h). */
	size_t (*copy)(void *dst, uint64_t addr, size_t len);
	size_t (*string)(void *dst, uint64_t addr, size_t max, bool *ret_nul);
	size_t (*fd_path)(int fd, void *dst, size_t max);

	/* A system call that is neither recorded nor trapped. Returns what the kernel returns. */
	long (*syscall)(long nr, long a, long b, long c, long d, long e, long f);

	/* Stores len bytes at dst whatever its protection (code, RELRO). Returns 0 or -errno. */
	int (*poke)(void *dst, const void *src, size_t len);
};

/* What the core tells the sibling. */
struct core_lib_hooks {
	/* The thread (or vfork's child) of this block is gone, and what hangs off it may be given
	 * back. Called from any thread of the process, never twice for one block. NULL = not
	 * wanted. */
	void (*thread_gone)(struct core_lib_thread *t);
};

/*
 * Starts the sibling. api lives as long as the process. Returns its hooks (static memory), or NULL
 * if it does not start (versions differ, nothing asked for). Called once per process image, and
 * never again in a fork's child.
 */
const struct core_lib_hooks *itrace_lib_start(const struct core_api *api)
	__attribute__((weak, visibility("default")));

#endif
