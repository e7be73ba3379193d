/* SPDX-License-Identifier: MIT */
/*
 * Syscall User Dispatch (Documentation/admin-guide/syscall-user-dispatch.rst): every system call
 * that does not come from the core's own text raises SIGSYS. The selector byte says BLOCK for good.
 * Not inherited: each new thread arms itself. Where the kernel has no such thing, seccomp.c.
 */
#include <asm/signal.h>
#include <asm/unistd.h>
#include <linux/mman.h>
#include <linux/prctl.h>

#include "../special.h"
#include "seccomp.h"
#include "sites.h"
#include "stubs.h"
#include "trap.h"

#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define PR_SET_SYSCALL_USER_DISPATCH 59
#endif
#define DISPATCH_OFF 0
#define DISPATCH_ON 1
#define SYS_SECCOMP 1 /* si_code */
#define SYS_USER_DISPATCH 2

#define MAP_FIXED_BIT 0x10
#define MREMAP_FIXED_BIT 0x2

int trap_init(struct thread *t)
{
	if (!(core.flags & SESSION_F_NO_SUD)) {
		core.dispatch = 1;
		if (!trap_thread_start(t))
			return 0;
		core.dispatch = 0;
	}
	return seccomp_init(t);
}

int trap_thread_start(struct thread *t)
{
	if (!core.dispatch)
		return 0;
	return (int)raw6(__NR_prctl, PR_SET_SYSCALL_USER_DISPATCH, DISPATCH_ON,
			 (long)core.text_start, (long)core.text_len, (long)&t->selector, 0);
}

void trap_thread_stop(struct thread *t)
{
	(void)t;
	if (!core.dispatch)
		return;
	raw6(__NR_prctl, PR_SET_SYSCALL_USER_DISPATCH, DISPATCH_OFF, 0, 0, 0, 0);
}

bool trap_signal(struct thread *t, const struct siginfo_head *info, struct kernel_ucontext *uc)
{
	if (info->code == SYS_SECCOMP ? !seccomp_traps(uc->rip - 2)
				      : info->code != SYS_USER_DISPATCH)
		return false;
	sites_hit(t, uc->rip - 2, uc->rax);
	/* patched or not, this call goes the same way as later ones */
	uc->r11 = uc->rip;
	uc->rip = (uint64_t)core_entry;
	return true;
}

void trap_mapping(struct thread *t, struct frame *f)
{
	if (!core.dispatch && f->args[2] & PROT_EXEC &&
	    ((uint32_t)f->nr == __NR_mmap || (uint32_t)f->nr == __NR_mprotect)) {
		f->special = SPECIAL_MAP;
		f->saved_arg = 0xff;
	}
	switch ((uint32_t)f->nr) {
	case __NR_mmap:
		if (f->args[3] & MAP_FIXED_BIT)
			sites_release_stubs(t, f->args[0], f->args[1]);
		break;
	case __NR_brk:
		/* stubs may lie where the heap grows to */
		if (f->args[0] > core.heap_start)
			sites_release_stubs(t, core.heap_start,
					    f->args[0] - core.heap_start + PAGE);
		break;
	case __NR_munmap:
	case __NR_mprotect:
		sites_release_stubs(t, f->args[0], f->args[1]);
		break;
	case __NR_mremap:
		sites_release_stubs(t, f->args[0], f->args[1]);
		if (f->args[3] & MREMAP_FIXED_BIT)
			sites_release_stubs(t, f->args[4], f->args[2]);
		break;
	}
}

void trap_mapped(struct thread *t, const struct frame *f)
{
	uint64_t start = (uint32_t)f->nr == __NR_mmap ? (uint64_t)f->result : f->args[0];

	if (!core.dispatch && !ERROR(f->result))
		seccomp_scan(t, start, f->args[1]);
}

uint64_t trap_site_of_stub(uint64_t rip)
{
	uint64_t behind = stubs_find(rip);

	return behind ? behind - 2 : 0;
}

void trap_lock(void)
{
	sites_lock();
}

void trap_unlock(void)
{
	sites_unlock();
}
