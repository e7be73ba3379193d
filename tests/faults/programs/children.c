/* SPDX-License-Identifier: MIT */
/*
 * Many processes, each of which makes one mark.
 *
 *     children COUNT        one after the other, at most 32 at a time, each a child of this process
 *     children tree DEPTH   each process makes two more, DEPTH deep; all live until the last has
 * begun
 */
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "mark.h"

#define AT_A_TIME 32

static int reap(int *ret_wrong)
{
	int status;

	if (wait(&status) < 0)
		return 0;
	*ret_wrong += !WIFEXITED(status) || WEXITSTATUS(status) != 5;
	return 1;
}

static void make_child(int i)
{
	pid_t pid = i % 2 ? fork() : vfork();

	CHECK(pid >= 0);
	if (!pid) {
		getpgid(MARK_BASE + 5);
		_exit(5);
	}
}

static int make_children(int count)
{
	int living = 0, wrong = 0, ended = 0;

	for (int i = 0; i < count; i++) {
		make_child(i);
		if (++living == AT_A_TIME) {
			ended += reap(&wrong);
			living--;
		}
	}
	while (reap(&wrong))
		ended++;
	printf("%d ended, %d wrong\n", ended, wrong);
	return 0;
}

static void grow(int depth, int *begun, int all)
{
	int wrong = 0;

	mark(5);
	__atomic_add_fetch(begun, 1, __ATOMIC_SEQ_CST);
	for (int i = 0; i < 2 && depth; i++) {
		pid_t pid = fork();

		CHECK(pid >= 0);
		if (!pid) {
			grow(depth - 1, begun, all);
			_exit(5);
		}
	}
	while (__atomic_load_n(begun, __ATOMIC_SEQ_CST) < all)
		usleep(20000);
	while (reap(&wrong))
		;
	CHECK(!wrong);
}

int main(int argc, char **argv)
{
	int depth, *begun;

	CHECK(argc > 1);
	if (strcmp(argv[1], "tree"))
		return make_children(atoi(argv[1]));
	depth = atoi(argv[2]);
	begun = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(begun != MAP_FAILED);
	grow(depth, begun, (2 << depth) - 1);
	printf("%d processes\n", *begun);
	return 0;
}
