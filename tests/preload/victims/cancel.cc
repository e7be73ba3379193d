/* SPDX-License-Identifier: MIT */
/*
 * pthread_cancel of a blocked read: destructors and cleanup handlers run, innermost first. Several
 * times, so that both the first and later calls of the site are cancelled, and once with
 * asynchronous cancellation of a thread that does nothing but call.
 */
#include <pthread.h>
#include <cstdio>
#include <unistd.h>

static int order[8], nr_order;

struct scope {
	~scope()
	{
		order[nr_order++] = 1;
	}
};

static void cleanup(void *)
{
	order[nr_order++] = 2;
}

static void *blocked(void *arg)
{
	scope s;
	char c;

	pthread_cleanup_push(cleanup, NULL);
	if (read(*(int *)arg, &c, 1) < 0)
		return arg;
	pthread_cleanup_pop(0);
	return NULL;
}

static void *busy(void *arg)
{
	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
	for (;;)
		getppid();
	return arg;
}

static int cancel(void *(*start)(void *), void *arg, int destructors, int cleanups)
{
	pthread_t t;
	void *ret;
	int n[3] = { 0, 0, 0 };

	nr_order = 0;
	if (pthread_create(&t, NULL, start, arg))
		return 1;
	usleep(20000);
	pthread_cancel(t);
	pthread_join(t, &ret);
	for (int i = 0; i < nr_order; i++)
		n[order[i]]++;
	if (ret != PTHREAD_CANCELED || n[1] != destructors || n[2] != cleanups) {
		printf("cancelled %d, destructors %d, cleanups %d\n", ret == PTHREAD_CANCELED, n[1],
		       n[2]);
		return 1;
	}
	return 0;
}

int main()
{
	int fds[2], bad = 0;

	if (pipe(fds))
		return 2;
	for (int i = 0; i < 5; i++)
		bad += cancel(blocked, fds, 1, 1);
	/* where an asynchronous cancellation strikes is up to chance; it must end the thread */
	for (int i = 0; i < 20; i++) {
		pthread_t t;
		void *ret;

		pthread_create(&t, NULL, busy, NULL);
		usleep(2000);
		pthread_cancel(t);
		pthread_join(t, &ret);
		bad += ret != PTHREAD_CANCELED;
	}
	printf("bad %d\n", bad);
	return bad != 0;
}
