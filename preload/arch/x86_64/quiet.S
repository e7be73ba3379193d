/* SPDX-License-Identifier: MIT */
/*
 * SIGSYS and SIGILL once the program filters its own system calls: its filter may allow neither
 * rt_sigreturn nor rt_sigprocmask. The kernel enters here with the mask of what was interrupted (empty sa_mask,
 * SA_NODEFER), so that nothing of it has to be put back by a system call: the registers are loaded
 * from the kernel's frame, the vector state too (the kernel clears it for a handler, and the core
 * does not touch it), and the call goes on at core_entry.
 *
 * Other signals may arrive in here. Up to the commit the frame is nobody's: a signal is made to have
 * arrived at the beginning (signals.c), with rsp, rdi and rsi as the kernel set them. All that is
 * needed for a trap is copied from the kernel's frame before that: on an alternate stack that is too
 * small to stay on, the next handler may begin over it, since rsp is on the private stack then.
 */
#include "private_stack.h"

#define ROOM 4096 /* more than what the C code takes */

	.macro keep from, to
	mov	\from(%rdx), %rcx
	mov	%rcx, \to(%rax)
	.endm

	.text
	.globl	signal_entry_quiet, signal_quiet_commit
	.hidden	signal_entry_quiet, signal_quiet_commit
	.type	signal_entry_quiet, @function
	.p2align 4
signal_entry_quiet:
	.cfi_startproc
	lea	8(%rsp), %rdx		/* the ucontext lies behind the return address */
	mov	UC_FPSTATE(%rdx), %r8
	test	%r8, %r8
	jz	2f
	/* struct _fpx_sw_bytes (asm/sigcontext.h): is there more than the legacy area? */
	cmpl	$FP_MAGIC, FP_SW_BYTES(%r8)
	jne	1f
	mov	FP_SW_BYTES+8(%r8), %eax
	mov	FP_SW_BYTES+12(%r8), %edx
	xrstor64 (%r8)
	jmp	2f
1:	fxrstor64 (%r8)
2:	lea	8(%rsp), %rdx
	signal_frame
	movq	$0, M_ALTSTACK(%rax)
	mov	SI_CODE(%rsi), %ecx
	mov	%ecx, M_CODE(%rax)
	mov	SI_ARCH(%rsi), %ecx
	mov	%ecx, M_ARCH(%rax)
	keep	UC_RDI, M_RDI
	keep	UC_RSI, M_RSI
	keep	UC_RDX, M_RDX
	keep	UC_RAX, M_RAX
	keep	UC_R8, M_R8
	keep	UC_R9, M_R9
	keep	UC_R10, M_R10
	keep	UC_RBX, M_RBX
	keep	UC_RSP, M_RSP
	keep	UC_RIP, M_RIP
	keep	UC_EFLAGS, M_EFLAGS
	mov	%rax, %gs:T_TOP
signal_quiet_commit:
	mov	%rax, %rbx
	/* on an alternate stack with room stay there: the next handler then begins below */
	mov	%rsp, %rcx
	sub	UC_SS_SP(%rdx), %rcx
	cmp	UC_SS_SIZE(%rdx), %rcx
	jae	3f
	cmp	$ROOM, %rcx
	jae	4f
3:	mov	%rbx, %rsp
4:	and	$-16, %rsp
	mov	%rbx, %rdi
	call	signal_quiet
	test	%eax, %eax
	jz	5f
	pushq	M_EFLAGS(%rbx)
	popfq
	mov	M_RDI(%rbx), %rdi
	mov	M_RSI(%rbx), %rsi
	mov	M_RDX(%rbx), %rdx
	mov	M_RAX(%rbx), %rax
	mov	M_R8(%rbx), %r8
	mov	M_R9(%rbx), %r9
	mov	M_R10(%rbx), %r10
	mov	M_RIP(%rbx), %r11
	/* the frame is in use until thread.top has left it */
	mov	M_RSP(%rbx), %rsp
	mov	F_POP(%rbx), %rcx
	mov	M_RBX(%rbx), %rbx
	mov	%rcx, %gs:T_TOP
	jmp	core_entry
	/* not the core's: as any other signal, but that the mask may be what is wanted already */
5:	mov	%rbx, %rdi
	call	signal_hook
	mov	M_UC(%rbx), %rdx
	mov	UC_SIGMASK(%rdx), %rcx
	cmp	F_MASK(%rbx), %rcx
	jne	signal_hooked
	test	%eax, %eax
	jne	signal_hooked
	mov	F_RSP(%rbx), %rsp
	jmp	signal_masked
	.cfi_endproc
	.size	signal_entry_quiet, . - signal_entry_quiet

	.section .note.GNU-stack, "", @progbits
