/* SPDX-License-Identifier: MIT */
/*
 * Copies from and to the program's memory. The quick way is to touch it and recover from the fault
 * (SIGSEGV and SIGBUS come to the core first, signal.c). Where the thread has these signals
 * blocked, or handles a signal on an alternate stack, a fault would kill or overwrite: there the
 * kernel copies (process_vm_readv), or says beforehand whether the page is there.
 */
#include <linux/errno.h>
#include <linux/uio.h>
#include <asm/unistd.h>

#include "memory.h"

void *memcpy(void *dst, const void *src, size_t n)
{
	void *d = dst;

	__asm__ volatile("rep movsb" : "+D"(d), "+S"(src), "+c"(n) : : "memory");
	return dst;
}

void *memmove(void *dst, const void *src, size_t n)
{
	uint8_t *d = dst;
	const uint8_t *s = src;

	if (d <= s || d >= s + n)
		return memcpy(dst, src, n);
	d += n - 1;
	s += n - 1;
	__asm__ volatile("std; rep movsb; cld" : "+D"(d), "+S"(s), "+c"(n) : : "memory");
	return dst;
}

void *memset(void *dst, int c, size_t n)
{
	void *d = dst;

	__asm__ volatile("rep stosb" : "+D"(d), "+c"(n) : "a"(c) : "memory");
	return dst;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const uint8_t *x = a, *y = b;

	for (size_t i = 0; i < n; i++) {
		if (x[i] != y[i])
			return x[i] - y[i];
	}
	return 0;
}

uint64_t memory_fixup(uint64_t rip)
{
	if (rip >= (uint64_t)copy_begin && rip < (uint64_t)copy_words_end)
		return (uint64_t)copy_fault_words;
	if (rip >= (uint64_t)copy_words_end && rip < (uint64_t)copy_end)
		return (uint64_t)copy_fault;
	if (rip >= (uint64_t)copy_string_begin && rip < (uint64_t)copy_string_end)
		return (uint64_t)copy_string_fault;
	return 0;
}

static inline bool may_fault(const struct thread *t)
{
	return !t->fault_blocked && t->on_altstack != ALTSTACK_MASK && !t->all_blocked;
}

/* rt_sigprocmask reads the set before it looks at the nonsense in `how`: EFAULT or EINVAL. */
static bool page_readable(uint64_t addr)
{
	return raw4(__NR_rt_sigprocmask, ~0, (long)(addr & ~7ull), 0, 8) != -EFAULT;
}

/* Bytes up to the end of addr's page, at most n. */
static size_t page_rest(uint64_t addr, size_t n)
{
	size_t rest = PAGE - (addr & (PAGE - 1));

	return rest < n ? rest : n;
}

/* Moves n bytes of one page by the kernel's hand. */
static size_t move_page(long nr, void *local, uint64_t addr, size_t n)
{
	struct iovec l = { local, n }, r = { (void *)addr, n };
	long ret;

	if (!core.no_pvm && !core.quiet) {
		int pid = (int)raw3(__NR_getpid, 0, 0, 0);

		ret = raw6(nr, pid, (long)&l, 1, (long)&r, 1, 0);
		if (ret >= 0)
			return (size_t)ret;
		if (ret == -EFAULT)
			return 0;
		core.no_pvm = 1;
	}
	/* the program's filter may forbid the question, and with method shim a fault is the
	 * program's */
	if ((core.quiet && core.method == METHOD_SHIM) || !page_readable(addr))
		return 0;
	if (nr == __NR_process_vm_readv)
		return n - copy_bytes(local, (const void *)addr, n);
	return n - copy_bytes((void *)addr, local, n);
}

static size_t move(long nr, void *local, uint64_t addr, size_t n)
{
	size_t done = 0;

	while (done < n) {
		size_t len = page_rest(addr + done, n - done);
		size_t got = move_page(nr, (uint8_t *)local + done, addr + done, len);

		done += got;
		if (got < len)
			break;
	}
	return done;
}

#define FD_CWD (-100) /* AT_FDCWD */

bool memory_may_fault(const struct thread *t)
{
	return may_fault(t);
}

/* Kernel and non-canonical addresses raise a fault without an address; they are no memory. */
static inline bool is_user(uint64_t addr, size_t n)
{
	return addr < 0x7ffffffff000ull && n < 0x7ffffffff000ull - addr;
}

size_t memory_read(struct thread *t, void *dst, uint64_t addr, size_t n)
{
	if (unlikely(!is_user(addr, n)))
		return 0;
	if (likely(may_fault(t)))
		return n - copy_bytes(dst, (const void *)addr, n);
	return move(__NR_process_vm_readv, dst, addr, n);
}

size_t memory_write(struct thread *t, uint64_t addr, const void *src, size_t n)
{
	if (unlikely(!is_user(addr, n)))
		return 0;
	if (likely(may_fault(t)))
		return n - copy_bytes((void *)addr, src, n);
	return move(__NR_process_vm_writev, (void *)src, addr, n);
}

size_t memory_string(struct thread *t, void *dst, uint64_t addr, size_t max, bool *ret_nul)
{
	uint8_t *d = dst;
	size_t done = 0;

	*ret_nul = false;
	if (unlikely(!is_user(addr, max)))
		max = addr < 0x7ffffffff000ull ? 0x7ffffffff000ull - addr : 0;
	if (likely(may_fault(t))) {
		done = copy_string(dst, (const void *)addr, max);
		*ret_nul = done && !d[done - 1];
		return done;
	}
	while (done < max) {
		size_t len = page_rest(addr + done, max - done);
		size_t got = move_page(__NR_process_vm_readv, d + done, addr + done, len);

		for (size_t i = done; i < done + got; i++) {
			if (!d[i]) {
				*ret_nul = true;
				return i + 1;
			}
		}
		done += got;
		if (got < len)
			break;
	}
	return done;
}

size_t memory_fd_path(int fd, void *dst, size_t max)
{
	char path[32] = "/proc/self/fd/";
	unsigned int n = 14, digits = 1;
	long ret;

	if (core.quiet)
		return 0;
	if (fd == FD_CWD) {
		memcpy(path + 11, "cwd", 4);
	} else {
		for (unsigned int v = (unsigned int)fd; v >= 10; v /= 10)
			digits++;
		for (unsigned int i = digits, v = (unsigned int)fd; i > 0; i--, v /= 10)
			path[n + i - 1] = (char)('0' + v % 10);
		path[n + digits] = 0;
	}
	ret = raw3(__NR_readlink, (long)path, (long)dst, (long)max);
	return ret > 0 ? (size_t)ret : 0;
}
