/* SPDX-License-Identifier: MIT */
/*
 * uint64_t lib_call_from(a, b, c, d, fn, gadget): calls fn(a, b, c, d) so that fn takes the address
 * `gadget` for its caller's. A `ret` instruction must stand there: fn returns to it, and it to our
 * caller. The four arguments are where fn expects them already.
 */
	.text
	.globl	lib_call_from
	.hidden	lib_call_from
	.type	lib_call_from, @function
	.p2align 4
lib_call_from:
	.cfi_startproc
	lea	1f(%rip), %rax
	push	%rax
	.cfi_adjust_cfa_offset 8
	push	%r9
	.cfi_adjust_cfa_offset 8
	jmp	*%r8
1:
	.cfi_adjust_cfa_offset -16
	ret
	.cfi_endproc
	.size	lib_call_from, . - lib_call_from

	.section .note.GNU-stack,"",@progbits
