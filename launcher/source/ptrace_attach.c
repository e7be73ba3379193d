/* SPDX-License-Identifier: MIT */
/*
 * Letting tracees in and letting them go: -p, the wishes of the preload library around execve, and
 * the end of the session.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "source/locate.h"
#include "source/ptrace_private.h"

long attach_options(const struct ptrace_source *src)
{
	long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC;

	if (src->follow)
		options |= PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE;
	return options;
}

/* Returns 0 or -errno; -EEXIST if it is traced already. */
static int attach_thread(struct ptrace_source *src, pid_t tid)
{
	struct tracee *t = tracee_find(src, tid);

	if (t && t->state != TRACEE_HANDED)
		return -EEXIST;
	if (ptrace(PTRACE_SEIZE, tid, 0, (void *)attach_options(src)))
		return -errno;
	if (!t)
		t = tracee_add(src, tid, tracee_tgid(tid), TRACEE_TRACED);
	if (!t)
		return -ENOMEM;
	tracee_state_set(src, t, TRACEE_TRACED);
	write_word(src, t, RECORD_ATTACH, 0, 0);
	ptrace(PTRACE_INTERRUPT, tid, 0, 0);
	return 0;
}

/* One look through the threads of a process; returns how many were attached to. */
static unsigned int attach_siblings(struct ptrace_source *src, pid_t pid)
{
	unsigned int nr = 0;
	struct dirent *de;
	char path[64];
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	if (!dir)
		return 0;
	while ((de = readdir(dir))) {
		pid_t tid = atoi(de->d_name);

		if (tid > 0 && !attach_thread(src, tid))
			nr++;
	}
	closedir(dir);
	return nr;
}

unsigned int attach_pids(struct ptrace_source *src, const pid_t *pids, size_t nr,
			 struct text *error)
{
	unsigned int attached = 0;

	for (size_t i = 0; i < nr; i++) {
		int err = attach_thread(src, pids[i]);

		/* named twice, or a thread of another one */
		if (err == -EEXIST)
			err = -EPERM;
		if (err) {
			text_format(error, "%sattach: ptrace(PTRACE_SEIZE, %d): %s",
				    error->len ? "\n" : "", pids[i], strerror(-err));
			continue;
		}
		attached++;
		/* threads may be made while we look */
		while (src->follow && attach_siblings(src, pids[i]))
			;
	}
	return attached;
}

/* Stores the answer, unless the thread has changed its mind, and wakes it. */
static bool attach_store(struct chunk *c, uint32_t from, uint32_t to)
{
	/* partner: the thread's acquire when it wakes up */
	bool stored = __atomic_compare_exchange_n(&c->attach, &from, to, false, __ATOMIC_RELEASE,
						  __ATOMIC_RELAXED);

	syscall(SYS_futex, &c->attach, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
	return stored;
}

static void attach_grant(struct ptrace_source *src, unsigned int index, struct chunk *c, int pid)
{
	pid_t tid = locate_thread(src->session, pid, c->tid, NULL);
	struct tracee *t = tid ? tracee_find(src, tid) : NULL;

	if (t && t->state == TRACEE_WAITING) {
		/* its last execve failed: it is on its way out, and stays now */
		t->letting_go = false;
		t->wish = index;
		attach_store(c, ATTACH_WANTED, ATTACH_DONE);
		return;
	}
	if (!tid || (t && t->state != TRACEE_HANDED) || atomic_load(&src->letting_go) ||
	    ptrace(PTRACE_SEIZE, tid, 0, (void *)attach_options(src))) {
		attach_store(c, ATTACH_WANTED, ATTACH_REFUSED);
		return;
	}
	if (!t)
		t = tracee_add(src, tid, tracee_tgid(tid), TRACEE_WAITING);
	if (!t)
		return;
	tracee_state_set(src, t, TRACEE_WAITING);
	t->stopped = false; /* unlike when it was handed over */
	t->wish = index;
	if (!attach_store(c, ATTACH_WANTED, ATTACH_DONE))
		let_go_ask(src, t);
}

static struct tracee *wish_find(struct ptrace_source *src, unsigned int index)
{
	for (unsigned int i = 0; i < TRACEE_BUCKETS; i++) {
		for (struct tracee *t = src->table[i]; t; t = t->next) {
			if (t->state == TRACEE_WAITING && t->wish == index)
				return t;
		}
	}
	return NULL;
}

void attach_answer(struct ptrace_source *src, unsigned int chunk, int pid)
{
	struct chunk *c = session_chunk(src->session, chunk);
	/* partner: the thread's release when it asks */
	uint32_t word = __atomic_load_n(&c->attach, __ATOMIC_ACQUIRE);
	struct tracee *t;

	if (word == ATTACH_WANTED) {
		attach_grant(src, chunk, c, pid);
	} else if (word == ATTACH_UNDO) {
		t = wish_find(src, chunk);
		if (t)
			let_go_ask(src, t);
		else
			attach_store(c, ATTACH_UNDO, ATTACH_NONE);
	}
}

void let_go_ask(struct ptrace_source *src, struct tracee *t)
{
	if (t->state == TRACEE_HANDED || t->letting_go)
		return;
	if (t->stopped) {
		let_go(src, t, 0);
		return;
	}
	t->letting_go = true;
	ptrace(PTRACE_INTERRUPT, t->tid, 0, 0);
}

void let_go(struct ptrace_source *src, struct tracee *t, int sig)
{
	bool waiting = t->state == TRACEE_WAITING;

	t->letting_go = false;
	cpu_unpair(src, t);
	/* a failure means that it was killed meanwhile: waitpid will tell */
	if (ptrace(PTRACE_DETACH, t->tid, 0, (void *)(long)sig))
		return;
	if (waiting) {
		attach_store(session_chunk(src->session, t->wish), ATTACH_UNDO, ATTACH_NONE);
		if (t->tid == src->program) {
			t->stopped = false;
			tracee_state_set(src, t, TRACEE_HANDED);
			return;
		}
	} else if (t->state == TRACEE_TRACED) {
		write_end(src, t, RECORD_DETACH, 0);
		src->program_let_go |= t->tid == src->program;
	}
	tracee_remove(src, t);
}
