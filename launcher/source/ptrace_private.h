/* SPDX-License-Identifier: MIT */
/*
 * What the files of the ptrace source share. All of it belongs to the ptrace thread, but for what
 * is marked as shared.
 *
 *   ptrace.c         the thread, its commands
 *   ptrace_event.c   wait statuses -> births, execs, signals, stops, deaths
 *   ptrace_call.c    system-call stops -> records
 *   ptrace_window.c  what the preload library's start makes visible, and its markers
 *   ptrace_attach.c  letting in and letting go
 *   ptrace_write.c   the ring
 *   ptrace_tracee.c  the table of tracees
 */
#ifndef ITRACE_SOURCE_PTRACE_PRIVATE_H
#define ITRACE_SOURCE_PTRACE_PRIVATE_H

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "itrace/chunk.h"
#include "itrace/plan.h"
#include "itrace/record.h"
#include "itrace/ring.h"
#include "source/ptrace.h"
#include "source/spawn.h"

#define WINDOW_MAPS 16 /* mappings of preload libraries that are remembered */

/* The time between an execve and the preload library's start. */
struct window {
	bool open;    /* an execve was seen, the library's last marker not yet */
	bool own;     /* between the library's markers: it runs on without stops */
	bool begins;  /* the call in progress is the first marker */
	bool hidden;  /* the call in progress is not shown */
	bool opening; /* it opens a preload library */
	bool mapping; /* it maps one */
	int fd;	      /* of the preload library that is being loaded, -1 none */
	unsigned int nr_maps;
	struct {
		uint64_t start, end;
	} maps[WINDOW_MAPS];
};

enum tracee_state {
	TRACEE_GATED,	 /* our own child before it stops in front of its execve */
	TRACEE_STARTING, /* the same from there on */
	TRACEE_BORN,	 /* expected: its parent told of it, its first stop has not come yet */
	TRACEE_EARLY,	 /* its first stop came before its parent told of it: it is held */
	TRACEE_TRACED,	 /* recorded */
	TRACEE_WAITING,	 /* seized on its own wish, runs to its execve, its library records */
	TRACEE_HANDED,	 /* no longer ours; the program's first thread, whose end we shall see */
};

struct tracee {
	struct tracee *next;
	pid_t tid;
	pid_t tgid;
	enum tracee_state state;
	pid_t parent;	   /* thread that made it, 0 unknown */
	bool inside;	   /* of a system call, if the kernel does not tell */
	bool stopped;	   /* by a ptrace stop that was not answered yet */
	bool letting_go;   /* an interrupt is on its way for PTRACE_DETACH */
	unsigned int wish; /* WAITING: chunk that is to be told ATTACH_NONE */
	struct window window;
	bool paired; /* its affinity is not its own: see ptrace_cpu.c */
	unsigned int paired_stops;
	cpu_set_t cpus; /* its own, while it is paired */
	/* the ring */
	struct chunk_owner owner; /* uid 0: nothing written yet */
	struct chunk *chunk;
	uint32_t head;
	uint64_t lost; /* since the last RECORD_LOST */
	/* the open call */
	struct record *rec;
	struct plan_choice plan;
	uint64_t args[RECORD_ARGS];
	size_t in_len; /* private: the record's own is in memory that tracees can change */
	size_t out_room;
};

#define TRACEE_BUCKETS 1024

struct command {
	struct command *next;
	unsigned int chunk;
	int pid;
};

struct ptrace_source {
	struct launcher_session *session;
	const struct options *options;
	struct chunk_pool pool;
	struct capture_settings *settings;
	uint8_t traced[SESSION_CALLS / 8]; /* private: the session's may be changed by tracees */
	char preload[2048];		   /* the same */
	uint32_t flags;			   /* SESSION_F_*, the same */
	bool permitted;			   /* ptrace works */
	bool preloading;		   /* programs load the preload library */
	bool follow;
	bool no_info; /* PTRACE_GET_SYSCALL_INFO is missing */
	bool no_vm;   /* process_vm_readv is */
	struct tracee *table[TRACEE_BUCKETS];
	uint64_t uncounted;	 /* lost calls that no chunk has counted yet */
	unsigned int nr_tracees; /* all but TRACEE_HANDED */
	pid_t bell;		 /* see ptrace.c */
	pid_t program;
	bool program_ended;
	bool program_let_go; /* it runs on untraced */
	int program_status;
	struct spawn spawn;
	uint64_t shown_environment; /* where the program's own environment lies in its child */
	cpu_set_t cpus;		    /* the thread's own, while some tracee is paired */
	unsigned int nr_paired;

	/* shared */
	pthread_t thread;
	pthread_mutex_t lock; /* commands, started */
	pthread_cond_t started_cond;
	bool started;
	int start_error;    /* written before started */
	struct text *error; /* while starting */
	struct command *commands;
	uint8_t *asked;		/* by chunk: a command for it is in the list */
	atomic_int interrupt;	/* the signal of ptrace_source_interrupt() */
	atomic_bool letting_go; /* nothing is to be traced any more */
	atomic_bool stopping;	/* ptrace_source_stop() was called */
	atomic_bool leaving;	/* it does not wait any longer */
	atomic_bool idle;
};

/* ptrace_tracee.c */
struct tracee *tracee_find(struct ptrace_source *src, pid_t tid);
struct tracee *tracee_add(struct ptrace_source *src, pid_t tid, pid_t tgid,
			  enum tracee_state state);
void tracee_remove(struct ptrace_source *src, struct tracee *t);
void tracee_state_set(struct ptrace_source *src, struct tracee *t, enum tracee_state state);
/* Calls fn for each; it may remove the one it is given. */
void tracee_each(struct ptrace_source *src, void (*fn)(struct ptrace_source *, struct tracee *));
/* Thread group of a thread, from /proc; the thread itself if that is not known. */
pid_t tracee_tgid(pid_t tid);
/* Goes on: signal to be delivered, 0 none. */
void tracee_resume(struct ptrace_source *src, struct tracee *t, int sig);

/* ptrace_write.c */
/* Room for a record with up to data bytes of segments; NULL: dropped, and counted. It becomes
 * visible with write_publish(). */
struct record *write_reserve(struct ptrace_source *src, struct tracee *t, enum record_kind kind,
			     size_t data);
/* Visible in that state, with room for data bytes of segments, at most what was reserved. rec must
 * be the record reserved last. */
void write_publish(struct ptrace_source *src, struct tracee *t, struct record *rec, size_t data,
		   enum record_state state);
/* A finished call. */
void write_done(struct ptrace_source *src, struct record *rec);
/* A record without segments, at once. */
void write_word(struct ptrace_source *src, struct tracee *t, enum record_kind kind, uint32_t call,
		int64_t ret);
/* The stream ends with that word; nothing is written to it afterwards. */
void write_end(struct ptrace_source *src, struct tracee *t, enum record_kind kind, int64_t ret);
/* Wakes the reader if it sleeps; _now: even if it only naps. */
void write_doorbell(struct ptrace_source *src);
void write_doorbell_now(struct ptrace_source *src);

/* ptrace_bell.c */
/* A child that sleeps, seized if that is permitted. Returns its pid or -errno. */
pid_t bell_start(bool *ret_permitted);
/* bell: as bell_start() returned it. */
void bell_end(pid_t bell);
/* From any thread. */
void bell_ring(const struct ptrace_source *src);

/* ptrace_event.c: one result of waitpid. */
void event_wait(struct ptrace_source *src, pid_t tid, int status);

/* ptrace_call.c */
void call_stop(struct ptrace_source *src, struct tracee *t);
/* The memory that the settings of capture need. */
struct capture_settings *call_settings_new(const struct session *s);

/* ptrace_window.c */
/* t has just become a new image: true if the preload library will start in it. */
bool window_open(struct tracee *t);
/* At entry of a 64-bit call: true = it is not shown. */
bool window_enter(struct ptrace_source *src, struct tracee *t, uint64_t nr, const uint64_t *args);
/* At its return. */
void window_leave(struct tracee *t, int64_t ret);
/* At a signal: true = it was the library's last marker, and t goes on (it may be gone from the
 * table: handed over). */
bool window_signal(struct ptrace_source *src, struct tracee *t, int sig);

/* ptrace_attach.c */
/* The PTRACE_O_* of every tracee. */
long attach_options(const struct ptrace_source *src);
/* -p: adds a line to error for each process that refuses. Returns how many were attached to. */
unsigned int attach_pids(struct ptrace_source *src, const pid_t *pids, size_t nr,
			 struct text *error);
/* Answers chunk.attach. */
void attach_answer(struct ptrace_source *src, unsigned int chunk, int pid);
/* Starts to let go of one, of all: they stop first, unless they are stopped. */
void let_go_ask(struct ptrace_source *src, struct tracee *t);
/* t is stopped: lets it go. sig: the signal it stopped for, 0 none. */
void let_go(struct ptrace_source *src, struct tracee *t, int sig);

/* ptrace_cpu.c */
/* Puts a tracee (stopped) on this thread's CPU, and both back to where they may run. */
void cpu_pair(struct ptrace_source *src, struct tracee *t);
void cpu_unpair(struct ptrace_source *src, struct tracee *t);
/* The parent's child inherited its affinity: it gets the parent's own. */
void cpu_child(const struct tracee *parent, pid_t tid);
/* Counts stops: pairing is for a short time. */
void cpu_stop(struct ptrace_source *src, struct tracee *t);

#endif
