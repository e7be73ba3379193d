/* SPDX-License-Identifier: MIT */
/* Threads that race through opendir(): its site may straddle a page, and all meet it for the first
 * time at once. */
#include <dirent.h>
#include <pthread.h>

#include "mark.h"

#define THREADS 8
#define ROUNDS 200

static pthread_barrier_t barrier;

static void *list(void *arg)
{
	long entries = 0;

	(void)arg;
	pthread_barrier_wait(&barrier);
	for (int i = 0; i < ROUNDS; i++) {
		DIR *dir = opendir("entries");

		CHECK(dir);
		while (readdir(dir))
			entries++;
		CHECK(!closedir(dir));
		mark(1);
	}
	return (void *)entries;
}

int main(void)
{
	pthread_t threads[THREADS];
	long sum = 0;

	pthread_barrier_init(&barrier, NULL, THREADS);
	for (int i = 0; i < THREADS; i++)
		CHECK(!pthread_create(&threads[i], NULL, list, NULL));
	for (int i = 0; i < THREADS; i++) {
		void *entries;

		CHECK(!pthread_join(threads[i], &entries));
		sum += (long)entries;
	}
	printf("%ld entries\n", sum);
	return 0;
}
