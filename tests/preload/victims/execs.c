/* SPDX-License-Identifier: MIT */
/*
 * execve in the ways that lose a tracer: with an empty environment, after every descriptor was
 * closed, with a null environment, by descriptor, of a script, from a thread, after one that
 * failed. Each step prints; the test counts in the trace that every image was followed.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char *self;

static void stage(const char *name, int (*how)(char **argv))
{
	char *argv[] = { self, "leaf", (char *)name, NULL };
	int status = 0;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		how(argv);
		printf("%s: errno %d\n", name, errno);
		fflush(stdout);
		_exit(1);
	}
	waitpid(pid, &status, 0);
	printf("%s: status %x\n", name, status);
}

static int empty(char **argv)
{
	char *none[] = { NULL };

	return execve(self, argv, none);
}

static int null_env(char **argv)
{
	return (int)syscall(SYS_execve, self, argv, NULL);
}

static int closed(char **argv)
{
	char *none[] = { NULL };

	syscall(SYS_close_range, 3, ~0u, 0);
	return execve(self, argv, none);
}

static int by_fd(char **argv)
{
	char *env[] = { "A=1", NULL };
	int fd = open(self, O_RDONLY | O_CLOEXEC);

	return (int)syscall(SYS_execveat, fd, "", argv, env, AT_EMPTY_PATH);
}

static int own_preload(char **argv)
{
	char *env[] = { "B=2", "LD_PRELOAD=libpthread.so.0", "C=3", NULL };

	return execve(self, argv, env);
}

static int after_failure(char **argv)
{
	char *env[] = { "A=1", NULL };

	for (int i = 0; i < 3; i++) {
		if (execve("/nonexistent", argv, env) == 0 || errno != ENOENT)
			return 1;
		if (execve("/etc/passwd", argv, env) == 0 || errno != EACCES)
			return 1;
		if (syscall(SYS_execve, self, argv, (char **)8) == 0 || errno != EFAULT)
			return 1;
		if (syscall(SYS_execve, (char *)8, argv, env) == 0 || errno != EFAULT)
			return 1;
	}
	return execve(self, argv, env);
}

static void *exec_here(void *argv)
{
	empty(argv);
	return NULL;
}

static int in_thread(char **argv)
{
	pthread_t t;

	pthread_create(&t, NULL, exec_here, argv);
	pthread_join(t, NULL);
	return 1;
}

/* What the new image sees: its environment and the number of its descriptors. */
static int leaf(const char *name)
{
	extern char **environ;
	int fds = 0;

	printf("%s:", name);
	for (char **p = environ; *p; p++)
		printf(" %s", *p);
	for (int fd = 3; fd < 64; fd++)
		fds += fcntl(fd, F_GETFD) >= 0;
	printf(" fds %d\n", fds);
	return 0;
}

int main(int argc, char **argv)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (argc > 2 && !strcmp(argv[1], "leaf"))
		return leaf(argv[2]);
	if (n < 0)
		return 2;
	path[n] = 0;
	self = path;
	syscall(SYS_close_range, 3, ~0u, 0);
	stage("empty", empty);
	stage("null", null_env);
	stage("closed", closed);
	stage("by fd", by_fd);
	stage("own preload", own_preload);
	stage("after failure", after_failure);
	stage("in thread", in_thread);
	return 0;
}
