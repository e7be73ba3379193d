/* SPDX-License-Identifier: MIT */
/*
 * vfork(): the child returns first, on this very stack, so the return address must not lie on it
 * while the child runs; it waits in rdx, and what vfork_before() returned in r8, which the
 * system call keeps.
 */
	.text
	.globl	vfork, __vfork
	.type	vfork, @function
vfork:
__vfork:
	.cfi_startproc
	mov	(%rsp), %rdi
	lea	8(%rsp), %rsi
	sub	$8, %rsp
	.cfi_adjust_cfa_offset 8
	call	vfork_before
	add	$8, %rsp
	.cfi_adjust_cfa_offset -8
	mov	%eax, %r8d
	pop	%rdx
	.cfi_adjust_cfa_offset -8
	.cfi_register %rip, %rdx
	mov	$58, %eax
	syscall
	push	%rdx
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %rip, 0
	mov	%rax, %rdi
	mov	%r8d, %esi
	sub	$8, %rsp
	.cfi_adjust_cfa_offset 8
	call	vfork_behind
	add	$8, %rsp
	.cfi_adjust_cfa_offset -8
	ret
	.cfi_endproc
	.size	vfork, . - vfork
	.section .note.GNU-stack, "", @progbits
