/* SPDX-License-Identifier: MIT */
/*
 * Offsets that the assembly and C share: the head of struct thread and struct frame. core.h asserts
 * every one of them.
 */
#ifndef ITRACE_X86_64_LAYOUT_H
#define ITRACE_X86_64_LAYOUT_H

/* struct thread, found at the GS base */
#define T_SELF 0
#define T_TOP 8
#define T_BASE 16
#define T_STACK_LOW 24
#define T_STACK_HIGH 32
#define T_HEAD 40
#define T_LIMIT 48
#define T_ON_ALTSTACK 56
#define T_INT80 64
#define T_FILTER 1024
#define T_FILTER_SIZE 65536

/* struct frame: on the private stack; a short frame ends behind F_RBX */
#define F_KIND 0
#define F_RET 8
#define F_RBX 16
#define F_RSP 24
#define F_NR 32
#define F_ARGS 40
#define F_RESULT 88
#define F_FLAGS 96
#define F_REC 104
#define F_POP 112
#define F_RBP 120
#define F_THREAD 128
#define F_CHILD 136
#define F_MASK 144
#define F_MASKED 152
#define F_SIZE 240
#define F_SHORT_SIZE 32

/* frames of kind signal use the same head and these */
#define M_SIG F_NR
#define M_INFO F_ARGS
#define M_UC (F_ARGS + 8)
#define M_HANDLER (F_ARGS + 16)

/* F_KIND */
#define FRAME_SHORT 0x73686f72
#define FRAME_CALL 0x63616c6c
#define FRAME_SIGNAL 0x7369676e
#define FRAME_DEAD 0x64656164

/* What call_enter() asks the entry to do. */
#define ENTER_CALL 0	  /* make the system call */
#define ENTER_DONE 1	  /* the result is in the frame; no exit hook */
#define ENTER_SIGRETURN 2 /* rt_sigreturn with the frame's rsp; F_POP is the top to go back to */
#define ENTER_CLONE 3	  /* make the call; a child goes on with F_CHILD */

/* struct ucontext of the kernel (arch/x86/include/uapi/asm/{ucontext,sigcontext}.h) */
#define UC_RBX 128
#define UC_RSP 160
#define UC_RIP 168

#endif
