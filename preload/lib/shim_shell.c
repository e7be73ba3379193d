/* SPDX-License-Identifier: MIT */
/*
 * system() and popen() start their shell within libc, with the environment as it stands: no wrapper
 * comes in between. They are made here instead, as system(3) and popen(3) describe them, of
 * functions that have wrappers.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/shim.h"

#define SHELL "/bin/sh"

extern char **environ;

/* SIGINT and SIGQUIT are ignored while any thread is in system(). */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned int nr_ignoring;
static struct sigaction old_int, old_quit;

/* Streams of popen() that are open. */
struct pipe_stream {
	struct pipe_stream *next;
	FILE *file;
	pid_t pid;
};

static struct pipe_stream *streams;

static void take_lock(void)
{
	pthread_mutex_lock(&lock);
}

static void release_lock(void)
{
	pthread_mutex_unlock(&lock);
}

__attribute__((constructor)) static void keep_lock_over_forks(void)
{
	pthread_atfork(take_lock, release_lock, release_lock);
}

static void ignore_signals(sigset_t *ret_mask)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	sigset_t child;

	take_lock();
	if (!nr_ignoring++) {
		sigaction(SIGINT, &ignore, &old_int);
		sigaction(SIGQUIT, &ignore, &old_quit);
	}
	release_lock();
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, ret_mask);
}

static void restore_signals(const sigset_t *mask)
{
	take_lock();
	if (!--nr_ignoring) {
		sigaction(SIGINT, &old_int, NULL);
		sigaction(SIGQUIT, &old_quit, NULL);
	}
	release_lock();
	sigprocmask(SIG_SETMASK, mask, NULL);
}

/* The shell has the signals that its caller had in front of system(). */
static int spawn_shell(pid_t *ret_pid, const char *command, const sigset_t *mask)
{
	char *argv[] = { "sh", "-c", (char *)command, NULL };
	posix_spawnattr_t attr;
	sigset_t defaults;
	int err;

	sigemptyset(&defaults);
	if (old_int.sa_handler != SIG_IGN)
		sigaddset(&defaults, SIGINT);
	if (old_quit.sa_handler != SIG_IGN)
		sigaddset(&defaults, SIGQUIT);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, mask);
	posix_spawnattr_setsigdefault(&attr, &defaults);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
	err = posix_spawn(ret_pid, SHELL, NULL, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	return err;
}

static int wait_for(pid_t pid, int *ret_status)
{
	pid_t ended;

	do
		ended = waitpid(pid, ret_status, 0);
	while (ended < 0 && errno == EINTR);
	return ended == pid ? 0 : -1;
}

struct shell_run {
	pid_t pid;
	const sigset_t *mask;
};

/* The thread is cancelled while it waits. */
static void cancel_shell(void *arg)
{
	const struct shell_run *run = arg;
	int state;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
	kill(run->pid, SIGKILL);
	wait_for(run->pid, NULL);
	pthread_setcancelstate(state, NULL);
	restore_signals(run->mask);
}

static int run_shell(const char *command)
{
	int err, status = -1;
	sigset_t mask;
	pid_t pid;

	ignore_signals(&mask);
	err = spawn_shell(&pid, command, &mask);
	if (err) {
		status = W_EXITCODE(127, 0);
	} else {
		struct shell_run run = { pid, &mask };

		pthread_cleanup_push(cancel_shell, &run);
		if (wait_for(pid, &status))
			status = -1;
		pthread_cleanup_pop(0);
	}
	restore_signals(&mask);
	if (err)
		errno = err;
	return status;
}

SHIM_EXPORT int system(const char *command)
{
	if (!command)
		return run_shell("exit 0") == 0;
	return run_shell(command);
}

/* False: not one of popen()'s modes. */
static bool read_mode(const char *mode, bool *ret_reads, bool *ret_cloexec)
{
	bool reads = false, writes = false;

	*ret_cloexec = false;
	for (; *mode; mode++) {
		reads |= *mode == 'r';
		writes |= *mode == 'w';
		*ret_cloexec |= *mode == 'e';
		if (*mode != 'r' && *mode != 'w' && *mode != 'e')
			return false;
	}
	*ret_reads = reads;
	return reads != writes;
}

/* The command's end of the pipe becomes its descriptor `to`; earlier streams are not its own. */
static int spawn_piped(pid_t *ret_pid, const char *command, int end, int to)
{
	char *argv[] = { "sh", "-c", (char *)command, NULL };
	posix_spawn_file_actions_t actions;
	int err = posix_spawn_file_actions_init(&actions);

	if (err)
		return err;
	err = posix_spawn_file_actions_adddup2(&actions, end, to);
	for (struct pipe_stream *s = streams; s && !err; s = s->next) {
		if (fileno(s->file) != to)
			err = posix_spawn_file_actions_addclose(&actions, fileno(s->file));
	}
	if (!err)
		err = posix_spawn(ret_pid, SHELL, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return err;
}

static int start_command(struct pipe_stream *s, const char *command, int end, int to)
{
	int err;

	take_lock();
	err = spawn_piped(&s->pid, command, end, to);
	if (!err) {
		s->next = streams;
		streams = s;
	}
	release_lock();
	return err;
}

/* As popen(), into s; the pipe's ends are fds. Returns 0 or an error number. */
static int open_stream(struct pipe_stream *s, const char *command, int fds[2], bool reads)
{
	int *end = &fds[reads], to = reads, err;

	/* where it is already, it would not lose its close-on-exec flag */
	if (*end == to) {
		int moved = fcntl(*end, F_DUPFD_CLOEXEC, 0);

		if (moved < 0)
			return errno;
		close(*end);
		*end = moved;
	}
	s->file = fdopen(fds[!reads], reads ? "r" : "w");
	if (!s->file)
		return errno;
	err = start_command(s, command, *end, to);
	close(*end);
	*end = -1;
	if (err) {
		fclose(s->file);
		fds[!reads] = -1;
	}
	return err;
}

SHIM_EXPORT FILE *popen(const char *command, const char *mode)
{
	bool reads, cloexec;
	struct pipe_stream *s;
	int fds[2], err;

	if (!read_mode(mode, &reads, &cloexec)) {
		errno = EINVAL;
		return NULL;
	}
	s = malloc(sizeof(*s));
	if (!s)
		return NULL;
	if (pipe2(fds, O_CLOEXEC)) {
		free(s);
		return NULL;
	}
	err = open_stream(s, command, fds, reads);
	if (!err) {
		if (!cloexec)
			fcntl(fileno(s->file), F_SETFD, 0);
		return s->file;
	}
	for (int i = 0; i < 2; i++) {
		if (fds[i] >= 0)
			close(fds[i]);
	}
	free(s);
	errno = err;
	return NULL;
}

/* Takes the stream of file out of the list; NULL: it is none of popen()'s. */
static struct pipe_stream *take_stream(const FILE *file)
{
	struct pipe_stream **link, *s;

	take_lock();
	for (link = &streams; *link && (*link)->file != file; link = &(*link)->next)
		;
	s = *link;
	if (s)
		*link = s->next;
	release_lock();
	return s;
}

/* fclose() ends a stream of popen() as pclose() does. */
SHIM_EXPORT int fclose(FILE *file)
{
	struct pipe_stream *s = streams ? take_stream(file) : NULL;
	int ret, status;
	pid_t pid;

	if (!s)
		return SHIM_FIND(fclose)(file);
	pid = s->pid;
	free(s);
	ret = SHIM_FIND(fclose)(file);
	if (wait_for(pid, &status))
		return -1;
	return status ? status : ret;
}

SHIM_EXPORT int pclose(FILE *file)
{
	return fclose(file);
}
