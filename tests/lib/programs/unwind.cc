// SPDX-License-Identifier: MIT
// Leaves traced calls in every way that a program can: by return, exception, longjmp, cancellation, a switch of
// stacks, fork. What it prints must not depend on being traced.
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <pthread.h>
#include <semaphore.h>
#include <stdexcept>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

extern "C" {
typedef void callback(int);
struct large {
	long v[40];
};
long sum_large(struct large b, int a, double d);
long sum_many(long, long, long, long, long, long, long, long, long, long, long, long);
double mixed(double a, float b, int c, long double d);
long double twice(long double);
void call_back(callback *f, int n);
void throw_error(int n);
int jump_inside(int n);
void tail_first(int n);
int frames(void);
}

static int destroyed;

struct Guard {
	~Guard() { destroyed++; }
};

static void arguments()
{
	struct large b;

	for (int i = 0; i < 40; i++)
		b.v[i] = i;
	printf("arguments %ld %ld %g %Lg\n", sum_large(b, 1, 2.5), sum_many(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12),
	       mixed(1.5, 2.25f, 3, 4.0L), twice(1.25L));
}

static void then_throw(int)
{
	Guard g;

	throw_error(1);
}

static void nest_and_throw(int n)
{
	Guard g;

	if (n)
		call_back(nest_and_throw, n - 1);
	else
		throw_error(2);
}

static void exceptions()
{
	for (int i = 0; i < 3; i++) {
		try {
			call_back(then_throw, 1);
		} catch (std::exception &e) {
			printf("caught %s, %d destroyed\n", e.what(), destroyed);
		}
	}
	try {
		call_back(nest_and_throw, 5);
	} catch (std::exception &e) {
		printf("caught %s, %d destroyed\n", e.what(), destroyed);
	}
	try {
		tail_first(6);
	} catch (std::exception &e) {
		printf("caught %s\n", e.what());
	}
	tail_first(1);
}

static jmp_buf target;

static void nest_and_jump(int n)
{
	if (n)
		call_back(nest_and_jump, n - 1);
	else
		longjmp(target, 5);
}

static void jumps()
{
	for (int i = 0; i < 3; i++)
		printf("jumped inside %d\n", jump_inside(3 + i));
	for (volatile int i = 0; i < 100; i++) {
		int r = setjmp(target);

		if (!r)
			call_back(nest_and_jump, 4);
		if (r != 5)
			printf("jumped to %d\n", r);
	}
}

static void nest_and_count(int n)
{
	if (n)
		call_back(nest_and_count, n - 1);
	else
		printf("the whole stack is seen: %d\n", frames() >= 9);
}

static sem_t waiting;

static void then_wait(int)
{
	Guard g;

	sem_post(&waiting);
	for (;;)
		pause();
}

static void *cancelled(void *)
{
	Guard g;

	call_back(then_wait, 0);
	return NULL;
}

static void cancellation()
{
	int before = destroyed;
	pthread_t t;
	void *result;

	sem_init(&waiting, 0, 0);
	pthread_create(&t, NULL, cancelled, NULL);
	sem_wait(&waiting);
	pthread_cancel(t);
	pthread_join(t, &result);
	printf("cancelled %d, %d destroyed\n", result == PTHREAD_CANCELED, destroyed - before);
}

static ucontext_t main_context, one, two;
static char stack_one[65536], stack_two[65536];

static void switch_from_one(int n)
{
	for (int i = 0; i < n; i++)
		swapcontext(&one, &two);
}

static void switch_from_two(int n)
{
	for (int i = 0; i < n; i++)
		swapcontext(&two, &one);
}

static void run_one()
{
	call_back(switch_from_one, 3);
	call_back(switch_from_one, 2);
	swapcontext(&one, &main_context);
}

static void run_two()
{
	for (;;)
		call_back(switch_from_two, 2);
}

static void make(ucontext_t *c, char *stack, size_t size, void (*run)())
{
	getcontext(c);
	c->uc_stack.ss_sp = stack;
	c->uc_stack.ss_size = size;
	c->uc_link = NULL;
	makecontext(c, run, 0);
}

static void coroutines()
{
	make(&one, stack_one, sizeof(stack_one), run_one);
	make(&two, stack_two, sizeof(stack_two), run_two);
	swapcontext(&main_context, &one);
	printf("coroutines are done\n");
}

static void then_fork(int)
{
	pid_t pid = fork();
	int status;

	if (!pid)
		return;
	waitpid(pid, &status, 0);
	printf("the child ended with %d\n", WEXITSTATUS(status));
}

static void processes()
{
	pid_t self = getpid();
	int status;

	fflush(stdout);
	call_back(then_fork, 1);
	if (getpid() != self)
		_exit(9);
	if (!vfork())
		_exit(3);
	wait(&status);
	printf("the vfork child ended with %d\n", WEXITSTATUS(status));
}

int main()
{
	arguments();
	exceptions();
	jumps();
	call_back(nest_and_count, 6);
	cancellation();
	coroutines();
	processes();
	return 0;
}
