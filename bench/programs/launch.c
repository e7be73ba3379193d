/* SPDX-License-Identifier: MIT */
/*
 * Starts a command and says how long it took until it was reaped: with less in it than any
 * interpreter's way of starting a process.
 *
 *     launch TIMES COMMAND...      prints one line of nanoseconds per run
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

int main(int argc, char **argv)
{
	posix_spawn_file_actions_t quiet;
	int err, status;
	pid_t pid;

	if (argc < 3) {
		fprintf(stderr, "usage: launch TIMES COMMAND...\n");
		return 2;
	}
	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	for (int i = atoi(argv[1]); i > 0; i--) {
		uint64_t from = now_ns();

		err = posix_spawnp(&pid, argv[2], &quiet, NULL, argv + 2, environ);
		if (err) {
			fprintf(stderr, "launch: %s: %s\n", argv[2], strerror(err));
			return 1;
		}
		if (waitpid(pid, &status, 0) < 0 || status) {
			fprintf(stderr, "launch: %s: wait status %#x\n", argv[2], status);
			return 1;
		}
		printf("%llu\n", (unsigned long long)(now_ns() - from));
	}
	return 0;
}
