/* SPDX-License-Identifier: MIT */
/* A library that makes system calls without libc. */
long raw_call(long nr, long arg);

long raw_call(long nr, long arg)
{
	long ret;

	__asm__ volatile("syscall" : "=a"(ret) : "a"(nr), "D"(arg) : "rcx", "r11", "memory");
	return ret;
}
