/* SPDX-License-Identifier: MIT */
/*
 * Where every system call of the program comes in: by a jump from a rewritten site's stub, or sent
 * here by the SIGSYS handler. On entry r11 = the address behind the site, all else as the program
 * had it; rcx and r11 are dead at a system call. Leaves by a jump to the address behind the site,
 * with rcx holding it, as after the instruction.
 *
 * Rules. Nothing is pushed on the program's stack. Flags are not touched before they are saved. Up
 * to the store to thread.top ("commit") only rcx has changed and the frame is nobody's: a signal
 * that arrives there is made to have arrived at the site (signal_fix.c). During the system call
 * rbx = frame, rsp = the program's, everything else is the program's.
 *
 * Unwinding: the frame is described as a function called from the site; the CFA is the program's
 * rsp, so that the return address behind the site lies in a register or in the frame.
 */
#include "layout.h"
#include "private_stack.h"

	.text

/* frame at rbx holds what the program's registers were; rsp is the private stack or the program's */
	.macro cfi_in_frame
	.cfi_escape 0x10, 0x10, 0x02, 0x73, F_RET	/* rip at [rbx + F_RET] */
	.cfi_escape 0x10, 0x03, 0x02, 0x73, F_RBX	/* rbx at [rbx + F_RBX] */
	.endm

	.macro cfi_private_stack
	.cfi_escape 0x0f, 0x03, 0x73, F_RSP, 0x06	/* CFA = *(rbx + F_RSP) */
	.endm

	.macro load_args
	mov	F_ARGS(%rbx), %rdi
	mov	F_ARGS+8(%rbx), %rsi
	mov	F_ARGS+16(%rbx), %rdx
	mov	F_ARGS+24(%rbx), %r10
	mov	F_ARGS+32(%rbx), %r8
	mov	F_ARGS+40(%rbx), %r9
	.endm

/* rt_sigprocmask(SIG_BLOCK, all, &frame.mask) and (SIG_SETMASK, &frame.mask), frame in rbx */
	.macro block_all
	mov	$14, %eax
	xor	%edi, %edi
	lea	all_signals(%rip), %rsi
	lea	F_MASK(%rbx), %rdx
	mov	$8, %r10d
	syscall
	.endm

	.macro restore_mask
	mov	$14, %eax
	mov	$2, %edi
	lea	F_MASK(%rbx), %rsi
	xor	%edx, %edx
	mov	$8, %r10d
	syscall
	.endm

/* rsp is the program's: further down on the same stack */
	.macro stay_below
	lea	-RED_ZONE(%rsp), %rsp
	and	$-16, %rsp
	.endm

	.globl	core_entry, core_entry_short, core_entry_full, core_entry_commit
	.hidden	core_entry, core_entry_short, core_entry_full, core_entry_commit
	.globl	core_syscall, core_after, core_restart, core_short_syscall, core_short_after
	.hidden	core_syscall, core_after, core_restart, core_short_syscall, core_short_after
	.globl	core_call, core_masked_exit, core_unmask_call, core_unmask_call_end
	.hidden	core_call, core_masked_exit, core_unmask_call, core_unmask_call_end
	.type	core_entry, @function
	.p2align 6
core_entry:
	.cfi_startproc
	.cfi_def_cfa %rsp, 0
	.cfi_register %rip, %r11
	movzwl	%ax, %ecx
	movzbl	%gs:T_FILTER(%rcx), %ecx
	jrcxz	core_full

	mov	%gs:T_TOP, %rcx
	lea	-F_SHORT_SIZE(%rcx), %rcx
	movq	$FRAME_SHORT, F_KIND(%rcx)
	mov	%r11, F_RET(%rcx)
	mov	%rbx, F_RBX(%rcx)
	mov	%rcx, %gs:T_TOP
core_entry_short:
	mov	%rcx, %rbx
	.cfi_remember_state
	cfi_in_frame
core_short_syscall:
	syscall
core_short_after:
	mov	F_RET(%rbx), %rcx
	lea	F_SHORT_SIZE(%rbx), %r11
	mov	F_RBX(%rbx), %rbx
	.cfi_register %rip, %rcx
	.cfi_same_value %rbx
	mov	%r11, %gs:T_TOP
	jmp	*%rcx
	.cfi_restore_state

	.p2align 4
core_entry_full:
core_full:
	mov	%gs:T_TOP, %rcx
	mov	%rcx, F_POP-F_SIZE(%rcx)
	lea	-F_SIZE(%rcx), %rcx
	movq	$FRAME_CALL, F_KIND(%rcx)
	mov	%r11, F_RET(%rcx)
	mov	%rbx, F_RBX(%rcx)
	mov	%rsp, F_RSP(%rcx)
	movq	$0, F_REC(%rcx)
	movq	$0, F_MASKED(%rcx)
	mov	%rcx, %gs:T_TOP
core_entry_commit:
	mov	%rcx, %rbx
	.cfi_remember_state
	cfi_in_frame
	mov	%rax, F_NR(%rbx)
	mov	%rdi, F_ARGS(%rbx)
	mov	%rsi, F_ARGS+8(%rbx)
	mov	%rdx, F_ARGS+16(%rbx)
	mov	%r10, F_ARGS+24(%rbx)
	mov	%r8, F_ARGS+32(%rbx)
	mov	%r9, F_ARGS+40(%rbx)
	lahf
	seto	%al
	mov	%rax, F_FLAGS(%rbx)
	mov	%rbp, F_RBP(%rbx)
	cmpb	$0, %gs:T_ON_ALTSTACK
	jne	core_mask_entry
core_masked_entry:
	mov	%rbx, %rsp
	cfi_private_stack
core_entry_hook:
	mov	%rbx, %rdi
	call	call_enter
	test	%eax, %eax
	jne	core_special
core_call:
	/* From here to core_syscall a signal finds the program's stack pointer, and a call that can
	 * begin again at core_restart. */
	mov	F_RSP(%rbx), %rsp
	.cfi_def_cfa %rsp, 0
	cmpb	$0, F_MASKED(%rbx)
	jne	core_unmask_call
core_unmasked_call:
	load_args
	mov	F_NR(%rbx), %rax
core_syscall:
	syscall
core_after:
	mov	%rax, F_RESULT(%rbx)
core_exit:
	cmpb	$0, F_MASKED(%rbx)
	jne	core_mask_exit
core_masked_exit:
	mov	%rbx, %rsp
	cfi_private_stack
core_exit_hook:
	mov	%rbx, %rdi
	call	call_exit
core_leave:
	mov	F_RSP(%rbx), %rsp
	.cfi_def_cfa %rsp, 0
	cmpb	$0, F_MASKED(%rbx)
	jne	core_unmask_leave
core_unmasked_leave:
	load_args
	movzwl	F_FLAGS(%rbx), %eax
	add	$0x7f, %al
	sahf
	mov	F_RESULT(%rbx), %rax
	mov	F_RET(%rbx), %rcx
	mov	F_POP(%rbx), %r11
	mov	F_RBX(%rbx), %rbx
	.cfi_register %rip, %rcx
	.cfi_same_value %rbx
	mov	%r11, %gs:T_TOP
	jmp	*%rcx
	.cfi_restore_state

	.cfi_remember_state
	cfi_in_frame
	cfi_private_stack

/* A signal interrupted the call at rbx and the kernel is to make it again: a new record. */
core_restart:
	cmpb	$MASKED_NOT, F_MASKED(%rbx)
	je	1f
	cmpb	$MASKED_STAY, F_MASKED(%rbx)
	je	2f
	block_all
1:	mov	%rbx, %rsp
	jmp	3f
2:	stay_below
3:	mov	%rbx, %rdi
	call	call_again
	jmp	core_call

core_special:
	cmp	$ENTER_DONE, %eax
	je	core_leave
	cmp	$ENTER_CLONE, %eax
	je	core_clone
	/* ENTER_SIGRETURN: the frame at rbx stays below all that must live until the kernel is in */
	.globl	core_sigreturn
	.hidden	core_sigreturn
core_sigreturn:
	mov	F_POP(%rbx), %rdx
	mov	F_RSP(%rbx), %rsp
	mov	%rdx, %gs:T_TOP
	.globl	core_sigreturn_begin, core_sigreturn_end
	.hidden	core_sigreturn_begin, core_sigreturn_end
core_sigreturn_begin:
	mov	$15, %eax
	syscall
core_sigreturn_end:
	hlt

/*
 * clone and its kin, signals blocked. The parent's frame is in rbx, the child's in rbp: a child
 * that shares memory must not look at the parent's, which goes on at once.
 */
core_clone:
	load_args
	mov	F_NR(%rbx), %rax
	mov	F_CHILD(%rbx), %rbp
	mov	F_RSP(%rbx), %rsp
	syscall
	test	%rax, %rax
	jz	1f
	mov	F_RBP(%rbx), %rbp
	mov	%rax, F_RESULT(%rbx)
	mov	%rbx, %rsp
	mov	%rbx, %rdi
	call	clone_parent
	jmp	core_masked_exit
1:	mov	%rbp, %rbx
	mov	F_RBP(%rbx), %rbp
	mov	%rsp, F_RSP(%rbx)
	mov	%rbx, %rsp
	movq	$0, F_RESULT(%rbx)
	mov	F_THREAD(%rbx), %rdi
	call	thread_set_self
	mov	%rbx, %rdi
	call	clone_child
	jmp	core_leave

/*
 * On an alternate signal stack the hooks run with all signals blocked: the kernel would take a
 * stack pointer on the private stack for "not on the alternate stack" and begin the next handler
 * at its top, over the one in progress. So rsp stays the program's while the mask changes. Where no
 * call may be made for that, the hooks run on the alternate stack too.
 */
core_mask_entry:
	cmpb	$ALTSTACK_STAY, %gs:T_ON_ALTSTACK
	je	1f
	movb	$MASKED_ALL, F_MASKED(%rbx)
	block_all
	jmp	core_masked_entry
1:	movb	$MASKED_STAY, F_MASKED(%rbx)
	stay_below
	jmp	core_entry_hook
core_mask_exit:
	cmpb	$MASKED_STAY, F_MASKED(%rbx)
	je	1f
	block_all
	jmp	core_masked_exit
1:	stay_below
	jmp	core_exit_hook
core_unmask_call:
	cmpb	$MASKED_STAY, F_MASKED(%rbx)
	je	core_unmasked_call
	restore_mask
core_unmask_call_end:
	jmp	core_unmasked_call
core_unmask_leave:
	cmpb	$MASKED_STAY, F_MASKED(%rbx)
	je	core_unmasked_leave
	restore_mask
	jmp	core_unmasked_leave
	.cfi_restore_state
	.cfi_endproc
	.size	core_entry, . - core_entry

/* An int $0x80 of the program, made here with its registers as they are; see fix_rip(). */
	.globl	core_int80, core_int80_after
	.hidden	core_int80, core_int80_after
	.type	core_int80, @function
core_int80:
	.cfi_startproc
	int	$0x80
core_int80_after:
	jmp	*%gs:T_INT80
	.cfi_endproc
	.size	core_int80, . - core_int80

/* int thread_set_self(struct thread *t) */
	.globl	thread_set_self
	.hidden	thread_set_self
	.type	thread_set_self, @function
thread_set_self:
	.cfi_startproc
	cmpb	$0, core_fsgsbase(%rip)
	je	1f
	wrgsbase %rdi
	xor	%eax, %eax
	ret
1:	mov	%rdi, %rsi
	mov	$0x1001, %edi		/* ARCH_SET_GS */
	mov	$158, %eax		/* arch_prctl */
	syscall
	ret
	.cfi_endproc
	.size	thread_set_self, . - thread_set_self

/*
 * struct record *reserve_record(struct thread *t, uint64_t size, struct record **slot): takes room
 * in the thread's chunk, NULL if there is none left. A signal between begin and end is made to have
 * arrived at begin, with *slot = NULL (signal_fix.c): the store to head is the commit.
 */
	.globl	reserve_record, reserve_end
	.hidden	reserve_record, reserve_end
	.type	reserve_record, @function
	.p2align 4
reserve_record:
	.cfi_startproc
	mov	T_HEAD(%rdi), %rax
	lea	(%rax,%rsi), %rcx
	cmp	T_LIMIT(%rdi), %rcx
	ja	1f
	movl	$0, (%rcx)		/* EMPTY behind it */
	mov	%esi, 4(%rax)		/* size */
	movl	$1, (%rax)		/* RESERVED */
	mov	%rax, (%rdx)
	mov	%rcx, T_HEAD(%rdi)
reserve_end:
	ret
1:	xor	%eax, %eax
	ret
	.cfi_endproc
	.size	reserve_record, . - reserve_record

/*
 * void shrink_record(struct thread *t, struct record *rec, uint64_t old_size, uint64_t new_size):
 * gives back the end of rec if nothing was appended behind it; sets its size. A signal in front of
 * shrink_end is made to have arrived at the beginning; at shrink_end, the store is made for it.
 */
	.globl	shrink_record, shrink_end
	.hidden	shrink_record, shrink_end
	.type	shrink_record, @function
shrink_record:
	.cfi_startproc
	lea	(%rsi,%rdx), %rax
	cmp	T_HEAD(%rdi), %rax
	jne	1f
	lea	(%rsi,%rcx), %rax
	movl	$0, (%rax)		/* EMPTY behind it */
	mov	%rax, T_HEAD(%rdi)
shrink_end:
	mov	%ecx, 4(%rsi)
1:	ret
	.cfi_endproc
	.size	shrink_record, . - shrink_record

/*
 * The handler of every signal that the program handles, and of SIGSYS, SIGSEGV and SIGBUS always.
 * Entered by the kernel with all signals blocked. Runs signal_hook() on the private stack; then
 * either goes back at once, or sets the mask that the program asked for and jumps to the program's
 * handler as if the kernel had called it.
 */
	.globl	signal_entry, signal_restorer
	.hidden	signal_entry, signal_restorer
	.type	signal_entry, @function
	.p2align 4
signal_entry:
	.cfi_startproc
	signal_frame
	mov	%rax, %gs:T_TOP
	mov	%rax, %rbx
	mov	%rax, %rsp
	mov	%rbx, %rdi
	call	signal_hook
	.globl	signal_hooked
	.hidden	signal_hooked
signal_hooked:
	mov	F_RSP(%rbx), %rsp
	test	%eax, %eax
	jne	4f
	restore_mask
	.globl	signal_masked
	.hidden	signal_masked
signal_masked:
	mov	M_SIG(%rbx), %rdi
	mov	M_INFO(%rbx), %rsi
	mov	M_UC(%rbx), %rdx
	mov	M_HANDLER(%rbx), %rcx
	xor	%eax, %eax
	jmp	*%rcx
	/* back, as if a handler had returned: the frame was at rsp, behind the return address */
4:	addq	$8, F_RSP(%rbx)
	jmp	core_sigreturn
	.cfi_endproc
	.size	signal_entry, . - signal_entry

signal_restorer:
	mov	$15, %eax
	syscall
	hlt

	.section .rodata
	.p2align 3
all_signals:
	.quad	-1
	.section .note.GNU-stack, "", @progbits
