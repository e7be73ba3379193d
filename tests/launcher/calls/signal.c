/* SPDX-License-Identifier: MIT */
/*
 * Makes signal calls with typical, edge and failing arguments, for comparison of two traces of it.
 * Signals with every kind of siginfo are sent to the program itself. Ends with status 0.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BAD ((void *)8)

#ifndef SS_AUTODISARM
#define SS_AUTODISARM (1 << 31)
#endif

struct kernel_action {
	void *handler;
	unsigned long flags;
	void *restorer;
	uint64_t mask;
};

static sigjmp_buf env;

static void on_signal(int sig)
{
	(void)sig;
}

static void on_fault(int sig, siginfo_t *si, void *context)
{
	(void)sig;
	(void)si;
	(void)context;
	siglongjmp(env, 1);
}

static void make_actions(void)
{
	struct kernel_action a = { 0 }, old;
	struct sigaction act = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

	sigaction(SIGCHLD, &act, NULL);
	sigaction(SIGCHLD, NULL, &act);
	act.sa_handler = SIG_DFL;
	sigfillset(&act.sa_mask);
	sigaction(SIGCHLD, &act, NULL);
	syscall(SYS_rt_sigaction, SIGUSR1, &a, &old, 8);
	a.handler = SIG_IGN;
	a.mask = 0x8000000000000001;
	a.flags = SA_SIGINFO | SA_NODEFER | SA_RESETHAND | SA_NOCLDSTOP | SA_NOCLDWAIT | SA_ONSTACK;
	syscall(SYS_rt_sigaction, SIGUSR1, &a, &old, 8);
	a.flags = 0x1000;
	a.mask = ~0ull;
	syscall(SYS_rt_sigaction, SIGRTMIN + 3, &a, &old, 8);
	a.flags = 0xffffffff;
	a.mask = 0x7fffffff;
	a.restorer = BAD;
	syscall(SYS_rt_sigaction, SIGUSR1, &a, &old, 8);
	a.handler = SIG_DFL;
	a.flags = 0;
	syscall(SYS_rt_sigaction, SIGUSR1, &a, &old, 8);
	syscall(SYS_rt_sigaction, SIGKILL, &a, &old, 8);
	syscall(SYS_rt_sigaction, 0, &a, &old, 8);
	syscall(SYS_rt_sigaction, 100, &a, NULL, 8);
	syscall(SYS_rt_sigaction, SIGUSR1, &a, &old, 16);
	syscall(SYS_rt_sigaction, SIGUSR1, NULL, NULL, 8);
	syscall(SYS_rt_sigaction, SIGUSR1, BAD, BAD, 8);
}

static void make_masks(void)
{
	static const uint64_t masks[] = { 0,
					  1,
					  0x4002,
					  0x8000000000000000,
					  ~0ull,
					  0xfffffffe7ffbfeff,
					  0x7fffffff,
					  0xffffffff,
					  0x80000000,
					  0x100000000,
					  0x180000000,
					  0xfffffffc00000000,
					  0xffffffff7fffffff,
					  0x5555555555555555,
					  0xaaaaaaaaaaaaaaaa,
					  0x00000003ffffffff,
					  0xfffffffffffffffe };
	uint64_t old;

	for (unsigned int i = 0; i < sizeof(masks) / sizeof(*masks); i++)
		syscall(SYS_rt_sigprocmask, i % 3, &masks[i], &old, 8);
	old = 0;
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &old, NULL, 8);
	syscall(SYS_rt_sigprocmask, 3, &old, NULL, 8);
	syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &old, 8);
	syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, NULL, 8);
	syscall(SYS_rt_sigprocmask, SIG_BLOCK, BAD, &old, 8);
	syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, BAD, 8);
	syscall(SYS_rt_sigprocmask, SIG_BLOCK, &old, NULL, 16);
	syscall(SYS_rt_sigprocmask, SIG_BLOCK, &old, NULL, 4);
	syscall(SYS_rt_sigpending, &old, 8);
	syscall(SYS_rt_sigpending, &old, 16);
	syscall(SYS_rt_sigpending, BAD, 8);
}

/* Blocks RTMIN+1, queues it with every si_code the kernel lets us use, and fetches it. */
static void make_queues(void)
{
	static const int codes[] = { SI_QUEUE, SI_TIMER,  SI_MESGQ, SI_ASYNCIO, SI_SIGIO, SI_TKILL,
				     SI_USER,  SI_KERNEL, -60,	    SI_ASYNCNL, -42 };
	int sig = SIGRTMIN + 1;
	uint64_t set = 1ull << (sig - 1);
	siginfo_t si;
	struct timespec ts = { 0, 1000 };

	syscall(SYS_rt_sigprocmask, SIG_BLOCK, &set, NULL, 8);
	for (unsigned int i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
		memset(&si, 0, sizeof(si));
		si.si_signo = sig;
		si.si_code = codes[i];
		si.si_errno = i == 3 ? EPERM : i == 4 ? 1000 : 0;
		/* other codes have other fields there: a number that is the same in each run */
		si.si_pid = 1;
		si.si_uid = 5;
		si.si_value.sival_ptr = (void *)(uintptr_t)(i * 0x123456789);
		syscall(SYS_rt_sigqueueinfo, getpid(), sig, &si);
		syscall(SYS_rt_sigtimedwait, &set, &si, &ts, 8);
	}
	syscall(SYS_rt_sigtimedwait, &set, &si, &ts, 8);
	syscall(SYS_rt_sigtimedwait, &set, NULL, NULL, 4);
	syscall(SYS_rt_sigtimedwait, BAD, BAD, BAD, 8);
	si.si_code = SI_QUEUE;
	syscall(SYS_rt_tgsigqueueinfo, getpid(), getpid(), sig, &si);
	syscall(SYS_rt_sigtimedwait, &set, NULL, &ts, 8);
	syscall(SYS_rt_tgsigqueueinfo, -1, -1, 0, NULL);
	syscall(SYS_rt_sigqueueinfo, -1, 100, BAD);
	syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, &set, NULL, 8);
}

static void make_kills(void)
{
	struct sigaction act = { .sa_handler = on_signal };

	sigaction(SIGUSR2, &act, NULL);
	sigaction(SIGRTMIN + 2, &act, NULL);
	syscall(SYS_kill, getpid(), SIGUSR2);
	syscall(SYS_tkill, getpid(), SIGUSR2);
	syscall(SYS_tgkill, getpid(), getpid(), SIGRTMIN + 2);
	syscall(SYS_kill, getpid(), 0);
	syscall(SYS_kill, 0x7ffffff0, SIGTERM);
	syscall(SYS_kill, getpid(), 65);
	syscall(SYS_kill, getpid(), -1);
	syscall(SYS_tkill, -1, SIGKILL);
	syscall(SYS_tgkill, -1, 0, SIGRTMAX);
	sigqueue(getpid(), SIGUSR2, (union sigval){ .sival_int = 77 });
	raise(SIGUSR2);
	raise(SIGCONT);
	syscall(SYS_rt_sigsuspend, BAD, 8);
	syscall(SYS_rt_sigsuspend, &(uint64_t){ 0 }, 4);
}

static void make_faults(void)
{
	struct sigaction act = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER };
	char *ro = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	volatile int zero = 0;

	sigaction(SIGSEGV, &act, NULL);
	sigaction(SIGFPE, &act, NULL);
	sigaction(SIGILL, &act, NULL);
	sigaction(SIGTRAP, &act, NULL);
	if (!sigsetjmp(env, 0))
		*(volatile int *)BAD = 1;
	if (!sigsetjmp(env, 0))
		*(volatile char *)ro = 1;
	if (!sigsetjmp(env, 0))
		*(volatile char *)0x8000000000000000 = 1;
	if (!sigsetjmp(env, 0))
		zero = 1 / zero;
	if (!sigsetjmp(env, 0))
		__asm__ volatile("ud2");
	if (!sigsetjmp(env, 0))
		__asm__ volatile("int3");
}

static void make_stacks(void)
{
	static char area[16384];
	stack_t st = { .ss_sp = area, .ss_size = sizeof(area) }, old;

	syscall(SYS_sigaltstack, &st, &old);
	syscall(SYS_sigaltstack, NULL, &old);
	st.ss_flags = SS_ONSTACK;
	syscall(SYS_sigaltstack, &st, NULL);
	st.ss_flags = SS_DISABLE | SS_AUTODISARM;
	syscall(SYS_sigaltstack, &st, &old);
	st.ss_flags = 8;
	syscall(SYS_sigaltstack, &st, &old);
	st.ss_flags = SS_DISABLE;
	syscall(SYS_sigaltstack, &st, &old);
	syscall(SYS_sigaltstack, BAD, BAD);
	syscall(SYS_sigaltstack, NULL, NULL);
}

static void make_fds(void)
{
	uint64_t set = 0x4002;
	struct signalfd_siginfo si;
	int fd;

	fd = syscall(SYS_signalfd4, -1, &set, 8, SFD_CLOEXEC | SFD_NONBLOCK);
	syscall(SYS_signalfd4, fd, &set, 8, 0);
	syscall(SYS_signalfd, fd, &set, 8);
	syscall(SYS_signalfd4, -1, &set, 4, 0x10);
	syscall(SYS_signalfd4, -1, BAD, 8, 0);
	syscall(SYS_signalfd4, -1, NULL, 8, 0);
	read(fd, &si, sizeof(si));
	close(fd);
}

static void make_children(void)
{
	struct sigaction act = { .sa_handler = on_signal };
	timer_t timer;
	struct sigevent ev = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR2 };
	struct itimerspec its = { .it_value = { 0, 1000 } };
	struct timespec ts = { 5, 0 };
	int status;
	pid_t pid;

	sigaction(SIGCHLD, &act, NULL);
	pid = fork();
	if (pid == 0)
		_exit(7);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	ev.sigev_value.sival_int = 9;
	timer_create(CLOCK_MONOTONIC, &ev, &timer);
	timer_settime(timer, 0, &its, NULL);
	nanosleep(&ts, NULL);
	timer_delete(timer);
}

int main(void)
{
	make_actions();
	make_masks();
	make_queues();
	make_kills();
	make_faults();
	make_stacks();
	make_fds();
	make_children();
	return 0;
}
