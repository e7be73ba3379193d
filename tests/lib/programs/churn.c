// SPDX-License-Identifier: MIT
// churn THREADS ROUNDS: each thread makes ROUNDS calls of malloc, and as many of free.
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

static long rounds;

static void *churn(void *arg)
{
	unsigned int seed = (unsigned int)(uintptr_t)arg;
	void *blocks[64] = { NULL };

	for (long i = 0; i < rounds; i++) {
		void **block = &blocks[i % 64];

		if (*block)
			free(*block);
		seed = seed * 1103515245 + 12345;
		*block = malloc(1 + (seed >> 20 & 255));
	}
	for (int i = 0; i < 64; i++)
		if (blocks[i])
			free(blocks[i]);
	return NULL;
}

int main(int argc, char **argv)
{
	long nr = argc > 1 ? atol(argv[1]) : 1;
	pthread_t threads[64];

	rounds = argc > 2 ? atol(argv[2]) : 1000;
	for (long i = 0; i < nr; i++)
		pthread_create(&threads[i], NULL, churn, (void *)(i + 1));
	for (long i = 0; i < nr; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
