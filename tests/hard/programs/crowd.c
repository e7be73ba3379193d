/* SPDX-License-Identifier: MIT */
/*
 * 64 threads that make marks as fast as they can until the process is killed, or COUNT each.
 *
 *     crowd FILE [COUNT [THREADS]]    THREADS 0: the first thread makes them
 *
 * FILE, shared memory, holds one 64-bit counter per thread: how many of its marks have returned.
 * Thread i's mark is i.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/mman.h>

#include "mark.h"

static uint64_t *counters, limit = UINT64_MAX;

static void *make_marks(void *arg)
{
	int i = (int)(long)arg;

	for (uint64_t n = 1; n <= limit; n++) {
		mark(i);
		__atomic_store_n(&counters[i], n, __ATOMIC_RELAXED);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	int nr = argc > 3 ? atoi(argv[3]) : 64, fd, rows = nr ? nr : 1;
	pthread_t *threads = calloc((size_t)rows, sizeof(*threads));
	pthread_attr_t attr;

	CHECK(argc > 1 && threads);
	if (argc > 2)
		limit = strtoull(argv[2], NULL, 10);
	fd = open(argv[1], O_RDWR | O_CREAT, 0600);
	CHECK(fd >= 0 && !ftruncate(fd, (off_t)sizeof(uint64_t) * rows));
	counters = mmap(NULL, sizeof(uint64_t) * (size_t)rows, PROT_READ | PROT_WRITE, MAP_SHARED,
			fd, 0);
	CHECK(counters != MAP_FAILED);
	if (!nr)
		make_marks(NULL);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 64 << 10);
	for (long i = 0; i < nr; i++)
		CHECK(!pthread_create(&threads[i], &attr, make_marks, (void *)i));
	for (int i = 0; i < nr; i++)
		pthread_join(threads[i], NULL);
	printf("%d threads\n", nr);
	return 0;
}
