/* SPDX-License-Identifier: MIT */
/*
 * Sites are rewritten while other threads run through them: code pages full of `syscall`
 * instructions at every alignment (line-straddling ones included) and with different bytes behind,
 * which several threads call at the same time for the first time. Then the page is unmapped, and
 * other code mapped in its place. Every call must return the right thing.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define THREADS 4
#define ROUNDS 12
#define SIZE (64 << 10)
#define SITES 700

static pthread_barrier_t barrier;
static unsigned char *code;
static unsigned int site[SITES];
static long bad;

/* mov $nr, %eax; syscall; filler, cmp or nop; ret */
static unsigned int emit(unsigned int at, unsigned int nr, unsigned int variant)
{
	static const unsigned char tail[4][7] = {
		{ 0x48, 0x3d, 0x01, 0xf0, 0xff, 0xff, 0xc3 },
		{ 0x0f, 0x1f, 0x80, 0x00, 0x00, 0x00, 0x00 },
		{ 0x48, 0x89, 0xc0, 0x90, 0x90, 0x90, 0xc3 },
		{ 0xc3, 0x90, 0x90, 0x90, 0x90, 0x90, 0xc3 },
	};

	code[at++] = 0xb8;
	memcpy(code + at, &nr, 4);
	at += 4;
	code[at++] = 0x0f;
	code[at++] = 0x05;
	memcpy(code + at, tail[variant % 4], 7);
	at += 7;
	code[at++] = 0xc3;
	return at;
}

static void fill(unsigned int round)
{
	unsigned int at = 0;

	for (unsigned int i = 0; i < SITES; i++) {
		at += (i * 7 + round) % 23;
		site[i] = at;
		at = emit(at, i % 2 ? SYS_getpid : SYS_getppid, i + round);
	}
}

static void *run(void *arg)
{
	unsigned int first = (unsigned int)(long)arg;
	long pid = getpid(), ppid = getppid();

	for (unsigned int k = 0; k < 3 * SITES; k++) {
		unsigned int i = (first + k) % SITES;
		long want = i % 2 ? pid : ppid;

		if (((long (*)(void))(code + site[i]))() != want)
			__atomic_fetch_add(&bad, 1, __ATOMIC_RELAXED);
	}
	pthread_barrier_wait(&barrier);
	return NULL;
}

int main(void)
{
	for (unsigned int round = 0; round < ROUNDS; round++) {
		int prot = round % 2 ? PROT_READ | PROT_EXEC : PROT_READ | PROT_WRITE | PROT_EXEC;
		void *where = round % 3 ? code : NULL;
		pthread_t t[THREADS];

		code = mmap(where, SIZE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | (where ? MAP_FIXED : 0), -1, 0);
		if (code == MAP_FAILED)
			return 2;
		fill(round);
		mprotect(code, SIZE, prot);
		pthread_barrier_init(&barrier, NULL, THREADS);
		for (long i = 0; i < THREADS; i++)
			pthread_create(&t[i], NULL, run, (void *)(i * 40));
		for (int i = 0; i < THREADS; i++)
			pthread_join(t[i], NULL);
		if (prot & PROT_WRITE)
			code[0] = code[0]; /* a page that was writable still is */
		if (round % 3 != 1)
			munmap(code, SIZE);
	}
	printf("bad %ld\n", bad);
	return bad != 0;
}
