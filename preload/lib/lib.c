/* SPDX-License-Identifier: MIT */
/* Memory, the lock and bit maps: see lib.h. */
#include "lib.h"

#include <linux/futex.h>
#include <linux/mman.h>
#include <sys/mman.h>
#include <sys/syscall.h>

const struct core_api *lib_api;
bool lib_clock_ns;
const struct lib_area *lib_area;

static char *arena, *arena_end;

/* 0 = free, else the owner's thread id; bit 31: somebody waits */
static uint32_t lock_word;
#define LOCK_WAITERS 0x80000000u

static uint32_t lock_pid; /* the process that the word belongs to */

void *memory_map(size_t size)
{
	long p = lib_api->syscall(SYS_mmap, 0, (long)size, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p < 0 && p > -4096 ? NULL : (void *)p;
}

void *memory_take(size_t size)
{
	char *p;

	size = (size + 15) & ~(size_t)15;
	if ((size_t)(arena_end - arena) < size) {
		size_t room = size > 256 << 10 ? size : 256 << 10;

		arena = memory_map(room);
		if (!arena) {
			arena_end = NULL;
			return NULL;
		}
		arena_end = arena + room;
	}
	p = arena;
	arena += size;
	return p;
}

const char *memory_string(const char *s)
{
	size_t n = str_length(s) + 1;
	char *copy = memory_take(n);

	for (size_t i = 0; copy && i < n; i++)
		copy[i] = s[i];
	return copy;
}

bool lib_lock(void)
{
	uint32_t self = (uint32_t)lib_api->syscall(SYS_gettid, 0, 0, 0, 0, 0, 0);
	uint32_t pid = (uint32_t)lib_api->syscall(SYS_getpid, 0, 0, 0, 0, 0, 0);
	uint32_t seen = 0;

	/* A fork's child has one thread: whoever held the lock has stayed behind. */
	if (pid != lock_pid) {
		lock_pid = pid;
		__atomic_store_n(&lock_word, 0, __ATOMIC_RELAXED);
	}

	/* Pairs with lib_unlock()'s release. */
	while (!__atomic_compare_exchange_n(&lock_word, &seen, self, false, __ATOMIC_ACQUIRE,
					    __ATOMIC_RELAXED)) {
		if ((seen & ~LOCK_WAITERS) == self)
			return false;
		if (seen & LOCK_WAITERS ||
		    __atomic_compare_exchange_n(&lock_word, &seen, seen | LOCK_WAITERS, false,
						__ATOMIC_RELAXED, __ATOMIC_RELAXED))
			lib_api->syscall(SYS_futex, (long)&lock_word, FUTEX_WAIT_PRIVATE,
					 (long)(seen | LOCK_WAITERS), 0, 0, 0);
		seen = 0;
	}
	return true;
}

void lib_unlock(void)
{
	uint32_t old = __atomic_exchange_n(&lock_word, 0, __ATOMIC_RELEASE);

	if (old & LOCK_WAITERS)
		lib_api->syscall(SYS_futex, (long)&lock_word, FUTEX_WAKE_PRIVATE, INT32_MAX, 0, 0,
				 0);
}

int bits_take(uint64_t *bits, unsigned int nr_words)
{
	for (unsigned int i = 0; i < nr_words; i++) {
		uint64_t word = __atomic_load_n(&bits[i], __ATOMIC_RELAXED);

		while (word) {
			uint64_t bit = word & -word;

			/* Pairs with bits_give()'s release: what the last owner left is visible. */
			word = __atomic_fetch_and(&bits[i], ~bit, __ATOMIC_ACQUIRE);
			if (word & bit)
				return (int)(i * 64) + __builtin_ctzll(bit);
		}
	}
	return -1;
}

void bits_give(uint64_t *bits, unsigned int bit)
{
	__atomic_fetch_or(&bits[bit / 64], 1ull << (bit % 64), __ATOMIC_RELEASE);
}
