/* SPDX-License-Identifier: MIT */
/*
 * The program's memory, read and written without trusting a pointer of it. A fault ends a copy
 * early. Any context of the core.
 */
#ifndef ITRACE_MEMORY_H
#define ITRACE_MEMORY_H

#include "core.h"

/* Copies n bytes; returns how many were copied before a fault. t: the calling thread. */
size_t memory_read(struct thread *t, void *dst, uint64_t addr, size_t n);
size_t memory_write(struct thread *t, uint64_t addr, const void *src, size_t n);

/* Copies a string, at most max bytes with its NUL; returns how many. */
size_t memory_string(struct thread *t, void *dst, uint64_t addr, size_t max, bool *ret_nul);

/* Whether a fault of the calling thread comes back to us: if not, the above make system calls. */
bool memory_may_fault(const struct thread *t);

/* The path of a descriptor of the program, or of its working directory (fd = AT_FDCWD). Returns
 * its length, at most max, no NUL; 0 if there is none. */
size_t memory_fd_path(int fd, void *dst, size_t max);

/*
 * memory.S: copies n bytes, returns how many could not be copied. copy_string copies up to and
 * with a NUL and returns how many bytes it copied. A fault inside is resumed at copy_fixup() of the
 * faulting address.
 */
size_t copy_bytes(void *dst, const void *src, size_t n);
size_t copy_string(void *dst, const void *src, size_t max);
extern const char copy_begin[], copy_words_end[], copy_end[], copy_fault_words[], copy_fault[];
extern const char copy_string_begin[], copy_string_end[], copy_string_fault[];

/* Where to go on after a fault at rip; 0 if rip is not in a copy. */
uint64_t memory_fixup(uint64_t rip);

void *memcpy(void *dst, const void *src, size_t n);
void *memmove(void *dst, const void *src, size_t n);
void *memset(void *dst, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);

#endif
