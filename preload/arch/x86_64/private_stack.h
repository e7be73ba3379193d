/* SPDX-License-Identifier: MIT */
/*
 * For assembly: where on the private stack is room for the frame of a signal that has just arrived?
 */
#ifndef ITRACE_X86_64_PRIVATE_STACK_H
#define ITRACE_X86_64_PRIVATE_STACK_H

#include "layout.h"

/*
 * As the kernel enters a handler, ucontext at rdx. rcx = thread.top; rax = the lowest byte in use
 * of the private stack. r8 and r9 are lost.
 */
	.macro lowest_in_use
	mov	%gs:T_TOP, %rcx
	mov	%rcx, %rax
	mov	UC_RSP(%rdx), %r8
	cmp	%gs:T_STACK_LOW, %r8
	jb	.Luse1\@
	cmp	%gs:T_STACK_HIGH, %r8
	ja	.Luse1\@
	lea	-128(%r8), %r8
	cmp	%rax, %r8
	cmovb	%r8, %rax
.Luse1\@:
	cmp	%gs:T_STACK_LOW, %rsp
	jb	.Luse2\@
	cmp	%rax, %rsp
	cmovb	%rsp, %rax
.Luse2\@:
	mov	UC_RIP(%rdx), %r8
	lea	core_sigreturn_begin(%rip), %r9
	cmp	%r9, %r8
	jb	.Luse3\@
	lea	core_sigreturn_end(%rip), %r9
	cmp	%r9, %r8
	jae	.Luse3\@
	mov	UC_RBX(%rdx), %r8
	cmp	%rax, %r8
	cmovb	%r8, %rax
.Luse3\@:
	.endm

/* The same, and that frame: rax. The kernel's arguments are in rdi, rsi and rdx. */
	.macro signal_frame
	lowest_in_use
	lea	-F_SIZE(%rax), %rax
	and	$-16, %rax
	movq	$FRAME_SIGNAL, F_KIND(%rax)
	mov	%rcx, F_POP(%rax)
	mov	%rsp, F_RSP(%rax)
	mov	%rdi, M_SIG(%rax)
	mov	%rsi, M_INFO(%rax)
	mov	%rdx, M_UC(%rax)
	.endm

#endif
