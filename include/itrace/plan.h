/* SPDX-License-Identifier: MIT */
/*
 * The capture plan: which memory of the tracee belongs to a call, as generated from the spec.
 * Read in the tracee and by the ptrace source; holds no pointers, so that the tables need no
 * relocation.
 */
#ifndef ITRACE_PLAN_H
#define ITRACE_PLAN_H

#include <stdint.h>

/* Kinds of memory. A = args[arg]; L = args[len]. Limits: session.string_limit is "-s". */
enum plan_kind {
	PLAN_STRING = 1, /* string at A; max bytes = size, 0 = the -s limit */
	PLAN_FIXED,	 /* size bytes at A */
	PLAN_BYTES,	 /* data: L bytes at A, at most -s */
	PLAN_BYTES_RET,	 /* data: ret bytes at A, at most -s (exit) */
	PLAN_VAR,	 /* a structure of L bytes at A, at most size */
	PLAN_ARRAY,	 /* L elements of size bytes at A; at most -s + 1 elements unless verbose */
	PLAN_ARRAY_RET,	 /* the same, ret elements (exit) */
	PLAN_SOCK,	 /* L bytes at A, at most 128 */
	PLAN_SOCK_PTR,	 /* *(uint32_t *)L bytes at A, at most 128 (exit) */
	PLAN_BYTES_PTR,	 /* *(uint32_t *)L bytes at A, at most size (exit) */
	PLAN_IOVEC,   /* L iovecs at A, and the data of each, in all at most ret bytes at exit; each
			 at most -s */
	PLAN_MSGHDR,  /* a msghdr at A: name, iovecs, control, data (at exit: at most ret bytes) */
	PLAN_MMSGHDR, /* L (entry) or ret (exit) mmsghdrs at A, each as MSGHDR */
	PLAN_ARGV,    /* NULL-terminated string vector at A, with its strings */
	PLAN_ENVP,    /* the same: its SEGMENT_COUNT; under verbose the strings too */
	PLAN_DIRENTS, /* getdents64: ret bytes at A as SEGMENT_COUNT; under verbose the bytes */
	PLAN_DIRENTS32, /* the same for struct linux_dirent */
	PLAN_FD,	/* A is a file descriptor: its path, if SESSION_F_FD_PATHS */
	PLAN_FD_RET,	/* ret is */
	PLAN_DIRFD,	/* as FD; AT_FDCWD gives SEGMENT_CWD */
	PLAN_FD_PAIR,	/* two ints at A (pipe, socketpair), with the paths of both */
	PLAN_POLLFDS, /* L pollfds at A, at most -s + 1 unless verbose; at entry their paths, as FD
		       */
	PLAN_FD_SET,  /* a set of descriptors at A, of which L (int) count; at entry their paths */
	PLAN_MSGBUF,  /* a message of msgsnd at A: its type and L bytes, at most -s */
	PLAN_SIGMASK, /* {set, size} at A, as pselect6 has it, and the set: at most 128 bytes */
	PLAN_IOCBS,   /* L pointers at A, each to a struct iocb, with what is to be written */
	PLAN_IFCONF,  /* a struct ifconf at A; at exit the list it points to */
	PLAN_CLONE_ARGS, /* L bytes of a struct clone_args at A, at most size; set_tid, at exit
			    pidfd */
	PLAN_STRING_RET, /* string at ret, at most the -s limit (exit; library functions) */
};

/* plan_op.when */
#define PLAN_IN 0x1
#define PLAN_OUT 0x2	/* at exit, if the call succeeded */
#define PLAN_ALWAYS 0x4 /* with OUT: at exit even if the call failed */

struct plan_op {
	uint8_t kind; /* enum plan_kind */
	uint8_t when; /* PLAN_IN, PLAN_OUT, PLAN_ALWAYS */
	uint8_t arg;
	uint8_t len;
	uint32_t size;
};

/*
 * A plan: ops[first .. first+nr). A call whose meaning depends on an argument (fcntl, prctl, ioctl,
 * futex) has variants, plan_variants[variants .. +nr_variants): plan_variant_find(nr, args[sel])
 * says which of them, if any, replaces the plan. The same choice gives the launcher the descriptor
 * that prints the call.
 */
struct plan {
	uint16_t first;
	uint8_t nr;
	uint8_t nr_args;
	uint16_t variants;
	uint16_t nr_variants;
	uint16_t desc; /* index into the launcher's call_descs */
	uint8_t sel;
	uint8_t flags; /* PLAN_F_* */
};

#define PLAN_F_KNOWN 0x1    /* the number is in the spec */
#define PLAN_F_NORETURN 0x2 /* exit, exit_group, rt_sigreturn */

struct plan_variant {
	uint16_t first;
	uint8_t nr;
	uint8_t nr_args;
	uint16_t desc;
};

#define PLAN_NO_VARIANT 0xffffu

/* Generated: gen/plan_table.c */
extern const struct plan plan_calls[512] __attribute__((visibility("hidden")));
extern const struct plan_op plan_ops[] __attribute__((visibility("hidden")));
extern const struct plan_variant plan_variants[] __attribute__((visibility("hidden")));

/* Generated too: the variant of system call nr for this value of its selector, or PLAN_NO_VARIANT.
 * A switch, because the values are only known to the compiler and ioctl() has hundreds. Any
 * context.
 */
unsigned int plan_variant_find(unsigned int nr, uint64_t value)
	__attribute__((visibility("hidden")));

/* The plan of one call as made: its ops and descriptor, variants resolved. Any context. nr < 512.
 */
struct plan_choice {
	const struct plan_op *ops;
	unsigned int nr;
	unsigned int desc;
};

static inline struct plan_choice plan_choose(unsigned int nr, const uint64_t *args)
{
	const struct plan *p = &plan_calls[nr];
	struct plan_choice c = { plan_ops + p->first, p->nr, p->desc };

	if (p->nr_variants) {
		unsigned int i = plan_variant_find(nr, args[p->sel]);

		if (i != PLAN_NO_VARIANT) {
			const struct plan_variant *v = &plan_variants[i];

			c = (struct plan_choice){ plan_ops + v->first, v->nr, v->desc };
		}
	}
	return c;
}

#endif
