/* SPDX-License-Identifier: MIT */
/*
 * Signals: the kernel is given signal_entry (entry.S) for every action that has a handler; what the
 * program asked for is kept here and shown to it. SIGSYS, SIGILL, SIGSEGV and SIGBUS are always
 * ours: by the first two sites trap, the others come from copies of the program's memory.
 */
#ifndef ITRACE_SIGNALS_H
#define ITRACE_SIGNALS_H

#include "core.h"

struct siginfo_head {
	int32_t signo;
	int32_t error;
	int32_t code;
	int32_t fill;
	union {
		struct { /* SIGSYS */
			uint64_t call_addr;
			int32_t syscall;
			uint32_t arch;
		};
		uint64_t addr; /* SIGSEGV, SIGBUS */
		uint8_t rest[112];
	};
};

/* struct ucontext of the kernel */
struct kernel_ucontext {
	uint64_t flags, link;
	uint64_t ss_sp;
	int32_t ss_flags, fill;
	uint64_t ss_size;
	uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
	uint64_t rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip;
	uint64_t eflags;
	uint16_t cs, gs, fs, ss;
	uint64_t err, trapno, oldmask, cr2;
	uint64_t fpstate;
	uint64_t reserved[8];
	uint64_t sigmask;
};

_Static_assert(sizeof(struct siginfo_head) == 128, "kernel ABI");
_Static_assert(offsetof(struct siginfo_head, code) == SI_CODE, "kernel ABI");
_Static_assert(offsetof(struct siginfo_head, arch) == SI_ARCH, "kernel ABI");
_Static_assert(offsetof(struct kernel_ucontext, rip) == UC_RIP, "kernel ABI");
_Static_assert(offsetof(struct kernel_ucontext, rsp) == UC_RSP, "kernel ABI");
_Static_assert(offsetof(struct kernel_ucontext, rbx) == UC_RBX, "kernel ABI");
_Static_assert(offsetof(struct kernel_ucontext, ss_sp) == UC_SS_SP, "kernel ABI");
_Static_assert(offsetof(struct kernel_ucontext, ss_size) == UC_SS_SIZE, "kernel ABI");
_Static_assert(offsetof(struct kernel_ucontext, r8) == UC_R8, "kernel ABI");
_Static_assert(offsetof(struct kernel_ucontext, rdi) == UC_RDI, "kernel ABI");
_Static_assert(offsetof(struct kernel_ucontext, rax) == UC_RAX, "kernel ABI");
_Static_assert(offsetof(struct kernel_ucontext, eflags) == UC_EFLAGS, "kernel ABI");
_Static_assert(offsetof(struct kernel_ucontext, fpstate) == UC_FPSTATE, "kernel ABI");
_Static_assert(offsetof(struct kernel_ucontext, sigmask) == UC_SIGMASK, "kernel ABI");

/* Takes these four for this process; keeps what the program has there. At start-up
 * and in a child whose actions the kernel has reset. Signals blocked. Returns 0 or -errno. */
int signals_install(struct sighand *s);

/* core.quiet has just been set: from now on a trap is left without a system call. Before the filter
 * is in force. */
void signals_quieten(struct sighand *s);

/* Gives the kernel back what of these actions survives an execve (SIG_IGN), and takes them again if
 * it failed. Signals blocked. */
void signals_before_exec(struct sighand *s);
void signals_after_exec(struct sighand *s);

/* rt_sigaction and rt_sigreturn of the program; as special_enter(). */
int signals_action(struct thread *t, struct frame *f);
int signals_return(struct thread *t, struct frame *f);

/* From signal_entry, all signals blocked. 0: start the program's handler as m says; 1: go back. */
int signal_hook(struct signal_frame *m);

/* From signal_entry_quiet. 1: a system call of the program's, which goes on at core_entry; 0:
 * something else: signal_hook() is to look at it. */
int signal_quiet(struct signal_frame *m);

#endif
