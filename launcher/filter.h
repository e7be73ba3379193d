/* SPDX-License-Identifier: MIT */
/*
 * What is shown: sets of system calls, signals, return statuses and file descriptors, as `-e` names
 * them.
 *
 * All sets are parsed once, before the tracee starts; the questions asked per call are one bit test
 * each. A system call number that the spec does not reach is in every set that is asked for
 * "shown", as in strace: what nobody could name, nobody can have left out.
 */
#ifndef ITRACE_FILTER_H
#define ITRACE_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "itrace/record.h"
#include "itrace/ring.h"
#include "sink/text.h"

struct call_desc;

/* A set of system calls by number. */
struct call_set {
	uint8_t bits[SESSION_CALLS / 8];
};

/* A set of small numbers of any size (file descriptors). */
struct number_set {
	int *numbers;
	size_t nr;
	bool inverted; /* all but numbers */
};

/* How a call ended, one bit each: -e status= */
enum call_status {
	STATUS_SUCCESSFUL = 0x1,
	STATUS_FAILED = 0x2,
	STATUS_UNFINISHED = 0x4,
	STATUS_UNAVAILABLE = 0x8,
	STATUS_DETACHED = 0x10,
	STATUS_ALL = 0x1f,
};

/* Messages that can be silenced, one bit each: -e quiet= */
enum quiet {
	QUIET_ATTACH = 0x1,
	QUIET_EXIT = 0x2,
	QUIET_PATH_RESOLUTION = 0x4,
	QUIET_PERSONALITY = 0x8,
	QUIET_SUPERSEDED = 0x10,
	QUIET_ALL = 0x1f,
};

/* What is printed of a file descriptor, one bit each: -y, --decode-fds= */
enum fd_detail {
	FD_DETAIL_PATH = 0x1,
	FD_DETAIL_SOCKET = 0x2,
	FD_DETAIL_DEV = 0x4,
	FD_DETAIL_PIDFD = 0x8,
	FD_DETAIL_SIGNALFD = 0x10,
	FD_DETAIL_EVENTFD = 0x20,
	FD_DETAIL_ALL = 0x3f,
};

/* What is printed of a process id, one bit each: -Y, --decode-pids= */
enum pid_detail {
	PID_DETAIL_COMM = 0x1,
	PID_DETAIL_PIDNS = 0x2,
	PID_DETAIL_ALL = 0x3,
};

#define FILTER_SIGNALS 256

struct filter {
	struct call_set traced;		     /* -e trace= : also what the tracees record */
	struct call_set abbrev;		     /* -e abbrev= */
	struct call_set verbose;	     /* -e verbose= */
	struct call_set raw;		     /* -e raw= */
	uint8_t signals[FILTER_SIGNALS / 8]; /* -e signal= */
	uint32_t status;		     /* -e status=, STATUS_* */
	char **paths;			     /* -P, as given and resolved; owned */
	size_t nr_paths;
	struct number_set fds; /* --trace-fds= */
	bool fds_given;
	uint64_t longer_than_ns; /* --duration: 0 = every call */
};

/* Everything is shown, abbreviated and dereferenced; nothing is raw. */
void filter_init(struct filter *f);
void filter_release(struct filter *f);

/* nr: any system call number. */
static inline bool call_set_has(const struct call_set *s, uint64_t nr)
{
	return nr < SESSION_CALLS && (s->bits[nr / 8] >> (nr % 8) & 1);
}

/* Is the call shown at all? */
static inline bool filter_has_call(const struct filter *f, uint64_t nr)
{
	return nr >= SESSION_CALLS || call_set_has(&f->traced, nr);
}

static inline bool filter_has_signal(const struct filter *f, unsigned int sig)
{
	return sig >= FILTER_SIGNALS || (f->signals[sig / 8] >> (sig % 8) & 1);
}

static inline bool filter_has_status(const struct filter *f, enum call_status status)
{
	return f->status & status;
}

/* Must a call's line wait for the call's end, because it may turn out not to be shown? */
static inline bool filter_needs_exit(const struct filter *f)
{
	return f->status != STATUS_ALL || f->longer_than_ns;
}

/* -P. *ret_resolved: where the path leads if it is not spelled so itself, else NULL; owned by f.
 * Returns 0 or -ENOMEM. */
int filter_add_path(struct filter *f, const char *path, const char **ret_resolved);

/* Does the call touch what -P and --trace-fds= name? True if nothing was named. Needs the paths of
 * descriptors (SESSION_F_FD_PATHS) where nr_paths. desc may be NULL. */
bool filter_touches(const struct filter *f, const struct call_desc *desc, const struct record *rec);

bool number_set_has(const struct number_set *s, int number);
void number_set_release(struct number_set *s);

/*
 * Each parses the set `text` ("[!...]value,value...", "all", "none") and replaces *set by it.
 * Returns 0; -EINVAL with the message in *error ("invalid system call 'foo'": no program's name, no
 * newline); for calls also -EBADMSG (a bad regular expression) and -EPROTONOSUPPORT (an unknown
 * "@ABI"), with their messages; or -ENOMEM.
 */
int filter_parse_calls(struct call_set *set, const char *text, struct text *error);
/* -e trace=: as filter_parse_calls() into f->traced, which always has the numbers that have no name
 * yet.
 */
int filter_parse_trace(struct filter *f, const char *text, struct text *error);
int filter_parse_signals(struct filter *f, const char *text, struct text *error);
int filter_parse_fds(struct number_set *set, const char *text, struct text *error);

/* A word of a closed set (statuses, quiet messages ...) and its bits. */
struct filter_word {
	const char *word;
	uint32_t bits;
};

/* words: ends in a NULL word. what: the set's name in the message, "status". */
int filter_parse_words(uint32_t *set, const struct filter_word *words, const char *what,
		       const char *text, struct text *error);

#endif
