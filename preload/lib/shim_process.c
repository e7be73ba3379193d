/* SPDX-License-Identifier: MIT */
/*
 * The wrappers that cannot be generated: functions that return twice, or become another program.
 * What libc does inside its own functions (system, popen) goes past them.
 */
#include <dlfcn.h>
#include <errno.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/shim.h"
#include "lib/shim_thread.h"

extern char **environ;

#define REAL(fn)                                      \
	({                                            \
		static void *target_;                 \
		if (!target_)                         \
			target_ = real_function(#fn); \
		(__typeof__(&fn))target_;             \
	})

static void *real_function(const char *name)
{
	int saved = errno;
	void *f = dlsym(RTLD_NEXT, name);

	errno = saved;
	return f;
}

static void child_begins(void)
{
	struct thread *t = shim_self.thread;

	shim_self.busy = false;
	if (t && shim_core)
		shim_core->forked(t);
}

SHIM_EXPORT pid_t fork(void)
{
	SHIM_CALL call;
	pid_t pid;

	SHIM_ENTER(SYS_fork);
	pid = REAL(fork)();
	if (!pid)
		child_begins();
	shim_exit(&call, shim_result(pid));
	return pid;
}

/* From vfork() in shim_vfork.S: before the call, and behind it in the child and in the parent. */
__attribute__((visibility("hidden"))) void shim_vfork_before(const void *ip)
{
	static const uint64_t none[6];

	shim_enter(&shim_self.vfork_call, SYS_vfork, none, ip);
}

__attribute__((visibility("hidden"))) long shim_vfork_after(long ret)
{
	if (!ret) {
		/* the child makes itself known by its first call */
		shim_self.vfork_parent = shim_self.thread;
		shim_self.thread = NULL;
		return 0;
	}
	if (shim_self.vfork_parent) {
		if (shim_self.thread)
			shim_core->thread_end(shim_self.thread);
		shim_self.thread = shim_self.vfork_parent;
		shim_self.vfork_parent = NULL;
		shim_self.busy = false;
	}
	shim_exit(&shim_self.vfork_call, ret);
	if (ret < 0) {
		errno = (int)-ret;
		ret = -1;
	}
	return ret;
}

/* Calls by number, but for those that return twice or not at all, which libc's code must make. */
SHIM_EXPORT long syscall(long nr, ...)
{
	SHIM_CALL call;
	uint64_t args[6];
	va_list ap;
	long ret;

	va_start(ap, nr);
	for (int i = 0; i < 6; i++)
		args[i] = va_arg(ap, uint64_t);
	va_end(ap);
	call.record = NULL;
	if (nr != SYS_clone && nr != SYS_clone3 && nr != SYS_fork && nr != SYS_vfork)
		shim_enter(&call, (unsigned int)nr, args, __builtin_return_address(0));
	ret = REAL(syscall)(nr, args[0], args[1], args[2], args[3], args[4], args[5]);
	shim_exit(&call, shim_result(ret));
	return ret;
}

/* The environment for a new program; *ret_t is to be given to env_done(). */
static char *const *env_begin(const char *path, char *const *envp, struct thread **ret_t)
{
	*ret_t = shim_lock();
	if (*ret_t)
		envp = shim_core->exec_env(*ret_t, path, envp);
	shim_unlock();
	return envp;
}

static void env_done(struct thread *t)
{
	int saved = errno;

	if (t)
		shim_core->exec_done(t);
	errno = saved;
}

SHIM_EXPORT int execve(const char *path, char *const *argv, char *const *envp)
{
	SHIM_CALL call;
	struct thread *t;
	int ret;

	SHIM_ENTER(SYS_execve, path, argv, envp);
	ret = REAL(execve)(path, argv, env_begin(path, envp, &t));
	env_done(t);
	shim_exit(&call, shim_result(ret));
	return ret;
}

SHIM_EXPORT int execvpe(const char *file, char *const *argv, char *const *envp)
{
	SHIM_CALL call;
	struct thread *t;
	int ret;

	SHIM_ENTER(SYS_execve, file, argv, envp);
	ret = REAL(execvpe)(file, argv, env_begin(NULL, envp, &t));
	env_done(t);
	shim_exit(&call, shim_result(ret));
	return ret;
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

SHIM_EXPORT int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
			    const posix_spawnattr_t *attr, char *const *argv, char *const *envp)
{
	struct thread *t;
	int ret = REAL(posix_spawn)(pid, path, actions, attr, argv, env_begin(path, envp, &t));

	env_done(t);
	return ret;
}

SHIM_EXPORT int posix_spawnp(pid_t *pid, const char *file,
			     const posix_spawn_file_actions_t *actions,
			     const posix_spawnattr_t *attr, char *const *argv, char *const *envp)
{
	struct thread *t;
	int ret = REAL(posix_spawnp)(pid, file, actions, attr, argv, env_begin(NULL, envp, &t));

	env_done(t);
	return ret;
}
