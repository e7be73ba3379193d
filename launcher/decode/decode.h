/* SPDX-License-Identifier: MIT */
/*
 * Decoding one call: what every decoder is given and may use.
 *
 * A decoder prints the arguments of a call, in order, the way the man page names them, as strace
 * does. It sees the tracee's memory only through decode_read() and its kin: bytes captured with the
 * record, whatever method caught it. What was not captured is printed as an address.
 *
 * Two-phase printing. strace prints the arguments known at entry when a call blocks, the others
 * when it returns:
 *
 *     read(3,  <unfinished ...>            ... resumed>"x", 1) = 1
 *
 * So a decoder that comes to its first argument that is known only at exit calls decode_exit(); if
 * that says false it returns: the call has not returned yet. Everything printed before goes to the
 * "unfinished" half, all behind it to the "resumed" half. A decoder that never calls it prints all
 * its arguments at entry.
 */
#ifndef ITRACE_DECODE_H
#define ITRACE_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decode/call_desc.h"
#include "itrace/record.h"
#include "sink/text.h"

/* Settings of the printing options; fixed for a session. */
struct decode_options {
	uint32_t string_limit; /* -s, default 32 */
	bool no_abbrev;	       /* -v / -e abbrev=none for this call */
	bool no_deref;	       /* -e verbose= without this call: addresses, not what is there */
	bool raw;	       /* -e raw= for this call: every argument in hex */
	bool fd_paths;	       /* -y */
	uint8_t hex_strings;   /* 0, 1 = -x (non-ASCII strings), 2 = -xx (all) */
	uint8_t xlat;	       /* -X: 0 = abbrev, 1 = raw, 2 = verbose */
	bool arg_names;	       /* -N */
};

struct decode {
	const struct call_desc *desc;
	const struct record *rec; /* a private copy, already checked: in_len, out_len and segments
				     lie within it */
	struct text *out;
	const struct decode_options *opt;
	bool at_exit;	     /* the call has returned: rec->ret and the exit segments are valid */
	size_t exit_mark;    /* set by decode_exit(): offset in out where the "resumed" half begins;
				SIZE_MAX = none */
	unsigned int arg;    /* how many arguments have been started with decode_next() */
	const char *comment; /* set by a decoder: printed behind the result in parentheses, as in
			      * " (Timeout)" or " (in [3])", which are not part of it; points to
			      * storage that lives as long as the decode, e.g. comment_buf */
	char comment_buf[512];
	/* The same, for what is long: prints the comment when the result is printed. */
	void (*print_comment)(struct decode *d);
	uint8_t result;			/* enum arg_type of the result: a decoder may change it */
	const struct xlat *result_xlat; /* its set, for FLAGS and ENUM */
	bool in_text; /* a string is being printed: no_deref does not concern it */
	bool waits;   /* set by decode_exit(): there is more to print once the call has returned */
	unsigned int netlink; /* 1 + the protocol of the netlink socket that the call is given; 0:
				 none */
	uint32_t previous;    /* number of the call that this thread made before */
	size_t hint;	      /* where the last segment was found: the engine's own */
};

/* Starts the next argument: prints ", " unless it is the first (and "name=" under -N); returns its
 * value. */
uint64_t decode_next(struct decode *d);

/* Value of argument i, without printing. i < 6. */
uint64_t decode_arg(const struct decode *d, unsigned int i);

/* See above. True: the call has returned, go on. False: return at once. Idempotent. */
bool decode_exit(struct decode *d);

/* The call failed (ret is -errno). Only meaningful once decode_exit() said true. */
bool decode_failed(const struct decode *d);

/* Copies len bytes of tracee memory at addr: before decode_exit() said true, as captured at entry;
 * from then on as captured at exit if it was captured then, else at entry. Returns true if every
 * byte was captured. dst is unspecified otherwise. */
bool decode_read(struct decode *d, uint64_t addr, void *dst, size_t len);
/* The same, of one moment: out = true for the exit segments, false for the entry segments. */
bool decode_read_at(struct decode *d, bool out, uint64_t addr, void *dst, size_t len);

/* The captured bytes at addr: pointer into the record and how many follow there; NULL if none.
 * *ret_flags: SEGMENT_F_*. */
const void *decode_peek(struct decode *d, uint64_t addr, size_t *ret_len, unsigned int *ret_flags);
/* As decode_peek(), where several pieces were captured at addr the one that holds want bytes, else
 * the longest. */
const void *decode_peek_some(struct decode *d, uint64_t addr, size_t want, size_t *ret_len);
/* As decode_peek(), of one moment and one kind of segment (0 = MEM or STRING). */
const void *decode_peek_at(struct decode *d, bool out, unsigned int kind, uint64_t addr,
			   size_t *ret_len, unsigned int *ret_flags);

/* How many elements were counted at addr (SEGMENT_COUNT). False: they were not. */
bool decode_count(struct decode *d, bool out, uint64_t addr, uint64_t *ret_n,
		  unsigned int *ret_flags);

/* Each prints one value as strace does. */
void decode_int(struct decode *d, int64_t v);	/* -1 */
void decode_uint(struct decode *d, uint64_t v); /* 18446744073709551615 */
void decode_hex(struct decode *d, uint64_t v);	/* 0x1f, 0 as 0 */
void decode_oct(struct decode *d, uint64_t v);	/* 0644, 000 never: 0 as 0 */
void decode_mode(struct decode *d,
		 uint64_t v); /* 0644: as strace prints a mode_t argument (000 for 0) */
void decode_mode_type(struct decode *d, uint64_t v); /* S_IFREG|0644 */
void decode_addr(struct decode *d, uint64_t v);	     /* 0x7ffe..., 0 as NULL */
void decode_fd(struct decode *d, int64_t fd);	     /* 3, with -y 3</path> */
void decode_fd_result(struct decode *d, int64_t fd); /* the same, a descriptor that is new */
void decode_dirfd(struct decode *d, int64_t fd);     /* AT_FDCWD, with -y AT_FDCWD</cwd> */
void decode_uid(struct decode *d, uint32_t id);	     /* -1 as -1 */
void decode_signal(struct decode *d, uint64_t sig);  /* SIGCHLD, SIGRT_3, unknown as number */
void decode_dev(struct decode *d, uint64_t dev);     /* makedev(0x8, 0x1) */
void decode_clock(struct decode *d, int32_t clock);  /* CLOCK_REALTIME, CPU clocks of a pid */
/* A..|B..: flags of set x; the unknown rest in hex; none known: 0x.. with x->unknown as a comment;
 * 0 as 0 unless named. */
void decode_flags(struct decode *d, const struct xlat *x, uint64_t v);
/* A|B|0x40, whatever -X says; false, and nothing printed, if no bit of v is known. */
bool decode_flag_names(struct decode *d, const struct xlat *x, uint64_t v);
/* What -X makes of a value whose names need more than a set: prints the number where it is wanted,
 * and says whether the names are; decode_names_end() must follow them. */
bool decode_names_begin(struct decode *d, uint64_t v);
void decode_names_end(struct decode *d);
/* The entry equal to v, else hex with x->unknown as a comment. */
void decode_enum(struct decode *d, const struct xlat *x, uint64_t v);

/* Name of v in x, NULL if none. No printing. */
const char *xlat_name(const struct xlat *x, uint64_t v);

/* NUL-terminated string at addr; path: never shortened to -s. Not captured: the address. */
void decode_string(struct decode *d, uint64_t addr, bool path);
/* len bytes of data at addr as "...", at most -s of them, then "..." */
void decode_bytes(struct decode *d, uint64_t addr, uint64_t len);
/* Literal bytes in quotes with strace's escapes. more: followed by "...". */
void decode_quoted(struct decode *d, const void *data, size_t len, bool more);
/* The same, every byte in hex. */
void decode_quoted_hex(struct decode *d, const void *data, size_t len, bool more);
/* The same in angle brackets, as the path of a descriptor: < and > are escaped too. */
void decode_in_angles(struct decode *d, const void *data, size_t len);

/* Structure at addr through sd->print; NULL as NULL, not captured as address. */
void decode_struct(struct decode *d, const struct struct_desc *sd, uint64_t addr, size_t len);
/* [e, e, ...]: n elements of size bytes at addr, each printed by print; shortened as strace
 * shortens arrays. */
void decode_array(struct decode *d, uint64_t addr, uint64_t n, size_t size, struct_fn *print);
/* A set of signals: [], [INT CHLD], ~[KILL STOP], ~[] */
void decode_sigset(struct decode *d, const void *set, size_t len);
/* {WIFEXITED(s) && WEXITSTATUS(s) == 0} and the like: with the braces, without brackets. */
void decode_wait_status(struct decode *d, int status);

/* Structure punctuation; name without "=" */
void decode_begin(struct decode *d);		       /* {   */
void decode_end(struct decode *d);		       /* }   */
void decode_field(struct decode *d, const char *name); /* ", name=" or "name=" behind "{" */
void decode_more(struct decode *d); /* ", ..." behind a field: the rest is abbreviated */
void decode_comment(struct decode *d, const char *text); /* " / * text * /" */

/* Prints the next n arguments by their descriptors. False: one of them is known at exit only, and
 * the call has not returned: return at once. For decoders that differ in some arguments only. */
bool decode_default(struct decode *d, unsigned int n);
/* A signal interrupted the call. Only meaningful once decode_exit() said true. */
bool decode_interrupted(const struct decode *d);

/* A siginfo_t, as {si_signo=SIGCHLD, si_code=CLD_EXITED, ...}. */
__attribute__((weak)) void decode_siginfo(struct decode *d, const void *info, size_t len);

/* Prints argument i of d->desc by its descriptor. The default decoder is a loop of decode_next +
 * this. */
void decode_by_desc(struct decode *d, const struct arg_desc *a, uint64_t value);

/* Those that live with their families; where one is missing, the address is printed. At addr, with
 * len as the call's length argument has it. data_len: at most so many bytes of data in all. */
void decode_sockaddr(struct decode *d, uint64_t addr, uint64_t len);
void decode_msghdr(struct decode *d, uint64_t addr, uint64_t data_len);
void decode_mmsghdr(struct decode *d, uint64_t addr, uint64_t n);
void decode_iovec(struct decode *d, uint64_t addr, uint64_t n, uint64_t data_len);
/* NULL-terminated vector of strings: ["ls", "-l"]; as environment: 0x7ffe... / * 37 vars * / */
void decode_argv(struct decode *d, uint64_t addr);
void decode_envp(struct decode *d, uint64_t addr);
/* What getdents64 gave: len bytes at addr: 0x55... / * 3 entries * /; whole under -v. */
void decode_dirents(struct decode *d, uint64_t addr, uint64_t len);

/* Prints "name(arguments" of d->desc (no closing parenthesis) into d->out: the only entry from the
 * printer, which sets desc (NULL: no such call), rec, out, opt and at_exit; the rest is set here.
 */
void decode_call(struct decode *d);

/* Prints the result: "= 3", "= -1 ENOENT (No such file or directory)", "= ? ERESTARTSYS (...)",
 * with comment. */
void decode_result(struct decode *d);

/* Symbolic errno, "ENOENT"; NULL if unknown. And its text, as strace prints it. */
const char *errno_name(int err);
const char *errno_text(int err);
/* "SIGCHLD"; NULL if no such signal. Real-time signals: "SIGRT_3" (buf of at least 16 bytes). */
const char *signal_name(int sig, char *buf);

#endif
