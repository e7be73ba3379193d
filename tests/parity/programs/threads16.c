/* SPDX-License-Identifier: MIT */
/*
 * Sixteen threads that make the same few calls, each on its own file; every thread waits for
 * nobody, so that each one's calls are the same in every run.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/stat.h>

#define THREADS 16
#define ROUNDS 20

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static int files[THREADS];

static void use_file(long n)
{
	char name[32];
	char line[64];
	struct stat st;

	for (int i = 0; i < ROUNDS; i++) {
		int len = snprintf(line, sizeof(line), "thread %ld round %d\n", n, i);

		if (write(files[n], line, len) != len)
			fail("write");
	}
	if (fstat(files[n], &st) || lseek(files[n], 0, SEEK_SET))
		fail("fstat");
	if (read(files[n], line, sizeof(line)) != sizeof(line))
		fail("read");
	snprintf(name, sizeof(name), "directory-%ld", n);
	if (mkdir(name, 0700) || rmdir(name) || access(name, F_OK) == 0)
		fail(name);
}

/* Opened before the threads are: which thread gets which number would be chance. */
static void open_file(long n)
{
	char name[32];

	snprintf(name, sizeof(name), "thread-%ld", n);
	files[n] = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (files[n] < 0)
		fail(name);
}

static void *run_thread(void *arg)
{
	use_file((long)arg);
	return NULL;
}

int main(void)
{
	/* Stacks of our own, so that none is used again, or not, by the order in which threads end.
	 */
	static char stacks[THREADS][256 << 10] __attribute__((aligned(4096)));
	pthread_t threads[THREADS];
	pthread_attr_t attr;

	for (long i = 0; i < THREADS; i++)
		open_file(i);
	pthread_attr_init(&attr);
	for (long i = 0; i < THREADS; i++) {
		if (pthread_attr_setstack(&attr, stacks[i], sizeof(stacks[i])) ||
		    pthread_create(&threads[i], &attr, run_thread, (void *)i))
			fail("pthread_create");
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
