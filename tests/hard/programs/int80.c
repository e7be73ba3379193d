/* SPDX-License-Identifier: MIT */
/*
 * A 64-bit program that makes system calls of the 32-bit table (entry_64_compat): they must do what
 * they do alone, also while signals arrive.
 */
#include <errno.h>
#include <signal.h>
#include <sys/time.h>

#include "mark.h"

#define ROUNDS 200
#define I386_GETPID 20
#define I386_PAUSE 29

static volatile int alarms;

static long int80(long nr)
{
	long ret;

	__asm__ volatile("int $0x80" : "=a"(ret) : "a"(nr) : "memory");
	return ret;
}

static void on_alarm(int sig)
{
	(void)sig;
	alarms++;
	CHECK(int80(I386_GETPID) == getpid());
}

int main(void)
{
	struct sigaction sa = { .sa_handler = on_alarm };
	struct itimerval often = { { 0, 500 }, { 0, 500 } }, never = { { 0, 0 }, { 0, 0 } };

	CHECK(!sigaction(SIGALRM, &sa, NULL));
	CHECK(!setitimer(ITIMER_REAL, &often, NULL));
	for (int i = 0; i < ROUNDS; i++) {
		CHECK(int80(I386_PAUSE) == -EINTR);
		for (int k = 0; k < 20; k++)
			CHECK(int80(I386_GETPID) == getpid());
		mark(1);
	}
	CHECK(!setitimer(ITIMER_REAL, &never, NULL));
	CHECK(alarms >= ROUNDS);
	return 7;
}
