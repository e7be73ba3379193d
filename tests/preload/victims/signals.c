/* SPDX-License-Identifier: MIT */
/*
 * Signal actions and masks as a program uses them: what it set is what it is shown, handlers run
 * with the masks and on the stacks they asked for, and SIGSYS, SIGSEGV and SIGBUS behave like any
 * other signal.
 */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define RESTORER 0x04000000 /* SA_RESTORER, which libc adds */

static int bad;
static sigjmp_buf jump;
static volatile sig_atomic_t got, nested;
static volatile uintptr_t where;

#define CHECK(cond)                                                                 \
	do {                                                                        \
		if (!(cond)) {                                                      \
			printf("line %d: %s (errno %d)\n", __LINE__, #cond, errno); \
			bad++;                                                      \
		}                                                                   \
	} while (0)

static void count(int sig)
{
	int local;

	got = sig;
	where = (uintptr_t)&local;
	getppid();
}

static void leave(int sig)
{
	got = sig;
	siglongjmp(jump, 1);
}

static void check_shown(void)
{
	static const int sigs[] = { SIGUSR1, SIGSEGV, SIGBUS, SIGSYS, SIGCHLD };
	struct sigaction sa = { .sa_handler = count, .sa_flags = SA_NODEFER }, old;

	sigemptyset(&sa.sa_mask);
	sigaddset(&sa.sa_mask, SIGSYS);
	sigaddset(&sa.sa_mask, SIGUSR2);
	for (unsigned int i = 0; i < sizeof(sigs) / sizeof(*sigs); i++) {
		CHECK(!sigaction(sigs[i], &sa, &old));
		CHECK(old.sa_handler == SIG_DFL);
		CHECK(!sigaction(sigs[i], NULL, &old));
		CHECK(old.sa_handler == count && (old.sa_flags & ~RESTORER) == SA_NODEFER);
		CHECK(sigismember(&old.sa_mask, SIGSYS) && sigismember(&old.sa_mask, SIGUSR2));
		got = 0;
		raise(sigs[i]);
		CHECK(got == sigs[i]);
		signal(sigs[i], SIG_IGN);
		CHECK(signal(sigs[i], SIG_DFL) == SIG_IGN);
	}
	CHECK(syscall(SYS_rt_sigaction, SIGUSR1, NULL, NULL, 4) < 0 && errno == EINVAL);
	CHECK(syscall(SYS_rt_sigaction, SIGUSR1, 8, NULL, 8) < 0 && errno == EFAULT);
	CHECK(syscall(SYS_rt_sigaction, SIGUSR1, NULL, 8, 8) < 0 && errno == EFAULT);
	CHECK(syscall(SYS_rt_sigaction, SIGKILL, NULL, &old, 8) == 0);
}

static void check_reset(void)
{
	struct sigaction sa = { .sa_handler = count, .sa_flags = SA_RESETHAND }, old;

	sigaction(SIGUSR1, &sa, NULL);
	raise(SIGUSR1);
	sigaction(SIGUSR1, NULL, &old);
	CHECK(old.sa_handler == SIG_DFL);
}

static void check_masks(void)
{
	sigset_t all, old, none;

	sigfillset(&all);
	sigemptyset(&none);
	CHECK(!sigprocmask(SIG_SETMASK, &all, NULL));
	/* a site that has not been used yet, with everything blocked */
	CHECK(getpgid(0) > 0);
	CHECK(syscall(SYS_openat, -100, (char *)16, 0) < 0 && errno == EFAULT);
	CHECK(!sigprocmask(SIG_SETMASK, &none, &old));
	for (int sig = 1; sig < 32; sig++)
		CHECK(sig == SIGKILL || sig == SIGSTOP || sigismember(&old, sig) == 1);
	CHECK(!sigprocmask(SIG_SETMASK, NULL, &old));
	CHECK(!sigismember(&old, SIGSYS));
}

static void check_temporary_mask(void)
{
	struct sigaction sa = { .sa_handler = count };
	struct timespec ts = { 5, 0 };
	sigset_t usr1, none;

	sigaction(SIGUSR1, &sa, NULL);
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	sigemptyset(&none);
	sigprocmask(SIG_BLOCK, &usr1, NULL);
	raise(SIGUSR1);
	got = 0;
	CHECK(ppoll(NULL, 0, &ts, &none) < 0 && errno == EINTR);
	CHECK(got == SIGUSR1);
	raise(SIGUSR1);
	got = 0;
	CHECK(sigsuspend(&none) < 0 && errno == EINTR);
	CHECK(got == SIGUSR1);
	sigprocmask(SIG_UNBLOCK, &usr1, NULL);
}

static void nest(int sig)
{
	uintptr_t mine = (uintptr_t)&sig;

	if (nested++ == 0) {
		/* the second one lands below the first on the same alternate stack */
		raise(SIGUSR2);
		CHECK(where < mine && mine - where < 16384);
	} else {
		where = mine;
	}
	getppid();
}

static void check_altstack(void)
{
	static char stack[32768];
	stack_t ss = { .ss_sp = stack, .ss_size = sizeof(stack) }, old;
	struct sigaction sa = { .sa_handler = nest, .sa_flags = SA_ONSTACK };

	CHECK(!sigaltstack(&ss, NULL));
	sigaction(SIGUSR1, &sa, NULL);
	sigaction(SIGUSR2, &sa, NULL);
	raise(SIGUSR1);
	CHECK(nested == 2);
	CHECK(where >= (uintptr_t)stack && where < (uintptr_t)stack + sizeof(stack));
	CHECK(!sigaltstack(NULL, &old) && old.ss_flags == 0 && old.ss_sp == stack);
	ss.ss_flags = SS_DISABLE;
	CHECK(!sigaltstack(&ss, NULL));
}

static void check_faults(void)
{
	struct sigaction sa = { .sa_handler = leave };
	char *page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	for (int i = 0; i < 3; i++) {
		sigaction(SIGSEGV, &sa, NULL);
		got = 0;
		if (!sigsetjmp(jump, 1))
			*(volatile char *)page = 1;
		CHECK(got == SIGSEGV);
		/* the same address given to the kernel is no fault */
		CHECK(write(1, page, 1) < 0 && errno == EFAULT);
		CHECK(syscall(SYS_openat, -100, page, 0) < 0 && errno == EFAULT);
		CHECK(syscall(SYS_openat, -100, (char *)0x8000000000000000ul, 0) < 0 &&
		      errno == EFAULT);
	}
	signal(SIGSEGV, SIG_DFL);
}

/* How a child ends that does this. */
static int status_of(void (*act)(void))
{
	int status = 0;
	pid_t pid = fork();

	if (!pid) {
		act();
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return status;
}

static void fault(void)
{
	volatile uintptr_t nowhere = 8;

	*(volatile char *)nowhere = 1;
}

static void fault_ignored(void)
{
	signal(SIGSEGV, SIG_IGN);
	fault();
}

static void send_self_segv(void)
{
	kill(getpid(), SIGSEGV);
}

static void send_ignored(void)
{
	signal(SIGSEGV, SIG_IGN);
	signal(SIGSYS, SIG_IGN);
	kill(getpid(), SIGSEGV);
	kill(getpid(), SIGSYS);
	_exit(5);
}

static void send_self_sys(void)
{
	kill(getpid(), SIGSYS);
}

static void check_deaths(void)
{
	CHECK(WTERMSIG(status_of(fault)) == SIGSEGV);
	CHECK(WTERMSIG(status_of(fault_ignored)) == SIGSEGV);
	CHECK(WTERMSIG(status_of(send_self_segv)) == SIGSEGV);
	CHECK(WTERMSIG(status_of(send_self_sys)) == SIGSYS);
	CHECK(WTERMSIG(status_of(abort)) == SIGABRT);
	CHECK(WEXITSTATUS(status_of(send_ignored)) == 5);
}

int main(void)
{
	check_shown();
	check_reset();
	check_masks();
	check_temporary_mask();
	check_altstack();
	check_faults();
	check_deaths();
	printf("bad %d\n", bad);
	return bad != 0;
}
