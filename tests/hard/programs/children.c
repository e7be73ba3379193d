/* SPDX-License-Identifier: MIT */
/*
 * Children by every way that libc and the kernel have, and all of the exec family:
 *
 *     children PROGRAM    PROGRAM is executed 16 times
 *
 * Marks: 1 by this process, after each way; 2 by children that execute nothing; 3 by PROGRAM. Ways
 * that fail must leave the descriptors as they were.
 */
#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "mark.h"

extern char **environ;

static char *program, *name;

static void way_done(const char *what, int status)
{
	mark(1);
	printf("%s: %x\n", what, status);
	fflush(stdout);
}

static void wait_for(const char *what, pid_t pid)
{
	int status;
	pid_t got;

	CHECK(pid > 0);
	do
		got = waitpid(pid, &status, 0);
	while (got < 0 && errno == EINTR);
	CHECK(got == pid);
	way_done(what, status);
}

static void exec_as(unsigned int way)
{
	char *argv[] = { program, "argument", NULL };
	char *few[] = { "SOME=thing", NULL };
	int fd;

	switch (way) {
	case 0:
		execl(program, program, "argument", NULL);
		break;
	case 1:
		execlp(name, name, "argument", NULL);
		break;
	case 2:
		execle(program, program, "argument", NULL, few);
		break;
	case 3:
		execv(program, argv);
		break;
	case 4:
		execvp(name, argv);
		break;
	case 5:
		execvpe(name, argv, few);
		break;
	case 6:
		fd = open(program, O_RDONLY | O_CLOEXEC);
		fexecve(fd, argv, environ);
		break;
	case 7:
		execveat(AT_FDCWD, program, argv, environ, 0);
		break;
	case 8:
		fd = open(program, O_RDONLY | O_CLOEXEC);
		execveat(fd, "", argv, few, AT_EMPTY_PATH);
		break;
	case 9:
		syscall(SYS_execve, program, argv, few);
		break;
	}
	_exit(120);
}

static pid_t born_to_exec(unsigned int way)
{
	pid_t pid = way % 2 ? vfork() : fork();

	if (!pid)
		exec_as(way);
	return pid;
}

static void exec_family(void)
{
	for (unsigned int way = 0; way < 10; way++)
		wait_for("exec", born_to_exec(way));
}

/* fclose() does what pclose() does; the compiler wants the latter. */
static int (*volatile close_stream)(FILE *file) = fclose;

static void spawn_and_shell(void)
{
	char *argv[] = { program, "argument", NULL };
	char line[256];
	FILE *in, *out;
	pid_t pid;

	CHECK(!posix_spawn(&pid, program, NULL, NULL, argv, environ));
	wait_for("posix_spawn", pid);
	CHECK(!posix_spawnp(&pid, name, NULL, NULL, argv, environ));
	wait_for("posix_spawnp", pid);
	way_done("system", system(name));
	way_done("no shell", system(NULL));
	way_done("killed", system("kill -TERM $$"));
	out = popen("cat >/dev/null; exit 3", "w");
	in = popen(name, "re");
	CHECK(in && out && fcntl(fileno(in), F_GETFD) == FD_CLOEXEC &&
	      !fcntl(fileno(out), F_GETFD));
	while (fgets(line, sizeof(line), in))
		printf("read: %s", line);
	way_done("pclose", pclose(in));
	way_done("pclose", pclose(out));
	in = popen("echo shell; exit 4", "r");
	CHECK(in && fgets(line, sizeof(line), in));
	way_done(line, close_stream(in));
	CHECK(!popen("exit", "rw") && errno == EINVAL);
}

static void marks_of_child(void)
{
	mark(2);
	mark(2);
	_exit(5);
}

static int run_clone(void *arg)
{
	(void)arg;
	marks_of_child();
	return 0;
}

static void without_exec(void)
{
	static char stack[256 << 10];
	int master;
	pid_t pid = _Fork();

	if (!pid)
		marks_of_child();
	wait_for("_Fork", pid);
	pid = (pid_t)syscall(SYS_fork);
	if (!pid)
		marks_of_child();
	wait_for("fork by number", pid);
	pid = (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
	if (!pid)
		marks_of_child();
	wait_for("clone by number", pid);
	__asm__ volatile("syscall" : "=a"(pid) : "a"(SYS_fork) : "rcx", "r11", "memory");
	if (!pid)
		marks_of_child();
	wait_for("fork by hand", pid);
	pid = forkpty(&master, NULL, NULL, NULL);
	if (!pid)
		marks_of_child();
	wait_for("forkpty", pid);
	close(master);
	wait_for("clone", clone(run_clone, stack + sizeof(stack), SIGCHLD, NULL));
	wait_for("clone beside", clone(run_clone, stack + sizeof(stack), CLONE_VM | SIGCHLD, NULL));
	wait_for("clone like vfork",
		 clone(run_clone, stack + sizeof(stack), CLONE_VM | CLONE_VFORK | SIGCHLD, NULL));
}

/* Its parent is gone by the time it makes its marks. */
static void as_daemon(void)
{
	int fds[2];
	pid_t pid;
	char c;

	CHECK(!pipe(fds));
	pid = fork();
	if (!pid) {
		CHECK(!daemon(1, 1));
		marks_of_child();
	}
	close(fds[1]);
	CHECK(!read(fds[0], &c, 1));
	close(fds[0]);
	wait_for("daemon", pid);
}

/* Each waits for the next: three generations in one memory. */
static void generation(int n)
{
	pid_t pid;

	if (n == 3)
		exec_as(3);
	pid = vfork();
	if (!pid)
		generation(n + 1);
	if (!n) {
		wait_for("nested", pid);
		return;
	}
	mark(2);
	waitpid(pid, NULL, 0);
	if (n == 2)
		exec_as(0);
	_exit(6);
}

static int count_descriptors(void)
{
	int n = 0;

	for (int fd = 0; fd < 1024; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void *fail_in_thread(void *arg)
{
	char *argv[] = { "none", NULL };
	pid_t pid;

	CHECK(posix_spawn(&pid, "/no/such/program", NULL, NULL, argv, environ) == ENOENT);
	CHECK(posix_spawnp(&pid, "no-such-program", NULL, NULL, argv, environ) == ENOENT);
	CHECK(execv("/no/such/program", argv) == -1 && errno == ENOENT);
	CHECK(execvp("no-such-program", argv) == -1 && errno == ENOENT);
	CHECK(fexecve(0, argv, environ) == -1);
	return arg;
}

int main(int argc, char **argv)
{
	int before = count_descriptors();
	char *folder;

	CHECK(argc == 2);
	program = argv[1];
	folder = strdup(program);
	name = strrchr(program, '/') + 1;
	*strrchr(folder, '/') = 0;
	CHECK(!setenv("PATH", "/no/such/folder:/usr/bin:/bin", 1));
	fail_in_thread(NULL);
	CHECK(count_descriptors() == before);
	CHECK(!setenv("PATH",
		      strcat(strcpy(malloc(8192), "/no/such/folder:/usr/bin:/bin:"), folder), 1));
	exec_family();
	spawn_and_shell();
	without_exec();
	as_daemon();
	generation(0);
	CHECK(count_descriptors() == before);
	return 0;
}
