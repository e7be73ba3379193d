/* SPDX-License-Identifier: MIT */
/*
 * Programs that filter their own system calls; most calls behind the filter come from sites never
 * met before it.
 *
 *     filter trap     SECCOMP_RET_TRAP for getpgid and mprotect, answered by the program's own
 *                     SIGSYS handler
 *     filter kill     only what this program calls may be called: all else kills the process
 *     filter bare     the same without rt_sigreturn: the calls keep registers, flags and red zone
 *     filter deep     its own SIGSYS handler, on an alternate stack, calls and never returns
 *     filter timer    the same filter as kill, with a timer that interrupts wherever it may
 *     filter strict   SECCOMP_MODE_STRICT: read, write, exit, rt_sigreturn
 *     filter errno    all but a few calls fail with ENOSYS, openat and mmap with EPERM
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <ucontext.h>

#include "mark.h"

#ifndef SYS_SECCOMP
#define SYS_SECCOMP 1
#endif

static volatile int trapped;

static void on_sigsys(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;

	if (sig != SIGSYS || info->si_code != SYS_SECCOMP ||
	    (uint64_t)uc->uc_mcontext.gregs[REG_RAX] != (uint64_t)info->si_syscall ||
	    (uint64_t)uc->uc_mcontext.gregs[REG_RIP] != (uint64_t)info->si_call_addr)
		_exit(98);
	trapped++;
	uc->uc_mcontext.gregs[REG_RAX] = 4242;
}

static long call3(long nr, long a, long b, long c)
{
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"(nr), "D"(a), "S"(b), "d"(c)
			 : "rcx", "r11", "memory");
	return ret;
}

#define LOAD_NR BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr))
#define ON(number, action) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 1), BPF_STMT(BPF_RET | BPF_K, (action))
#define ELSE(action) BPF_STMT(BPF_RET | BPF_K, (action))
#define INSTALL(...)                                                               \
	do {                                                                       \
		struct sock_filter code[] = { LOAD_NR, __VA_ARGS__ };              \
		struct sock_fprog prog = { sizeof(code) / sizeof(code[0]), code }; \
		CHECK(!prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));                    \
		CHECK(!prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog));         \
	} while (0)

static void say(const char *text)
{
	if (write(1, text, strlen(text)) < 0)
		_exit(97);
}

static int run_trap(void)
{
	struct sigaction sa = { .sa_sigaction = on_sigsys, .sa_flags = SA_SIGINFO }, back;
	void *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(!sigaction(SIGSYS, &sa, NULL));
	CHECK(!sigaction(SIGSYS, NULL, &back));
	CHECK(back.sa_sigaction == on_sigsys && back.sa_flags & SA_SIGINFO);
	INSTALL(ON(SYS_getpgid, SECCOMP_RET_TRAP), ON(SYS_mprotect, SECCOMP_RET_TRAP),
		ELSE(SECCOMP_RET_ALLOW));
	for (int i = 0; i < 100; i++) {
		if (getpgid(0) != 4242 || mprotect(page, 4096, PROT_NONE) != 4242 ||
		    call3(SYS_getpgid, 0, 0, 0) != 4242)
			_exit(96);
		if (getppid() <= 0 || getuid() != geteuid())
			_exit(95);
	}
	printf("trapped %d\n", trapped);
	return 3;
}

/* The first calls from three sites of its own; then so many that the ring needs another piece. */
static int make_calls(void)
{
	char c = 0;

	for (int i = 0; i < 20000; i++) {
		if (call3(SYS_getpgid, MARK_BASE + 4, 0, 0) != -ESRCH)
			_exit(94);
		if (call3(SYS_write, 1, (long)&c, 0) != 0)
			_exit(93);
	}
	say("done\n");
	return 3;
}

static int run_kill(void)
{
	INSTALL(ON(SYS_write, SECCOMP_RET_ALLOW), ON(SYS_getpgid, SECCOMP_RET_ALLOW),
		ON(SYS_exit_group, SECCOMP_RET_ALLOW), ON(SYS_exit, SECCOMP_RET_ALLOW),
		ON(SYS_rt_sigreturn, SECCOMP_RET_ALLOW), ELSE(SECCOMP_RET_KILL_PROCESS));
	_exit(make_calls());
}

/* Makes the call with things in place that it must leave alone; what is not there afterwards. */
static unsigned int call_keeps(long nr, long a, long b, long c)
{
	static const uint64_t vector[2] = { 0x1122334455667788, 0x99aabbccddeeff00 };
	/* static: not found by the stack pointer, which moves */
	static const uint32_t control = 0x7f80; /* MXCSR: rounds towards zero */
	static uint64_t after[2];
	static uint32_t control_after;
	uint64_t zone;
	unsigned char carry;
	long ret;

	__asm__ volatile("lea	-512(%%rsp), %%rsp\n\t"
			 "movdqu	%[vector], %%xmm13\n\t"
			 "ldmxcsr	%[control]\n\t"
			 "movq	$12345, -120(%%rsp)\n\t"
			 "stc\n\t"
			 "syscall\n\t"
			 "setc	%[carry]\n\t"
			 "mov	-120(%%rsp), %[zone]\n\t"
			 "lea	512(%%rsp), %%rsp\n\t"
			 "stmxcsr	%[control_after]\n\t"
			 "movdqu	%%xmm13, %[after]\n\t"
			 : "=a"(ret), [carry] "=&r"(carry), [zone] "=&r"(zone),
			   [control_after] "=m"(control_after), [after] "=m"(after)
			 : "a"(nr), "D"(a), "S"(b),
			   "d"(c), [vector] "m"(vector), [control] "m"(control)
			 : "rcx", "r11", "xmm13", "memory", "cc");
	return (ret != -ESRCH) | (unsigned int)!carry << 1 | (unsigned int)(zone != 12345) << 2 |
	       (unsigned int)(control_after != control) << 3 |
	       (unsigned int)(after[0] != vector[0] || after[1] != vector[1]) << 4;
}

static int run_bare(void)
{
	INSTALL(ON(SYS_write, SECCOMP_RET_ALLOW), ON(SYS_getpgid, SECCOMP_RET_ALLOW),
		ON(SYS_exit_group, SECCOMP_RET_ALLOW), ON(SYS_exit, SECCOMP_RET_ALLOW),
		ELSE(SECCOMP_RET_KILL_PROCESS));
	for (int i = 0; i < 100; i++) {
		unsigned int lost = call_keeps(SYS_getpgid, MARK_BASE + 5, 0, 0);

		if (lost)
			_exit(64 + (int)lost);
	}
	_exit(make_calls());
}

static void call_and_end(int sig)
{
	for (int i = 0; i < 100; i++)
		if (call3(SYS_getpgid, MARK_BASE + 6, 0, 0) != -ESRCH)
			_exit(91);
	say("deep\n");
	_exit(sig == SIGSYS ? 3 : 90);
}

static int run_deep(void)
{
	static char room[64 << 10];
	stack_t alternate = { .ss_sp = room, .ss_size = sizeof(room) };
	struct sigaction sa = { .sa_handler = call_and_end, .sa_flags = SA_ONSTACK };

	CHECK(!sigaltstack(&alternate, NULL));
	CHECK(!sigaction(SIGSYS, &sa, NULL));
	INSTALL(ON(SYS_write, SECCOMP_RET_ALLOW), ON(SYS_getpgid, SECCOMP_RET_ALLOW),
		ON(SYS_exit_group, SECCOMP_RET_ALLOW), ON(SYS_getuid, SECCOMP_RET_TRAP),
		ELSE(SECCOMP_RET_KILL_PROCESS));
	for (int i = 0; i < 10; i++)
		if (call3(SYS_getpgid, MARK_BASE + 6, 0, 0) != -ESRCH)
			_exit(91);
	getuid();
	_exit(89);
}

static volatile int ticks;

static void on_tick(int sig)
{
	(void)sig;
	ticks++;
	if (call3(SYS_getpgid, MARK_BASE + 7, 0, 0) != -ESRCH)
		_exit(88);
}

static int run_timer(void)
{
	static char room[64 << 10];
	stack_t alternate = { .ss_sp = room, .ss_size = sizeof(room) };
	struct sigaction sa = { .sa_handler = on_tick, .sa_flags = SA_ONSTACK | SA_RESTART };
	struct itimerval often = { { 0, 100 }, { 0, 100 } };

	CHECK(!sigaltstack(&alternate, NULL));
	CHECK(!sigaction(SIGALRM, &sa, NULL));
	CHECK(!setitimer(ITIMER_REAL, &often, NULL));
	INSTALL(ON(SYS_write, SECCOMP_RET_ALLOW), ON(SYS_getpgid, SECCOMP_RET_ALLOW),
		ON(SYS_exit_group, SECCOMP_RET_ALLOW), ON(SYS_rt_sigreturn, SECCOMP_RET_ALLOW),
		ON(SYS_rt_sigprocmask, SECCOMP_RET_ALLOW),
		ON(SYS_restart_syscall, SECCOMP_RET_ALLOW), ELSE(SECCOMP_RET_KILL_PROCESS));
	while (ticks < 1000) {
		unsigned int lost = call_keeps(SYS_getpgid, MARK_BASE + 8, 0, 0);

		if (lost)
			_exit(64 + (int)lost);
	}
	_exit(make_calls());
}

static int run_strict(void)
{
	char c = 0;

	CHECK(!prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT));
	for (int i = 0; i < 20000; i++)
		if (call3(SYS_write, 1, (long)&c, 0) != 0)
			call3(SYS_exit, 93, 0, 0);
	say("done\n");
	call3(SYS_exit, 3, 0, 0);
	return 0;
}

static int run_errno(void)
{
	INSTALL(ON(SYS_write, SECCOMP_RET_ALLOW), ON(SYS_getpgid, SECCOMP_RET_ALLOW),
		ON(SYS_exit_group, SECCOMP_RET_ALLOW), ON(SYS_rt_sigreturn, SECCOMP_RET_ALLOW),
		ON(SYS_openat, SECCOMP_RET_ERRNO | EPERM), ON(SYS_mmap, SECCOMP_RET_ERRNO | EPERM),
		ELSE(SECCOMP_RET_ERRNO | ENOSYS));
	if (open("/dev/null", O_RDONLY) != -1 || errno != EPERM ||
	    call3(SYS_getuid, 0, 0, 0) != -ENOSYS)
		_exit(92);
	_exit(make_calls());
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "";

	if (!strcmp(how, "trap"))
		return run_trap();
	if (!strcmp(how, "kill"))
		return run_kill();
	if (!strcmp(how, "bare"))
		return run_bare();
	if (!strcmp(how, "deep"))
		return run_deep();
	if (!strcmp(how, "timer"))
		return run_timer();
	if (!strcmp(how, "strict"))
		return run_strict();
	return run_errno();
}
