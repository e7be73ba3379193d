/* SPDX-License-Identifier: MIT */
/*
 * A program that lives by SIGSEGV: a page barrier whose handler makes the page writable, faults in
 * system calls that must come back as EFAULT without a signal, siglongjmp out of a fault, and its
 * siginfo as the kernel makes it.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "mark.h"

#define PAGES 200

static char *area;
static volatile int faults, wrong;
static sigjmp_buf target;
static volatile int leave;

static void on_segv(int sig, siginfo_t *info, void *context)
{
	char *at = (char *)((uintptr_t)info->si_addr & ~4095ul);

	(void)sig, (void)context;
	faults++;
	if (leave)
		siglongjmp(target, 1);
	if (info->si_code != SEGV_ACCERR || at < area || at >= area + PAGES * 4096)
		wrong++;
	if (mprotect(at, 4096, PROT_READ | PROT_WRITE))
		_exit(98);
}

static void check_efault(void)
{
	char *none = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int before = faults;

	for (int i = 0; i < 100; i++) {
		CHECK(syscall(SYS_write, 1, none, 10) == -1 && errno == EFAULT);
		CHECK(syscall(SYS_openat, -100, none, 0) == -1 && errno == EFAULT);
		CHECK(syscall(SYS_execve, none, none, none) == -1 && errno == EFAULT);
		CHECK(syscall(SYS_writev, 1, none, 3) == -1 && errno == EFAULT);
		CHECK(syscall(SYS_sendmsg, 1, none, 0) == -1 &&
		      (errno == EFAULT || errno == ENOTSOCK));
		CHECK(syscall(SYS_nanosleep, (void *)1, 0) == -1 && errno == EFAULT);
		CHECK(syscall(SYS_newfstatat, -100, "/", none, 0) == -1 && errno == EFAULT);
		CHECK(syscall(SYS_pipe2, (void *)-1L, 0) == -1 && errno == EFAULT);
		CHECK(syscall(SYS_openat, -100, (void *)0xdead000000000000, 0) == -1 &&
		      errno == EFAULT);
	}
	CHECK(faults == before);
}

int main(void)
{
	struct sigaction sa = { .sa_sigaction = on_segv, .sa_flags = SA_SIGINFO };

	area = mmap(NULL, PAGES * 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(area != MAP_FAILED && !sigaction(SIGSEGV, &sa, NULL));
	for (int i = 0; i < PAGES; i++) {
		area[i * 4096 + i] = (char)i;
		mark(1);
	}
	printf("%d faults, %d wrong\n", faults, wrong);
	check_efault();
	leave = 1;
	for (volatile int i = 0; i < 100; i++) {
		if (!sigsetjmp(target, 1))
			*(volatile int *)8 = 1;
		mark(1);
	}
	printf("%d faults\n", faults);
	fflush(stdout);
	signal(SIGSEGV, SIG_DFL);
	*(volatile int *)8 = 1;
	return 0;
}
