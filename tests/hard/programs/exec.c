/* SPDX-License-Identifier: MIT */
/*
 * Ways to execute a program that lose a preload library:
 *
 *     exec empty PROGRAM       with an empty environment
 *     exec null PROGRAM        with NULL for argv's rest and for the environment
 *     exec closed PROGRAM      after close_range(3, ~0)
 *     exec chroot DIR PROGRAM  inside a chroot
 *     exec thread PROGRAM      from a thread that is not the leader, with others running
 *     exec vfork PROGRAM       in a vfork child
 *     exec fd PROGRAM          fexecve of a descriptor with CLOEXEC
 *     exec fail PROGRAM        after an execve that fails, 20 times
 *     exec chain PROGRAM       itself five times, then PROGRAM
 */
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "mark.h"

extern char **environ;

static char *program;

static void run(char **environment)
{
	char *argv[] = { program, "argument", NULL };

	execve(program, argv, environment);
	CHECK(!"execve");
}

static void *run_in_thread(void *arg)
{
	(void)arg;
	run(environ);
	return NULL;
}

static void *wait_for_ever(void *arg)
{
	(void)arg;
	for (;;)
		pause();
	return NULL;
}

static void exec_from_thread(void)
{
	pthread_t thread;

	for (int i = 0; i < 4; i++)
		CHECK(!pthread_create(&thread, NULL, wait_for_ever, NULL));
	CHECK(!pthread_create(&thread, NULL, run_in_thread, NULL));
	pthread_join(thread, NULL);
}

static void exec_in_vfork(void)
{
	int status;
	pid_t pid = vfork();

	if (!pid) {
		char *argv[] = { program, "argument", NULL };

		execve(program, argv, environ);
		_exit(127);
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	exit(WEXITSTATUS(status));
}

static void exec_fd(void)
{
	char *argv[] = { program, "argument", NULL };
	int fd = open(program, O_RDONLY | O_CLOEXEC);

	fexecve(fd, argv, environ);
	CHECK(!"fexecve");
}

static void exec_after_failures(void)
{
	char *argv[] = { "none", NULL };

	for (int i = 0; i < 20; i++) {
		CHECK(execve("/no/such/program", argv, environ) == -1);
		mark(2);
	}
	run(environ);
}

static void exec_chain(char **argv, const char *count)
{
	char next[2] = { (char)(count[0] - 1), 0 };
	char *again[] = { argv[0], "chain", program, next, NULL };
	char *none[] = { NULL };

	mark(2);
	if (count[0] == '0')
		run(none);
	execve("/proc/self/exe", again, none);
	CHECK(!"execve");
}

int main(int argc, char **argv)
{
	char *none[] = { NULL };
	const char *how = argv[1];

	CHECK(argc >= 3);
	program = argv[argc > 3 && !strcmp(how, "chroot") ? 3 : 2];
	mark(1);
	if (!strcmp(how, "empty"))
		run(none);
	else if (!strcmp(how, "null"))
		run(NULL);
	else if (!strcmp(how, "thread"))
		exec_from_thread();
	else if (!strcmp(how, "vfork"))
		exec_in_vfork();
	else if (!strcmp(how, "fd"))
		exec_fd();
	else if (!strcmp(how, "fail"))
		exec_after_failures();
	else if (!strcmp(how, "chain"))
		exec_chain(argv, argc > 3 ? argv[3] : "5");
	else if (!strcmp(how, "closed"))
		CHECK(!syscall(SYS_close_range, 3, ~0u, 0));
	else if (!strcmp(how, "chroot"))
		CHECK(!chroot(argv[2]) && !chdir("/"));
	run(environ);
}
