/* SPDX-License-Identifier: MIT */
/*
 * Asks for a PID namespace the way that argv[1] says, has a child, which becomes this program
 * again. Whether the namespace is granted is not of interest here.
 */
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t birth(const char *how)
{
	pid_t pid = -1;

	if (!strcmp(how, "unshare")) {
		if (unshare(CLONE_NEWPID))
			unshare(CLONE_NEWUSER | CLONE_NEWPID);
	} else if (!strcmp(how, "setns")) {
		setns(-1, 0);
	} else if (!strcmp(how, "clone")) {
		pid = (pid_t)syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0);
	} else {
		unshare(CLONE_FS);
	}
	return pid >= 0 ? pid : fork();
}

int main(int argc, char **argv)
{
	int status;
	pid_t pid;

	if (argc < 2)
		return 0;
	pid = birth(argv[1]);
	if (!pid) {
		execl(argv[0], argv[0], NULL);
		_exit(98);
	}
	return pid < 0 || waitpid(pid, &status, 0) != pid || status;
}
