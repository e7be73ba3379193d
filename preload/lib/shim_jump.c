/* SPDX-License-Identifier: MIT */
/*
 * longjmp() and its kin: the calls that they leave are over. Where they go stands in the buffer,
 * scrambled as libc scrambles pointers; whether it can be read is tried once.
 */
#include <setjmp.h>
#include <stdbool.h>

#include "lib/shim.h"
#include "lib/shim_thread.h"

#define JMPBUF_RSP 6

static bool readable;

/* PTR_DEMANGLE of glibc's sysdeps/unix/sysv/linux/x86_64/pointer_guard.h */
static uint64_t stack_pointer_in(const struct __jmp_buf_tag *buf)
{
	uint64_t rsp = (uint64_t)buf->__jmpbuf[JMPBUF_RSP];

	__asm__("ror $17, %0\n\txor %%fs:0x30, %0" : "+r"(rsp) : : "cc");
	return rsp;
}

__attribute__((constructor, noinline)) static void try_reading(void)
{
	uint64_t here = (uint64_t)__builtin_frame_address(0);
	jmp_buf buf;

	if (!setjmp(buf))
		readable = here - stack_pointer_in(buf) < 4096;
}

static void before_jump(const struct __jmp_buf_tag *buf)
{
	struct thread *t;
	uint64_t place;

	if (!readable || !shim_self.thread)
		return;
	place = stack_pointer_in(buf);
	/* the recorder itself may be what the jump leaves */
	t = shim_lock(place);
	if (!t)
		return;
	shim_core->jump(t, place);
	shim_unlock(t);
}

SHIM_EXPORT void longjmp(jmp_buf buf, int value)
{
	before_jump(buf);
	SHIM_FIND(longjmp)(buf, value);
	__builtin_unreachable();
}

SHIM_EXPORT void _longjmp(jmp_buf buf, int value)
{
	before_jump(buf);
	SHIM_FIND(_longjmp)(buf, value);
	__builtin_unreachable();
}

SHIM_EXPORT void siglongjmp(jmp_buf buf, int value)
{
	before_jump(buf);
	SHIM_FIND(siglongjmp)(buf, value);
	__builtin_unreachable();
}

void __longjmp_chk(jmp_buf buf, int value) __attribute__((noreturn));

SHIM_EXPORT void __longjmp_chk(jmp_buf buf, int value)
{
	before_jump(buf);
	SHIM_FIND(__longjmp_chk)(buf, value);
	__builtin_unreachable();
}
