/* SPDX-License-Identifier: MIT */
/*
 * posix_spawn(): its child is born and executes within libc. The birth is recorded as the call that
 * makes it there, without the addresses that only libc knows; the new program is traced.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/shim.h"
#include "lib/shim_exec.h"

typedef int spawn_fn(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
		     const posix_spawnattr_t *attr, char *const *argv, char *const *envp);

/* What the caller asks for, but for the environment. */
struct order {
	spawn_fn *real;
	const char *file;
	const posix_spawn_file_actions_t *actions;
	const posix_spawnattr_t *attr;
	char *const *argv;
};

/* path: the program to look at, NULL if there is none. */
static int spawn(const struct order *o, const char *path, char *const *envp, pid_t *ret_pid)
{
	struct shim_exec exec = {
		.dirfd = AT_FDCWD, .path = path, .envp = envp, .elsewhere = true
	};
	struct thread *t;
	int ret;

	ret = o->real(ret_pid, o->file, o->actions, o->attr, o->argv, shim_env_begin(&exec, &t));
	shim_env_done(t);
	return ret;
}

SHIM_EXPORT int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
			    const posix_spawnattr_t *attr, char *const *argv, char *const *envp)
{
	struct order o = { SHIM_FIND(posix_spawn), path, actions, attr, argv };
	SHIM_CALL call;
	pid_t child;
	int ret;

	SHIM_ENTER(SYS_clone, CLONE_VM | CLONE_VFORK | SIGCHLD);
	ret = spawn(&o, path, envp, &child);
	if (!ret && pid)
		*pid = child;
	shim_exit(&call, ret ? -ret : child);
	return ret;
}

/* The program that posix_spawnp() will find. */
static const char *find_program(const char *file, char path[SHIM_PATH_MAX])
{
	struct shim_search search;

	if (strchr(file, '/'))
		return file;
	for (search = shim_search_begin(file); shim_search_next(&search, path);) {
		if (!SHIM_FIND(access)(path, X_OK))
			return path;
	}
	return NULL;
}

SHIM_EXPORT int posix_spawnp(pid_t *pid, const char *file,
			     const posix_spawn_file_actions_t *actions,
			     const posix_spawnattr_t *attr, char *const *argv, char *const *envp)
{
	struct order o = { SHIM_FIND(posix_spawnp), file, actions, attr, argv };
	int saved = errno, ret;
	char path[SHIM_PATH_MAX];
	const char *program = find_program(file, path);
	SHIM_CALL call;
	pid_t child;

	errno = saved;
	SHIM_ENTER(SYS_clone, CLONE_VM | CLONE_VFORK | SIGCHLD);
	ret = spawn(&o, program, envp, &child);
	if (!ret && pid)
		*pid = child;
	shim_exit(&call, ret ? -ret : child);
	return ret;
}
