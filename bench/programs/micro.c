/* SPDX-License-Identifier: MIT */
/*
 * One kind of call, many times, by one thread or several: what bench/run puts under each tracer.
 *
 *     micro WORK CALLS THREADS      e.g. micro read 1000000 4; CALLS is the sum over the threads
 *
 * Prints one line on its standard output, which the tracers leave alone:
 *
 *     START END HWM ANON     CLOCK_MONOTONIC in ns around the loops; VmHWM and RssAnon in KiB at
 * the end
 *
 * One thread alone runs without pthread_create, as most programs do.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "function.h"

#define THREADS_MAX 64
#define MALLOC_SIZE 64

struct work {
	const char *name;
	void (*run)(unsigned long calls, int fd);
	const char *path; /* opened before the loop, NULL for none */
	int flags;
};

/* Each thread has its own description: no lock of the file's position is shared. */
struct job {
	const struct work *work;
	unsigned long calls;
	int fd;
};

static pthread_barrier_t start;

static void run_getppid(unsigned long calls, int fd)
{
	(void)fd;
	while (calls--)
		getppid();
}

static void run_read(unsigned long calls, int fd)
{
	char byte;

	while (calls--)
		if (read(fd, &byte, 1) != 1)
			abort();
}

static void run_write(unsigned long calls, int fd)
{
	while (calls--)
		if (write(fd, "x", 1) != 1)
			abort();
}

static void run_open(unsigned long calls, int fd)
{
	(void)fd;
	for (calls /= 2; calls; calls--) {
		int file = open("/dev/null", O_RDONLY | O_CLOEXEC);

		if (file < 0)
			abort();
		close(file);
	}
}

static void run_stat(unsigned long calls, int fd)
{
	struct stat st;

	(void)fd;
	while (calls--)
		if (stat("/usr/bin/env", &st))
			abort();
}

static void run_malloc(unsigned long calls, int fd)
{
	(void)fd;
	for (calls /= 2; calls; calls--) {
		void *volatile p = malloc(MALLOC_SIZE);

		free(p);
	}
}

static void run_function(unsigned long calls, int fd)
{
	(void)fd;
	while (calls--)
		bench_function((int)calls);
}

static const struct work works[] = {
	{ "getppid", run_getppid, NULL, 0 },
	{ "read", run_read, "/dev/zero", O_RDONLY },
	{ "write", run_write, "/dev/null", O_WRONLY },
	{ "open", run_open, NULL, 0 },
	{ "stat", run_stat, NULL, 0 },
	{ "malloc", run_malloc, NULL, 0 },
	{ "function", run_function, NULL, 0 },
};

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static void *job_run(void *arg)
{
	struct job *job = arg;

	pthread_barrier_wait(&start);
	job->work->run(job->calls, job->fd);
	pthread_barrier_wait(&start);
	return NULL;
}

static void run_threads(struct job *jobs, unsigned int nr, uint64_t *ret_start, uint64_t *ret_end)
{
	pthread_t threads[THREADS_MAX];

	pthread_barrier_init(&start, NULL, nr + 1);
	for (unsigned int i = 0; i < nr; i++)
		if (pthread_create(&threads[i], NULL, job_run, &jobs[i]))
			abort();
	*ret_start = now_ns();
	pthread_barrier_wait(&start);
	pthread_barrier_wait(&start);
	*ret_end = now_ns();
	for (unsigned int i = 0; i < nr; i++)
		pthread_join(threads[i], NULL);
}

/* A line of /proc/self/status in KiB, 0 if it is not there. */
static long status_kib(const char *name)
{
	FILE *f = fopen("/proc/self/status", "re");
	size_t len = strlen(name);
	char line[128];
	long kib = 0;

	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, name, len) && line[len] == ':')
			kib = atol(line + len + 1);
	if (f)
		fclose(f);
	return kib;
}

static uint64_t cpu_ns(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (uint64_t)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000000u +
	       (uint64_t)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1000u;
}

static const struct work *work_find(const char *name)
{
	for (size_t i = 0; i < sizeof(works) / sizeof(works[0]); i++)
		if (!strcmp(works[i].name, name))
			return &works[i];
	return NULL;
}

static int result_write(const char *path, uint64_t from, uint64_t to)
{
	FILE *f = fopen(path, "we");

	if (!f)
		return 1;
	fprintf(f, "%llu %llu %ld %ld %llu\n", (unsigned long long)from, (unsigned long long)to,
		status_kib("RssAnon"), status_kib("RssShmem"), (unsigned long long)cpu_ns());
	return fclose(f) != 0;
}

int main(int argc, char **argv)
{
	const struct work *work = argc == 5 ? work_find(argv[1]) : NULL;
	unsigned int nr = work ? (unsigned int)atoi(argv[3]) : 0;
	struct job jobs[THREADS_MAX];
	uint64_t from, to;

	if (!nr || nr > THREADS_MAX) {
		fprintf(stderr, "usage: micro WORK CALLS THREADS FILE\n");
		return 2;
	}
	for (unsigned int i = 0; i < nr; i++) {
		int fd = work->path ? open(work->path, work->flags | O_CLOEXEC) : -1;

		if (work->path && fd < 0)
			return 1;
		jobs[i] = (struct job){ work, strtoul(argv[2], NULL, 10) / nr, fd };
	}
	if (nr == 1) {
		from = now_ns();
		work->run(jobs[0].calls, jobs[0].fd);
		to = now_ns();
	} else {
		run_threads(jobs, nr, &from, &to);
	}
	return result_write(argv[4], from, to);
}
