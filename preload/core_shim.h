/* SPDX-License-Identifier: MIT */
/*
 * What libitrace.so offers to libitrace-shim.so, the wrappers of method shim. They meet as
 * core_api.h describes for the other sibling: the core's constructor calls itrace_shim_start().
 *
 * With this method the core has no thread state at the GS base and handles no signal: the shims
 * keep the pointer to the thread in their own thread-local storage, pass it in, and never nest one
 * of these calls into another on the same thread. A signal handler may leave one of them by
 * longjmp(); the next one finds what it left.
 */
#ifndef ITRACE_CORE_SHIM_H
#define ITRACE_CORE_SHIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CORE_SHIM_VERSION 2

struct thread;
struct shim_call;

/* A program about to be executed: as execveat(2) is told of it. */
struct shim_exec {
	int dirfd;
	int flags;
	const char *path;
	char *const *envp;
	bool elsewhere; /* by a child that is still to be born */
};

struct core_shim {
	uint32_t version;

	/* Makes the calling thread known, if it is to be: stores it in *ret, with all signals
	 * blocked. parent: its creator if known, else NULL. */
	void (*thread_begin)(struct thread **ret, struct thread *parent);
	/* It calls no more. */
	void (*thread_end)(struct thread *t);
	/* t was a vfork's child, which has its own memory by now, or is dead. */
	void (*thread_gone)(struct thread *t);
	/* In fork's child: t goes on as the thread of the new process. */
	void (*forked)(struct thread *t);
	/* Who records for t while a signal handler has interrupted t's recorder: NULL, nobody. */
	struct thread *(*nested)(struct thread *t);
	/* Who records for a thread that runs beside the one whose thread-local storage it has; made
	 * known if it is not yet. NULL: nobody. *ret_busy: a word of its own, 0 to begin with. */
	struct thread *(*borrower)(volatile uint64_t **ret_busy);
	/* Whether t is the calling thread. */
	bool (*is_caller)(const struct thread *t);

	/* As shim_enter(), shim_exit() and shim_leave() in lib/shim.h. */
	void (*enter)(struct thread *t, struct shim_call *call, unsigned int nr,
		      const uint64_t args[6], const void *ip);
	void (*exit)(struct thread *t, struct shim_call *call, long ret);
	void (*leave)(struct thread *t, struct shim_call *call);

	/* Whether t records system call nr. */
	bool (*traced)(const struct thread *t, unsigned int nr);
	/* Counts n calls of t that were not recorded here. */
	void (*missed)(struct thread *t, unsigned int n);

	/* The thread is about to jump to the stack pointer `place`, by longjmp(). */
	void (*jump)(struct thread *t, uint64_t place);
	/* Whether code that ran at stack pointer `from` has been left for good by a thread that is
	 * at `place` now. */
	bool (*is_left)(uint64_t from, uint64_t place);

	/* Blocks all signals, returns the mask before; and undoes it. */
	uint64_t (*signals_block)(void);
	void (*signals_restore)(uint64_t mask);

	/* Before an execve or posix_spawn: the environment that leads the new image to the session,
	 * exec->envp itself if that is not possible. Undone by exec_done(), if the caller comes to
	 * that. */
	char **(*exec_env)(struct thread *t, const struct shim_exec *exec);
	void (*exec_done)(struct thread *t);
};

void itrace_shim_start(const struct core_shim *shim) __attribute__((weak, visibility("default")));

#endif
