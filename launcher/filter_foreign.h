/* SPDX-License-Identifier: MIT */
/*
 * Names of system calls that only other ABIs of this machine have. strace accepts them in `-e`
 * whatever the tracee's ABI is, and scripts rely on it (`-e trace=stat,stat64`); here they match
 * nothing.
 */
#ifndef ITRACE_FILTER_FOREIGN_H
#define ITRACE_FILTER_FOREIGN_H

#include <stdbool.h>
#include <stddef.h>

/* An i386 call that x86-64 does not have? name: len bytes. */
bool filter_is_i386_only(const char *name, size_t len);

/* A number that only the x32 ABI uses? */
static inline bool filter_is_x32_only(unsigned long nr)
{
	/* arch/x86/entry/syscalls/syscall_64.tbl: the x32-specific block */
	return nr >= 512 && nr <= 547;
}

#endif
