/* SPDX-License-Identifier: MIT */
/*
 * Threads that end all the time, of the lowest priority so that they are often stopped on their
 * last steps, while vfork's children take what the dead leave behind: every mark must be there.
 */
#include <pthread.h>
#include <sched.h>
#include <sys/wait.h>
#include <time.h>

#include "mark.h"

#define CREATORS 4
#define THREADS 200 /* by each creator, one after the other */
#define THREAD_MARKS 8
#define PARENTS 3
#define CHILDREN 200 /* of each parent, one after the other */
#define CHILD_MARKS 90

static void *ends(void *arg)
{
	struct sched_param param = { 0 };

	sched_setscheduler(0, SCHED_IDLE, &param);
	for (int i = 0; i < THREAD_MARKS; i++)
		mark(1);
	return arg;
}

static void *creates(void *arg)
{
	for (int n = 0; n < THREADS; n++) {
		pthread_t thread;

		CHECK(!pthread_create(&thread, NULL, ends, NULL));
		CHECK(!pthread_join(thread, NULL));
	}
	return arg;
}

static pid_t child_begins(int status)
{
	pid_t child = vfork();

	if (child)
		return child;
	for (volatile int i = 0; i < CHILD_MARKS; i++)
		getpgid(MARK_BASE + 2);
	_exit(status);
}

static void *bears(void *arg)
{
	struct timespec pause = { 0, 20000 };

	for (int n = 0; n < CHILDREN; n++) {
		pid_t child;
		int status;

		nanosleep(&pause, NULL);
		child = child_begins(n & 0x7f);
		CHECK(child > 0 && waitpid(child, &status, 0) == child);
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) == (n & 0x7f));
	}
	return arg;
}

int main(void)
{
	pthread_t threads[CREATORS + PARENTS];

	for (int i = 0; i < CREATORS + PARENTS; i++)
		CHECK(!pthread_create(&threads[i], NULL, i < CREATORS ? creates : bears, NULL));
	for (int i = 0; i < CREATORS + PARENTS; i++)
		CHECK(!pthread_join(threads[i], NULL));
	return 0;
}
