/* SPDX-License-Identifier: MIT */
/*
 * The bell, by which other threads wake the ptrace thread: a process of its own that does nothing.
 * They send it SIGSTOP, which waitpid reports. So waiting for tracees and for commands is one
 * system call, and no wake-up can be lost. The bell also shows whether ptrace is permitted, and
 * dies with the thread.
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "source/ptrace.h"
#include "source/ptrace_private.h"

#define BELL_STACK 4096

/*
 * The bell shares this process's memory, so that making and ending it copies no page tables. Hence
 * system calls without libc: errno is that of the thread that made it.
 */
static long bell_call(long nr, long a, long b, long c)
{
	long ret = nr;

	__asm__ volatile("syscall" : "+a"(ret) : "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
	return ret;
}

static int bell_run(void *unused)
{
	(void)unused;
	bell_call(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0);
	bell_call(SYS_setsid, 0, 0, 0);
	/* it must not keep anything open that somebody waits to see closed */
	bell_call(SYS_close_range, 0, ~0u, 0);
	for (;;)
		bell_call(SYS_pause, 0, 0, 0);
	return 0;
}

pid_t bell_start(bool *ret_permitted)
{
	/* one is enough: a bell is dead before the next is made */
	static char stack[BELL_STACK] __attribute__((aligned(16)));
	sigset_t all, old;
	pid_t pid;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	pid = clone(bell_run, stack + BELL_STACK, CLONE_VM | SIGCHLD, NULL);
	pid = pid < 0 ? -errno : pid;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	*ret_permitted = pid > 0 && !ptrace(PTRACE_SEIZE, pid, 0, (void *)PTRACE_O_EXITKILL);
	return pid;
}

void bell_end(pid_t bell)
{
	if (bell <= 0)
		return;
	kill(bell, SIGKILL);
	while (waitpid(bell, NULL, __WALL) < 0 && errno == EINTR)
		;
}

void bell_ring(const struct ptrace_source *src)
{
	kill(src->bell, SIGSTOP);
}
