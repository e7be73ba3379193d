/* SPDX-License-Identifier: MIT */
/* /proc/self/maps (proc_pid_maps(5)), line by line. */
#ifndef ITRACE_MAPS_H
#define ITRACE_MAPS_H

#include <stdbool.h>
#include <stdint.h>

struct mapping {
	uint64_t start, end;
	uint64_t offset;
	uint64_t device; /* major << 32 | minor */
	uint64_t inode;	 /* 0 = no file */
	bool readable, writable, executable, shared;
};

/* Calls fn for each mapping of user space, in ascending order, until it returns false. Returns 0 or
 * -errno: no /proc here. Makes system calls; no lock, any context with room for 4 KiB of stack. */
int maps_each(bool (*fn)(void *ctx, const struct mapping *m), void *ctx);

#endif
