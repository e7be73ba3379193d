/* SPDX-License-Identifier: MIT */
/*
 * See code.h. How the code is reached: if the program itself may write there (a JIT's page), by a
 * plain store; else the page is made writable, and what it was again afterwards: read and execute,
 * for it was running and is not writable. Shared mappings are left alone: a store would go into a
 * file.
 */
#include "code.h"

#include <asm/unistd.h>
#include <linux/errno.h>
#include <linux/mman.h>
#include <linux/uio.h>

#include "../core.h"

/* A mapping of a shared object can be duplicated this way, a private one not (mremap(2)). */
static bool is_shared(uint64_t page)
{
	long map = raw6(__NR_mremap, (long)page, 0, PAGE, MREMAP_MAYMOVE, 0, 0);

	if (ERROR(map))
		return false;
	raw3(__NR_munmap, map, PAGE, 0);
	return true;
}

/* 1: the program may write there; 0: not; -errno: cannot be told. Rewrites a byte by itself. */
static int is_writable(uint64_t addr)
{
	uint8_t byte = *(const volatile uint8_t *)addr;
	struct iovec l = { &byte, 1 }, r = { (void *)addr, 1 };
	long ret = raw6(__NR_process_vm_writev, raw3(__NR_getpid, 0, 0, 0), (long)&l, 1, (long)&r,
			1, 0);

	if (ret == 1)
		return 1;
	return ret == -EFAULT ? 0 : (int)ret;
}

int code_store(uint64_t site, uint16_t word)
{
	uint64_t page = site & ~(PAGE - 1), end = (site + 2 + PAGE - 1) & ~(PAGE - 1);
	int writable = is_writable(site);

	if (writable < 0)
		return writable;
	if (is_shared(page) || (end - page > PAGE && is_shared(page + PAGE)))
		return -EACCES;
	if (!writable) {
		long ret = raw3(__NR_mprotect, (long)page, (long)(end - page),
				PROT_READ | PROT_WRITE | PROT_EXEC);

		if (ret)
			return (int)ret;
	}
	*(volatile uint16_t *)site = word;
	if (!writable)
		raw3(__NR_mprotect, (long)page, (long)(end - page), PROT_READ | PROT_EXEC);
	return 0;
}
