/* SPDX-License-Identifier: MIT */
/*
 * The dispatch of special calls, and those that are told in a few lines: signal masks (SIGSYS
 * and SIGILL are never really blocked), ends, mappings over our stubs, the program's own filters.
 */
#include <asm/unistd.h>
#include <linux/errno.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <linux/seccomp.h>

#include "altstack.h"
#include "call.h"
#include "clone.h"
#include "exec.h"
#include "frames.h"
#include "held.h"
#include "memory.h"
#include "signals.h"
#include "special.h"
#include "thread.h"
#include "trap/seal.h"
#include "trap/trap.h"
#include "writer.h"

#define NO_ARG 0xff

const uint8_t special_of[SESSION_CALLS] = {
	[__NR_rt_sigaction] = SPECIAL_SIGACTION,
	[__NR_rt_sigprocmask] = SPECIAL_SIGPROCMASK,
	[__NR_rt_sigreturn] = SPECIAL_SIGRETURN,
	[__NR_rt_sigpending] = SPECIAL_SIGPENDING,
	[__NR_rt_sigsuspend] = SPECIAL_SIGSET0,
	[__NR_ppoll] = SPECIAL_SIGSET3,
	[__NR_epoll_pwait] = SPECIAL_SIGSET4,
	[__NR_epoll_pwait2] = SPECIAL_SIGSET4,
	[__NR_pselect6] = SPECIAL_SIGSET5,
	[__NR_io_pgetevents] = SPECIAL_SIGSET5,
	[__NR_rt_sigtimedwait] = SPECIAL_SIGWAIT,
	[__NR_clone] = SPECIAL_CLONE,
	[__NR_fork] = SPECIAL_CLONE,
	[__NR_vfork] = SPECIAL_CLONE,
	[__NR_clone3] = SPECIAL_CLONE,
	[__NR_execve] = SPECIAL_EXEC,
	[__NR_execveat] = SPECIAL_EXEC,
	[__NR_exit] = SPECIAL_EXIT,
	[__NR_exit_group] = SPECIAL_EXIT,
	[__NR_mmap] = SPECIAL_MAP,
	[__NR_munmap] = SPECIAL_MAP,
	[__NR_mremap] = SPECIAL_MAP,
	[__NR_mprotect] = SPECIAL_MAP,
	[__NR_brk] = SPECIAL_MAP,
	[__NR_pkey_mprotect] = SPECIAL_MAP,
	[__NR_shmat] = SPECIAL_MAP,
	[__NR_remap_file_pages] = SPECIAL_MAP,
	[__NR_personality] = SPECIAL_MAP,
	[__NR_prctl] = SPECIAL_PRCTL,
	[__NR_arch_prctl] = SPECIAL_ARCH_PRCTL,
	[__NR_seccomp] = SPECIAL_SECCOMP,
	[__NR_ptrace] = SPECIAL_PTRACE,
	[__NR_sigaltstack] = SPECIAL_ALTSTACK,
	[__NR_unshare] = SPECIAL_NAMESPACE,
	[__NR_setns] = SPECIAL_NAMESPACE,
	[__NR_wait4] = SPECIAL_WAIT,
};

static void begin(struct thread *t, struct frame *f)
{
	if (call_traced(t, f->nr))
		call_begin(t, f);
}

static void replace_arg(struct frame *f, unsigned int arg, const void *by)
{
	f->saved_arg = (uint8_t)arg;
	f->saved = f->args[arg];
	f->args[arg] = (uint64_t)by;
	f->special = special_of[(uint32_t)f->nr];
}

/* The set that args[arg] points to becomes ours, without the traps. False: it cannot be read. */
static bool take_sigset(struct thread *t, struct frame *f, unsigned int arg)
{
	if (!f->args[arg] || memory_read(t, &f->sigset, f->args[arg], 8) != 8)
		return false;
	f->temp_mask = 1;
	f->sigset &= ~TRAP_BITS;
	replace_arg(f, arg, &f->sigset);
	return true;
}

static void take_sigset_pair(struct thread *t, struct frame *f)
{
	if (!f->args[5] || memory_read(t, f->sigset_arg, f->args[5], 16) != 16 ||
	    !f->sigset_arg[0] || memory_read(t, &f->sigset, f->sigset_arg[0], 8) != 8)
		return;
	f->temp_mask = 1;
	f->sigset &= ~TRAP_BITS;
	f->sigset_arg[0] = (uint64_t)&f->sigset;
	replace_arg(f, 5, f->sigset_arg);
}

static void sigprocmask_enter(struct thread *t, struct frame *f)
{
	f->special = SPECIAL_SIGPROCMASK;
	f->saved_arg = NO_ARG;
	if (f->args[3] != 8 || !f->args[1])
		return;
	if (take_sigset(t, f, 1))
		f->temp_mask = 0;
}

static void sigprocmask_exit(struct thread *t, struct frame *f)
{
	uint64_t was_blocked = t->traps_blocked, set, old;

	if (f->result)
		return;
	/* f->sigset has lost the traps: look again at what the program asked for */
	if (f->saved_arg != NO_ARG && memory_read(t, &set, f->args[1], 8) == 8) {
		bool faults = set & FAULT_BITS;

		switch (f->args[0]) {
		case 0: /* SIG_BLOCK */
			t->fault_blocked |= faults;
			t->traps_blocked |= set & TRAP_BITS;
			break;
		case 1: /* SIG_UNBLOCK: one of the two may stay blocked */
			if ((set & FAULT_BITS) == FAULT_BITS)
				t->fault_blocked = 0;
			t->traps_blocked &= ~set;
			break;
		case 2: /* SIG_SETMASK */
			t->fault_blocked = faults;
			t->traps_blocked = set & TRAP_BITS;
			break;
		}
	}
	held_release(t);
	if (was_blocked && f->args[2] && memory_read(t, &old, f->args[2], 8) == 8) {
		old |= was_blocked;
		memory_write(t, f->args[2], &old, 8);
	}
}

static void sigpending_exit(struct thread *t, struct frame *f)
{
	uint64_t held = held_signals(t), set = 0;
	size_t size = f->args[1] < 8 ? f->args[1] : 8;

	if (f->result || !held || memory_read(t, &set, f->args[0], size) != size)
		return;
	set |= held;
	memory_write(t, f->args[0], &set, size);
}

void special_namespace(uint32_t nr, const uint64_t args[6])
{
	/* setns may name no kind: the descriptor tells */
	uint64_t kinds = nr == __NR_setns && !args[1] ? CLONE_NEWPID : args[nr == __NR_setns];

	if (kinds & CLONE_NEWPID)
		core.pidns = 1;
}

/* The program is about to filter its own calls: none of ours may be among them. */
static void filter_enter(struct thread *t, struct frame *f)
{
	if (core.quiet)
		return;
	/* what is mapped from now on cannot be surveyed */
	seal_break(t, SEAL_PROTECTED);
	core.quiet = 1;
	signals_quieten(t->sighand);
	if (f->masked == MASKED_ALL) {
		signals_restore(f->mask);
		f->masked = MASKED_NOT;
	}
	frames_heal(t, (uint64_t)(f + 1), f->rsp);
}

static void prctl_enter(struct thread *t, struct frame *f)
{
	if (f->args[0] == PR_SET_SECCOMP) {
		filter_enter(t, f);
		/* strict mode takes the time stamp counter away, and every call that tells time */
		if (f->args[1] == SECCOMP_MODE_STRICT)
			writer_clock_lost(false);
	}
	if (f->args[0] == PR_SET_TSC && f->args[1] == PR_TSC_SIGSEGV)
		writer_clock_lost(true);
	/* the program cannot have it while we have: as a kernel without it answers */
	if (f->args[0] == PR_SET_SYSCALL_USER_DISPATCH && core.dispatch) {
		f->saved_arg = 0;
		f->saved = f->args[0];
		f->args[0] = ~0ull;
		f->special = SPECIAL_PRCTL;
	}
}

/* The GS base is ours. GET answers what the program would see; SET is refused. */
static int arch_prctl_enter(struct thread *t, struct frame *f)
{
	uint64_t zero = 0;

	begin(t, f);
	if (f->args[0] != 0x1001 && f->args[0] != 0x1004)
		return ENTER_CALL;
	if (f->args[0] == 0x1004)
		f->result = memory_write(t, f->args[1], &zero, 8) == 8 ? 0 : -EFAULT;
	else
		f->result = f->args[1] ? -EPERM : 0;
	if (f->rec)
		call_end(t, f, 0);
	return ENTER_DONE;
}

/* Who does not ask for the status asks for it all the same: nobody else may know of the death. */
static void wait_exit(struct frame *f)
{
	if (f->rec && f->result > 0)
		f->rec->told = RECORD_TOLD | (uint32_t)f->sigset;
}

static void exit_enter(struct thread *t, struct frame *f)
{
	bool thread = (uint32_t)f->nr == __NR_exit, told = call_traced(t, f->nr);

	if (t->recording && !core.gone && (thread || told)) {
		/* what is told here is the last that is told: no handler comes behind it */
		writer_make_room(t, sizeof(struct record));
		if (!core.quiet)
			signals_block();
		f->mask = ~0ull;
		/* the end of a thread is told even if its calls are not wanted */
		if (told)
			call_begin(t, f);
		else
			writer_event(t, RECORD_EXIT, 0, (int64_t)(f->args[0] & 0xff) << 8, 0, NULL,
				     0);
		f->rec = NULL;
		thread_retire(t);
	}
	if (thread && !t->borrowed)
		__atomic_store_n(&t->state, THREAD_EXITING, __ATOMIC_RELEASE);
}

int special_enter(struct thread *t, struct frame *f)
{
	switch (special_of[(uint32_t)f->nr]) {
	case SPECIAL_SIGACTION:
		return signals_action(t, f);
	case SPECIAL_SIGRETURN:
		return signals_return(t, f);
	case SPECIAL_CLONE:
		return clone_enter(t, f);
	case SPECIAL_EXEC:
		return exec_enter(t, f);
	case SPECIAL_ARCH_PRCTL:
		return arch_prctl_enter(t, f);
	case SPECIAL_EXIT:
		exit_enter(t, f);
		return ENTER_CALL;
	}
	begin(t, f);
	if (special_of[(uint32_t)f->nr] == SPECIAL_ALTSTACK)
		return altstack_call(t, f);
	switch (special_of[(uint32_t)f->nr]) {
	case SPECIAL_SIGPROCMASK:
		sigprocmask_enter(t, f);
		break;
	case SPECIAL_SIGPENDING:
		f->special = SPECIAL_SIGPENDING;
		f->saved_arg = NO_ARG;
		break;
	case SPECIAL_SIGSET0:
		take_sigset(t, f, 0);
		break;
	case SPECIAL_SIGWAIT:
		if (take_sigset(t, f, 0))
			f->temp_mask = 0;
		break;
	case SPECIAL_SIGSET3:
		take_sigset(t, f, 3);
		break;
	case SPECIAL_SIGSET4:
		take_sigset(t, f, 4);
		break;
	case SPECIAL_SIGSET5:
		take_sigset_pair(t, f);
		break;
	case SPECIAL_MAP:
		if ((uint32_t)f->nr == __NR_munmap)
			altstack_unmap(t, f->args[0], f->args[1]);
		trap_mapping(t, f);
		break;
	case SPECIAL_PRCTL:
		prctl_enter(t, f);
		break;
	case SPECIAL_NAMESPACE:
		special_namespace((uint32_t)f->nr, f->args);
		break;
	case SPECIAL_WAIT:
		if (f->rec && !f->args[1])
			replace_arg(f, 1, &f->sigset);
		break;
	case SPECIAL_PTRACE:
		/* from here on somebody sees every SIGSYS of this thread: step aside */
		if (!f->args[0] /* PTRACE_TRACEME */ && t->recording) {
			if (f->rec)
				call_end(t, f, 0);
			writer_event(t, RECORD_DETACH, UNTRACED_TRACER, 0, 0, NULL, 0);
			seal_forget(t);
			t->follow = 0;
			thread_stop_recording(t);
		}
		break;
	case SPECIAL_SECCOMP:
		if (f->args[0] <= 1) /* SECCOMP_SET_MODE_STRICT, SECCOMP_SET_MODE_FILTER */
			filter_enter(t, f);
		if (f->args[0] == SECCOMP_SET_MODE_STRICT)
			writer_clock_lost(false);
		break;
	}
	return ENTER_CALL;
}

void special_exit(struct thread *t, struct frame *f)
{
	if (f->saved_arg != NO_ARG)
		f->args[f->saved_arg] = f->saved;
	if (f->special == SPECIAL_SIGPROCMASK)
		sigprocmask_exit(t, f);
	if (f->special == SPECIAL_SIGPENDING)
		sigpending_exit(t, f);
	if (f->special == SPECIAL_EXEC)
		exec_failed(t, f);
	if (f->special == SPECIAL_MAP)
		trap_mapped(t, f);
	if (f->special == SPECIAL_WAIT)
		wait_exit(f);
	f->special = 0;
	f->temp_mask = 0;
}
