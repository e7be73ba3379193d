// SPDX-License-Identifier: MIT
/*
 * The generated wrappers, linked into this program in front of libc's functions, with an
 * implementation of preload/lib/shim.h that writes down what it is told.
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/shim.h"

enum { IDLE, ENTERED, EXITED, LEFT };

/* The last call of this thread whose number is `watch`. */
static __thread struct {
	unsigned int watch;
	int state;
	uint64_t args[6];
	long ret;
	const void *ip;
} seen;

void shim_enter(struct shim_call *call, unsigned int nr, const uint64_t args[6], const void *ip)
{
	call->record = NULL;
	if (nr != seen.watch)
		return;
	call->record = &seen;
	seen.state = ENTERED;
	seen.ip = ip;
	memcpy(seen.args, args, sizeof(seen.args));
}

void shim_exit(struct shim_call *call, long ret)
{
	if (!call->record)
		return;
	call->record = NULL;
	seen.state = EXITED;
	seen.ret = ret;
}

void shim_leave(struct shim_call *call)
{
	if (call->record)
		seen.state = LEFT;
}

void *shim_resolve(unsigned int i)
{
	int saved = errno;

	shim_funcs[i].target = dlsym(RTLD_NEXT, shim_funcs[i].name);
	errno = saved;
	return shim_funcs[i].target;
}

static void watch(unsigned int nr)
{
	memset(&seen, 0, sizeof(seen));
	seen.watch = nr;
}

Test(shims, exist_for_functions_that_libc_has)
{
	for (unsigned int i = 0; i < nr_shim_funcs; i++)
		cr_expect(shim_resolve(i), "libc has no %s", shim_funcs[i].name);
}

ssize_t __read_chk(int fd, void *buf, size_t nbytes, size_t buflen);

/* What a program that was compiled with _FORTIFY_SOURCE calls. */
Test(shims, exist_for_fortified_functions)
{
	char buf[8];
	int fd = open("/dev/zero", O_RDONLY);

	watch(SYS_read);
	cr_assert_eq(__read_chk(fd, buf, 5, sizeof(buf)), 5);
	cr_expect_eq(seen.state, EXITED);
	cr_expect_eq(seen.args[0], (uint64_t)fd);
	cr_expect_eq(seen.args[2], 5);
	cr_expect_eq(seen.ret, 5);
}

Test(shims, tell_what_the_kernel_is_told)
{
	watch(SYS_clock_nanosleep);
	cr_assert_eq(usleep(1), 0);
	cr_expect_eq(seen.state, EXITED);
	watch(SYS_openat);
	cr_assert_null(opendir("/no/such/folder"));
	cr_expect_eq(seen.args[2], O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_DIRECTORY);
	cr_expect_eq(seen.ret, -ENOENT);
	watch(SYS_kill);
	cr_assert_eq(killpg(getpgrp(), 0), 0);
	cr_expect_eq((pid_t)seen.args[0], -getpgrp());
}

Test(shims, pass_arguments_and_result)
{
	char buf[4];
	int fds[2];

	cr_assert_eq(pipe(fds), 0);
	cr_assert_eq(write(fds[1], "abcd", 4), 4);
	watch(SYS_read);
	cr_assert_eq(read(fds[0], buf, 3), 3);
	cr_expect_eq(seen.state, EXITED);
	cr_expect_eq(seen.args[0], (uint64_t)fds[0]);
	cr_expect_eq(seen.args[1], (uint64_t)buf);
	cr_expect_eq(seen.args[2], 3);
	cr_expect_eq(seen.args[3], 0);
	cr_expect_eq(seen.ret, 3);
	cr_expect(seen.ip);
	cr_expect_eq(memcmp(buf, "abc", 3), 0);
}

Test(shims, report_a_failure_as_the_kernel_does_and_keep_errno)
{
	char buf[1];

	watch(SYS_read);
	errno = 0;
	cr_expect_eq(read(-1, buf, 1), -1);
	cr_expect_eq(errno, EBADF);
	cr_expect_eq(seen.ret, -EBADF);
	cr_expect_eq((int)seen.args[0], -1);
	watch(SYS_mmap);
	cr_expect_eq(mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), MAP_FAILED);
	cr_expect_eq(seen.ret, -EINVAL);
	watch(SYS_fadvise64);
	cr_expect_eq(posix_fadvise(-1, 0, 0, 0), EBADF, "returns the error itself");
	cr_expect_eq(seen.ret, -EBADF);
}

Test(shims, leave_errno_alone_when_all_is_well)
{
	watch(SYS_getppid);
	errno = 1234;
	cr_expect_gt(getppid(), 0);
	cr_expect_eq(errno, 1234);
	cr_expect_eq(seen.ret, getppid());
}

Test(shims, hand_on_variable_arguments)
{
	char name[] = "/tmp/itrace-shim-XXXXXX";
	struct stat st;
	int fd = mkstemp(name);

	cr_assert_geq(fd, 0);
	close(fd);
	cr_assert_eq(unlink(name), 0);
	umask(0);
	watch(SYS_openat);
	fd = open(name, O_CREAT | O_EXCL | O_RDWR, 0640);
	cr_assert_geq(fd, 0);
	cr_expect_eq((int)seen.args[0], AT_FDCWD);
	cr_expect_eq(seen.args[1], (uint64_t)name);
	cr_expect_eq(seen.args[2], O_CREAT | O_EXCL | O_RDWR);
	cr_expect_eq(seen.args[3], 0640);
	cr_expect_eq(seen.ret, fd);
	cr_assert_eq(fstat(fd, &st), 0);
	cr_expect_eq(st.st_mode & 07777, 0640);
	watch(SYS_fcntl);
	cr_expect_eq(fcntl(fd, F_SETFD, FD_CLOEXEC), 0);
	cr_expect_eq(seen.args[2], FD_CLOEXEC);
	cr_expect_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	close(fd);
	unlink(name);
}

Test(shims, say_what_the_system_call_is_given)
{
	int status;
	pid_t child = fork();

	if (!child)
		_exit(3);
	watch(SYS_wait4);
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_expect_eq(seen.args[0], (uint64_t)child);
	cr_expect_eq(seen.args[1], (uint64_t)&status);
	cr_expect_eq(seen.args[3], 0);
	cr_expect_eq(WEXITSTATUS(status), 3);
	watch(SYS_recvfrom);
	cr_expect_eq(recv(-1, &status, sizeof(status), MSG_PEEK), -1);
	cr_expect_eq(seen.args[3], MSG_PEEK);
	cr_expect_eq(seen.args[4], 0);
	cr_expect_eq(seen.ret, -EBADF);
}

static int pipe_fds[2];
static int state_when_cancelled;

static void note_state(void *arg)
{
	(void)arg;
	state_when_cancelled = seen.state;
}

static void *blocked_reader(void *ready)
{
	char buf[1];

	watch(SYS_read);
	pthread_cleanup_push(note_state, NULL);
	__atomic_store_n((int *)ready, 1, __ATOMIC_RELEASE);
	if (read(pipe_fds[0], buf, 1) < 0)
		return NULL;
	pthread_cleanup_pop(0);
	return NULL;
}

/* The cancellation may arrive before or inside the real read(): it is a cancellation point either
 * way, and the wrapper has been entered. */
Test(shims, are_unwound_by_a_cancellation)
{
	int ready = 0;
	void *result = NULL;
	pthread_t thread;

	cr_assert_eq(pipe(pipe_fds), 0);
	cr_assert_eq(pthread_create(&thread, NULL, blocked_reader, &ready), 0);
	while (!__atomic_load_n(&ready, __ATOMIC_ACQUIRE))
		sched_yield();
	cr_assert_eq(pthread_cancel(thread), 0);
	cr_assert_eq(pthread_join(thread, &result), 0);
	cr_expect_eq(result, PTHREAD_CANCELED);
	cr_expect_eq(state_when_cancelled, LEFT, "the record was closed before outer handlers ran");
}
