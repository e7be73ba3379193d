/* SPDX-License-Identifier: MIT */
/*
 * Makes memory mapping calls with typical, edge and failing arguments, for comparison of two traces
 * of it. Ends with status 0 whatever the calls return.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/mempolicy.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BAD ((void *)8)

static void make_mappings(void)
{
	int fd = open("/proc/self/exe", O_RDONLY);
	char *p = (char *)syscall(SYS_mmap, NULL, 8192, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *q;

	syscall(SYS_mmap, p, 4096, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_FIXED, fd, 0);
	syscall(SYS_mmap, p, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1,
		0);
	syscall(SYS_mmap, NULL, 0, PROT_READ, MAP_PRIVATE, fd, 4096);
	syscall(SYS_mmap, NULL, 4096, 0x77, MAP_SHARED_VALIDATE | MAP_SYNC, -1, 1);
	syscall(SYS_mmap, NULL, 4096, PROT_READ,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | (21 << MAP_HUGE_SHIFT), -1, 0);
	syscall(SYS_mmap, NULL, 4096, PROT_GROWSDOWN | 0x100, 0, 77, 0x1000000);
	syscall(SYS_mmap, NULL, 4096, PROT_READ, 0x80000000 | MAP_LOCKED | MAP_POPULATE, 77, 0);
	syscall(SYS_mmap, BAD, 4096, PROT_READ, MAP_GROWSDOWN | MAP_STACK | MAP_NORESERVE, 77, 0);
	syscall(SYS_mprotect, p, 4096, PROT_READ);
	syscall(SYS_mprotect, p + 1, 4096, PROT_NONE);
	syscall(SYS_mprotect, p, 4096, PROT_READ | PROT_GROWSUP | 0x40);
	syscall(SYS_mprotect, NULL, -1L, 0x100);
	q = (char *)syscall(SYS_mremap, p, 8192, 16384, MREMAP_MAYMOVE);
	q = (char *)syscall(SYS_mremap, p + 4096, 4096, 8192, MREMAP_MAYMOVE);
	syscall(SYS_mremap, q, 4096, 4096, MREMAP_MAYMOVE | MREMAP_FIXED, p);
	syscall(SYS_mremap, BAD, 4096, 4096, 0x100);
	syscall(SYS_mremap, BAD, 4096, 4096, 0);
	syscall(SYS_madvise, p, 4096, MADV_DONTNEED);
	syscall(SYS_madvise, p, 4096, MADV_WILLNEED);
	syscall(SYS_madvise, BAD, 4096, 999);
	syscall(SYS_madvise, p, 4096, MADV_HUGEPAGE);
	syscall(SYS_msync, p, 4096, MS_SYNC | MS_INVALIDATE);
	syscall(SYS_msync, p, 4096, 0x100);
	syscall(SYS_munmap, p, 4096);
	syscall(SYS_munmap, BAD, 0);
	syscall(SYS_brk, 0);
	syscall(SYS_brk, BAD);
	close(fd);
}

static void make_locks_and_policies(void)
{
	unsigned char vec[40];
	unsigned long mask[2] = { 1, 0 };
	int mode, status[2] = { 0, 0 }, nodes[2] = { 0, 0 };
	char *p = mmap(NULL, 40 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	void *pages[2] = { p, p + 4096 };

	p[0] = 1;
	syscall(SYS_mlock, p, 4096);
	syscall(SYS_munlock, p, 4096);
	syscall(SYS_mlock2, p, 4096, MLOCK_ONFAULT);
	syscall(SYS_mlock2, p, 4096, 0x10);
	syscall(SYS_mlockall, 0);
	syscall(SYS_mlockall, 0x100 | MCL_CURRENT | MCL_FUTURE);
	syscall(SYS_munlockall);
	syscall(SYS_mincore, p, 2 * 4096, vec);
	syscall(SYS_mincore, p, 40 * 4096, vec);
	syscall(SYS_mincore, p + 1, 4096, vec);
	syscall(SYS_mincore, p, 4096, BAD);
	syscall(SYS_remap_file_pages, p, 4096, PROT_NONE, 0, MAP_NONBLOCK);
	syscall(SYS_get_mempolicy, &mode, mask, 64, NULL, 0);
	syscall(SYS_get_mempolicy, &mode, NULL, 0, p, MPOL_F_ADDR);
	syscall(SYS_get_mempolicy, NULL, mask, 64, NULL, MPOL_F_MEMS_ALLOWED);
	syscall(SYS_set_mempolicy, MPOL_DEFAULT, NULL, 0);
	syscall(SYS_set_mempolicy, MPOL_BIND, mask, 64);
	syscall(SYS_set_mempolicy, 99, BAD, 64);
	syscall(SYS_set_mempolicy, MPOL_DEFAULT, NULL, 0);
	syscall(SYS_mbind, p, 4096, MPOL_PREFERRED, mask, 64, MPOL_MF_STRICT);
	syscall(SYS_mbind, BAD, 4096, MPOL_INTERLEAVE | MPOL_F_STATIC_NODES, BAD, 64, 0x100);
	syscall(SYS_migrate_pages, -1, 64, mask, mask);
	syscall(SYS_move_pages, 0, 2, pages, NULL, status, 0);
	syscall(SYS_move_pages, 0, 2, pages, nodes, status, MPOL_MF_MOVE);
	syscall(SYS_move_pages, 0, 1, BAD, NULL, BAD, 0x100);
	syscall(SYS_process_madvise, -1, NULL, 0, MADV_COLD, 0);
	syscall(SYS_process_mrelease, -1, 0);
	munmap(p, 40 * 4096);
}

static void make_keys_and_files(void)
{
	int key = syscall(SYS_pkey_alloc, 0, PKEY_DISABLE_WRITE);

	syscall(SYS_pkey_alloc, 1, 0x10);
	syscall(SYS_pkey_free, key);
	syscall(SYS_pkey_free, -1);
	syscall(SYS_pkey_mprotect, BAD, 4096, PROT_READ, -1);
	close(syscall(SYS_memfd_create, "name", 0));
	close(syscall(SYS_memfd_create, "a name that is longer than thirty-two bytes",
		      MFD_CLOEXEC));
	close(syscall(SYS_memfd_create, "huge", MFD_HUGETLB | (21 << 26)));
	syscall(SYS_memfd_create, BAD, 0x100);
	close(syscall(SYS_memfd_secret, O_CLOEXEC));
	syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	syscall(SYS_userfaultfd, 0x100);
}

int main(void)
{
	make_mappings();
	make_locks_and_policies();
	make_keys_and_files();
	return 0;
}
