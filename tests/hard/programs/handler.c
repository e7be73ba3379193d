/* SPDX-License-Identifier: MIT */
/*
 * A handler that calls, and jumps within itself, at any instruction of a program that calls all the
 * time: 1000 marks of kind 2 by the handler, of kind 1 by nobody knows how many.
 */
#include <setjmp.h>
#include <signal.h>
#include <sys/time.h>

#include "mark.h"

#define HANDLED 1000

static volatile sig_atomic_t handled;

static void on_alarm(int sig)
{
	jmp_buf here;

	(void)sig;
	if (handled >= HANDLED)
		return;
	handled++;
	if (!setjmp(here))
		longjmp(here, 1);
	mark(2);
}

int main(void)
{
	struct itimerval every = { { 0, 100 }, { 0, 100 } }, never = { { 0, 0 }, { 0, 0 } };
	struct sigaction sa = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };

	CHECK(!sigaction(SIGALRM, &sa, NULL));
	CHECK(!setitimer(ITIMER_REAL, &every, NULL));
	while (handled < HANDLED)
		mark(1);
	CHECK(!setitimer(ITIMER_REAL, &never, NULL));
	printf("%d handled\n", (int)handled);
	return 0;
}
