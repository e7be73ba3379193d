// SPDX-License-Identifier: MIT
// blocks: allocations whose report is known. blocks double: frees one twice. blocks foreign: frees
// what is none.
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOINLINE __attribute__((noinline))

static void *volatile kept;

NOINLINE static void leak(size_t size)
{
	kept = malloc(size);
}

NOINLINE static void child(void *inherited)
{
	free(inherited);
	leak(3000);
}

int main(int argc, char **argv)
{
	void *a = malloc(1000), *b = calloc(10, 50), *c = NULL;
	void *volatile bad = NULL;
	pid_t pid;

	leak(123);
	leak(77);
	free(malloc(10));
	if (posix_memalign(&c, 64, 256))
		return 1;
	b = realloc(b, 600);
	pid = fork();
	if (!pid) {
		child(a);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	free(a);
	free(b);
	free(c);
	if (argc > 1 && !strcmp(argv[1], "double"))
		bad = c;
	if (argc > 1 && !strcmp(argv[1], "foreign"))
		bad = &pid;
	if (bad)
		free(bad);
	return 0;
}
