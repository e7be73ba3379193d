/* SPDX-License-Identifier: MIT */
/*
 * Everything at once: three threads calling, a 200 us timer whose handler calls and, every eighth
 * time, leaves a blocked read by siglongjmp; fork, vfork and posix_spawn in turn. Argument "eintr":
 * the same without SA_RESTART.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUNDS 150

extern char **environ;
static volatile long signals, bad;
static int null_fd, zero_fd;
static __thread sigjmp_buf jump;
static __thread volatile int may_jump;

static void handler(int sig)
{
	int saved = errno;

	signals++;
	if (write(null_fd, "x", 1) != 1)
		bad++;
	errno = saved;
	if (sig == SIGALRM && may_jump && signals % 8 == 0) {
		may_jump = 0;
		siglongjmp(jump, 1);
	}
}

static void *caller(void *arg)
{
	struct pollfd nothing;
	char buf[64];

	(void)arg;
	for (int i = 0; i < 60000; i++) {
		ssize_t n = read(zero_fd, buf, 1);

		if (n != 1 && !(n < 0 && errno == EINTR))
			bad++;
		if (getppid() <= 0)
			bad++;
		if (i % 5000 == 0)
			poll(&nothing, 0, 1);
	}
	return NULL;
}

static void wait_for(pid_t pid, int code)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != code)
		bad++;
}

static void one_child(int i)
{
	char *argv[] = { "/bin/true", NULL };
	pid_t pid;

	if (i % 3 == 2) {
		if (posix_spawn(&pid, argv[0], NULL, NULL, argv, environ))
			bad++;
		else
			wait_for(pid, 0);
		return;
	}
	pid = i % 3 ? vfork() : fork();
	if (!pid) {
		getppid();
		_exit(7);
	}
	wait_for(pid, 7);
}

int main(int argc, char **argv)
{
	struct sigaction sa = { .sa_handler = handler };
	struct itimerval timer = { { 0, 200 }, { 0, 200 } }, off = { 0 };
	pthread_t threads[3];
	sigset_t alarm;
	int fds[2];
	char c;

	if (argc < 2 || strcmp(argv[1], "eintr") != 0)
		sa.sa_flags = SA_RESTART;
	null_fd = open("/dev/null", O_WRONLY);
	zero_fd = open("/dev/zero", O_RDONLY);
	if (pipe(fds))
		return 2;
	sigaction(SIGALRM, &sa, NULL);
	sigaction(SIGUSR1, &sa, NULL);
	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	pthread_sigmask(SIG_BLOCK, &alarm, NULL);
	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, caller, NULL);
	pthread_sigmask(SIG_UNBLOCK, &alarm, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
	for (int i = 0; i < ROUNDS; i++) {
		if (!sigsetjmp(jump, 1)) {
			may_jump = 1;
			while (read(fds[0], &c, 1) < 0 && errno == EINTR)
				;
		}
		may_jump = 0;
		one_child(i);
		pthread_kill(threads[i % 3], SIGUSR1);
	}
	setitimer(ITIMER_REAL, &off, NULL);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	printf("bad %ld\n", bad);
	return bad != 0;
}
