/* SPDX-License-Identifier: MIT */
/*
 * The pool at its limits: as small as it goes, blocking loses nothing, dropping counts exactly, a
 * launcher that is gone or silent is waited for no longer than a second, one that stands still is
 * waited for, and a killed tracee leaves every finished record.
 */
#include <linux/futex.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "harness.h"

#define CALLS "20000"
#define THREADS "8"
#define TOTAL (8 * 20000)

static int failed;

#define CHECK(cond)                                               \
	do {                                                      \
		if (!(cond)) {                                    \
			printf("line %d: %s\n", __LINE__, #cond); \
			failed = 1;                               \
		}                                                 \
	} while (0)

static char *const argv_loop[] = { VICTIMS "loop", THREADS, CALLS, NULL };

static struct harness_options small_pool(uint32_t on_full, uint32_t nr_chunks)
{
	return (struct harness_options){ .only = SYS_getppid,
					 .on_full = on_full,
					 .nr_chunks = nr_chunks,
					 .chunk_size = RING_CHUNK_MIN,
					 .flags = SESSION_F_FOLLOW };
}

/* Calls that RECORD_LOST tells of. */
static uint64_t lost_in_records(const struct harness *h)
{
	uint64_t n = 0;

	for (size_t i = 0; i < h->nr_records; i++) {
		if (h->records[i].rec.kind == RECORD_LOST)
			n += (uint64_t)h->records[i].rec.ret;
	}
	return n;
}

static void blocking_loses_nothing(void)
{
	struct harness_options o = small_pool(ON_FULL_BLOCK, 2);
	struct harness h;

	harness_init(&h, &o);
	harness_finish(&h, harness_start(&h, (char **)argv_loop, NULL));
	CHECK(h.status == 0 && !h.corrupt);
	CHECK(harness_count(&h, SYS_getppid) == TOTAL);
	CHECK(harness_lost(&h) == 0 && lost_in_records(&h) == 0);
	harness_release(&h);
}

/* The reader gives a chunk away as soon as it has read that its thread is at its end. */
static void nothing_is_written_behind_an_end(int only, bool shim)
{
	struct harness_options o = small_pool(ON_FULL_BLOCK, 64);
	struct harness h;

	o.only = only;
	o.shim = shim;
	harness_init(&h, &o);
	harness_finish(&h, harness_start(&h, (char **)argv_loop, NULL));
	CHECK(h.status == 0 && !h.corrupt);
	CHECK(h.behind_end == 0);
	harness_release(&h);
}

static void dropping_counts_exactly(void)
{
	struct harness_options o = small_pool(ON_FULL_DROP, 12);
	struct harness h;

	harness_init(&h, &o);
	harness_finish(&h, harness_start(&h, (char **)argv_loop, NULL));
	CHECK(h.status == 0 && !h.corrupt);
	CHECK(harness_lost(&h) > 0);
	CHECK(harness_lost(&h) >= lost_in_records(&h));
	CHECK(harness_count(&h, SYS_getppid) + harness_lost(&h) == TOTAL);
	harness_release(&h);
}

static void gone_launcher_is_not_waited_for(uint32_t state)
{
	struct harness_options o = small_pool(ON_FULL_BLOCK, 2);
	uint64_t start = harness_ns();
	struct harness h;
	int status;
	pid_t pid;

	harness_init(&h, &o);
	h.session->launcher_state = state;
	pid = harness_start(&h, (char **)argv_loop, NULL);
	/* nobody reads, nobody renews the heartbeat */
	waitpid(pid, &status, 0);
	CHECK(status == 0);
	/* a second for the heartbeat, and what the program itself takes on a busy machine */
	CHECK(harness_ns() - start < 30000000000ull);
	harness_release(&h);
}

static void launcher_that_stands_still_is_waited_for(void)
{
	struct harness_options o = small_pool(ON_FULL_BLOCK, 2);
	struct timespec wait = { 1, 500000000 };
	struct harness h;
	pid_t pid;

	harness_init(&h, &o);
	h.session->launcher_lock = (uint32_t)getpid();
	pid = harness_start(&h, (char **)argv_loop, NULL);
	nanosleep(&wait, NULL);
	harness_finish(&h, pid);
	CHECK(h.status == 0 && !h.corrupt);
	CHECK(harness_count(&h, SYS_getppid) == TOTAL);
	harness_release(&h);
}

static void dead_launcher_is_not_waited_for(void)
{
	struct harness_options o = small_pool(ON_FULL_BLOCK, 2);
	struct timespec wait = { 0, 300000000 };
	struct harness h;
	int status;
	pid_t pid;

	harness_init(&h, &o);
	h.session->launcher_lock = (uint32_t)getpid();
	/* its heart seems to beat for ever */
	h.session->heartbeat = UINT64_MAX / 2;
	pid = harness_start(&h, (char **)argv_loop, NULL);
	nanosleep(&wait, NULL);
	CHECK(waitpid(pid, &status, WNOHANG) == 0);
	__atomic_fetch_or(&h.session->launcher_lock, FUTEX_OWNER_DIED, __ATOMIC_RELAXED);
	waitpid(pid, &status, 0);
	CHECK(status == 0);
	harness_release(&h);
}

static void killed_tracee_leaves_what_it_finished(void)
{
	char *argv[] = { VICTIMS "loop", "64", "1", "60", NULL };
	struct harness_options o = small_pool(ON_FULL_BLOCK, 1024);
	struct timespec wait = { 0, 300000000 };
	struct harness h;
	size_t done = 0;
	pid_t pid;

	harness_init(&h, &o);
	pid = harness_start(&h, argv, NULL);
	nanosleep(&wait, NULL);
	kill(pid, SIGKILL);
	harness_finish(&h, pid);
	CHECK(WIFSIGNALED(h.status) && !h.corrupt);
	for (size_t i = 0; i < h.nr_records; i++)
		done += h.records[i].rec.state == RECORD_DONE;
	/* at most one call of each thread was under way */
	CHECK(done > 0 && done + 64 >= h.nr_records);
	harness_release(&h);
}

int main(void)
{
	blocking_loses_nothing();
	nothing_is_written_behind_an_end(SYS_exit, false);
	nothing_is_written_behind_an_end(SYS_getppid, false);
	nothing_is_written_behind_an_end(SYS_getppid, true);
	dropping_counts_exactly();
	gone_launcher_is_not_waited_for(LAUNCHER_GONE);
	gone_launcher_is_not_waited_for(LAUNCHER_RUNNING);
	launcher_that_stands_still_is_waited_for();
	dead_launcher_is_not_waited_for();
	killed_tracee_leaves_what_it_finished();
	return failed;
}
