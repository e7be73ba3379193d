/* SPDX-License-Identifier: MIT */
/*
 * Runs strace on the command lines of bad_options.h and compares what it says, and its exit status,
 * with the table that our parser is held to.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bad_options.h"

#define SKIPPED 77

/* Runs argv with its output in said. Returns its exit status, -1 if it had none. */
static int run(char **argv, char *said, size_t size)
{
	size_t len = 0;
	ssize_t n;
	int fds[2], status;
	pid_t pid;

	if (pipe(fds))
		return -1;
	pid = fork();
	if (!pid) {
		dup2(fds[1], STDOUT_FILENO);
		dup2(fds[1], STDERR_FILENO);
		close(fds[0]);
		close(fds[1]);
		execvp(argv[0], argv);
		_exit(127);
	}
	close(fds[1]);
	while (len < size - 1 && (n = read(fds[0], said + len, size - 1 - len)) > 0)
		len += (size_t)n;
	said[len] = '\0';
	close(fds[0]);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

static int compare(const struct bad_option *options, size_t nr, int expected)
{
	char room[512], said[4096];
	char *argv[BAD_OPTIONS_WORDS];
	int failures = 0;

	for (size_t i = 0; i < nr; i++) {
		int status;

		bad_options_split(options[i].line, room, argv);
		status = run(argv, said, sizeof(said));
		if (status == expected && !strcmp(said, options[i].messages))
			continue;
		failures++;
		fprintf(stderr, "strace %s: exit status %d, says\n%sexpected %d,\n%s",
			options[i].line, status, said, expected, options[i].messages);
	}
	return failures;
}

int main(void)
{
	char *version[] = { "strace", "-V", NULL },
	     *trial[] = { "strace", "-o", "/dev/null", "true", NULL };
	char said[4096];
	int failures;

	setenv("LC_ALL", "C", 1);
	if (run(version, said, sizeof(said))) {
		puts("skipped: strace is not installed");
		return SKIPPED;
	}
	failures = compare(bad_options, sizeof(bad_options) / sizeof(bad_options[0]), 1);
	/* these start a program */
	if (run(trial, said, sizeof(said)))
		puts("ptrace is not permitted here: the options in vain were not compared");
	else
		failures +=
			compare(vain_options, sizeof(vain_options) / sizeof(vain_options[0]), 0);
	return failures ? 1 : 0;
}
