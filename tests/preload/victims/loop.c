/* SPDX-License-Identifier: MIT */
/*
 * loop THREADS CALLS [SECONDS]: each thread calls getppid() CALLS times; with SECONDS, goes on for
 * so long whatever CALLS says. Prints how many calls were made.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static long calls, total;
static double seconds;

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void *run(void *arg)
{
	double end = now() + seconds;
	long n = 0;

	while (n < calls || (seconds > 0 && now() < end)) {
		getppid();
		n++;
	}
	__atomic_fetch_add(&total, n, __ATOMIC_RELAXED);
	return arg;
}

int main(int argc, char **argv)
{
	int threads = argc > 1 ? atoi(argv[1]) : 1;
	pthread_t t[256];

	calls = argc > 2 ? atol(argv[2]) : 1000;
	seconds = argc > 3 ? atof(argv[3]) : 0;
	for (int i = 0; i < threads && i < 256; i++)
		pthread_create(&t[i], NULL, run, NULL);
	for (int i = 0; i < threads && i < 256; i++)
		pthread_join(t[i], NULL);
	printf("%ld\n", total);
	return 0;
}
