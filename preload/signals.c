/* SPDX-License-Identifier: MIT */
/*
 * A signal arrives: signal_hook() decides whose it is, tells the ring, and prepares the program's
 * handler so that nothing of ours lies between it and the code it interrupted: the handler starts
 * on the kernel's own frame and returns through the program's own restorer.
 */
#include <asm/signal.h>
#include <asm/unistd.h>
#include <linux/errno.h>

#include "altstack.h"
#include "call.h"
#include "frames.h"
#include "held.h"
#include "memory.h"
#include "sigaction.h"
#include "signals.h"
#include "special.h"
#include "trap/trap.h"
#include "writer.h"

#define ERESTARTSYS 512
#define FRAME_MIN 448 /* return address, ucontext, siginfo */

static bool in_core(uint64_t rip)
{
	return rip - core.text_start < core.text_len;
}

/* Moves an interrupted rip out of sequences that must not be left half done (entry.S). */
static void fix_rip(const struct thread *t, struct kernel_ucontext *uc)
{
	uint64_t rip = uc->rip, site;

	if ((rip >= (uint64_t)core_entry && rip < (uint64_t)core_entry_short) ||
	    (rip >= (uint64_t)core_entry_full && rip < (uint64_t)core_entry_commit)) {
		uc->rip = uc->r11 - 2;
	} else if (rip >= (uint64_t)reserve_record && rip < (uint64_t)reserve_end) {
		uc->rip = (uint64_t)reserve_record;
		*(struct record **)uc->rdx = NULL;
	} else if (rip >= (uint64_t)shrink_record && rip < (uint64_t)shrink_end) {
		uc->rip = (uint64_t)shrink_record;
	} else if (rip == (uint64_t)shrink_end) {
		((struct record *)uc->rsi)->size = (uint32_t)uc->rcx;
	} else if (rip == (uint64_t)core_int80) {
		uc->rip = t->int80_return - 2;
	} else if (rip == (uint64_t)core_int80_after) {
		uc->rip = t->int80_return;
	} else if (rip >= (uint64_t)chunk_switch && rip < (uint64_t)chunk_switch_stores) {
		uc->rip = (uint64_t)chunk_switch;
	} else if (rip >= (uint64_t)chunk_switch_stores && rip < (uint64_t)chunk_switch_end) {
		writer_switched((struct thread *)uc->rdi, (const struct chunk_switch *)uc->rsi);
		uc->rip = (uint64_t)chunk_switch_end;
	} else if (rip >= (uint64_t)signal_entry_quiet && rip < (uint64_t)signal_quiet_commit) {
		uc->rip = (uint64_t)signal_entry_quiet;
	} else if (!in_core(rip)) {
		site = trap_site_of_stub(rip);
		if (site)
			uc->rip = site;
	}
}

static bool is_between(uint64_t rip, const char *first, const char *last)
{
	return rip >= (uint64_t)first && rip <= (uint64_t)last;
}

/*
 * The call in whose entry code the signal arrived, rsp being the program's: its record ends here,
 * in front of what the handler does. A call that has not been made yet, or that the kernel is to
 * make again, begins a new one afterwards.
 */
static void end_interrupted(struct thread *t, struct kernel_ucontext *uc)
{
	struct frame *f = (struct frame *)uc->rbx;
	uint64_t rip = uc->rip;
	unsigned int flags = 0;

	if (is_between(rip, core_call, core_syscall) ||
	    is_between(rip, core_unmask_call, core_unmask_call_end)) {
		uc->rip = (uint64_t)core_restart;
		f->result = -ERESTARTSYS;
		flags = RECORD_F_RESTART;
	} else if (is_between(rip, core_after, core_masked_exit)) {
		if (rip == (uint64_t)core_after)
			f->result = (int64_t)uc->rax;
		if (f->result == -EINTR)
			flags = RECORD_F_EINTR;
	} else {
		return;
	}
	if (!f->rec)
		return;
	t->all_blocked = 1;
	call_end(t, f, flags);
	t->all_blocked = 0;
}

/*
 * The signal came while the core ran on its private stack: it waits until the core is through. It
 * is sent again with its siginfo, everything blocked; entry.S restores the mask as soon as the
 * stack pointer is the program's again. SIGSEGV and SIGBUS stay as they are, for copies.
 */
static bool defer(struct thread *t, const struct signal_frame *m, struct kernel_ucontext *uc)
{
	struct frame *f = (struct frame *)m->pop;

	if (!in_core(uc->rip) || uc->rsp - t->stack_low > t->stack_high - t->stack_low ||
	    m->pop >= t->stack_high || f->kind != FRAME_CALL || f->masked || core.quiet)
		return false;
	if (raw4(__NR_rt_tgsigqueueinfo, t->pid, t->tid, (long)m->sig, (long)m->info))
		return false;
	f->masked = MASKED_ALL;
	f->mask = uc->sigmask;
	uc->sigmask |= ~FAULT_BITS;
	return true;
}

/* The frame's bytes that the kernel stored behind it. */
static uint64_t kernel_frame_end(const struct signal_frame *m, const struct kernel_ucontext *uc)
{
	const uint32_t *sw = (const uint32_t *)(uc->fpstate + FP_SW_BYTES);

	if (!uc->fpstate)
		return m->rsp + FRAME_MIN;
	return uc->fpstate + (sw[0] == FP_MAGIC ? sw[1] : 512);
}

/*
 * The kernel put its frame on a stack of ours: move it to where it would be without us, below
 * `home`. False: no room there.
 */
static bool move_frame(struct thread *t, struct signal_frame *m, uint64_t home)
{
	struct kernel_ucontext *uc = (struct kernel_ucontext *)m->uc;
	uint64_t end = kernel_frame_end(m, uc), len = end - m->rsp, by;
	bool faults = t->fault_blocked;
	size_t moved;

	by = (home - end) & ~63ull; /* keeps the alignment of the vector state */
	if (uc->fpstate)
		uc->fpstate += by;
	t->fault_blocked = 1;
	moved = memory_write(t, m->rsp + by, (void *)m->rsp, len);
	t->fault_blocked = faults;
	m->rsp += by;
	m->info += by;
	m->uc += by;
	return moved == len;
}

/* Where the kernel's frame is to be moved to; 0 if it lies where the program has it. */
static uint64_t frame_home(struct thread *t, const struct signal_frame *m,
			   struct kernel_ucontext *uc)
{
	if (m->rsp - t->stack_low < t->stack_high - t->stack_low)
		return ((const struct frame *)m->pop)->rsp - RED_ZONE;
	return altstack_home(t, m, uc);
}

/* The default action of a signal that the kernel believes handled. */
static void act_default(struct thread *t, struct signal_frame *m)
{
	const struct siginfo_head *info = (const struct siginfo_head *)m->info;
	struct kernel_action dfl = { 0 };

	raw4(__NR_rt_sigaction, (long)m->sig, (long)&dfl, 0, 8);
	/* a fault comes again by itself */
	if ((m->sig == SIGSEGV || m->sig == SIGBUS) && info->code > 0)
		return;
	raw4(__NR_rt_tgsigqueueinfo, t->pid, t->tid, (long)m->sig, (long)info);
}

/* The mask that the kernel would have set for the handler, the traps that are blocked for the
 * program alone included. */
static uint64_t handler_mask(const struct thread *t, const struct signal_frame *m,
			     const struct kernel_ucontext *uc, const struct kernel_action *a)
{
	const struct frame *f = (const struct frame *)uc->rbx;
	uint64_t mask = uc->sigmask | t->traps_blocked;

	if (uc->rip == (uint64_t)core_after && (int64_t)uc->rax == -EINTR && f->temp_mask)
		mask = f->sigset | t->traps_blocked;
	mask |= a->mask;
	if (!(a->flags & SA_NODEFER))
		mask |= SIG_BIT(m->sig);
	return mask;
}

static void record_signal(struct thread *t, const struct signal_frame *m)
{
	if (t->recording && !core.gone && core.flags & SESSION_F_SIGNALS)
		writer_event(t, RECORD_SIGNAL, (uint32_t)m->sig, 0, m->info, (const void *)m->info,
			     sizeof(struct siginfo_head));
}

/* Is it one that the core raised itself? Then it is dealt with here. */
static bool is_ours(struct thread *t, struct signal_frame *m)
{
	struct kernel_ucontext *uc = (struct kernel_ucontext *)m->uc;
	const struct siginfo_head *info = (const struct siginfo_head *)m->info;
	uint64_t fixup;

	if (m->sig == SIGSYS)
		return trap_signal(t, info, uc);
	if (m->sig == SIGILL)
		return trap_fault(t, info, uc);
	if ((m->sig != SIGSEGV && m->sig != SIGBUS) || info->code <= 0)
		return false;
	fixup = memory_fixup(uc->rip);
	if (fixup)
		uc->rip = fixup;
	return fixup != 0;
}

int signal_hook(struct signal_frame *m)
{
	struct thread *t = thread_self();
	struct kernel_ucontext *uc = (struct kernel_ucontext *)m->uc;
	struct kernel_action a;
	uint64_t home, mask;

	if (is_ours(t, m) || held_take(t, (int)m->sig, (const struct siginfo_head *)m->info))
		return 1;
	fix_rip(t, uc);
	if (defer(t, m, uc))
		return 1;
	sigaction_read(t->sighand, (int)m->sig, &a);
	if (a.handler == (uint64_t)SIG_IGN &&
	    !(m->sig != SIGSYS && ((const struct siginfo_head *)m->info)->code > 0))
		return 1;
	if (!in_core(uc->rip))
		m->pop = frames_heal(t, m->pop, uc->rsp);
	end_interrupted(t, uc);
	record_signal(t, m);
	if (a.handler == (uint64_t)SIG_DFL || a.handler == (uint64_t)SIG_IGN) {
		act_default(t, m);
		return 1;
	}
	if (a.flags & SA_RESETHAND)
		sigaction_reset(t->sighand, (int)m->sig, &a);
	mask = handler_mask(t, m, uc, &a);
	m->mask = mask & ~TRAP_BITS;
	home = frame_home(t, m, uc);
	if (home && !move_frame(t, m, home)) {
		m->sig = SIGSEGV;
		act_default(t, m);
		raw3(__NR_tgkill, t->pid, t->tid, SIGSEGV);
		return 1;
	}
	altstack_enter(t, m, (struct kernel_ucontext *)m->uc);
	/* the mask to come back to, as the program would find it */
	((struct kernel_ucontext *)m->uc)->sigmask |= t->traps_blocked;
	t->traps_blocked = mask & TRAP_BITS;
	t->fault_blocked = (mask & FAULT_BITS) != 0;
	m->handler = a.handler;
	return 0;
}

int signal_quiet(struct signal_frame *m)
{
	return trap_quiet((int)m->sig, m->code, m->arch, &m->rip);
}

int signals_return(struct thread *t, struct frame *f)
{
	struct signal_frame *m = frames_find_signal(t, (uint64_t)(f + 1), f->rsp);
	struct kernel_ucontext uc;

	if (memory_read(t, &uc, f->rsp, sizeof(uc)) == sizeof(uc)) {
		f->result = (int64_t)uc.rax;
		t->fault_blocked = (uc.sigmask & FAULT_BITS) != 0;
		t->traps_blocked = uc.sigmask & TRAP_BITS;
		held_release(t);
		if (t->traps_blocked) {
			uint64_t real = uc.sigmask & ~TRAP_BITS;

			memory_write(t, f->rsp + offsetof(struct kernel_ucontext, sigmask), &real,
				     8);
		}
		if (call_traced(t, f->nr)) {
			/* it has no arguments: the mask it restores stands for them */
			f->args[0] = f->rsp + offsetof(struct kernel_ucontext, sigmask);
			call_complete(t, f, f->args[0], &uc.sigmask, 8);
		}
	}
	if (m) {
		f->pop = m->pop;
		altstack_leave(t, m);
	}
	return ENTER_SIGRETURN;
}
