/* SPDX-License-Identifier: MIT */
/*
 * Syscall User Dispatch (Documentation/admin-guide/syscall-user-dispatch.rst): every system call
 * that does not come from the core's own text raises SIGSYS. The selector byte says BLOCK for good.
 * Not inherited: each new thread arms itself. A process that makes many calls does without in the
 * end: seal.h. Where the kernel has no such thing, seccomp.c.
 */
#include <asm/signal.h>
#include <asm/unistd.h>
#include <linux/audit.h>
#include <linux/mman.h>
#include <linux/personality.h>
#include <linux/prctl.h>

#include "../special.h"
#include "../writer.h"
#include "patch.h"
#include "seal.h"
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

#define SHM_EXEC 0100000
#define MAP_FIXED_BIT 0x10
#define MREMAP_FIXED_BIT 0x2

int trap_init(struct thread *t)
{
	if (!(core.flags & SESSION_F_NO_SUD)) {
		core.dispatch = 1;
		core.sud = 1;
		if (!trap_thread_start(t)) {
			seal_init();
			return 0;
		}
		core.dispatch = 0;
		core.sud = 0;
	}
	return seccomp_init(t);
}

int trap_thread_start(struct thread *t)
{
	t->sud = __atomic_load_n(&core.sud, __ATOMIC_ACQUIRE);
	if (!t->sud)
		return 0;
	return (int)raw6(__NR_prctl, PR_SET_SYSCALL_USER_DISPATCH, DISPATCH_ON,
			 (long)core.text_start, (long)core.text_len, (long)&t->selector, 0);
}

void trap_thread_stop(struct thread *t)
{
	t->sud = 0;
	if (!core.dispatch)
		return;
	raw6(__NR_prctl, PR_SET_SYSCALL_USER_DISPATCH, DISPATCH_OFF, 0, 0, 0, 0);
}

/* Whether a SIGSYS with that si_code, from the call in front of `behind`, is the trap. */
static bool is_trap(int32_t code, uint64_t behind)
{
	return code == SYS_SECCOMP ? seccomp_traps(behind - PATCH_SITE_SIZE)
				   : code == SYS_USER_DISPATCH;
}

bool trap_quiet(int sig, int32_t code, uint32_t arch, uint64_t *rip)
{
	if (sig == SIGILL) {
		if (code <= 0 || !sites_is_armed(*rip))
			return false;
		*rip += PATCH_SITE_SIZE;
	} else if (!is_trap(code, *rip) || arch != AUDIT_ARCH_X86_64) {
		return false;
	}
	__atomic_fetch_add(&core.pool.session->traps, 1, __ATOMIC_RELAXED);
	return true;
}

/* The call at site goes the way that rewritten sites take. */
static void go_to_entry(struct kernel_ucontext *uc, uint64_t site)
{
	uc->r11 = site + PATCH_SITE_SIZE;
	uc->rip = (uint64_t)core_entry;
}

/* A call by int $0x80 has other numbers and registers: it is made, not recorded. */
static void make_int80(struct thread *t, struct kernel_ucontext *uc)
{
	static uint8_t told;

	if (!__atomic_exchange_n(&told, 1, __ATOMIC_RELAXED) && t->recording)
		writer_event(t, RECORD_NOTE, NOTE_INT80, 0, 0, NULL, 0);
	t->int80_return = uc->rip;
	uc->rip = (uint64_t)core_int80;
}

bool trap_signal(struct thread *t, const struct siginfo_head *info, struct kernel_ucontext *uc)
{
	if (!is_trap(info->code, uc->rip))
		return false;
	if (info->arch != AUDIT_ARCH_X86_64) {
		make_int80(t, uc);
		return true;
	}
	sites_hit(t, uc->rip - PATCH_SITE_SIZE, uc->rax);
	go_to_entry(uc, uc->rip - PATCH_SITE_SIZE);
	return true;
}

bool trap_fault(struct thread *t, const struct siginfo_head *info, struct kernel_ucontext *uc)
{
	if (info->code <= 0 || !sites_fault(t, uc->rip, uc->rax))
		return false;
	go_to_entry(uc, uc->rip);
	return true;
}

/* Can this call make something executable? Its range is then looked at when it is done. */
static bool makes_code(struct thread *t, const struct frame *f)
{
	switch ((uint32_t)f->nr) {
	case __NR_mmap:
	case __NR_mprotect:
	case __NR_pkey_mprotect:
		return f->args[2] & PROT_EXEC;
	case __NR_mremap:
		return seal_moving(t, f->args[0], f->args[1]);
	}
	return false;
}

void trap_mapping(struct thread *t, struct frame *f)
{
	if (makes_code(t, f)) {
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
	case __NR_pkey_mprotect:
		sites_release_stubs(t, f->args[0], f->args[1]);
		break;
	case __NR_mremap:
		sites_release_stubs(t, f->args[0], f->args[1]);
		if (f->args[3] & MREMAP_FIXED_BIT)
			sites_release_stubs(t, f->args[4], f->args[2]);
		break;
	case __NR_shmat:
		if (f->args[2] & SHM_EXEC)
			seal_break(t, SEAL_WRITABLE);
		break;
	case __NR_remap_file_pages:
		seal_break(t, SEAL_UNCERTAIN);
		break;
	case __NR_personality:
		if ((uint32_t)f->args[0] != 0xffffffff && f->args[0] & READ_IMPLIES_EXEC)
			seal_break(t, SEAL_WRITABLE);
		break;
	}
}

void trap_mapped(struct thread *t, const struct frame *f)
{
	bool elsewhere = (uint32_t)f->nr == __NR_mmap || (uint32_t)f->nr == __NR_mremap;
	uint64_t start = elsewhere ? (uint64_t)f->result : f->args[0];
	uint64_t len = (uint32_t)f->nr == __NR_mremap ? f->args[2] : f->args[1];

	if (ERROR(f->result))
		return;
	if (core.dispatch)
		seal_mapped(t, start, len);
	else
		seccomp_scan(t, start, len);
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
