/* SPDX-License-Identifier: MIT */
/* Threads that vfork and posix_spawn at the same time; each child's exit status must come back to
 * its maker. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include "mark.h"

#define THREADS 6
#define CHILDREN 12

extern char **environ;

static pthread_barrier_t barrier;

static pid_t child_start(int status)
{
	char text[16];
	char *argv[] = { "/bin/sh", "-c", text, NULL };
	pid_t pid;

	snprintf(text, sizeof(text), "exit %d", status);
	if (status % 2) {
		pid = vfork();
		if (!pid) {
			execv(argv[0], argv);
			_exit(127);
		}
	} else {
		CHECK(!posix_spawn(&pid, argv[0], NULL, NULL, argv, environ));
	}
	CHECK(pid > 0);
	return pid;
}

static void *make_children(void *arg)
{
	int first = (int)(long)arg * CHILDREN, status;

	pthread_barrier_wait(&barrier);
	for (int i = 0; i < CHILDREN; i++) {
		pid_t pid = child_start(first + i), got;

		do
			got = waitpid(pid, &status, 0);
		while (got < 0 && errno == EINTR);
		CHECK(got == pid);
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) == first + i);
		mark(1);
	}
	return NULL;
}

/* A child that only exits, and one that is killed, straight from vfork. */
static void short_children(void)
{
	int status;
	pid_t pid = vfork();

	if (!pid)
		_exit(41);
	CHECK(waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 41);
	pid = vfork();
	if (!pid) {
		kill(getpid(), SIGKILL);
		_exit(0);
	}
	CHECK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status));
}

int main(void)
{
	pthread_t threads[THREADS];

	pthread_barrier_init(&barrier, NULL, THREADS);
	for (long i = 0; i < THREADS; i++)
		CHECK(!pthread_create(&threads[i], NULL, make_children, (void *)i));
	for (int i = 0; i < THREADS; i++)
		CHECK(!pthread_join(threads[i], NULL));
	short_children();
	printf("%d children\n", THREADS * CHILDREN);
	return 0;
}
