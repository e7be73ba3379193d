/* SPDX-License-Identifier: MIT */
/*
 * What the tests of options trace: a few calls of each kind, the same in every run. The first
 * argument says what to do.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>

static const char binary[] =
	"text\tand\1\0\377\"quotes\"\\\n0123456789012345678901234567890123456789";

static void make_calls(void)
{
	char buffer[64];
	struct stat st;
	struct iovec vec[] = { { "one", 3 }, { (void *)binary, sizeof(binary) } };
	int fd = open("data", O_RDWR | O_CREAT | O_TRUNC, 0640);
	int null = open("/dev/null", O_WRONLY);

	write(fd, binary, sizeof(binary));
	lseek(fd, 0, SEEK_SET);
	read(fd, buffer, sizeof(buffer));
	read(fd, buffer, sizeof(buffer));
	writev(null, vec, 2);
	fstat(fd, &st);
	stat("/etc/passwd", &st);
	open("no-such-file", O_RDONLY);
	open("/etc/passwd/no-directory", O_RDONLY);
	unlink("no-such-file");
	close(77);
	getppid();
	socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	syscall(SYS_kill, 0, 0);
	dup2(fd, 10);
	close(10);
	nanosleep(&(struct timespec){ 0, 1000000 }, NULL);
	syscall(1000, 1L, 2L, 3L);
}

static void handle(int sig)
{
	(void)sig;
}

static void make_signals(void)
{
	struct sigaction action = { .sa_handler = handle };

	sigaction(SIGUSR1, &action, NULL);
	raise(SIGUSR1);
	action.sa_flags = SA_RESTART;
	sigaction(SIGALRM, &action, NULL);
	raise(SIGALRM);
	kill(getpid(), SIGUSR1);
}

static int make_children(void)
{
	int status;

	for (int i = 0; i < 2; i++) {
		pid_t pid = fork();

		if (!pid) {
			write(1, "child\n", 6);
			_exit(i + 3);
		}
		waitpid(pid, &status, 0);
	}
	return 0;
}

static void *run_thread(void *arg)
{
	write(1, arg, 7);
	return NULL;
}

static int make_threads(void)
{
	pthread_t thread;

	for (int i = 0; i < 2; i++) {
		if (pthread_create(&thread, NULL, run_thread, "thread\n"))
			return 1;
		pthread_join(thread, NULL);
	}
	return 0;
}

static void say_ready(void)
{
	close(open("ready", O_WRONLY | O_CREAT, 0600));
}

/* Runs until the file "stop" is there. */
static int loop_on(void)
{
	while (access("stop", F_OK))
		nanosleep(&(struct timespec){ 0, 20000000 }, NULL);
	return 5;
}

/* The same; says that it runs by making the file "ready". */
static int loop(void)
{
	say_ready();
	return loop_on();
}

static pthread_barrier_t all_run;

static void *loop_in_thread(void *arg)
{
	pthread_barrier_wait(&all_run);
	loop_on();
	return arg;
}

static int loop_in_threads(void)
{
	pthread_t threads[2];

	pthread_barrier_init(&all_run, NULL, 3);
	for (int i = 0; i < 2; i++) {
		if (pthread_create(&threads[i], NULL, loop_in_thread, NULL))
			return 1;
	}
	pthread_barrier_wait(&all_run);
	nanosleep(&(struct timespec){ 0, 50000000 }, NULL);
	return loop();
}

static int show_environment(void)
{
	const char *names[] = { "ADDED", "REMOVED", "KEPT" };

	for (int i = 0; i < 3; i++) {
		const char *value = getenv(names[i]);

		dprintf(1, "%s=%s\n", names[i], value ? value : "(none)");
	}
	return 0;
}

/* The address that "crash" writes to; volatile, so that the compiler does not know it. */
static int *volatile nowhere = (int *)8;

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	int number = argc > 2 ? atoi(argv[2]) : 0;

	if (!strcmp(what, "calls"))
		make_calls();
	else if (!strcmp(what, "signals"))
		make_signals();
	else if (!strcmp(what, "children"))
		return make_children();
	else if (!strcmp(what, "threads"))
		return make_threads();
	else if (!strcmp(what, "exit"))
		return number;
	else if (!strcmp(what, "kill"))
		kill(getpid(), number);
	else if (!strcmp(what, "crash"))
		*nowhere = 1;
	else if (!strcmp(what, "wait"))
		return close(open("ready", O_WRONLY | O_CREAT, 0600)), pause();
	else if (!strcmp(what, "loop"))
		return loop();
	else if (!strcmp(what, "loop-threads"))
		return loop_in_threads();
	else if (!strcmp(what, "environment"))
		return show_environment();
	else if (!strcmp(what, "exec"))
		execv("/proc/self/exe", (char *[]){ argv[0], "exit", "9", NULL });
	else
		return 99;
	return 0;
}
