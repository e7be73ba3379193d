/* SPDX-License-Identifier: MIT */
/*
 * The wrappers of the exec family. All end in execve() or execveat(), as they do in libc; the
 * search along PATH is made here, so that each attempt is seen, and its program looked at. They may
 * run in a vfork's child: no heap.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/shim.h"
#include "lib/shim_exec.h"
#include "lib/shim_thread.h"

#define DEFAULT_PATH "/bin:/usr/bin" /* confstr(_CS_PATH) */
#define SHELL "/bin/sh"

extern char **environ;

char *const *shim_env_begin(const struct shim_exec *exec, struct thread **ret_t)
{
	char *const *envp = exec->envp;

	*ret_t = shim_lock((uint64_t)__builtin_dwarf_cfa());
	if (*ret_t) {
		envp = shim_core->exec_env(*ret_t, exec);
		shim_unlock(*ret_t);
	}
	return envp;
}

void shim_env_done(struct thread *t)
{
	if (t)
		shim_core->exec_done(t);
}

SHIM_EXPORT int execve(const char *path, char *const *argv, char *const *envp)
{
	struct shim_exec exec = { .dirfd = AT_FDCWD, .path = path, .envp = envp };
	SHIM_CALL call;
	struct thread *t;
	int ret;

	SHIM_ENTER(SYS_execve, path, argv, envp);
	ret = SHIM_FIND(execve)(path, argv, shim_env_begin(&exec, &t));
	shim_env_done(t);
	shim_exit(&call, shim_result(ret));
	return ret;
}

SHIM_EXPORT int execveat(int fd, const char *path, char *const *argv, char *const *envp, int flags)
{
	struct shim_exec exec = { .dirfd = fd, .flags = flags, .path = path, .envp = envp };
	SHIM_CALL call;
	struct thread *t;
	int ret;

	SHIM_ENTER(SYS_execveat, fd, path, argv, envp, flags);
	ret = SHIM_FIND(execveat)(fd, path, argv, shim_env_begin(&exec, &t), flags);
	shim_env_done(t);
	shim_exit(&call, shim_result(ret));
	return ret;
}

SHIM_EXPORT int fexecve(int fd, char *const *argv, char *const *envp)
{
	struct shim_exec exec = { .dirfd = fd, .flags = AT_EMPTY_PATH, .path = "", .envp = envp };
	SHIM_CALL call;
	struct thread *t;
	int ret;

	if (fd < 0)
		return SHIM_FIND(fexecve)(fd, argv, envp);
	SHIM_ENTER(SYS_execveat, fd, exec.path, argv, envp, AT_EMPTY_PATH);
	ret = SHIM_FIND(fexecve)(fd, argv, shim_env_begin(&exec, &t));
	shim_env_done(t);
	shim_exit(&call, shim_result(ret));
	return ret;
}

struct shim_search shim_search_begin(const char *file)
{
	const char *path = getenv("PATH");

	return (struct shim_search){ file, path ? path : DEFAULT_PATH };
}

bool shim_search_next(struct shim_search *s, char path[SHIM_PATH_MAX])
{
	while (s->rest) {
		const char *folder = s->rest, *end = strchrnul(folder, ':');
		size_t len = (size_t)(end - folder), name = strlen(s->file);

		s->rest = *end ? end + 1 : NULL;
		if (len + name + 2 > SHIM_PATH_MAX)
			continue;
		memcpy(path, folder, len);
		if (len)
			path[len++] = '/';
		memcpy(path + len, s->file, name + 1);
		return true;
	}
	return false;
}

/* A file without a #! line is the shell's. */
static int exec_script(const char *path, char *const *argv, char *const *envp)
{
	size_t n = 0;
	char **words;

	while (argv[n])
		n++;
	words = __builtin_alloca((n + 3) * sizeof(*words));
	words[0] = (char *)SHELL;
	words[1] = (char *)path;
	words[2] = NULL;
	for (size_t i = 1; i < n; i++)
		words[i + 1] = argv[i];
	if (n > 1)
		words[n + 1] = NULL;
	return execve(SHELL, words, envp);
}

static int exec_or_script(const char *path, char *const *argv, char *const *envp)
{
	int ret = execve(path, argv, envp);

	return errno == ENOEXEC ? exec_script(path, argv, envp) : ret;
}

/* Whether the search goes on behind this failure (execvp(3)). */
static bool is_passed_over(int err)
{
	return err == EACCES || err == ENOENT || err == ENOTDIR || err == ESTALE || err == ENODEV ||
	       err == ETIMEDOUT;
}

SHIM_EXPORT int execvpe(const char *file, char *const *argv, char *const *envp)
{
	struct shim_search search;
	char path[SHIM_PATH_MAX];
	bool denied = false;

	if (!*file) {
		errno = ENOENT;
		return -1;
	}
	if (strchr(file, '/'))
		return exec_or_script(file, argv, envp);
	if (strlen(file) > NAME_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	for (search = shim_search_begin(file); shim_search_next(&search, path);) {
		exec_or_script(path, argv, envp);
		denied |= errno == EACCES;
		if (!is_passed_over(errno))
			return -1;
	}
	if (denied)
		errno = EACCES;
	return -1;
}

SHIM_EXPORT int execv(const char *path, char *const *argv)
{
	return execve(path, argv, environ);
}

SHIM_EXPORT int execvp(const char *file, char *const *argv)
{
	return execvpe(file, argv, environ);
}

/* The arguments of execl and its kin as a vector; ap stands behind the NULL afterwards. */
#define COLLECT(argv, first, ap)                                    \
	do {                                                        \
		va_list count_;                                     \
		size_t n_ = 1;                                      \
		va_copy(count_, ap);                                \
		while (va_arg(count_, char *))                      \
			n_++;                                       \
		va_end(count_);                                     \
		argv = __builtin_alloca((n_ + 1) * sizeof(char *)); \
		argv[0] = (char *)(first);                          \
		for (size_t i_ = 1; i_ <= n_; i_++)                 \
			argv[i_] = va_arg(ap, char *);              \
	} while (0)

SHIM_EXPORT int execl(const char *path, const char *arg, ...)
{
	char **argv;
	va_list ap;

	va_start(ap, arg);
	COLLECT(argv, arg, ap);
	va_end(ap);
	return execve(path, argv, environ);
}

SHIM_EXPORT int execlp(const char *file, const char *arg, ...)
{
	char **argv;
	va_list ap;

	va_start(ap, arg);
	COLLECT(argv, arg, ap);
	va_end(ap);
	return execvpe(file, argv, environ);
}

SHIM_EXPORT int execle(const char *path, const char *arg, ...)
{
	char **argv, **envp;
	va_list ap;

	va_start(ap, arg);
	COLLECT(argv, arg, ap);
	envp = va_arg(ap, char **);
	va_end(ap);
	return execve(path, argv, envp);
}
