/* SPDX-License-Identifier: MIT */
/*
 * A thread attempts an execve that fails, again and again, while the others start threads: nothing
 * of the process has ended, whatever is going on in a thread when another begins.
 */
#include <errno.h>
#include <pthread.h>

#include "mark.h"

#define ATTEMPTS 20000

static int done;

static void *attempts(void *arg)
{
	static char *const argv[] = { "program", NULL }, *const envp[] = { NULL };

	for (int n = 0; n < ATTEMPTS; n++)
		CHECK(execve("/no/such/program", argv, envp) == -1 && errno == ENOENT);
	__atomic_store_n(&done, 1, __ATOMIC_RELAXED);
	return arg;
}

static void *marks(void *arg)
{
	mark(1);
	return arg;
}

int main(void)
{
	pthread_t thread, other;

	CHECK(!pthread_create(&thread, NULL, attempts, NULL));
	for (int n = 0; n < 200 || !__atomic_load_n(&done, __ATOMIC_RELAXED); n++) {
		CHECK(!pthread_create(&other, NULL, marks, NULL));
		CHECK(!pthread_join(other, NULL));
		mark(2);
	}
	CHECK(!pthread_join(thread, NULL));
	mark(3);
	return 0;
}
