/* SPDX-License-Identifier: MIT */
/* A program that forbids itself the time stamp counter: only its own rdtsc may fault. */
#include <signal.h>
#include <sys/prctl.h>
#include <ucontext.h>
#include <x86intrin.h>

#include "mark.h"

static volatile int faults;

static void on_segv(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;

	(void)sig, (void)info;
	faults++;
	uc->uc_mcontext.gregs[REG_RIP] += 2; /* over the rdtsc */
}

int main(void)
{
	struct sigaction sa = { .sa_sigaction = on_segv, .sa_flags = SA_SIGINFO };
	int mode = 0;

	CHECK(!sigaction(SIGSEGV, &sa, NULL));
	CHECK(!prctl(PR_SET_TSC, PR_TSC_SIGSEGV));
	CHECK(!prctl(PR_GET_TSC, &mode) && mode == PR_TSC_SIGSEGV);
	for (int i = 0; i < 100; i++)
		mark(1);
	__rdtsc();
	CHECK(!prctl(PR_SET_TSC, PR_TSC_ENABLE));
	printf("%d faults\n", faults);
	return 0;
}
