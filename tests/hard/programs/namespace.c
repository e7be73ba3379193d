/* SPDX-License-Identifier: MIT */
/*
 * New PID namespaces: "brief": each child is the first of its own and ends at once; "within":
 * threads and children of one that end at once, of every other child nobody asks how.
 */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "mark.h"

#define TIMES 60

static void brief(void)
{
	for (int n = 0; n < TIMES; n++) {
		pid_t pid = (pid_t)syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0);
		int status;

		if (!pid) {
			mark(1);
			_exit(4);
		}
		CHECK(waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 4);
	}
}

static void *thread_run(void *arg)
{
	mark(1);
	return arg;
}

static void live_within(void)
{
	for (int n = 0; n < TIMES; n++) {
		pthread_t thread;
		int status = SIGTERM;
		pid_t pid;

		CHECK(!pthread_create(&thread, NULL, thread_run, NULL));
		CHECK(!pthread_join(thread, NULL));
		pid = fork();
		while (!pid)
			pause();
		CHECK(!kill(pid, SIGTERM));
		CHECK(waitpid(pid, n % 2 ? NULL : &status, 0) == pid && status == SIGTERM);
	}
}

static void within(void)
{
	int status;
	pid_t pid;

	CHECK(!unshare(CLONE_NEWPID));
	pid = fork();
	if (!pid) {
		live_within();
		_exit(4);
	}
	CHECK(waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 4);
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "within"))
		within();
	else
		brief();
	return 0;
}
