/* SPDX-License-Identifier: MIT */
/*
 * Makes calls on time and clocks with typical, edge and failing arguments, for comparison of two
 * traces of it. Sets no clock; ends with status 0 whatever the calls return.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#define BAD ((void *)8)

static void make_clocks(void)
{
	struct timespec ts;
	struct timeval tv;
	struct timezone tz;
	struct timex tx = { .modes = 0 };
	struct tms tms;
	time_t t;

	syscall(SYS_time, NULL);
	syscall(SYS_time, &t);
	syscall(SYS_time, BAD);
	syscall(SYS_gettimeofday, &tv, NULL);
	syscall(SYS_gettimeofday, &tv, &tz);
	syscall(SYS_gettimeofday, BAD, NULL);
	syscall(SYS_settimeofday, BAD, NULL);
	syscall(SYS_settimeofday, &(struct timeval){ -1, -1 }, NULL);
	for (int i = 0; i < 13; i++)
		syscall(SYS_clock_gettime, i, &ts);
	syscall(SYS_clock_gettime, -6, &ts);
	syscall(SYS_clock_gettime, 12345, &ts);
	syscall(SYS_clock_gettime, CLOCK_REALTIME, NULL);
	syscall(SYS_clock_getres, CLOCK_REALTIME, &ts);
	syscall(SYS_clock_getres, CLOCK_MONOTONIC, NULL);
	syscall(SYS_clock_getres, 99, BAD);
	syscall(SYS_clock_settime, CLOCK_MONOTONIC, &(struct timespec){ 5, 6 });
	syscall(SYS_clock_settime, 99, BAD);
	syscall(SYS_adjtimex, &tx);
	syscall(SYS_adjtimex, BAD);
	syscall(SYS_clock_adjtime, CLOCK_REALTIME, &tx);
	syscall(SYS_clock_adjtime, 99, &tx);
	syscall(SYS_times, &tms);
	syscall(SYS_times, NULL);
	syscall(SYS_times, BAD);
}

static void make_sleeps(void)
{
	struct timespec ts = { 0, 1000 }, left = { 7, 8 };

	syscall(SYS_nanosleep, &ts, NULL);
	syscall(SYS_nanosleep, &ts, &left);
	syscall(SYS_nanosleep, &ts, &ts);
	syscall(SYS_nanosleep, NULL, NULL);
	syscall(SYS_nanosleep, BAD, BAD);
	syscall(SYS_nanosleep, &(struct timespec){ -1, 5 }, &left);
	syscall(SYS_nanosleep, &(struct timespec){ 0, 1000000000 }, NULL);
	syscall(SYS_clock_nanosleep, CLOCK_REALTIME, 0, &ts, NULL);
	syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, &left);
	syscall(SYS_clock_nanosleep, CLOCK_THREAD_CPUTIME_ID, 0x10, BAD, BAD);
}

static void on_alarm(int sig)
{
	(void)sig;
}

static void make_interrupted_sleeps(void)
{
	struct itimerval it = { { 0, 0 }, { 0, 2000 } };
	struct timespec ts = { 0, 300000000 }, left;

	signal(SIGALRM, on_alarm);
	setitimer(ITIMER_REAL, &it, NULL);
	syscall(SYS_nanosleep, &ts, &left);
	setitimer(ITIMER_REAL, &it, NULL);
	syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &ts, &left);
	setitimer(ITIMER_REAL, &it, NULL);
	syscall(SYS_nanosleep, &ts, NULL);
	setitimer(ITIMER_REAL, &it, NULL);
	syscall(SYS_pause);
}

static void make_timers(void)
{
	struct itimerval it = { { 0, 0 }, { 100, 5 } }, old;
	struct itimerspec its = { { 1, 2 }, { 300, 4 } }, old_spec;
	struct sigevent ev = { .sigev_notify = SIGEV_NONE, .sigev_signo = SIGUSR1 };
	int id;

	syscall(SYS_setitimer, ITIMER_REAL, &it, &old);
	syscall(SYS_getitimer, ITIMER_REAL, &old);
	syscall(SYS_getitimer, ITIMER_VIRTUAL, &old);
	syscall(SYS_getitimer, 9, BAD);
	it.it_value.tv_sec = 0;
	it.it_value.tv_usec = 0;
	syscall(SYS_setitimer, ITIMER_REAL, &it, NULL);
	syscall(SYS_setitimer, ITIMER_PROF, BAD, BAD);
	syscall(SYS_alarm, 100);
	syscall(SYS_alarm, 0);
	ev.sigev_value.sival_ptr = (void *)0x1234;
	syscall(SYS_timer_create, CLOCK_MONOTONIC, &ev, &id);
	syscall(SYS_timer_settime, id, TIMER_ABSTIME, &its, &old_spec);
	syscall(SYS_timer_settime, id, 0, &its, NULL);
	syscall(SYS_timer_gettime, id, &old_spec);
	syscall(SYS_timer_getoverrun, id);
	syscall(SYS_timer_delete, id);
	syscall(SYS_timer_delete, -1);
	ev.sigev_notify = SIGEV_SIGNAL;
	syscall(SYS_timer_create, CLOCK_REALTIME, &ev, &id);
	syscall(SYS_timer_delete, id);
	syscall(SYS_timer_create, CLOCK_REALTIME, NULL, &id);
	syscall(SYS_timer_delete, id);
	ev.sigev_notify = SIGEV_THREAD_ID;
	syscall(SYS_timer_create, 99, &ev, BAD);
	ev.sigev_notify = SIGEV_THREAD;
	syscall(SYS_timer_create, CLOCK_REALTIME, &ev, BAD);
	ev.sigev_notify = 99;
	syscall(SYS_timer_create, CLOCK_REALTIME, &ev, BAD);
	syscall(SYS_timer_settime, -1, 0x10, BAD, BAD);
	syscall(SYS_timer_gettime, -1, BAD);
}

int main(void)
{
	make_clocks();
	make_sleeps();
	make_interrupted_sleeps();
	make_timers();
	return 0;
}
