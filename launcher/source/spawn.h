/* SPDX-License-Identifier: MIT */
/*
 * Starting the traced program: which file it is, its environment, the child's process.
 *
 * The child is a plain fork of the calling thread, held at a gate until the caller lets it go, so
 * that it can be seized before. Its signal dispositions and mask are those that this
 * process was started with. Descriptors of the launcher must have CLOEXEC.
 */
#ifndef ITRACE_SOURCE_SPAWN_H
#define ITRACE_SOURCE_SPAWN_H

#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "options.h"
#include "session.h"
#include "sink/text.h"

/* Stops a process that is traced, whatever its action; without a tracer, by default, nothing. */
#define SPAWN_GATE_SIGNAL SIGURG

struct spawn {
	const struct options *options;
	char path[PATH_MAX + 2]; /* as given to execve */
	char **argv;
	char **environment; /* the program's own, as the trace shows it */
	char **handed_over; /* what execve gets: with what the preload library needs */
	char *texts[3];	    /* strings that this struct owns */
	gid_t *groups;	    /* -u: supplementary groups */
	int nr_groups;
	int ring_fd; /* goes to the program as inherit_fd; -1 = not preloaded */
	int inherit_fd;
	bool ptraced;
	int gate[2];
};

/*
 * Prepares to start o->program. session: the program is to load the preload library; NULL: not.
 * ptraced: tells the library that ptrace watches the start. Returns 0, or -errno with the message
 * (what stands behind "strace: ") in error. After either, spawn_release().
 */
int spawn_prepare(struct spawn *sp, const struct options *o, const struct launcher_session *session,
		  bool ptraced, struct text *error);
void spawn_release(struct spawn *sp);

/* Forks. The child waits at its gate. Returns its pid or -errno. */
pid_t spawn_fork(struct spawn *sp);

/* Opens the gate: the child goes on to execve; one that is ptraced sends itself SPAWN_GATE_SIGNAL
 * right in front of it, so that what it does before needs no stops. If execve fails the child says
 * so and exits with 1; one that is ptraced waits at the gate once more before, so that the trace
 * can tell of the failed call first. */
void spawn_go(struct spawn *sp);

/*
 * Finds the file to execute as strace does: name itself if it has a slash, else along PATH.
 * Returns 0 or -errno; path has PATH_MAX + 2 bytes.
 */
int spawn_find(const char *name, char *path);

/*
 * Whether the dynamic loader of that program would load a preload library: a dynamic 64-bit ELF
 * file (or a script for one) that does not gain privileges for uid and gid. What cannot be read is
 * taken to be loadable.
 */
bool spawn_preloadable(const char *path, uid_t uid, gid_t gid);

#endif
