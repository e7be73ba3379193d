/* SPDX-License-Identifier: MIT */
/*
 * A process that has been sealed (preload/trap/seal.h), and what must be seen of it all the same.
 *
 * met: calls that were not made before, with every signal blocked too; ud2 and SIGILL of its own.
 *
 * library FILE: a library that is loaded then, and makes system calls itself; one with data that
 * look like calls finds them as they were.
 *
 * made: code that is made then, run by another thread.
 *
 * moved FILE: the same library, its code moved elsewhere.
 *
 * threads: threads that were there before.
 *
 * busy FILE: threads that call, and one that loads and unloads the library, while the seal comes
 * about.
 */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "mark.h"

#define BEFORE 60000 /* calls: more than the default of --seal-after */
#define ROUNDS 50
#define THREADS 4

typedef long mark_fn(long nr, long arg);

static sigjmp_buf target;
static volatile int faults;
static volatile void *fault_at;

static void many_calls(void)
{
	for (int i = 0; i < BEFORE; i++)
		getppid();
}

static void on_ill(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)context;
	faults++;
	fault_at = info->si_addr;
	siglongjmp(target, 1);
}

static void own_faults(void)
{
	struct sigaction sa = { .sa_sigaction = on_ill, .sa_flags = SA_SIGINFO };
	struct sigaction was;

	CHECK(!sigaction(SIGILL, &sa, &was) && was.sa_handler == SIG_DFL);
	for (int i = 0; i < ROUNDS; i++) {
		if (!sigsetjmp(target, 1))
			__builtin_trap();
	}
	CHECK(faults == ROUNDS && fault_at);
	CHECK(!sigaction(SIGILL, &was, &sa) && sa.sa_sigaction == on_ill);
	if (!fork()) {
		__builtin_trap();
		_exit(0);
	}
}

static void blocked_calls(void)
{
	sigset_t all, old, seen;

	sigfillset(&all);
	CHECK(!sigprocmask(SIG_SETMASK, &all, &old));
	CHECK(!sched_yield());
	CHECK(sched_get_priority_max(SCHED_FIFO) == 99);
	CHECK(getpgid(-1) == -1 && errno == ESRCH);
	CHECK(!sigprocmask(SIG_SETMASK, NULL, &seen));
	CHECK(sigismember(&seen, SIGILL) == 1 && sigismember(&seen, SIGSYS) == 1);
	CHECK(!sigprocmask(SIG_SETMASK, &old, NULL));
	CHECK(!sigprocmask(SIG_SETMASK, NULL, &seen) && sigismember(&seen, SIGILL) == 0);
}

static int met(void)
{
	int status;

	many_calls();
	mark(1);
	blocked_calls();
	own_faults();
	CHECK(wait(&status) > 0 && WIFSIGNALED(status) && WTERMSIG(status) == SIGILL);
	mark(1);
	return 0;
}

static mark_fn *load(const char *path)
{
	void *library = dlopen(path, RTLD_NOW);
	mark_fn *fn = library ? (mark_fn *)dlsym(library, "raw_call") : NULL;

	CHECK(fn);
	return fn;
}

static int library(const char *path)
{
	const unsigned char *data;
	mark_fn *fn;

	many_calls();
	fn = load(path);
	for (int i = 0; i < ROUNDS; i++)
		CHECK(fn(SYS_getpgid, MARK_BASE + 2) == -ESRCH);
	data = dlsym(dlopen(path, RTLD_NOW), "doubtful_data");
	for (int i = 0; i < 8 && data; i += 2)
		CHECK(data[i] == 0x0f && data[i + 1] == 0x05);
	return 0;
}

/* mov %rdi, %rax; mov %rsi, %rdi; syscall; ret */
static const unsigned char code[] = { 0x48, 0x89, 0xf8, 0x48, 0x89, 0xf7, 0x0f, 0x05, 0xc3 };

static void *run_made(void *fn)
{
	for (int i = 0; i < ROUNDS; i++)
		CHECK(((mark_fn *)fn)(SYS_getpgid, MARK_BASE + 3) == -ESRCH);
	return NULL;
}

static int made(void)
{
	pthread_t thread;
	char *page;

	many_calls();
	page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(page != MAP_FAILED);
	memcpy(page, code, sizeof(code));
	CHECK(!mprotect(page, 4096, PROT_READ | PROT_EXEC));
	run_made(page);
	CHECK(!pthread_create(&thread, NULL, run_made, page) && !pthread_join(thread, NULL));
	return 0;
}

static int moved(const char *path)
{
	unsigned long page, offset;
	mark_fn *fn;
	char *to;

	many_calls();
	fn = load(path);
	page = (unsigned long)fn & ~4095ul;
	offset = (unsigned long)fn - page;
	/* never called where it was: no jump to rewrite */
	to = mremap((void *)page, 4096, 4096, MREMAP_MAYMOVE | MREMAP_FIXED,
		    mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	CHECK(to != MAP_FAILED);
	for (int i = 0; i < ROUNDS; i++)
		CHECK(((mark_fn *)(to + offset))(SYS_getpgid, MARK_BASE + 4) == -ESRCH);
	_exit(0);
}

static pthread_barrier_t barrier;

static void *thread_main(void *unused)
{
	(void)unused;
	for (int i = 0; i < ROUNDS; i++)
		mark(5);
	pthread_barrier_wait(&barrier);
	/* sealed by now */
	pthread_barrier_wait(&barrier);
	for (int i = 0; i < ROUNDS; i++) {
		mark(5);
		CHECK(sched_get_priority_min(SCHED_RR) == 1);
		CHECK(getpgid(-1) == -1);
	}
	return NULL;
}

static int threads(void)
{
	pthread_t ids[THREADS];

	pthread_barrier_init(&barrier, NULL, THREADS + 1);
	for (int i = 0; i < THREADS; i++)
		CHECK(!pthread_create(&ids[i], NULL, thread_main, NULL));
	pthread_barrier_wait(&barrier);
	many_calls();
	pthread_barrier_wait(&barrier);
	for (int i = 0; i < THREADS; i++)
		CHECK(!pthread_join(ids[i], NULL));
	return 0;
}

/* Calls of its own kind, so that sites are met all the time, before and after the seal. */
static void *busy_main(void *unused)
{
	static const int clocks[] = { CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME };
	struct timespec ts;
	char byte;

	(void)unused;
	for (int i = 0; i < BEFORE / 3; i++) {
		mark(6);
		CHECK(read(-1, &byte, 1) == -1 && errno == EBADF);
		CHECK(!syscall(SYS_clock_getres, clocks[i % 3], &ts));
	}
	return NULL;
}

static void *loading_main(void *path)
{
	for (int i = 0; i < 2 * ROUNDS; i++) {
		void *library = dlopen(path, RTLD_NOW);
		mark_fn *fn = library ? (mark_fn *)dlsym(library, "raw_call") : NULL;

		CHECK(fn && fn(SYS_getpgid, MARK_BASE + 7) == -ESRCH);
		CHECK(!dlclose(library));
		usleep(100);
	}
	return NULL;
}

static int busy(char *path)
{
	pthread_t ids[THREADS], loader;

	CHECK(!pthread_create(&loader, NULL, loading_main, path));
	for (int i = 0; i < THREADS; i++)
		CHECK(!pthread_create(&ids[i], NULL, busy_main, NULL));
	for (int i = 0; i < THREADS; i++)
		CHECK(!pthread_join(ids[i], NULL));
	CHECK(!pthread_join(loader, NULL));
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "met"))
		return met();
	if (argc == 3 && !strcmp(argv[1], "library"))
		return library(argv[2]);
	if (argc == 2 && !strcmp(argv[1], "made"))
		return made();
	if (argc == 3 && !strcmp(argv[1], "moved"))
		return moved(argv[2]);
	if (argc == 2 && !strcmp(argv[1], "threads"))
		return threads();
	if (argc == 3 && !strcmp(argv[1], "busy"))
		return busy(argv[2]);
	return 2;
}
