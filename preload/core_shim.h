/* SPDX-License-Identifier: MIT */
/*
 * What libitrace.so offers to libitrace-shim.so, the wrappers of method shim. They meet as
 * core_api.h describes for the other sibling: the core's constructor calls itrace_shim_start().
 *
 * With this method the core has no thread state at the GS base and handles no signal: the shims
 * keep the pointer to the thread in their own thread-local storage, pass it in, and never nest one
 * of these calls into another on the same thread.
 */
#ifndef ITRACE_CORE_SHIM_H
#define ITRACE_CORE_SHIM_H

#include <stddef.h>
#include <stdint.h>

#define CORE_SHIM_VERSION 1

struct thread;
struct shim_call;

struct core_shim {
	uint32_t version;

	/* Makes the calling thread known. parent: its creator if known, else NULL. NULL: not
	 * traced. */
	struct thread *(*thread_begin)(struct thread *parent);
	/* It calls no more. */
	void (*thread_end)(struct thread *t);
	/* In fork's child: t goes on as the thread of the new process. */
	void (*forked)(struct thread *t);

	/* As shim_enter(), shim_exit() and shim_leave() in lib/shim.h. */
	void (*enter)(struct thread *t, struct shim_call *call, unsigned int nr,
		      const uint64_t args[6], const void *ip);
	void (*exit)(struct thread *t, struct shim_call *call, long ret);
	void (*leave)(struct thread *t, struct shim_call *call);

	/* Before an execve or posix_spawn: the environment that leads the new image to the session,
	 * envp itself if that is not possible. path: NULL if libc will search for it. Undone by
	 * exec_done(), if the caller comes to that. */
	char **(*exec_env)(struct thread *t, const char *path, char *const *envp);
	void (*exec_done)(struct thread *t);
};

void itrace_shim_start(const struct core_shim *shim) __attribute__((weak, visibility("default")));

#endif
