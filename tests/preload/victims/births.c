/* SPDX-License-Identifier: MIT */
/*
 * Every way to be born: fork, vfork, posix_spawn, raw clone and clone3 with and without shared
 * memory and handlers, from several threads at once, and from a signal handler. A child that shares
 * memory changes its signal actions; the parent's stay.
 */
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;
static volatile int bad;
static volatile int handled;

static void handler(int sig)
{
	(void)sig;
	handled++;
}

static void expect(pid_t pid, int code)
{
	int status = 0;

	if (pid < 0 || waitpid(pid, &status, __WALL) != pid || !WIFEXITED(status) ||
	    WEXITSTATUS(status) != code)
		__atomic_fetch_add(&bad, 1, __ATOMIC_RELAXED);
}

static int child_body(void *arg)
{
	struct sigaction sa = { .sa_handler = SIG_DFL };

	sigaction(SIGUSR2, &sa, NULL);
	return (int)(long)arg + (getppid() > 0);
}

static void clones(void)
{
	static const int flags[] = {
		SIGCHLD,
		CLONE_VM | SIGCHLD,
		CLONE_VM | CLONE_VFORK | SIGCHLD,
		CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SYSVSEM | SIGCHLD,
	};
	char *stack = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	for (unsigned int i = 0; i < sizeof(flags) / sizeof(*flags); i++)
		expect(clone(child_body, stack + 65536, flags[i], (void *)(long)(10 * i)),
		       10 * (int)i + 1);
	munmap(stack, 65536);
}

static void clone3s(void)
{
	struct clone_args args = { .exit_signal = SIGCHLD };
	pid_t pid;

	pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
	if (!pid)
		_exit(getpid() > 1 ? 4 : 5);
	expect(pid, 4);
	args.flags = CLONE_CLEAR_SIGHAND;
	pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
	if (!pid) {
		struct sigaction sa;

		sigaction(SIGUSR2, NULL, &sa);
		_exit(sa.sa_handler == SIG_DFL ? 6 : 7);
	}
	expect(pid, 6);
	if (syscall(SYS_clone3, (void *)8, sizeof(args)) >= 0)
		bad++;
}

static char *const true_argv[] = { "/bin/true", NULL };

static pid_t vfork_one(int exec)
{
	pid_t pid = vfork();

	if (!pid) {
		if (exec)
			execv(true_argv[0], true_argv);
		_exit(0);
	}
	return pid;
}

static pid_t spawn_one(void)
{
	pid_t pid;

	return posix_spawn(&pid, true_argv[0], NULL, NULL, true_argv, environ) ? -1 : pid;
}

static void *spawner(void *arg)
{
	for (int i = 0; i < 12; i++)
		expect(i % 2 ? spawn_one() : vfork_one(i % 4), 0);
	return arg;
}

static void fork_in_handler(int sig)
{
	pid_t pid = fork();

	(void)sig;
	if (!pid)
		_exit(getpid() != getppid() ? 8 : 9);
	expect(pid, 8);
}

static void *short_life(void *arg)
{
	getppid();
	return arg;
}

int main(void)
{
	struct sigaction sa = { .sa_handler = handler };
	pthread_t t[4];

	sigaction(SIGUSR2, &sa, NULL);
	clones();
	clone3s();
	for (int i = 0; i < 4; i++)
		pthread_create(&t[i], NULL, spawner, NULL);
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	sa.sa_handler = fork_in_handler;
	sigaction(SIGUSR1, &sa, NULL);
	for (int i = 0; i < 5; i++)
		raise(SIGUSR1);
	for (int i = 0; i < 300; i++) {
		pthread_create(&t[0], NULL, short_life, NULL);
		pthread_join(t[0], NULL);
	}
	raise(SIGUSR2);
	printf("bad %d handled %d\n", bad, handled);
	return bad != 0;
}
