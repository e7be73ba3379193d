/* SPDX-License-Identifier: MIT */
/*
 * rt_sigaction, virtualised. Where the program has a handler the kernel has signal_entry, with the
 * program's flags and restorer and all signals in the mask (the program's mask is set when its
 * handler starts); SIG_IGN and SIG_DFL go to the kernel as they are, but for the signals that are
 * always ours.
 */
#include <asm/signal.h>
#include <asm/unistd.h>
#include <linux/errno.h>

#include "call.h"
#include "memory.h"
#include "sigaction.h"
#include "signals.h"
#include "writer.h"

#ifndef SA_EXPOSE_TAGBITS
#define SA_EXPOSE_TAGBITS 0x800
#endif
/* what the kernel keeps of sa_flags (include/linux/signal_types.h: UAPI_SA_FLAGS) */
#define FLAGS_KEPT                                                                         \
	(SA_NOCLDSTOP | SA_NOCLDWAIT | SA_SIGINFO | SA_ONSTACK | SA_RESTART | SA_NODEFER | \
	 SA_RESETHAND | SA_EXPOSE_TAGBITS | SA_RESTORER)
#define UNMASKABLE (SIG_BIT(SIGKILL) | SIG_BIT(SIGSTOP))

static const uint8_t ours[] = { SIGSYS, SIGSEGV, SIGBUS, SIGILL };

static bool always_ours(int sig)
{
	return (TRAP_BITS | FAULT_BITS) >> (sig - 1) & 1;
}

static bool is_handler(const struct kernel_action *a)
{
	return a->handler != (uint64_t)SIG_DFL && a->handler != (uint64_t)SIG_IGN;
}

void sigaction_read(const struct sighand *s, int sig, struct kernel_action *ret_a)
{
	uint32_t seq;

	do {
		while ((seq = __atomic_load_n(&s->seq, __ATOMIC_ACQUIRE)) & 1)
			cpu_relax();
		*ret_a = s->action[sig];
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		/* pairs with write_begin() and write_end() */
	} while (__atomic_load_n(&s->seq, __ATOMIC_RELAXED) != seq);
}

static void write_begin(struct sighand *s)
{
	lock_take(&s->lock);
	__atomic_fetch_add(&s->seq, 1, __ATOMIC_ACQ_REL);
}

static void write_end(struct sighand *s)
{
	__atomic_fetch_add(&s->seq, 1, __ATOMIC_RELEASE);
	lock_release(&s->lock);
}

static bool is_our_entry(uint64_t handler)
{
	return handler == (uint64_t)signal_entry || handler == (uint64_t)signal_entry_quiet;
}

/* The kernel's action for what the program wants. */
static struct kernel_action kernel_side(int sig, const struct kernel_action *a)
{
	struct kernel_action k = *a;

	if (!is_handler(a) && !always_ours(sig))
		return k;
	k.handler = (uint64_t)signal_entry;
	k.mask = ~0ull;
	k.flags = (a->flags | SA_SIGINFO) & ~(uint64_t)(SA_RESETHAND | SA_NODEFER);
	if (!is_handler(a) || TRAP_BITS & SIG_BIT(sig)) {
		k.flags |= SA_ONSTACK | SA_RESTORER;
		if (!is_handler(a))
			k.flags |= SA_RESTART;
		if (!(a->flags & SA_RESTORER))
			k.restorer = (uint64_t)signal_restorer;
	}
	if (core.quiet && TRAP_BITS & SIG_BIT(sig)) {
		k.handler = (uint64_t)signal_entry_quiet;
		k.mask = 0;
		k.flags |= SA_NODEFER;
	}
	return k;
}

static long kernel_set(int sig, const struct kernel_action *a, struct kernel_action *old)
{
	return raw4(__NR_rt_sigaction, sig, (long)a, (long)old, 8);
}

int signals_install(struct sighand *s)
{
	for (unsigned int i = 0; i < sizeof(ours); i++) {
		struct kernel_action dfl = { 0 }, k = kernel_side(ours[i], &dfl), old = { 0 };
		long ret = kernel_set(ours[i], &k, &old);

		if (ret)
			return (int)ret;
		if (!is_our_entry(old.handler))
			s->action[ours[i]] = old;
	}
	return 0;
}

void signals_quieten(struct sighand *s)
{
	struct kernel_action k;
	uint64_t mask = signals_block();

	write_begin(s);
	for (unsigned int i = 0; i < sizeof(ours); i++) {
		if (!(TRAP_BITS & SIG_BIT(ours[i])))
			continue;
		k = kernel_side(ours[i], &s->action[ours[i]]);
		kernel_set(ours[i], &k, NULL);
	}
	write_end(s);
	signals_restore(mask);
}

static void each_ignored(struct sighand *s, bool give_back)
{
	for (unsigned int i = 0; i < sizeof(ours); i++) {
		struct kernel_action a = s->action[ours[i]], k;

		if (a.handler != (uint64_t)SIG_IGN)
			continue;
		k = give_back ? a : kernel_side(ours[i], &a);
		kernel_set(ours[i], &k, NULL);
	}
}

void signals_before_exec(struct sighand *s)
{
	each_ignored(s, true);
}

void signals_after_exec(struct sighand *s)
{
	each_ignored(s, false);
}

void sighand_init(struct sighand *s, const struct sighand *from)
{
	if (from)
		memcpy(s->action, from->action, sizeof(s->action));
	else
		memset(s->action, 0, sizeof(s->action));
	s->lock = 0;
	s->seq = 0;
}

void sigaction_reset(struct sighand *s, int sig, const struct kernel_action *a)
{
	struct kernel_action dfl = { 0 }, k;

	write_begin(s);
	if (s->action[sig].handler == a->handler && s->action[sig].flags == a->flags) {
		s->action[sig].handler = (uint64_t)SIG_DFL;
		dfl.flags = a->flags & ~(uint64_t)SA_RESTORER;
		k = kernel_side(sig, &dfl);
		kernel_set(sig, &k, NULL);
	}
	write_end(s);
}

/* Both halves under the lock: no signal that came by the new action sees the old table. */
static long change(struct sighand *s, int sig, const struct kernel_action *new,
		   struct kernel_action *ret_old)
{
	uint64_t mask = signals_block();
	struct kernel_action k, old;
	long ret;

	write_begin(s);
	k = kernel_side(sig, new);
	ret = kernel_set(sig, &k, &old);
	if (!ret) {
		*ret_old = is_our_entry(old.handler) ? s->action[sig] : old;
		s->action[sig] = *new;
		s->action[sig].flags &= FLAGS_KEPT;
		s->action[sig].mask &= ~UNMASKABLE;
	}
	write_end(s);
	signals_restore(mask);
	return ret;
}

static long query(struct sighand *s, int sig, struct kernel_action *ret_old)
{
	struct kernel_action old;
	long ret = kernel_set(sig, NULL, &old);

	if (ret)
		return ret;
	*ret_old = old;
	if (is_our_entry(old.handler))
		sigaction_read(s, sig, ret_old);
	return 0;
}

static long action(struct thread *t, const struct frame *f)
{
	struct kernel_action new, old;
	int sig = (int)f->args[0];
	long ret;

	if (f->args[1]) {
		if (memory_read(t, &new, f->args[1], sizeof(new)) != sizeof(new))
			return -EFAULT;
		ret = change(t->sighand, sig, &new, &old);
	} else {
		ret = query(t->sighand, sig, &old);
	}
	if (!ret && f->args[2] && memory_write(t, f->args[2], &old, sizeof(old)) != sizeof(old))
		ret = -EFAULT;
	return ret;
}

int signals_action(struct thread *t, struct frame *f)
{
	int sig = (int)f->args[0];

	if (call_traced(t, f->nr))
		call_begin(t, f);
	/* what the kernel refuses anyway, it refuses itself */
	if (sig < 1 || sig > NSIG_KERNEL || f->args[3] != 8 ||
	    (f->args[1] && UNMASKABLE & SIG_BIT(sig)))
		return ENTER_CALL;
	f->result = action(t, f);
	if (f->rec)
		call_end(t, f, 0);
	return ENTER_DONE;
}
