/* SPDX-License-Identifier: MIT */
/*
 * The code that a traced call without a shim of its own goes through: two tables of stubs, one for
 * ways in (one stub per traced function) and one for ways back (one stub per open call).
 *
 * A way in stands where the function's address stood. It notes the call, replaces the return
 * address by a way back, restores every argument register and jumps to the function: arguments on
 * the stack and in vector registers are never touched. A way back notes the result and jumps to
 * the original return address (by a jump and not a ret, so that the processor's return predictor
 * stays in step for the callers).
 *
 * Unwinding. An unwinder that comes to a way back must find the original return address without
 * any help at run time (exceptions, pthread_cancel, backtraces, debuggers). Therefore each open
 * call has a stub of its own, whose last word says how far away its slot in lib_slots is, and the
 * table's CFI computes: return address = slot.ra - 1, frame = the caller's own. The 1: the table
 * is described as a signal frame, as the frame takes no stack and libgcc tells frames apart by
 * their address and by that mark; the frame behind a signal frame is looked up without the usual
 * step back into the call instruction, so we make it.
 *
 * No code is generated at run time.
 */
#include "stub_limits.h"

	.text

	/* The ways in: lib_entry_stubs + 16 * function */
	.globl	lib_entry_stubs
	.hidden	lib_entry_stubs
	.type	lib_entry_stubs, @function
	.p2align 6
lib_entry_stubs:
	.cfi_startproc
	.set	index, 0
	.rept	LIB_FUNCS_MAX
	.p2align 4, 0xcc
	endbr64
	mov	$index, %r11d
	jmp	lib_entry
	.set	index, index + 1
	.endr
	.cfi_endproc
	.size	lib_entry_stubs, . - lib_entry_stubs

	/*
	 * In: r11d = function. Builds struct lib_regs, lets lib_wrap_enter() look at it (and change
	 * the return address), goes on to the address that it returns.
	 */
	.type	lib_entry, @function
	.p2align 6
lib_entry:
	.cfi_startproc
	push	%r10
	.cfi_adjust_cfa_offset 8
	push	%rax
	.cfi_adjust_cfa_offset 8
	push	%r9
	.cfi_adjust_cfa_offset 8
	push	%r8
	.cfi_adjust_cfa_offset 8
	push	%rcx
	.cfi_adjust_cfa_offset 8
	push	%rdx
	.cfi_adjust_cfa_offset 8
	push	%rsi
	.cfi_adjust_cfa_offset 8
	push	%rdi
	.cfi_adjust_cfa_offset 8
	push	%r11
	.cfi_adjust_cfa_offset 8
	mov	%rsp, %rdi
	call	lib_wrap_enter
	mov	%rax, %r11
	lea	8(%rsp), %rsp
	.cfi_adjust_cfa_offset -8
	pop	%rdi
	.cfi_adjust_cfa_offset -8
	pop	%rsi
	.cfi_adjust_cfa_offset -8
	pop	%rdx
	.cfi_adjust_cfa_offset -8
	pop	%rcx
	.cfi_adjust_cfa_offset -8
	pop	%r8
	.cfi_adjust_cfa_offset -8
	pop	%r9
	.cfi_adjust_cfa_offset -8
	pop	%rax
	.cfi_adjust_cfa_offset -8
	pop	%r10
	.cfi_adjust_cfa_offset -8
	jmp	*%r11
	.cfi_endproc
	.size	lib_entry, . - lib_entry

	/*
	 * The ways back: the function returns to lib_return_stubs + 16 * slot + 1.
	 *
	 * CFA = rsp (the frame is the caller's own); rip = DW_CFA_val_expression:
	 *     p = (rip & -16) + 12; *(uint64_t *)(p + *(uint32_t *)p) - 1
	 */
	.globl	lib_return_stubs
	.hidden	lib_return_stubs
	.type	lib_return_stubs, @function
	.p2align 6
lib_return_stubs:
	.cfi_startproc
	.cfi_signal_frame
	.cfi_def_cfa rsp, 0
	.cfi_escape 0x16, 16, 15, \
		0x80, 0, 0x09, 0xf0, 0x1a, 0x23, 12, 0x12, 0x94, 4, 0x22, 0x06, 0x31, 0x1c, 0x96
	.set	index, 0
	.rept	LIB_SLOTS_MAX
	nop
	mov	$index, %r11d
	.byte	0xe9
	.long	lib_return - . - 4
	.long	lib_slots + 16 * index - .
	.set	index, index + 1
	.endr
	.cfi_endproc
	.size	lib_return_stubs, . - lib_return_stubs

	/*
	 * In: r11d = slot, rsp as behind the function's ret. Every register that can carry a result
	 * is kept: rax, rdx here, the others by lib_wrap_exit().
	 */
	.type	lib_return, @function
	.p2align 6
lib_return:
	.cfi_startproc
	.cfi_def_cfa rsp, 0
	.cfi_undefined rip
	mov	%r11d, %edi
	shl	$4, %r11
	lea	lib_slots(%rip), %rcx
	push	(%rcx,%r11)
	.cfi_adjust_cfa_offset 8
	.cfi_offset rip, -8
	push	%rax
	.cfi_adjust_cfa_offset 8
	push	%rdx
	.cfi_adjust_cfa_offset 8
	lea	-8(%rsp), %rsp
	.cfi_adjust_cfa_offset 8
	mov	16(%rsp), %rsi
	call	lib_wrap_exit
	lea	8(%rsp), %rsp
	.cfi_adjust_cfa_offset -8
	pop	%rdx
	.cfi_adjust_cfa_offset -8
	pop	%rax
	.cfi_adjust_cfa_offset -8
	pop	%rcx
	.cfi_adjust_cfa_offset -8
	.cfi_register rip, rcx
	jmp	*%rcx
	.cfi_endproc
	.size	lib_return, . - lib_return

	.section .note.GNU-stack,"",@progbits
