/* SPDX-License-Identifier: MIT */
/*
 * The floor: what a call costs in which nothing is done but to read the time stamp counter twice
 * and to store a record of 80 bytes into a ring that stays in the cache, beside the bare call.
 *
 * Third, the bare call in a thread that Syscall User Dispatch is armed for and lets through: what
 * the kernel takes for looking, whatever the tracer does.
 *
 *     floor CALLS       prints: BARE_NS WITH_FLOOR_NS DISPATCH_NS, medians over repetitions of
 * CALLS calls each; the last is 0 where the kernel has no such thing
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef PR_SET_SYSCALL_USER_DISPATCH /* linux/prctl.h since 5.11 */
#define PR_SET_SYSCALL_USER_DISPATCH 59
#endif
#define REPETITIONS 15
#define RECORDS 1024

struct floor_record {
	uint64_t word[10];
};

_Static_assert(sizeof(struct floor_record) == 80, "the floor's record is 80 bytes");

static struct floor_record ring[RECORDS];

static inline long bare_getppid(void)
{
	long ret = SYS_getppid;

	__asm__ volatile("syscall" : "+a"(ret) : : "rcx", "r11", "memory");
	return ret;
}

static inline uint64_t ticks(void)
{
	return __builtin_ia32_rdtsc();
}

static void run_bare(unsigned long calls)
{
	while (calls--)
		bare_getppid();
}

static void run_floor(unsigned long calls)
{
	for (unsigned long i = 0; i < calls; i++) {
		volatile struct floor_record *rec = &ring[i % RECORDS];
		uint64_t from = ticks();
		long ret = bare_getppid();

		rec->word[1] = from;
		rec->word[2] = ticks();
		rec->word[3] = (uint64_t)ret;
		for (unsigned int w = 4; w < 10; w++)
			rec->word[w] = i;
		rec->word[0] = 1;
	}
}

/* All of the address space may make calls. */
static int dispatch_set(int on)
{
	static char selector;

	return prctl(PR_SET_SYSCALL_USER_DISPATCH, on, 0, on ? ~0ul : 0, on ? &selector : NULL);
}

static double measure(void (*run)(unsigned long), unsigned long calls)
{
	struct timespec a, b;

	clock_gettime(CLOCK_MONOTONIC, &a);
	run(calls);
	clock_gettime(CLOCK_MONOTONIC, &b);
	return ((double)(b.tv_sec - a.tv_sec) * 1e9 + (double)(b.tv_nsec - a.tv_nsec)) /
	       (double)calls;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	unsigned long calls = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
	double bare[REPETITIONS], with[REPETITIONS], dispatch[REPETITIONS];

	if (!calls) {
		fprintf(stderr, "usage: floor CALLS\n");
		return 2;
	}
	for (unsigned int i = 0; i < REPETITIONS; i++) {
		bare[i] = measure(run_bare, calls);
		with[i] = measure(run_floor, calls);
		dispatch[i] = dispatch_set(1) ? 0 : measure(run_bare, calls);
		dispatch_set(0);
	}
	qsort(bare, REPETITIONS, sizeof(double), compare);
	qsort(with, REPETITIONS, sizeof(double), compare);
	qsort(dispatch, REPETITIONS, sizeof(double), compare);
	printf("%.2f %.2f %.2f\n", bare[REPETITIONS / 2], with[REPETITIONS / 2],
	       dispatch[REPETITIONS / 2]);
	return 0;
}
