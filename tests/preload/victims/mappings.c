/* SPDX-License-Identifier: MIT */
/*
 * The program uses addresses as it likes: the heap grows far by brk, mappings are forced over
 * whatever lies beside libc, and every call works afterwards.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Is anything mapped there? */
static int is_mapped(char *page)
{
	unsigned char vec;

	return !mincore(page, 4096, &vec);
}

int main(void)
{
	char *start = sbrk(0), *p;
	uintptr_t libc = (uintptr_t)&getppid & ~4095ul;
	long bad = 0, forced = 0;

	getppid();
	for (int i = 0; i < 64; i++) {
		p = sbrk(4 << 20);
		if (p == (void *)-1) {
			bad++;
			break;
		}
		memset(p, i, 4096);
	}
	bad += brk(start) != 0;
	/* small anonymous mappings within reach of a jump from libc: replaced, as a program may
	 * that believes to own the address space */
	for (uintptr_t at = libc + (3 << 20); at < libc + (5 << 20); at += 4096) {
		if (is_mapped((char *)at))
			continue;
		p = mmap((void *)at, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
			 0);
		forced += p == (void *)at;
	}
	for (int i = 0; i < 100; i++) {
		bad += getppid() <= 0;
		bad += getpgid(0) <= 0;
		bad += access("/", F_OK) != 0;
	}
	printf("bad %ld forced %d\n", bad, forced > 0);
	return bad != 0;
}
