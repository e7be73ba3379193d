/* SPDX-License-Identifier: MIT */
/*
 * siginfo_t: which of its overlapping fields mean something depends on the signal and its code.
 *
 * The layout is the kernel's (asm-generic/siginfo.h) on a 64-bit machine.
 */
#include <signal.h>

#include "decode/fields.h"
#include "structs.h"
#include "xlat.h"

#define ARCH_X86_64 0xc000003e /* AUDIT_ARCH_X86_64: call_by_number is for this one */
#define CALLS (sizeof(call_by_number) / sizeof(call_by_number[0]))
#define TICKS_PER_SECOND 100 /* USER_HZ: what si_utime and si_stime count */

struct kernel_siginfo {
	int32_t signo;
	int32_t err;
	int32_t code;
	int32_t pad;
	union {
		struct {
			int32_t pid;
			uint32_t uid;
			union {
				int32_t value;
				uint64_t pointer;
			};
		} sent;
		struct {
			int32_t id;
			int32_t overrun;
			union {
				int32_t value;
				uint64_t pointer;
			};
		} timer;
		struct {
			int32_t pid;
			uint32_t uid;
			int32_t status;
			uint64_t utime;
			uint64_t stime;
		} child;
		struct {
			uint64_t addr;
			uint64_t lsb; /* 16 bits of it */
			uint64_t lower;
			uint64_t upper;
		} fault;
		struct {
			int64_t band;
			int32_t fd;
		} poll;
		struct {
			uint64_t addr;
			int32_t call;
			uint32_t arch;
		} sys;
		uint8_t bytes[112];
	};
};

_Static_assert(sizeof(struct kernel_siginfo) == 128, "the kernel's layout");

/* The names of the codes of one signal; NULL if it has none of its own. */
static const struct xlat *codes_of(int signo)
{
	switch (signo) {
	case SIGILL:
		return &xlat_sigill_codes;
	case SIGFPE:
		return &xlat_sigfpe_codes;
	case SIGTRAP:
		return &xlat_sigtrap_codes;
	case SIGSEGV:
		return &xlat_sigsegv_codes;
	case SIGBUS:
		return &xlat_sigbus_codes;
	case SIGCHLD:
		return &xlat_sigchld_codes;
	case SIGIO:
		return &xlat_sigio_codes;
	case SIGSYS:
		return &xlat_sigsys_codes;
	default:
		return NULL;
	}
}

static void print_code(struct decode *d, const struct kernel_siginfo *si)
{
	const char *name = xlat_name(&xlat_siginfo_codes, (uint32_t)si->code);
	const struct xlat *own = codes_of(si->signo);

	if (!name && own)
		name = xlat_name(own, (uint32_t)si->code);
	decode_field(d, "si_code");
	if (!name || d->opt->xlat) {
		decode_hex(d, (uint32_t)si->code);
		if (name && d->opt->xlat == 2)
			decode_comment(d, name);
	} else {
		text_string(d->out, name);
	}
}

static void print_sender(struct decode *d, int32_t pid, uint32_t uid)
{
	decode_field(d, "si_pid");
	decode_int(d, pid);
	decode_field(d, "si_uid");
	decode_uid(d, uid);
}

static void print_pointer(struct decode *d, int32_t value, uint64_t pointer)
{
	decode_field(d, "si_int");
	decode_int(d, value);
	decode_field(d, "si_ptr");
	decode_addr(d, pointer);
}

static void print_value(struct decode *d, int32_t value, uint64_t pointer)
{
	if (pointer)
		print_pointer(d, value, pointer);
}

static void print_time(struct decode *d, const char *name, uint64_t ticks)
{
	decode_field(d, name);
	text_uint(d->out, ticks);
	if (!ticks)
		return;
	text_lit(d->out, " /* ");
	text_uint(d->out, ticks / TICKS_PER_SECOND);
	text_char(d->out, '.');
	text_char(d->out, (char)('0' + ticks % TICKS_PER_SECOND / 10));
	text_char(d->out, (char)('0' + ticks % 10));
	text_lit(d->out, " s */");
}

static void print_child(struct decode *d, const struct kernel_siginfo *si)
{
	print_sender(d, si->child.pid, si->child.uid);
	decode_field(d, "si_status");
	if (si->code == CLD_EXITED)
		decode_int(d, si->child.status);
	else
		decode_signal(d, (uint64_t)(int64_t)si->child.status);
	print_time(d, "si_utime", si->child.utime);
	print_time(d, "si_stime", si->child.stime);
}

static void print_fault(struct decode *d, const struct kernel_siginfo *si)
{
	decode_field(d, "si_addr");
	decode_addr(d, si->fault.addr);
	if (si->signo == SIGBUS && (si->code == BUS_MCEERR_AR || si->code == BUS_MCEERR_AO)) {
		decode_field(d, "si_addr_lsb");
		decode_hex(d, (uint16_t)si->fault.lsb);
	} else if (si->signo == SIGSEGV && si->code == SEGV_BNDERR) {
		decode_field(d, "si_lower");
		decode_addr(d, si->fault.lower);
		decode_field(d, "si_upper");
		decode_addr(d, si->fault.upper);
	} else if (si->signo == SIGSEGV && si->code == SEGV_PKUERR) {
		decode_field(d, "si_pkey");
		decode_uint(d, (uint32_t)si->fault.lower);
	}
}

static void print_poll(struct decode *d, const struct kernel_siginfo *si)
{
	decode_field(d, "si_band");
	decode_int(d, si->poll.band);
	decode_field(d, "si_fd");
	decode_fd(d, si->poll.fd);
}

static void print_call(struct decode *d, const struct kernel_siginfo *si)
{
	const struct call_desc *call = NULL;

	if (si->sys.arch == ARCH_X86_64 && si->sys.call >= 0 && (size_t)si->sys.call < CALLS)
		call = call_by_number[si->sys.call];
	decode_field(d, "si_call_addr");
	decode_addr(d, si->sys.addr);
	decode_field(d, "si_syscall");
	if (call) {
		text_lit(d->out, "__NR_");
		text_string(d->out, call->name);
	} else {
		decode_int(d, si->sys.call);
	}
	decode_field(d, "si_arch");
	decode_enum(d, &xlat_audit_arch, si->sys.arch);
}

/* What the signal itself says, for codes that the kernel gives to one signal only. */
static bool print_by_signal(struct decode *d, const struct kernel_siginfo *si)
{
	switch (si->signo) {
	case SIGILL:
	case SIGFPE:
	case SIGSEGV:
	case SIGBUS:
	case SIGTRAP:
		print_fault(d, si);
		return true;
	case SIGCHLD:
		print_child(d, si);
		return true;
	case SIGIO:
		if (si->code <= POLL_HUP)
			print_poll(d, si);
		return true;
	case SIGSYS:
		print_call(d, si);
		return true;
	default:
		return false;
	}
}

static void print_rest(struct decode *d, const struct kernel_siginfo *si)
{
	if (si->code == SI_USER || si->code == SI_TKILL) {
		print_sender(d, si->sent.pid, si->sent.uid);
	} else if (si->code == SI_TIMER) {
		decode_field(d, "si_timerid");
		decode_hex(d, (uint32_t)si->timer.id);
		decode_field(d, "si_overrun");
		decode_int(d, si->timer.overrun);
		print_pointer(d, si->timer.value, si->timer.pointer);
	} else if (si->code == SI_SIGIO) {
		print_poll(d, si);
	} else if (si->code < 0 || !print_by_signal(d, si)) {
		/* where the kernel itself is the sender there may be none to name */
		if (si->code < 0 || si->sent.pid || si->sent.uid)
			print_sender(d, si->sent.pid, si->sent.uid);
		print_value(d, si->sent.value, si->sent.pointer);
	}
}

void decode_siginfo(struct decode *d, const void *info, size_t len)
{
	struct kernel_siginfo si;
	const char *err;

	FIELDS_LOAD(si, info, len);
	decode_begin(d);
	if (si.signo) {
		decode_field(d, "si_signo");
		decode_signal(d, (uint64_t)(int64_t)si.signo);
		print_code(d, &si);
		err = errno_name(si.err);
		if (si.err) {
			decode_field(d, "si_errno");
			if (err)
				text_string(d->out, err);
			else
				text_uint(d->out, (uint32_t)si.err);
		}
		print_rest(d, &si);
	}
	decode_end(d);
}

void print_siginfo(struct decode *d, const void *data, size_t len)
{
	decode_siginfo(d, data, len);
}
