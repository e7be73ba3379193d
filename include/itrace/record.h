/* SPDX-License-Identifier: MIT */
/*
 * The record: what the ring holds of one call, one signal, one death.
 *
 * Written by the tracee (or by the launcher's ptrace thread on its behalf), read by the launcher.
 * The reader owns none of these bytes and trusts none of them: every length and number is checked
 * on its way in.
 *
 * A record starts on a RECORD_ALIGN boundary of its chunk and is followed by its segments:
 *
 *     +---------------+----------------------------+-----------------------------+
 *     | struct record | segments captured at entry | segments captured at exit   |
 *     +---------------+----------------------------+-----------------------------+
 *     0               sizeof(struct record)        + in_len                      + out_len   <=
 * size
 *
 * state, the only word that both sides look at while the record grows (writer stores, reader
 * loads):
 *
 *     EMPTY -> RESERVED -> ENTERED -> DONE
 *                  \           \----> ABANDONED      left by siglongjmp, or the thread died
 *                   \---------------> ABANDONED
 *
 *   EMPTY      the chunk ends here for now. The writer keeps the word behind its last record EMPTY.
 *   RESERVED   the place is taken; nothing else of the record may be read, size included.
 *   ENTERED    size, kind, call, t_in, args, ip and the entry segments are final (release).
 *   DONE       t_out, ret, error and the exit segments are final too (release; partner: the
 * reader's acquire).
 *
 * A chunk that is full ends in a record of kind RECORD_END, or where no further record header fits.
 */
#ifndef ITRACE_RECORD_H
#define ITRACE_RECORD_H

#include <stddef.h>
#include <stdint.h>

#define RECORD_ALIGN 16
#define RECORD_ARGS 6

enum record_state {
	RECORD_EMPTY = 0,
	RECORD_RESERVED = 1,
	RECORD_ENTERED = 2,
	RECORD_DONE = 3,
	RECORD_ABANDONED = 4,
};

/* What a record tells of. All but RECORD_CALL and RECORD_LIB are stored DONE at once. */
enum record_kind {
	RECORD_CALL = 1, /* a system call: call = its number */
	RECORD_LIB = 2,	 /* a library call: call = its index in the table of library functions */
	RECORD_SIGNAL =
		3,	 /* a signal reached the thread: call = its number; segment 0 = siginfo_t */
	RECORD_EXIT = 4, /* the thread is gone: ret = wait status (as wait4 reports it) */
	RECORD_LOST = 5, /* ret calls of this thread were dropped here (--on-full=drop) */
	RECORD_EXEC = 6, /* execve succeeded: the process image changed; ret = former thread id */
	RECORD_ATTACH =
		7, /* a thread is traced from here on; ret = parent's thread id, 0 if unknown */
	RECORD_END = 8,	   /* nothing more in this chunk; the thread goes on in its next one */
	RECORD_DETACH = 9, /* the thread is no longer traced from here on (still running); of the
			      core: call = enum untraced_reason */
	RECORD_NAME = 10,  /* names a library function: call = index, segment 0 = "symbol@soname" */
	RECORD_STOP = 11,  /* group-stop (ptrace only): call = the stopping signal */
	RECORD_MAP = 12, /* call = 0: code mapped into the process: args = start, end, file offset;
			    segment 0 = path. call = 1: the process was forked with its memory from
			    thread args[1] of process args[0] */
	RECORD_HANDOFF = 13,  /* another writer goes on for this thread, as uid ret: this stream
				 ends here */
	RECORD_UNTRACED = 14, /* the execve that is open in this thread starts a program that
				 nobody traces, if it succeeds: call = enum untraced_reason */
	RECORD_NOTE = 15,     /* for the user: call = enum record_note */
};

enum untraced_reason {
	UNTRACED_STATIC = 1,  /* no loader: no preload library */
	UNTRACED_SECURE = 2,  /* setuid and the like: its loader takes none */
	UNTRACED_FORMAT = 3,  /* not to be read, or of a format or loader that we do not know */
	UNTRACED_TRACER = 4,  /* somebody else traces it */
	UNTRACED_FILTER = 5,  /* the program has a seccomp filter: nothing can be prepared */
	UNTRACED_LIBRARY = 6, /* our library or the ring cannot be reached (chroot) */
};

/* What a process does that no record tells of */
enum record_note {
	NOTE_INT80 = 1, /* system calls by int $0x80: they are made */
	NOTE_SITE = 2,	/* the call site at address ret is left to the trap: call >> 8 = enum
			   site_reason */
};
#define NOTE_MASK 0xff /* of call: enum record_note */

/* How the call was caught. */
enum record_method {
	METHOD_SHIM = 1,
	METHOD_TRAP = 2,
	METHOD_PTRACE = 3,
};

/* record.flags */
#define RECORD_F_RESTART \
	0x1 /* a signal interrupted the call; the kernel restarts it (ret is not final) */
#define RECORD_F_EINTR 0x2    /* a signal interrupted the call, which returns EINTR */
#define RECORD_F_NORETURN 0x4 /* the call does not return: exit, a successful execve */
#define RECORD_F_TRUNC 0x8    /* a segment did not fit and was left out */
#define RECORD_F_COMPAT \
	0x10 /* call is a number of the i386 table (ptrace only); its memory is not captured */

struct record {
	uint32_t state; /* enum record_state; atomic */
	uint32_t size;	/* bytes in all, a multiple of RECORD_ALIGN */
	uint8_t kind;	/* enum record_kind */
	uint8_t method; /* enum record_method */
	uint8_t depth;	/* nesting of library calls, 0 outermost */
	uint8_t flags;	/* RECORD_F_* */
	uint32_t call;
	uint64_t t_in;	/* TSC ticks (CLOCK_MONOTONIC nanoseconds if the session says so) */
	uint64_t t_out; /* the same, 0 until DONE */
	int64_t ret;	/* system call: as the kernel returns it, -errno included */
	uint64_t ip; /* address behind the syscall instruction; return address of a library call */
	uint64_t args[RECORD_ARGS];
	uint32_t in_len;  /* bytes of entry segments */
	uint32_t out_len; /* bytes of exit segments */
	uint64_t told;	  /* wait4 without a status pointer: RECORD_TOLD | status; else 0 */
};

#define RECORD_TOLD (1ull << 32)

_Static_assert(sizeof(struct record) == 112, "shared layout");
_Static_assert(offsetof(struct record, t_in) == 16, "shared layout");
_Static_assert(offsetof(struct record, args) == 48, "shared layout");
_Static_assert(offsetof(struct record, in_len) == 96, "shared layout");
_Static_assert(sizeof(struct record) % RECORD_ALIGN == 0, "segments start aligned");

/*
 * A piece of the tracee's memory as it was at that moment. Followed by len bytes, padded to 8.
 * The launcher finds the bytes of a pointer by address and moment: decoders "read memory" through
 * segments.
 */
enum segment_kind {
	SEGMENT_MEM = 1,    /* len bytes at addr */
	SEGMENT_STRING = 2, /* the same; ends in NUL unless SEGMENT_F_TRUNC */
	SEGMENT_FD = 3, /* addr = a file descriptor; the bytes are /proc/self/fd/N's link, no NUL */
	SEGMENT_COUNT =
		4, /* addr = pointer; 8 bytes: number of elements found there (envp, dirents) */
	SEGMENT_CWD = 5,  /* the bytes are the current working directory, no NUL */
	SEGMENT_ARGS = 6, /* library calls: values of the arguments from index addr on, 8 bytes each
			   */
};

#define SEGMENT_F_OUT 0x1   /* captured at exit */
#define SEGMENT_F_TRUNC 0x2 /* there was more than was copied */
#define SEGMENT_F_FAULT 0x4 /* addr could not be read from byte len on */

struct segment {
	uint64_t addr;
	uint32_t len;
	uint8_t kind;  /* enum segment_kind */
	uint8_t flags; /* SEGMENT_F_* */
	uint16_t reserved;
};

_Static_assert(sizeof(struct segment) == 16, "shared layout");

#define SEGMENT_ALIGN 8
#define SEGMENT_SPACE(len) (sizeof(struct segment) + (((size_t)(len) + 7) & ~(size_t)7))

#endif
