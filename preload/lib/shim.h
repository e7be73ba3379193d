/* SPDX-License-Identifier: MIT */
/*
 * Method shim: what a generated wrapper of a libc function (shims.c) does around the real call.
 *
 *     ssize_t read(int fd, void *buf, size_t count)
 *     {
 *             SHIM_CALL call;
 *             ssize_t ret;
 *
 *             SHIM_ENTER(0, fd, buf, count);
 *             ret = SHIM_REAL(read)(fd, buf, count);
 *             shim_exit(&call, shim_result((long)ret));
 *             return ret;
 *     }
 *
 * Compiled with -fexceptions into libitrace-shim.so, which needs libc. A wrapper may run before any
 * constructor (another library's ifunc or constructor calls it), in a signal handler, and in a
 * vfork'ed child. A wrapper that is left by pthread_cancel() or longjmp() does not come to
 * shim_exit(): the first unwinds through shim_leave(), the second leaves an open record behind,
 * which the jump (shim_jump.c) or the next call closes.
 */
#ifndef ITRACE_SHIM_H
#define ITRACE_SHIM_H

#include <errno.h>
#include <stdint.h>

#include "lib/shim_call.h"

/* A wrapped function; target: the real one, NULL until it is first needed. */
struct shim_func {
	const char *name;
	void *target;
};

/* Generated: shims.c */
extern struct shim_func shim_funcs[] __attribute__((visibility("hidden")));
extern const unsigned int nr_shim_funcs __attribute__((visibility("hidden")));

#pragma GCC visibility push(hidden)

/*
 * Records the entry of system call nr as it would be made: the arguments, and the memory that the
 * capture plan names. ip: where the wrapper returns to; call->place is set. Sets call->record, to
 * NULL if nothing is to be recorded. Keeps errno. Any context.
 */
void shim_enter(struct shim_call *call, unsigned int nr, const uint64_t args[6], const void *ip);

/* Completes the record: ret as the kernel would return it, -errno for a failure. Sets call->record
 * to NULL. Keeps errno. Any context. */
void shim_exit(struct shim_call *call, long ret);

/* The wrapper is being unwound (pthread_cancel, a C++ exception): marks the record as abandoned if
 * it is still open. */
void shim_leave(struct shim_call *call);

/* Looks up a function behind this library (RTLD_NEXT); NULL: there is none. Keeps errno. */
void *shim_find(const char *name);

/* Looks up shim_funcs[i] behind this library (RTLD_NEXT) and stores it. If libc has no such
 * function: a function that fails with ENOSYS. Keeps errno. Not from a signal handler: see
 * shim_start(). */
void *shim_resolve(unsigned int i);

/* Resolves every function of shim_funcs, so that no wrapper has to from then on. From the
 * library's constructor. */
void shim_start(void);

#pragma GCC visibility pop

/* What the kernel returned, for a function that returns -1 and sets errno. */
static inline long shim_result(long ret)
{
	return ret == -1 ? -errno : ret;
}

#define SHIM_EXPORT __attribute__((visibility("default")))
#define SHIM_CALL __attribute__((cleanup(shim_leave))) struct shim_call

/* 32-bit arguments are extended as their types say. `nr` only keeps the list from being empty. */
#define SHIM_ARGS(nr, a, b, c, d, e, f, ...)                                               \
	{                                                                                  \
		(uint64_t)(a), (uint64_t)(b), (uint64_t)(c), (uint64_t)(d), (uint64_t)(e), \
			(uint64_t)(f)                                                      \
	}
#define SHIM_ENTER(nr, ...)                                                                  \
	do {                                                                                 \
		const uint64_t args_[6] = SHIM_ARGS(nr, ##__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0); \
		call.place = SHIM_PLACE;                                                     \
		shim_enter(&call, nr, args_, __builtin_return_address(0));                   \
	} while (0)

/* The stack pointer of the wrapper's caller. */
#define SHIM_PLACE ((uint64_t)__builtin_dwarf_cfa())

/* The real function, for those that are not in shim_funcs. */
#define SHIM_FIND(fn)                             \
	({                                        \
		static void *target_;             \
		if (!target_)                     \
			target_ = shim_find(#fn); \
		(__typeof__(&fn))target_;         \
	})

#define SHIM_REAL(fn)                                                                  \
	((__typeof__(&fn))(shim_funcs[SHIM_##fn].target ? shim_funcs[SHIM_##fn].target \
							: shim_resolve(SHIM_##fn)))

#endif
