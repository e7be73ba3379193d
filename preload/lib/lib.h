/* SPDX-License-Identifier: MIT */
/*
 * What the parts of libitrace-lib.so share: the core's API, the settings, strings and memory.
 *
 * Rules of life, besides the core's: everything that runs inside a traced call is compiled with
 * general registers only, calls no libc function and takes no lock. Only start-up, dlopen() and
 * dlsym() take the lib lock and use libc (dl_iterate_phdr).
 */
#ifndef ITRACE_LIB_PRIVATE_H
#define ITRACE_LIB_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core_api.h"
#include "itrace/lib.h"

#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#define BARRIER() __asm__ volatile("" ::: "memory")

/* Set once, before the first traced call. */
extern const struct core_api *lib_api;
extern bool lib_clock_ns; /* SESSION_F_CLOCK_NS */
extern const struct lib_area *lib_area;

static inline bool str_equal(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

static inline int str_compare(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return (int)(unsigned char)*a - (int)(unsigned char)*b;
}

static inline size_t str_length(const char *s)
{
	size_t n = 0;

	while (s[n])
		n++;
	return n;
}

static inline const char *str_base(const char *path)
{
	const char *base = path;

	for (; *path; path++)
		if (*path == '/')
			base = path + 1;
	return base;
}

/* Memory for good, zeroed, 16-byte aligned. NULL if there is none. With the lib lock held. */
void *memory_take(size_t size);

/* A copy of s, for good. NULL if memory is out. */
const char *memory_string(const char *s);

/* Fresh zeroed pages. NULL if there are none. Any context. */
void *memory_map(size_t size);

/* The lib lock. Returns false if this very thread holds it already (a signal handler's dlopen). */
bool lib_lock(void);
void lib_unlock(void);

/* Takes a set bit out of bits[0..nr_words), NULL bits left: -1. Any context. */
int bits_take(uint64_t *bits, unsigned int nr_words);
void bits_give(uint64_t *bits, unsigned int bit);

#endif
