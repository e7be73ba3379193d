/* SPDX-License-Identifier: MIT */
/* See world.h. */
#include "world.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static char *const lines[][16] = {
	{ "itrace", "-f", "true" },
	{ "itrace", "-f", "-v", "-y", "-xx", "-s", "300", "-i", "-n", "-T", "-r", "true" },
	{ "itrace", "-f", "-X", "verbose", "-N", "-y", "-ttt", "true" },
	{ "itrace", "-f", "-X", "raw", "-e", "raw=all", "-tt", "true" },
	{ "itrace", "-c", "-f", "true" },
	{ "itrace", "-f", "-C", "-S", "calls", "true" },
	{ "itrace", "-f", "-v", "-s", "8", "-e", "trace=!read", "-P", "/etc/passwd", "true" },
	{ "itrace", "-f", "-z", "-e", "signal=all", "true" },
};

const unsigned int world_nr_options = sizeof(lines) / sizeof(lines[0]);

static uint64_t now;

void world_options(struct options *o, unsigned int i)
{
	struct text messages = TEXT_INIT;
	int argc = 0;

	i %= world_nr_options;
	while (argc < 16 && lines[i][argc])
		argc++;
	if (options_parse(o, argc, (char **)lines[i], &messages) != OPTIONS_RUN)
		abort();
	text_release(&messages);
}

int world_output(void)
{
	static int fd = -1;

	if (fd < 0)
		fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	return fd;
}

void world_reset(void)
{
	now = 1000000000;
}

int world_clock_gettime(clockid_t id, struct timespec *ts);
int world_clock_gettime(clockid_t id, struct timespec *ts)
{
	(void)id;
	now += 1000000;
	ts->tv_sec = (time_t)(now / 1000000000);
	ts->tv_nsec = (long)(now % 1000000000);
	return 0;
}

/* Odd processes are gone, of even ones nothing is ever heard. */
long world_syscall(long nr, ...);
long world_syscall(long nr, ...)
{
	va_list args;
	int pid;

	va_start(args, nr);
	pid = va_arg(args, int);
	va_end(args);
	if (nr != SYS_pidfd_open)
		return 0;
	errno = pid & 1 ? ESRCH : EMFILE;
	return -1;
}

DIR *world_opendir(const char *name);
DIR *world_opendir(const char *name)
{
	(void)name;
	errno = EACCES;
	return NULL;
}
