/* SPDX-License-Identifier: MIT */
/*
 * Programs behave under the library as they do alone: same output, same status, whichever way calls
 * are caught; and the trace is sound: no record corrupt, every call of a finished thread closed.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"

struct mode {
	const char *name;
	uint32_t flags;
	bool shim;
	uint32_t seal_after;
};

static const struct mode modes[] = {
	{ "patched", SESSION_F_FOLLOW | SESSION_F_SIGNALS, false, 0 },
	{ "sealed", SESSION_F_FOLLOW | SESSION_F_SIGNALS, false, 1 },
	{ "unpatched", SESSION_F_FOLLOW | SESSION_F_SIGNALS | SESSION_F_NO_PATCH, false, 0 },
	{ "not following", SESSION_F_SIGNALS, false, 0 },
	{ "by seccomp", SESSION_F_FOLLOW | SESSION_F_SIGNALS | SESSION_F_NO_SUD, false, 0 },
	{ "by shim", SESSION_F_FOLLOW, true, 0 },
};

static char *const programs[][4] = {
	{ VICTIMS "cancel", NULL },	  { VICTIMS "signals", NULL },
	{ VICTIMS "stress", NULL },	  { VICTIMS "stress", "eintr", NULL },
	{ VICTIMS "churn", NULL },	  { VICTIMS "execs", NULL },
	{ VICTIMS "surroundings", NULL }, { VICTIMS "births", NULL },
	{ VICTIMS "mappings", NULL },	  { VICTIMS "sandbox", NULL },
};

static int failed;

static void read_all(int fd, char **ret_text)
{
	off_t size = lseek(fd, 0, SEEK_END);

	*ret_text = calloc(1, (size_t)size + 1);
	if (!*ret_text || pread(fd, *ret_text, (size_t)size, 0) != size)
		exit(99);
	close(fd);
}

/* Runs argv, under h if not NULL, with its output in a file. */
static int run(struct harness *h, char *const *argv, char **ret_text)
{
	int fd = memfd_create("output", MFD_CLOEXEC), saved = dup(1), status;
	pid_t pid;

	fflush(stdout);
	dup2(fd, 1);
	fcntl(saved, F_SETFD, FD_CLOEXEC);
	if (h) {
		pid = harness_start(h, (char **)argv, NULL);
	} else {
		pid = fork();
		if (!pid) {
			execv(argv[0], argv);
			_exit(97);
		}
	}
	dup2(saved, 1);
	close(saved);
	if (h) {
		harness_finish(h, pid);
		status = h->status;
	} else {
		waitpid(pid, &status, 0);
	}
	read_all(fd, ret_text);
	return status;
}

static void complain(char *const *argv, const struct mode *m, const char *what)
{
	printf("%s %s (%s): %s\n", argv[0], argv[1] ? argv[1] : "", m->name, what);
	failed = 1;
}

static void check(char *const *argv, const struct mode *m, int status, const char *text)
{
	struct harness_options o = {
		.only = -1, .flags = m->flags, .shim = m->shim, .seal_after = m->seal_after
	};
	struct harness h;
	char *traced;
	int s;

	harness_init(&h, &o);
	s = run(&h, argv, &traced);
	if (s != status)
		complain(argv, m, "another status");
	if (strcmp(traced, text) != 0) {
		complain(argv, m, "another output");
		printf("--- alone\n%s--- traced\n%s---\n", text, traced);
	}
	if (h.corrupt)
		complain(argv, m, "corrupt records");
	if (!harness_count(&h, -1))
		complain(argv, m, "no records");
	free(traced);
	harness_release(&h);
}

int main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++) {
		char *text;
		int status;

		if (argc > 1 && !strstr(programs[i][0], argv[1]))
			continue;
		status = run(NULL, programs[i], &text);
		if (status)
			printf("%s fails by itself (%x):\n%s", programs[i][0], status, text);
		failed |= status != 0;
		for (size_t k = 0; k < sizeof(modes) / sizeof(*modes); k++)
			check(programs[i], &modes[k], status, text);
		free(text);
	}
	return failed;
}
