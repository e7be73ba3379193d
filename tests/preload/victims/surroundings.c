/* SPDX-License-Identifier: MIT */
/*
 * What a program can see of its own surroundings: environment, auxiliary vector, descriptors,
 * signal mask and actions. Printed; the test compares with a run without the library.
 */
#include <dirent.h>
#include <elf.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <unistd.h>

extern char **environ;

static void show_fds(void)
{
	DIR *d = opendir("/proc/self/fd");
	struct dirent *e;
	int n = 0;

	while (d && (e = readdir(d)))
		n++;
	closedir(d);
	printf("fds %d\n", n);
}

static void show_actions(void)
{
	for (int sig = 1; sig < NSIG; sig++) {
		struct sigaction sa;

		if (sigaction(sig, NULL, &sa))
			continue;
		if (sa.sa_handler != SIG_DFL || sa.sa_flags)
			printf("signal %d: %s flags %x\n", sig,
			       sa.sa_handler == SIG_IGN ? "ignored" : "handled", sa.sa_flags);
	}
}

int main(void)
{
	char **p = environ;
	Elf64_auxv_t *av;
	sigset_t mask;
	int vars = 0, types = 0, sig;

	for (; *p; p++, vars++)
		printf("%s\n", *p);
	/* as the loaders of some languages look for it: right behind the environment */
	for (av = (Elf64_auxv_t *)(p + 1); av->a_type != AT_NULL; av++)
		types += av->a_type != AT_IGNORE;
	printf("%d variables, %d auxiliary entries, page size %lu\n", vars, types,
	       getauxval(AT_PAGESZ));
	show_fds();
	show_actions();
	sigprocmask(SIG_BLOCK, NULL, &mask);
	for (sig = 1; sig < NSIG; sig++)
		if (sigismember(&mask, sig) > 0)
			printf("blocked %d\n", sig);
	printf("dumpable %d no_new_privs %d\n", prctl(PR_GET_DUMPABLE),
	       prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
	return 0;
}
