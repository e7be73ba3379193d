/* SPDX-License-Identifier: MIT */
/*
 * More threads alive at once than the ring has chunks at first: each makes a mark, waits until all
 * have, and makes another.
 */
#include <pthread.h>

#include "mark.h"

#define THREADS 4200

static pthread_barrier_t all;

static void *stays(void *arg)
{
	mark(1);
	pthread_barrier_wait(&all);
	mark(2);
	return arg;
}

int main(void)
{
	static pthread_t threads[THREADS];
	pthread_attr_t attr;

	CHECK(!pthread_barrier_init(&all, NULL, THREADS));
	CHECK(!pthread_attr_init(&attr));
	CHECK(!pthread_attr_setstacksize(&attr, 64 << 10));
	for (int i = 0; i < THREADS; i++)
		CHECK(!pthread_create(&threads[i], &attr, stays, NULL));
	for (int i = 0; i < THREADS; i++)
		CHECK(!pthread_join(threads[i], NULL));
	return 0;
}
