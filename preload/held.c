/* SPDX-License-Identifier: MIT */
#include "held.h"

#include <asm/signal.h>
#include <asm/unistd.h>

#include "memory.h"

static const uint8_t traps[HELD_SIGNALS] = { SIGSYS, SIGILL };

bool held_take(struct thread *t, int sig, const struct siginfo_head *info)
{
	for (unsigned int i = 0; i < HELD_SIGNALS; i++) {
		if (traps[i] != sig || !(t->traps_blocked & SIG_BIT(sig)))
			continue;
		/* one by the kernel is forced on who blocks it; a filter may not allow to send it
		 * again */
		if (info->code > 0 || core.quiet)
			return false;
		/* a second one of the same number is lost, as in the kernel */
		if (!t->held[i].full)
			memcpy(t->held[i].info, info, sizeof(*info));
		t->held[i].full = 1;
		return true;
	}
	return false;
}

static void release(struct thread *t, uint64_t blocked)
{
	for (unsigned int i = 0; i < HELD_SIGNALS; i++) {
		if (!t->held[i].full || blocked & SIG_BIT(traps[i]))
			continue;
		t->held[i].full = 0;
		raw4(__NR_rt_tgsigqueueinfo, t->pid, t->tid, traps[i], (long)t->held[i].info);
	}
}

void held_release(struct thread *t)
{
	release(t, t->traps_blocked);
}

uint64_t held_signals(const struct thread *t)
{
	uint64_t bits = 0;

	for (unsigned int i = 0; i < HELD_SIGNALS; i++)
		bits |= t->held[i].full ? SIG_BIT(traps[i]) : 0;
	return bits;
}

void held_hand_on(struct thread *t)
{
	release(t, 0);
}

void held_forget(struct thread *t)
{
	for (unsigned int i = 0; i < HELD_SIGNALS; i++)
		t->held[i].full = 0;
}
