/* SPDX-License-Identifier: MIT */
/*
 * A program that unmaps its alternate signal stack while it is set, as some do on their way out,
 * and goes on: with calls that it has not made before, with a look at what is set, with another
 * stack.
 */
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "mark.h"

#define SIZE (64 << 10)

static volatile int handled;

static void on_signal(int sig)
{
	(void)sig;
	handled++;
	mark(2);
}

static void show(const char *when, const stack_t *ss, const void *area)
{
	printf("%s: %s %d %zu\n", when, ss->ss_sp == area ? "as set" : "another", ss->ss_flags,
	       ss->ss_size);
}

static void *map_stack(void)
{
	void *area = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(area != MAP_FAILED);
	return area;
}

/* The signal arrives where there is no stack for its handler. */
static void child_dies(void)
{
	pid_t child = fork();
	int status;

	if (!child) {
		raise(SIGUSR1);
		_exit(0);
	}
	CHECK(child > 0 && waitpid(child, &status, 0) == child);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
}

int main(void)
{
	struct sigaction sa = { .sa_handler = on_signal, .sa_flags = SA_ONSTACK };
	stack_t first = { .ss_sp = map_stack(), .ss_size = SIZE }, second = first, got;

	CHECK(!sigaction(SIGUSR1, &sa, NULL));
	CHECK(!sigaltstack(&first, NULL));
	CHECK(!raise(SIGUSR1));
	CHECK(!munmap(first.ss_sp, SIZE));
	mark(1);
	getuid();
	CHECK(!sigaltstack(NULL, &got));
	show("unmapped", &got, first.ss_sp);
	child_dies();
	second.ss_sp = map_stack();
	CHECK(!sigaltstack(&second, &got));
	show("before", &got, first.ss_sp);
	CHECK(!raise(SIGUSR1));
	CHECK(!sigaltstack(NULL, &got));
	show("after", &got, second.ss_sp);
	geteuid();
	printf("handled %d\n", handled);
	return 0;
}
