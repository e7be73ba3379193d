/* SPDX-License-Identifier: MIT */
/*
 * The environment that leads a new program to the session.
 */
#ifndef ITRACE_SHIM_EXEC_H
#define ITRACE_SHIM_EXEC_H

#include "core_shim.h"

#pragma GCC visibility push(hidden)

/* The environment to execute exec->path with; *ret_t is to be given to shim_env_done() if the
 * caller comes to that. Keeps errno. */
char *const *shim_env_begin(const struct shim_exec *exec, struct thread **ret_t);
void shim_env_done(struct thread *t);

/*
 * The places where execvp() looks for file, in its order: next stores them in path, one after the
 * other. False: no more. Any context.
 */
struct shim_search {
	const char *file;
	const char *rest; /* of PATH; NULL: at its end */
};

#define SHIM_PATH_MAX (4096 + 256) /* a folder, and a name */

struct shim_search shim_search_begin(const char *file);
bool shim_search_next(struct shim_search *s, char path[SHIM_PATH_MAX]);

#pragma GCC visibility pop

#endif
