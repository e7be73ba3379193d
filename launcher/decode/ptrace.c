/* SPDX-License-Identifier: MIT */
/*
 * ptrace(): which arguments mean something the request decides.
 */
#include <linux/ptrace.h>
#include <sys/user.h>

#include "decode/decode.h"
#include "structs.h"
#include "xlat.h"

#define OLDSETOPTIONS 21
#define SYSEMU 31
#define SYSEMU_SINGLESTEP 32
#define SINGLEBLOCK 33

static const char *const registers[] = {
	"R15",	  "R14", "R13", "R12",	   "RBP",     "RBX", "R11",	 "R10", "R9",
	"R8",	  "RAX", "RCX", "RDX",	   "RSI",     "RDI", "ORIG_RAX", "RIP", "CS",
	"EFLAGS", "RSP", "SS",	"FS_BASE", "GS_BASE", "DS",  "ES",	 "FS",	"GS",
};

/* An offset into struct user. */
static void print_user_offset(struct decode *d, uint64_t offset)
{
	uint64_t i = offset / 8;

	if (offset % 8 || i >= sizeof(registers) / sizeof(registers[0])) {
		decode_addr(d, offset);
		return;
	}
	text_lit(d->out, "8*");
	text_string(d->out, registers[i]);
}

static void print_addr(struct decode *d, uint32_t request, uint64_t addr)
{
	switch (request) {
	case PTRACE_PEEKUSR:
	case PTRACE_POKEUSR:
		print_user_offset(d, addr);
		break;
	case PTRACE_GETREGSET:
	case PTRACE_SETREGSET:
		decode_enum(d, &xlat_note_types, addr);
		break;
	case PTRACE_GETSIGMASK:
	case PTRACE_SETSIGMASK:
	case PTRACE_SECCOMP_GET_FILTER:
	case PTRACE_SECCOMP_GET_METADATA:
	case PTRACE_GET_SYSCALL_INFO:
		decode_uint(d, addr);
		break;
	default:
		decode_addr(d, addr);
	}
}

static void print_data(struct decode *d, uint32_t request, uint64_t data)
{
	switch (request) {
	case PTRACE_CONT:
	case PTRACE_SINGLESTEP:
	case PTRACE_SYSCALL:
	case PTRACE_DETACH:
	case SYSEMU:
	case SYSEMU_SINGLESTEP:
	case SINGLEBLOCK:
		decode_signal(d, data);
		break;
	case OLDSETOPTIONS:
	case PTRACE_SETOPTIONS:
	case PTRACE_SEIZE:
		decode_flags(d, &xlat_ptrace_options, data);
		break;
	default:
		decode_addr(d, data);
	}
}

void decode_ptrace(struct decode *d)
{
	uint64_t request = decode_arg(d, 0);

	decode_default(d, 1);
	if (request == PTRACE_TRACEME)
		return;
	decode_default(d, 1);
	switch (request) {
	case PTRACE_ATTACH:
	case PTRACE_INTERRUPT:
	case PTRACE_KILL:
	case PTRACE_LISTEN:
		return;
	case PTRACE_GETREGS:
	case PTRACE_SETREGS:
	case PTRACE_GETFPREGS:
	case PTRACE_SETFPREGS:
		d->arg = 3;
		break;
	default:
		print_addr(d, (uint32_t)request, decode_next(d));
	}
	print_data(d, (uint32_t)request, decode_next(d));
}
