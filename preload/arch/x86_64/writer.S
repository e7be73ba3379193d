/* SPDX-License-Identifier: MIT */
/*
 * void chunk_switch(struct thread *t, struct chunk_switch *s): the thread's records go to s->chunk
 * from now on; tells where they went. For a signal it is one step: one that arrives in front of the
 * stores is made to have arrived at the beginning, one that arrives among them finds them made
 * (signals.c).
 */
#include "layout.h"

	.text
	.globl	chunk_switch, chunk_switch_stores, chunk_switch_end
	.hidden	chunk_switch, chunk_switch_stores, chunk_switch_end
	.type	chunk_switch, @function
chunk_switch:
	.cfi_startproc
	mov	T_CHUNK(%rdi), %rax
	mov	%rax, S_OLD(%rsi)
	mov	T_HEAD(%rdi), %rax
	mov	%rax, S_OLD_HEAD(%rsi)
	mov	T_SEQ(%rdi), %eax
	mov	%eax, S_SEQ(%rsi)
chunk_switch_stores:
	mov	S_CHUNK(%rsi), %rax
	mov	%rax, T_CHUNK(%rdi)
	mov	S_HEAD(%rsi), %rax
	mov	%rax, T_HEAD(%rdi)
	mov	S_LIMIT(%rsi), %rax
	mov	%rax, T_LIMIT(%rdi)
	mov	S_SEQ(%rsi), %eax
	add	S_STEP(%rsi), %eax
	mov	%eax, T_SEQ(%rdi)
chunk_switch_end:
	ret
	.cfi_endproc
	.size	chunk_switch, . - chunk_switch

	.section .note.GNU-stack, "", @progbits
