/* SPDX-License-Identifier: MIT */
/* The table of tracees: a hash of thread ids. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>

#include "source/ptrace_private.h"

static struct tracee **bucket(struct ptrace_source *src, pid_t tid)
{
	return &src->table[(unsigned int)tid % TRACEE_BUCKETS];
}

struct tracee *tracee_find(struct ptrace_source *src, pid_t tid)
{
	struct tracee *t = *bucket(src, tid);

	while (t && t->tid != tid)
		t = t->next;
	return t;
}

struct tracee *tracee_add(struct ptrace_source *src, pid_t tid, pid_t tgid, enum tracee_state state)
{
	struct tracee *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->tid = tid;
	t->tgid = tgid;
	t->state = state;
	t->window.fd = -1;
	t->next = *bucket(src, tid);
	*bucket(src, tid) = t;
	src->nr_tracees += state != TRACEE_HANDED;
	return t;
}

void tracee_remove(struct ptrace_source *src, struct tracee *t)
{
	struct tracee **link = bucket(src, t->tid);

	cpu_unpair(src, t);
	while (*link != t)
		link = &(*link)->next;
	*link = t->next;
	src->nr_tracees -= t->state != TRACEE_HANDED;
	free(t);
}

void tracee_state_set(struct ptrace_source *src, struct tracee *t, enum tracee_state state)
{
	src->nr_tracees -= t->state != TRACEE_HANDED;
	src->nr_tracees += state != TRACEE_HANDED;
	t->state = state;
}

void tracee_each(struct ptrace_source *src, void (*fn)(struct ptrace_source *, struct tracee *))
{
	for (unsigned int i = 0; i < TRACEE_BUCKETS; i++) {
		struct tracee *next;

		for (struct tracee *t = src->table[i]; t; t = next) {
			next = t->next;
			fn(src, t);
		}
	}
}

pid_t tracee_tgid(pid_t tid)
{
	char path[64], line[128];
	pid_t tgid = tid;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", tid);
	f = fopen(path, "re");
	if (!f)
		return tid;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "Tgid: %d", &tgid) == 1)
			break;
	}
	fclose(f);
	return tgid;
}

void tracee_resume(struct ptrace_source *src, struct tracee *t, int sig)
{
	/* what is not shown need not stop */
	bool runs = t->state == TRACEE_WAITING || t->state == TRACEE_GATED ||
		    (t->window.own && !t->window.begins);

	(void)src;
	t->stopped = false;
	/* a failure means that it was killed meanwhile: waitpid will tell */
	ptrace(runs ? PTRACE_CONT : PTRACE_SYSCALL, t->tid, 0, (void *)(long)sig);
}
