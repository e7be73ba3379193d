/* SPDX-License-Identifier: MIT */
/*
 * The launcher is told which threads may call themselves by the numbers of another PID namespace:
 * those of a process that asked for one, of its children, and of what they execute; no others.
 */
#include <stdio.h>
#include <unistd.h>

#include "harness.h"

static int failed;

static void check(const char *how, bool shim, bool expected)
{
	char *argv[] = { VICTIMS "namespaces", (char *)how, NULL };
	struct harness_options o = { .only = -1, .flags = SESSION_F_FOLLOW, .shim = shim };
	uint32_t last = 0, flagged = 0;
	struct harness h;

	harness_init(&h, &o);
	harness_finish(&h, harness_start(&h, argv, NULL));
	for (size_t i = 0; i < h.nr_records; i++) {
		if (h.records[i].uid != last && h.records[i].chunk_flags & CHUNK_F_PIDNS)
			flagged++;
		last = h.records[i].uid;
	}
	/* of three: the one that asks, its child, the child's program */
	if (h.status || last != 3 || flagged != (expected ? 2 : 0)) {
		printf("%s%s: status %x, %u threads, %u of them marked\n", how,
		       shim ? " by shim" : "", h.status, last, flagged);
		failed = 1;
	}
	harness_release(&h);
}

int main(void)
{
	check("unshare", false, true);
	check("setns", false, true);
	check("clone", false, true);
	check("none", false, false);
	check("unshare", true, true);
	check("setns", true, true);
	check("none", true, false);
	return failed;
}
