/* SPDX-License-Identifier: MIT */
/* A debugger in small: a child that asks to be traced stops itself, is stepped over its calls, and
 * is let go. */
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "mark.h"

static int child(void)
{
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
		_exit(98);
	raise(SIGSTOP);
	for (int i = 0; i < 50; i++)
		mark(2);
	_exit(21);
}

int main(void)
{
	int status, stops = 0;
	pid_t pid = fork();

	if (!pid)
		return child();
	CHECK(waitpid(pid, &status, 0) == pid && WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
	for (;;) {
		CHECK(!ptrace(PTRACE_SYSCALL, pid, NULL, NULL));
		CHECK(waitpid(pid, &status, 0) == pid);
		if (!WIFSTOPPED(status))
			break;
		/* a tracer of system calls passes signals on */
		while (WIFSTOPPED(status) && WSTOPSIG(status) != SIGTRAP) {
			CHECK(!ptrace(PTRACE_SYSCALL, pid, NULL, (void *)(long)WSTOPSIG(status)));
			CHECK(waitpid(pid, &status, 0) == pid);
		}
		if (!WIFSTOPPED(status))
			break;
		stops++;
	}
	printf("stopped %s, ended with %d\n", stops >= 100 ? "often" : "seldom",
	       WEXITSTATUS(status));
	mark(1);
	return 0;
}
