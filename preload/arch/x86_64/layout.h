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
#define T_CHUNK 80
#define T_SEQ 88
#define T_FILTER 1024
#define T_FILTER_SIZE 65536

/* struct chunk_switch */
#define S_CHUNK 0
#define S_HEAD 8
#define S_LIMIT 16
#define S_OLD 24
#define S_OLD_HEAD 32
#define S_STEP 40
#define S_SEQ 44

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

/* F_MASKED: what is to be undone when the hooks are through */
#define MASKED_NOT 0
#define MASKED_ALL 1  /* all signals are blocked */
#define MASKED_STAY 2 /* nothing: they run on the program's alternate stack */

/* T_ON_ALTSTACK: a handler on an alternate stack is in progress */
#define ALTSTACK_NOT 0
#define ALTSTACK_MASK 1 /* hooks block all signals */
#define ALTSTACK_STAY 2 /* hooks run there */

#define RED_ZONE 128

/* frames of kind signal use the same head and these */
#define M_SIG F_NR
#define M_INFO F_ARGS
#define M_UC (F_ARGS + 8)
#define M_HANDLER (F_ARGS + 16)
#define M_ALTSTACK F_RESULT
/* of quiet.S: what was interrupted */
#define M_RIP F_RET
#define M_RBX F_RBX
#define M_CODE M_HANDLER
#define M_ARCH (M_HANDLER + 4)
#define M_RDI 168
#define M_RSI 176
#define M_RDX 184
#define M_RAX 192
#define M_R8 200
#define M_R9 208
#define M_R10 216
#define M_RSP 224
#define M_EFLAGS 232

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
#define UC_SS_SP 16
#define UC_SS_SIZE 32
#define UC_R8 40
#define UC_R9 48
#define UC_R10 56
#define UC_RDI 104
#define UC_RSI 112
#define UC_RBX 128
#define UC_RDX 136
#define UC_RAX 144
#define UC_RSP 160
#define UC_RIP 168
#define UC_EFLAGS 176
#define UC_FPSTATE 224
#define UC_SIGMASK 296
#define SI_CODE 8
#define SI_ARCH 28
#define FP_SW_BYTES 464 /* in the area that UC_FPSTATE points to */
#define FP_MAGIC 0x46505853

#endif
