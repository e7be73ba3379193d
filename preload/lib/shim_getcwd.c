/* SPDX-License-Identifier: MIT */
/*
 * getcwd() finds memory for the path where it is given none: the system call's arguments are known
 * only when it returns.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/shim.h"

static long result_of(const char *path)
{
	return path ? (long)strlen(path) + 1 : -errno;
}

static char *find_memory(size_t size)
{
	SHIM_CALL call;
	char *path = SHIM_FIND(getcwd)(NULL, size);

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
	path = SHIM_FIND(getcwd)(buf, size);
	shim_exit(&call, result_of(path));
	return path;
}
