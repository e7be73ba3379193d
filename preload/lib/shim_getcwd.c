/* SPDX-License-Identifier: MIT */
/*
 * getcwd() finds memory for the path where it is given none: the system call's arguments are known
 * only when it returns.
 */
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/shim.h"

typedef char *getcwd_fn(char *buf, size_t size);

static getcwd_fn *real_getcwd(void)
{
	static getcwd_fn *target;
	int saved = errno;

	if (!target)
		target = (getcwd_fn *)dlsym(RTLD_NEXT, "getcwd");
	errno = saved;
	return target;
}

static long result_of(const char *path)
{
	return path ? (long)strlen(path) + 1 : -errno;
}

static char *find_memory(size_t size)
{
	SHIM_CALL call;
	char *path = real_getcwd()(NULL, size);

	SHIM_ENTER(SYS_getcwd, path, size ? size : PATH_MAX);
	shim_exit(&call, result_of(path));
	return path;
}

SHIM_EXPORT char *getcwd(char *buf, size_t size)
{
	SHIM_CALL call;
	char *path;

	if (!buf)
		return find_memory(size);
	SHIM_ENTER(SYS_getcwd, buf, size);
	path = real_getcwd()(buf, size);
	shim_exit(&call, result_of(path));
	return path;
}
