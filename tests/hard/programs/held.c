/* SPDX-License-Identifier: MIT */
/*
 * The two signals by which call sites trap (SIGSYS, SIGILL), used by the program itself: blocked
 * and pending, let in, nested in handlers that block them, and handed on by an execve.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "mark.h"

#define ROUNDS 50

static const int sigs[] = { SIGSYS, SIGILL };
static volatile int taken, depth, deepest;

static void on_signal(int sig)
{
	taken++;
	if (++depth > deepest)
		deepest = depth;
	if (taken % 2)
		raise(sig); /* blocked here: comes behind this handler's end */
	mark(1);
	depth--;
}

static int is_blocked(int sig)
{
	sigset_t set;

	CHECK(!sigprocmask(SIG_SETMASK, NULL, &set));
	return sigismember(&set, sig);
}

static int is_pending(int sig)
{
	sigset_t set;

	CHECK(!sigpending(&set));
	return sigismember(&set, sig);
}

static void one(int sig)
{
	sigset_t set, old;

	sigemptyset(&set);
	sigaddset(&set, sig);
	taken = deepest = 0;
	for (int i = 0; i < ROUNDS; i++) {
		CHECK(!raise(sig) && taken == 4 * i + 2);
		CHECK(!sigprocmask(SIG_BLOCK, &set, &old) && is_blocked(sig));
		CHECK(!raise(sig) && !raise(sig) && taken == 4 * i + 2 && is_pending(sig));
		CHECK(!sigprocmask(SIG_SETMASK, &old, NULL) && !is_blocked(sig));
		CHECK(taken == 4 * i + 4 && !is_pending(sig));
	}
	CHECK(deepest == 1);
}

int main(int argc, char **argv)
{
	struct sigaction sa = { .sa_handler = on_signal };
	sigset_t set;

	if (argc == 2) {
		CHECK(is_blocked(SIGSYS) && is_pending(SIGSYS));
		CHECK(is_blocked(SIGILL) && is_pending(SIGILL));
		return 6;
	}
	sigemptyset(&set);
	for (unsigned int i = 0; i < 2; i++) {
		CHECK(!sigaction(sigs[i], &sa, NULL));
		one(sigs[i]);
		sigaddset(&set, sigs[i]);
	}
	CHECK(!sigprocmask(SIG_BLOCK, &set, NULL));
	for (unsigned int i = 0; i < 2; i++)
		CHECK(!raise(sigs[i]));
	if (argc == 1)
		execl("/proc/self/exe", argv[0], "again", NULL);
	return 1;
}
