/* SPDX-License-Identifier: MIT */
/*
 * Copies that survive faults: memory_fixup() (memory.c) sends a faulting instruction between the
 * labels to the fault label of its loop. Neither uses the stack.
 */
	.text
	.globl copy_bytes, copy_string
	.hidden copy_bytes, copy_string
	.globl copy_begin, copy_words_end, copy_end, copy_fault_words, copy_fault
	.hidden copy_begin, copy_words_end, copy_end, copy_fault_words, copy_fault
	.globl copy_string_begin, copy_string_end, copy_string_fault
	.hidden copy_string_begin, copy_string_end, copy_string_fault

/* size_t copy_bytes(dst, src, n): bytes that were not copied */
	.type copy_bytes, @function
	.p2align 4
copy_bytes:
	.cfi_startproc
	cmp $512, %rdx
	jae 5f
	cmp $8, %rdx
	jb 2f
copy_begin:
1:	mov (%rsi), %rax
	mov %rax, (%rdi)
	add $8, %rsi
	add $8, %rdi
	sub $8, %rdx
	cmp $8, %rdx
	jae 1b
copy_words_end:
copy_fault_words:
2:	test %rdx, %rdx
	jz 4f
3:	movzbl (%rsi), %eax
	mov %al, (%rdi)
	inc %rsi
	inc %rdi
	dec %rdx
	jnz 3b
4:	mov %rdx, %rax
	ret
	/* long ones: rep movsb is restartable, rcx tells what is left */
5:	mov %rdx, %rcx
	rep movsb
	mov %rcx, %rax
	ret
copy_end:
copy_fault:
	/* rcx is only meaningful if the fault was in the string instruction: both loops keep rdx */
	cmp $512, %rdx
	cmovb %rdx, %rcx
	mov %rcx, %rax
	ret
	.cfi_endproc
	.size copy_bytes, . - copy_bytes

/* size_t copy_string(dst, src, max): bytes copied, with the NUL if it was found */
	.type copy_string, @function
	.p2align 4
copy_string:
	.cfi_startproc
	xor %eax, %eax
	test %rdx, %rdx
	jz 2f
copy_string_begin:
1:	movzbl (%rsi,%rax), %ecx
	mov %cl, (%rdi,%rax)
	inc %rax
	test %ecx, %ecx
	jz 2f
	cmp %rdx, %rax
	jb 1b
copy_string_end:
copy_string_fault:
2:	ret
	.cfi_endproc
	.size copy_string, . - copy_string
	.section .note.GNU-stack, "", @progbits
