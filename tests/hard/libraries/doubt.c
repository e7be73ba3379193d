/* SPDX-License-Identifier: MIT */
/*
 * A library with bytes among its code that look like a system call instruction and are data, and
 * with code that no unwind table knows: what neither can be rewritten nor left alone.
 */
long raw_call(long nr, long arg);
extern const unsigned char doubtful_data[];

__asm__(".text\n"
	".globl doubtful_data\n"
	"doubtful_data:\n"
	"	.byte 0x0f, 0x05, 0x0f, 0x05, 0x0f, 0x05, 0x0f, 0x05\n"
	".globl raw_call\n"
	".type raw_call, @function\n"
	"raw_call:\n"
	"	mov %rdi, %rax\n"
	"	mov %rsi, %rdi\n"
	"	syscall\n"
	"	ret\n");
