/* SPDX-License-Identifier: MIT */
/*
 * A program that looks at itself: its environment, descriptors, mappings, signal state, limits,
 * threads, and /proc's view of them. Prints all that must be the same with and without a tracer; of
 * its mappings only those that are writable and executable at once, and names that nobody would
 * expect.
 */
#include <dirent.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "mark.h"

extern char **environ;

static void show_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *de;

	CHECK(dir);
	while ((de = readdir(dir)))
		if (atoi(de->d_name) != dirfd(dir) || de->d_name[0] == '.')
			printf("fd %s\n", de->d_name);
	closedir(dir);
}

static void show_mappings(void)
{
	FILE *f = fopen("/proc/self/maps", "r");
	char line[512];
	int both = 0, unexpected = 0;

	CHECK(f);
	while (fgets(line, sizeof(line), f)) {
		char *name = strchr(line, '/');

		both += strstr(line, " rwx") != NULL;
		if (!name || strstr(name, "/lib/x86_64-linux-gnu/") || strstr(name, "selfview"))
			continue;
		/* the tracer's own, which its manual names */
		if (strstr(name, "/libitrace.so") || strstr(name, "/libitrace-shim.so") ||
		    strstr(name, "/memfd:itrace"))
			continue;
		unexpected++;
		printf("mapping %s", name);
	}
	fclose(f);
	printf("%d writable and executable, %d unexpected\n", both, unexpected);
}

static void show_status(void)
{
	static const char *const keys[] = { "Name:",   "Umask:",  "Threads:",	 "SigQ",
					    "SigPnd:", "ShdPnd:", "SigBlk:",	 "SigIgn:",
					    "SigCgt:", "CapEff:", "NoNewPrivs:", "Seccomp:" };
	FILE *f = fopen("/proc/self/status", "r");
	char line[256];

	CHECK(f);
	while (fgets(line, sizeof(line), f))
		for (unsigned int i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
			if (!strncmp(line, keys[i], strlen(keys[i])) && strcmp(keys[i], "SigQ") &&
			    strcmp(keys[i], "SigCgt:") && strcmp(keys[i], "Seccomp:"))
				fputs(line, stdout);
	fclose(f);
}

static void show_signals(void)
{
	sigset_t set;
	stack_t stack;

	CHECK(!sigprocmask(SIG_BLOCK, NULL, &set));
	for (int sig = 1; sig < 65; sig++) {
		struct sigaction sa;

		if (sig == 32 || sig == 33)
			continue;
		CHECK(!sigaction(sig, NULL, &sa));
		if (sa.sa_handler != SIG_DFL || sigismember(&set, sig))
			printf("signal %d: handler %d, blocked %d\n", sig, sa.sa_handler != SIG_IGN,
			       sigismember(&set, sig));
	}
	CHECK(!sigaltstack(NULL, &stack));
	printf("alternate stack: flags %d size %zu\n", stack.ss_flags, stack.ss_size);
	sigpending(&set);
	printf("pending SIGSYS %d\n", sigismember(&set, SIGSYS));
}

int main(void)
{
	char name[32];
	struct rlimit limit;

	for (char **e = environ; *e; e++)
		puts(*e);
	printf("preload %s\n", getenv("LD_PRELOAD") ? getenv("LD_PRELOAD") : "(none)");
	show_descriptors();
	show_mappings();
	show_status();
	show_signals();
	CHECK(!prctl(PR_GET_NAME, name));
	CHECK(!getrlimit(RLIMIT_NOFILE, &limit));
	printf("%s, %lu files, dumpable %d, death signal kept %d\n", name,
	       (unsigned long)limit.rlim_cur, prctl(PR_GET_DUMPABLE), prctl(PR_GET_KEEPCAPS));
	mark(1);
	return 0;
}
