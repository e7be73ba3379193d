/* SPDX-License-Identifier: MIT */
/*
 * The environment that carries a session from one image to the next (itrace/handoff.h).
 */
#ifndef ITRACE_ENVIRONMENT_H
#define ITRACE_ENVIRONMENT_H

#include "core.h"

struct handoff {
	int32_t fd;
	uint32_t uid;
	int32_t tid;
	uint32_t flags; /* HANDOFF_F_* */
};

/* Reads ITRACE_SESSION. False: there is none. */
bool environment_read(char **envp, struct handoff *ret_h);

/* Takes our variables out of envp in place. *ret_fd: the descriptor that the library was preloaded
 * by, to be closed; -1 if none. */
void environment_clean(char **envp, int *ret_fd);

/*
 * Builds the environment of a new image in buffer: the program's, with ours. envp may be NULL.
 * Returns 0, -EFAULT or -E2BIG; *ret_envp lies in buffer.
 */
int environment_build(struct thread *t, uint64_t envp, const struct handoff *h,
		      const char *preload_list, void *buffer, size_t size, char ***ret_envp);

/* Bytes that environment_build() needs; 0 if envp cannot be read. */
size_t environment_size(struct thread *t, uint64_t envp);

#endif
