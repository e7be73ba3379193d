/* SPDX-License-Identifier: MIT */
/*
 * The start-up window: from an execve to the moment when the preload library takes over
 * (include/itrace/handoff.h). What the dynamic loader does to bring the library in is not the
 * program's doing: it opens the file by the very path that stands in LD_PRELOAD, reads, maps and
 * closes it, and later protects parts of these mappings.
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>

#include "itrace/handoff.h"
#include "source/ptrace_private.h"

/* Whether the image that tid has just become was given our variable. */
static bool is_preloaded(pid_t tid)
{
	char *line = NULL, path[64];
	bool found = false;
	size_t room = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/environ", tid);
	f = fopen(path, "re");
	if (!f)
		return false;
	while (!found && getdelim(&line, &room, '\0', f) > 0)
		found = !strncmp(line, HANDOFF_VARIABLE "=", sizeof(HANDOFF_VARIABLE));
	free(line);
	fclose(f);
	return found;
}

bool window_open(struct tracee *t)
{
	if (!is_preloaded(t->tid))
		return false;
	memset(&t->window, 0, sizeof(t->window));
	t->window.open = true;
	t->window.fd = -1;
	return true;
}

#define BY_FD "/proc/self/fd/" /* the core's path for a library that it cannot name otherwise */

/* Whether the string at addr is one of the paths of LD_PRELOAD. */
static bool path_is_ours(struct ptrace_source *src, struct tracee *t, uint64_t addr)
{
	char path[sizeof(src->preload)] = "";
	struct iovec local = { path, sizeof(path) - 1 }, remote = { (void *)addr, 0 };
	size_t len = 4096 - addr % 4096;
	const char *p = src->preload;
	ssize_t got;

	remote.iov_len = len < sizeof(path) - 1 ? len : sizeof(path) - 1;
	got = process_vm_readv(t->tid, &local, 1, &remote, 1, 0);
	if (got == (ssize_t)len && len < sizeof(path) - 1) {
		/* the string may go on in the next page */
		local = (struct iovec){ path + len, sizeof(path) - 1 - len };
		remote = (struct iovec){ (void *)(addr + len), sizeof(path) - 1 - len };
		if (process_vm_readv(t->tid, &local, 1, &remote, 1, 0) < 0)
			path[len] = '\0';
	}
	if (!strncmp(path, BY_FD, sizeof(BY_FD) - 1))
		return true;
	for (len = strlen(path); len && *p; p += strcspn(p, ":"), p += *p == ':') {
		if (strcspn(p, ":") == len && !memcmp(p, path, len))
			return true;
	}
	return false;
}

static bool in_our_maps(const struct window *w, uint64_t addr)
{
	for (unsigned int i = 0; i < w->nr_maps; i++) {
		if (addr >= w->maps[i].start && addr < w->maps[i].end)
			return true;
	}
	return false;
}

static bool loads_ours(struct ptrace_source *src, struct tracee *t, uint64_t nr,
		       const uint64_t *args)
{
	struct window *w = &t->window;

	switch (nr) {
	case SYS_openat:
		return w->opening = path_is_ours(src, t, args[1]);
	case SYS_open:
		return w->opening = path_is_ours(src, t, args[0]);
	case SYS_read:
	case SYS_pread64:
	case SYS_fstat:
	case SYS_newfstatat:
	case SYS_close:
		return w->fd >= 0 && (int)args[0] == w->fd;
	case SYS_mmap:
		w->mapping = (w->fd >= 0 && (int)args[4] == w->fd) ||
			     (args[0] && in_our_maps(w, args[0]));
		return w->mapping;
	case SYS_mprotect:
	case SYS_munmap:
		return in_our_maps(w, args[0]);
	default:
		return false;
	}
}

bool window_enter(struct ptrace_source *src, struct tracee *t, uint64_t nr, const uint64_t *args)
{
	struct window *w = &t->window;

	w->hidden = false;
	if (!w->open)
		return false;
	w->opening = w->mapping = false;
	w->begins = nr == SYS_prctl && args[0] == HANDOFF_PRCTL && args[1] == HANDOFF_BEGIN;
	if (w->begins)
		w->own = true;
	w->hidden = w->own || loads_ours(src, t, nr, args);
	if (w->hidden && nr == SYS_close)
		w->fd = -1;
	if (w->mapping) {
		/* the address comes with the return */
		w->maps[w->nr_maps % WINDOW_MAPS].start = 0;
		w->maps[w->nr_maps % WINDOW_MAPS].end = args[1];
	}
	return w->hidden;
}

/* The marker's result: tells the library that ptrace is there. */
static void marker_answer(struct tracee *t)
{
	ptrace(PTRACE_POKEUSER, t->tid, (void *)offsetof(struct user, regs.rax), 0);
}

/* The library records from here on. */
static void hand_over(struct ptrace_source *src, struct tracee *t, uint32_t uid)
{
	cpu_unpair(src, t);
	if (ptrace(PTRACE_DETACH, t->tid, 0, 0))
		return;
	t->window.open = t->window.own = false;
	if (t->tid == src->program) {
		tracee_state_set(src, t, TRACEE_HANDED);
	} else {
		write_end(src, t, RECORD_HANDOFF, (int64_t)uid);
		tracee_remove(src, t);
	}
}

static void maps_add(struct window *w, int64_t ret)
{
	unsigned int i = w->nr_maps % WINDOW_MAPS;

	w->maps[i].start = (uint64_t)ret;
	w->maps[i].end += (uint64_t)ret;
	w->nr_maps += w->nr_maps < WINDOW_MAPS - 1;
}

void window_leave(struct tracee *t, int64_t ret)
{
	struct window *w = &t->window;

	if (!w->open || !w->hidden)
		return;
	w->hidden = false;
	if (w->opening)
		w->fd = ret >= 0 ? (int)ret : -1;
	if (w->mapping && (uint64_t)ret < (uint64_t)-4095)
		maps_add(w, ret);
	if (w->begins)
		marker_answer(t);
	w->begins = false;
}

bool window_signal(struct ptrace_source *src, struct tracee *t, int sig)
{
	struct window *w = &t->window;
	struct handoff_signal info;

	if (!w->open || !w->own || sig != HANDOFF_SIGNAL ||
	    ptrace(PTRACE_GETSIGINFO, t->tid, 0, &info) || info.magic != HANDOFF_PRCTL)
		return false;
	if (info.marker == HANDOFF_END) {
		hand_over(src, t, (uint32_t)info.a);
		return true;
	}
	w->open = w->own = false;
	cpu_unpair(src, t);
	tracee_resume(src, t, 0);
	return true;
}
