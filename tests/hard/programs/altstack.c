/* SPDX-License-Identifier: MIT */
/*
 * Signals on the smallest alternate stack that the kernel takes, in threads whose own stacks are
 * the smallest too; what lies beside those stacks must not change, and sigaltstack() must give back
 * what was set.
 */
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>

#include "mark.h"

#ifndef AT_MINSIGSTKSZ
#define AT_MINSIGSTKSZ 51
#endif
#define THREADS 4
#define SIGNALS 100
#define RED 4096

static _Thread_local volatile int handled, on_stack;
static _Thread_local char *stack;
static size_t stack_size;

static void on_signal(int sig, siginfo_t *info, void *context)
{
	volatile char here = 0;
	uintptr_t at = (uintptr_t)&here, low = (uintptr_t)stack;

	(void)sig, (void)info, (void)context;
	handled++;
	on_stack += at >= low && at < low + stack_size;
	getppid();
}

static void *take_signals(void *arg)
{
	char *area = mmap(NULL, stack_size + 2 * RED, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	stack_t set = { .ss_sp = area + RED, .ss_size = stack_size }, got;
	int spoilt = 0;

	(void)arg;
	CHECK(area != MAP_FAILED);
	memset(area, 0x5a, stack_size + 2 * RED);
	stack = area + RED;
	CHECK(!sigaltstack(&set, NULL));
	for (int i = 0; i < SIGNALS; i++) {
		pthread_kill(pthread_self(), SIGUSR1);
		mark(1);
	}
	CHECK(!sigaltstack(NULL, &got));
	CHECK(got.ss_sp == set.ss_sp && got.ss_size == set.ss_size && !got.ss_flags);
	for (int i = 0; i < RED; i++)
		spoilt += area[i] != 0x5a || area[RED + stack_size + (size_t)i] != 0x5a;
	if (handled != SIGNALS || on_stack != SIGNALS || spoilt)
		printf("handled %d, on the stack %d, spoilt %d\n", handled, on_stack, spoilt);
	set.ss_flags = SS_DISABLE;
	CHECK(!sigaltstack(&set, NULL));
	return NULL;
}

int main(void)
{
	struct sigaction sa = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK };
	pthread_t threads[THREADS];
	pthread_attr_t attr;

	/* what the kernel's frame takes, and a page for a handler that makes one call */
	stack_size = getauxval(AT_MINSIGSTKSZ) + 1024;
	stack_size = (stack_size + 63) & ~63ul;
	getppid(); /* resolved here: what the loader needs for it has no place on that stack */
	CHECK(!sigaction(SIGUSR1, &sa, NULL));
	pthread_attr_init(&attr);
	CHECK(!pthread_attr_setstacksize(&attr, 16384 + 4096));
	for (int i = 0; i < THREADS; i++)
		CHECK(!pthread_create(&threads[i], &attr, take_signals, NULL));
	for (int i = 0; i < THREADS; i++)
		CHECK(!pthread_join(threads[i], NULL));
	printf("%d signals\n", THREADS * SIGNALS);
	return 0;
}
