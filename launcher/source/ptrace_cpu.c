/* SPDX-License-Identifier: MIT */
/*
 * Keeps a tracee on the ptrace thread's CPU while its start-up window is open: a stop whose wake-up
 * has to reach another CPU costs several times as much, and the scheduler, left alone, moves the
 * tracee to an idle CPU at each wake-up. (Pinning the ptrace thread alone does not help for that
 * reason.) The window ends before the program's own code runs, so the program never sees or passes
 * on this affinity.
 */
#include <sched.h>

#include "source/ptrace_private.h"

#define PAIRED_STOPS_MAX 4096 /* then this is no start-up any more */

void cpu_pair(struct ptrace_source *src, struct tracee *t)
{
	cpu_set_t one;
	int cpu = sched_getcpu();

	if (t->paired || cpu < 0 || cpu >= CPU_SETSIZE ||
	    sched_getaffinity(t->tid, sizeof(t->cpus), &t->cpus) || !CPU_ISSET(cpu, &t->cpus))
		return;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	if (!src->nr_paired && (sched_getaffinity(0, sizeof(src->cpus), &src->cpus) ||
				sched_setaffinity(0, sizeof(one), &one)))
		return;
	src->nr_paired++;
	t->paired = true;
	t->paired_stops = 0;
	sched_setaffinity(t->tid, sizeof(one), &one);
}

void cpu_unpair(struct ptrace_source *src, struct tracee *t)
{
	if (!t->paired)
		return;
	t->paired = false;
	sched_setaffinity(t->tid, sizeof(t->cpus), &t->cpus);
	if (!--src->nr_paired)
		sched_setaffinity(0, sizeof(src->cpus), &src->cpus);
}

void cpu_child(const struct tracee *parent, pid_t tid)
{
	if (parent->paired)
		sched_setaffinity(tid, sizeof(parent->cpus), &parent->cpus);
}

void cpu_stop(struct ptrace_source *src, struct tracee *t)
{
	if (t->paired && ++t->paired_stops > PAIRED_STOPS_MAX)
		cpu_unpair(src, t);
}
