/* SPDX-License-Identifier: MIT */
/*
 * A 200 us timer whose handler leaves blocking calls by siglongjmp, with and without SA_RESTART.
 * Each call blocks for ever, so that only the jump can end it. Marks are made with the signal
 * blocked: their number is exact.
 */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>

#include "mark.h"

#define JUMPS 400

static sigjmp_buf target;
static volatile sig_atomic_t armed;
static int fds[2];

static void on_alarm(int sig)
{
	(void)sig;
	if (!armed)
		return;
	armed = 0;
	siglongjmp(target, 1);
}

static void in_read(void)
{
	char c;

	while (read(fds[0], &c, 1) < 0)
		;
}

static void in_poll(void)
{
	struct pollfd p = { .fd = fds[0], .events = POLLIN };

	while (poll(&p, 1, -1) < 0)
		;
}

static void in_nanosleep(void)
{
	struct timespec ts = { .tv_sec = 1000 };

	while (nanosleep(&ts, NULL))
		;
}

static void in_pause(void)
{
	for (;;)
		pause();
}

static void in_sigsuspend(void)
{
	sigset_t none;

	sigemptyset(&none);
	for (;;)
		sigsuspend(&none);
}

static void in_busy_calls(void)
{
	for (;;)
		getppid();
}

static void (*const blocks[])(void) = {
	in_read, in_poll, in_nanosleep, in_pause, in_sigsuspend, in_busy_calls,
};

/* volatile: lives across the jumps */
static volatile int jumps;

static void jump_out_of(void (*block)(void), const sigset_t *alarm_only)
{
	for (jumps = 0; jumps < JUMPS;) {
		if (!sigsetjmp(target, 1)) {
			armed = 1;
			block();
		}
		sigprocmask(SIG_BLOCK, alarm_only, NULL);
		jumps++;
		mark(1);
		sigprocmask(SIG_UNBLOCK, alarm_only, NULL);
	}
}

int main(void)
{
	struct itimerval every = { { 0, 200 }, { 0, 200 } }, never = { { 0, 0 }, { 0, 0 } };
	static const int flags[] = { 0, SA_RESTART, SA_RESTART | SA_NODEFER };
	sigset_t alarm_only;

	CHECK(!pipe(fds));
	sigemptyset(&alarm_only);
	sigaddset(&alarm_only, SIGALRM);
	for (unsigned int f = 0; f < sizeof(flags) / sizeof(flags[0]); f++) {
		struct sigaction sa = { .sa_handler = on_alarm, .sa_flags = flags[f] };

		CHECK(!sigaction(SIGALRM, &sa, NULL));
		CHECK(!setitimer(ITIMER_REAL, &every, NULL));
		for (unsigned int b = 0; b < sizeof(blocks) / sizeof(blocks[0]); b++)
			jump_out_of(blocks[b], &alarm_only);
		CHECK(!setitimer(ITIMER_REAL, &never, NULL));
		printf("flags %x: done\n", flags[f]);
	}
	return 0;
}
