/* SPDX-License-Identifier: MIT */
/* Children that are killed as they are born; of every other one nobody asks how it ended. */
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "mark.h"

#define CHILDREN 300

static pid_t child_start(void)
{
	pid_t pid = fork();

	while (!pid)
		pause();
	return pid;
}

int main(void)
{
	for (int n = 0; n < CHILDREN; n++) {
		pid_t pid = child_start();
		int fd = (int)syscall(SYS_pidfd_open, pid, 0), status = SIGKILL;

		CHECK(!syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0));
		close(fd);
		CHECK(waitpid(pid, n % 2 ? NULL : &status, 0) == pid);
		CHECK(status == SIGKILL);
		mark(1);
	}
	return 0;
}
