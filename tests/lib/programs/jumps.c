// SPDX-License-Identifier: MIT
// jumps [alternate]: leaves traced calls by siglongjmp out of a timer's handler, at any
// instruction. The handler makes traced calls of its own; it runs on an alternate stack if that is
// asked for.
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#define JUMPS 500
#define WORDS 64

static sigjmp_buf target;
static volatile sig_atomic_t armed, ticks, jumps;

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void on_tick(int sig)
{
	char text[32];

	(void)sig;
	ticks++;
	snprintf(text, sizeof(text), "%d", (int)ticks);
	getenv("HOME");
	if (armed && ticks % 3 == 0) {
		armed = 0;
		jumps++;
		siglongjmp(target, 1);
	}
}

static void set_timer(long us)
{
	struct itimerval timer = { { 0, us }, { 0, us } };

	setitimer(ITIMER_REAL, &timer, NULL);
}

int main(int argc, char **argv)
{
	static char room[1 << 16];
	stack_t stack = { .ss_sp = room, .ss_size = sizeof(room) };
	struct sigaction action = { .sa_handler = on_tick, .sa_flags = SA_RESTART };
	char *words[WORDS], *copy[WORDS];

	if (argc > 1 && !strcmp(argv[1], "alternate")) {
		sigaltstack(&stack, NULL);
		action.sa_flags |= SA_ONSTACK;
	}
	for (int i = 0; i < WORDS; i++) {
		words[i] = calloc(1, 8);
		sprintf(words[i], "%d", i * 37 % WORDS);
	}
	sigaction(SIGALRM, &action, NULL);
	set_timer(200);
	sigsetjmp(target, 1);
	while (jumps < JUMPS) {
		armed = 1;
		memcpy(copy, words, sizeof(words));
		qsort(copy, WORDS, sizeof(copy[0]), compare);
		getenv("PATH");
		armed = 0;
	}
	set_timer(0);
	printf("%d words, jumped at least %d times\n", WORDS, JUMPS);
	return 0;
}
