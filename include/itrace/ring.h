/* SPDX-License-Identifier: MIT */
/*
 * The ring: one memfd shared by the launcher and all tracees of a session.
 *
 *     0            struct session          settings by the launcher, read by everybody
 *     PAGE         free bitmap             1 = free; one bit per chunk
 *     pool_off     chunk 0 | chunk 1 | ... | chunk nr_chunks-1       each chunk_size bytes
 *
 * A chunk begins with struct chunk, records follow at CHUNK_FIRST. Who may change what:
 *
 *     FREE  --thread: bitmap fetch_and--> OWNED --thread: RECORD_END--> CLOSED --reader: bitmap
 * fetch_or--> FREE
 *
 *   Bitmap bit  taken by a thread with atomic fetch-and, given back by the reader (all records
 * read) only. OWNED       only the owning thread writes into the chunk. CLOSED      the owner went
 * on to its next chunk, but may still complete open records in this one. A thread that dies leaves
 * its chunk OWNED; the reader closes it once it knows of the death.
 *
 * A thread is named by uid (unique in the session), its chunks are ordered by seq. The first
 * record's state word is EMPTY when a chunk becomes OWNED: the taker clears it before it publishes
 * chunk.owner (release).
 */
#ifndef ITRACE_RING_H
#define ITRACE_RING_H

#include <stddef.h>
#include <stdint.h>

#define SESSION_MAGIC 0x3145434152544949ull /* "IITRACE1" */
#define SESSION_VERSION 1
#define SESSION_PAGE 4096
#define SESSION_CALLS                                                              \
	512 /* system call numbers that the filter knows; others are always traced \
	     */

#define RING_CHUNK_MIN (16u << 10)
#define RING_CHUNK_MAX (64u << 20)
#define RING_CHUNKS_MAX 32768

enum session_on_full { ON_FULL_BLOCK = 0, ON_FULL_DROP = 1 };

/* session.flags: set before the first tracee starts */
#define SESSION_F_FOLLOW 0x1   /* -f: children are traced too */
#define SESSION_F_NO_PATCH 0x2 /* --no-patch */
#define SESSION_F_CLOCK_NS \
	0x4 /* the TSC is no clock here: times are clock_gettime(CLOCK_MONOTONIC) in ns */
#define SESSION_F_FD_PATHS 0x8	      /* -y: capture the paths of file descriptors */
#define SESSION_F_VERBOSE 0x10	      /* -v: capture whole arrays, directories, environments */
#define SESSION_F_PTRACE 0x20	      /* ptrace works here: ask for it around execve */
#define SESSION_F_NO_SUD 0x40	      /* trap by seccomp even where SUD exists */
#define SESSION_F_STACKS 0x80	      /* -k (reserved) */
#define SESSION_F_IN_ONLY_COUNT 0x100 /* -c alone: copy no memory, no arguments are shown */
#define SESSION_F_SIGNALS 0x200	      /* record signals */
#define SESSION_F_DIAGNOSE 0x400      /* --diagnose: tell of each site that is left to the trap */

/* session.launcher_state */
enum launcher_state { LAUNCHER_RUNNING = 1, LAUNCHER_GONE = 2 };

/* Why a site stays on SIGSYS. */
enum site_reason {
	SITE_NO_PATCH = 0,  /* --no-patch, or the program filters its system calls */
	SITE_STRADDLES = 1, /* it crosses a cache line and other threads run */
	SITE_NO_WINDOW = 2, /* no place for a stub where the jump can go */
	SITE_PROTECTED = 3, /* the code may not be written: shared, sealed, or forbidden */
	SITE_NEIGHBOUR = 4, /* its bytes are part of another site's jump */
	SITE_KERNEL = 5,    /* the vdso's, or a signal restorer (known to unwinders by its bytes) */
	SITE_TABLE_FULL = 6,
};
#define SITE_REASONS 8

/* Why Syscall User Dispatch stays on (preload/trap/seal.h): what stands in the way of knowing every
 * place in a process that makes system calls. */
enum seal_reason {
	SEAL_WRITABLE = 0,  /* code that may change: writable, shared, or not to be read */
	SEAL_ANONYMOUS = 1, /* code that is part of no file, as compilers at run time make it */
	SEAL_UNCERTAIN =
		2, /* an object without unwind tables, or bytes that may be a call or not */
	SEAL_OTHER_CALL = 3, /* code that makes calls by int $0x80 or sysenter */
	SEAL_TOO_MUCH = 4,   /* more code, or more calls, than is worth looking at */
	SEAL_PROTECTED = 5,  /* code that may not be rewritten */
	SEAL_UNREADABLE = 6, /* no /proc, or code that is gone meanwhile */
};
#define SEAL_REASONS 8

/* What tracees had to do that the user is to be told */
#define SESSION_NOTE_NO_NEW_PRIVS \
	0x1 /* a filter needed no_new_privs: setuid programs gain nothing */

struct session {
	uint64_t magic;
	uint32_t version;
	uint32_t flags;	       /* SESSION_F_* */
	uint64_t total_size;   /* bytes of the memfd */
	uint32_t chunk_size;   /* bytes, a power of two, RING_CHUNK_MIN..RING_CHUNK_MAX */
	uint32_t nr_chunks;    /* 1..RING_CHUNKS_MAX */
	uint64_t pool_off;     /* offset of chunk 0, page aligned */
	uint32_t bitmap_off;   /* offset of the free bitmap, uint64_t words */
	uint32_t on_full;      /* enum session_on_full */
	uint32_t method;       /* enum record_method that tracees are to use */
	uint32_t string_limit; /* -s, bytes */
	uint32_t seal_after;   /* calls a thread makes before its process is sealed; 0 = never */

	uint32_t launcher_pid;	 /* as the launcher sees itself */
	uint32_t launcher_state; /* enum launcher_state; atomic. Anything but RUNNING: stop
				    recording */
	uint32_t
		ring_fd; /* the memfd's number in the launcher: /proc/<launcher_pid>/fd/<ring_fd> */
	uint32_t lib_fd; /* the preload library's, open in the launcher */
	/* A robust futex word (set_robust_list(2)) of the launcher's main thread: its thread id
	 * while it lives; the kernel sets FUTEX_OWNER_DIED when it ends, however it ends. 0 = not
	 * available. */
	uint32_t launcher_lock;
	/* Chunks that are free at the start, a multiple of 64 or nr_chunks. The others become free
	 * when all are held by threads that have nothing to be read; tracees map them then. */
	uint32_t first_chunks;
	uint64_t heartbeat;   /* CLOCK_MONOTONIC ns, renewed by the launcher at least every 100 ms;
				 atomic */
	char socket_name[32]; /* abstract AF_UNIX SOCK_SEQPACKET name without its leading NUL; gives
			       * the fds {ring, library} by SCM_RIGHTS to a peer that sends
			       * session_key */
	uint64_t session_key[2];

	/* The start of the session, by both clocks (CLOCK_MONOTONIC, ns) */
	uint64_t tsc0;
	uint64_t mono0;

	/* Wake-ups. The reader sets sleeping = 1 and waits on the futex doorbell; whoever finds
	 * sleeping set after publishing clears it, adds 1 to doorbell and wakes it. Also rung for
	 * exec requests. */
	_Alignas(64) uint32_t sleeping; /* atomic */
	uint32_t doorbell;		/* atomic, futex */
	uint32_t space;	  /* atomic, futex: +1 whenever chunks were given back; blocked writers wait
			     here */
	uint32_t starved; /* atomic: 1 = no chunk can ever come free by waiting: count as lost */

	_Alignas(64) uint32_t next_uid; /* atomic: next thread uid, from 1 */
	uint32_t next_lib; /* atomic: next index of a library function named at run time */

	_Alignas(64) uint8_t traced[SESSION_CALLS / 8]; /* bit n: system call n is recorded */

	/* Calls dropped by threads that owned no chunk at that moment; add to the chunks' lost. */
	_Alignas(64) uint64_t lost; /* atomic */

	/* What became of the sites of method trap, over all processes; for diagnostics. Atomic. */
	uint64_t sites_seen;
	uint64_t sites_patched;
	uint64_t sites_by_reason[SITE_REASONS]; /* enum site_reason: not patched, and why */
	uint64_t traps;				/* SIGSYS and SIGILL taken */
	uint64_t seals;				/* processes without dispatch */
	uint64_t seals_by_reason[SEAL_REASONS]; /* enum seal_reason: refused or broken */
	uint32_t notes;				/* SESSION_NOTE_*; atomic */

	char lib_path[1024]; /* absolute path of libitrace.so */
	char preload[2048];  /* what LD_PRELOAD must begin with (the library, and the shims where
				asked for) */
	uint64_t
		lib_off; /* offset of struct lib_area (itrace/lib.h): the library calls asked for */
	uint64_t lib_len; /* its size in bytes, 0 = no library calls */
};

_Static_assert(sizeof(struct session) <= 3 * SESSION_PAGE, "the bitmap starts at bitmap_off");

/* chunk.attach: the handshake for ptrace around execve, and for programs that cannot be preloaded
 */
enum chunk_attach {
	ATTACH_NONE = 0,
	ATTACH_WANTED = 1,  /* thread: about to execve, waits (futex) until the word changes */
	ATTACH_DONE = 2,    /* launcher: this thread is seized; go on */
	ATTACH_REFUSED = 3, /* launcher: not possible; go on alone */
	ATTACH_UNDO = 4, /* thread: execve failed; let go of me. Launcher detaches, stores NONE */
};

/* chunk.flags */
#define CHUNK_F_PIDNS 0x1 /* the owner may live in another PID namespace than the launcher */

struct chunk {
	uint32_t owner; /* thread uid, 0 = free; atomic, stored last when taken (release) */
	uint32_t seq;	/* 0, 1, 2 ... within the thread */
	int32_t pid;	/* thread group id, as the tracee sees it */
	int32_t tid;
	uint64_t start;	 /* TSC when taken */
	uint32_t closed; /* atomic: 1 = the owner takes no more room here */
	uint32_t attach; /* enum chunk_attach; atomic, futex */
	uint64_t lost;	 /* calls dropped by this thread so far (drop, or starved); atomic */
	uint32_t parent; /* uid of the thread that created this one, 0 = unknown (first after
			    execve: see pid) */
	uint32_t method; /* enum record_method that covers this thread */
	uint8_t flags;	 /* CHUNK_F_* */
	uint8_t reserved[3];
	uint32_t met; /* atomic, futex: 1 = the launcher has looked up the owner, who may wait for
			 that before it goes on (CHUNK_F_PIDNS) */
	uint8_t reserved2[8];
};

_Static_assert(sizeof(struct chunk) == 64, "shared layout");
#define CHUNK_FIRST sizeof(struct chunk) /* offset of the first record */

#endif
