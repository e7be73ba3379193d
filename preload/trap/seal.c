/* SPDX-License-Identifier: MIT */
#include "seal.h"

#include <asm/signal.h>
#include <asm/unistd.h>
#include <linux/personality.h>

#include "../memory.h"
#include "../signals.h"
#include "../thread.h"
#include "sites.h"
#include "survey.h"
#include "trap.h"

static uint32_t after; /* calls of one thread; 0: no seal, ever */
static uint32_t done;  /* atomic: it was tried */

/* Sealed code with sites in it. Under the trap's lock. */
static struct {
	uint64_t start, end;
} ranges[SURVEY_MAPPINGS];
static uint32_t nr_ranges;

void seal_init(void)
{
	const struct session *s = core.pool.session;

	after = core.dispatch && !(core.flags & SESSION_F_NO_PATCH) ? s->seal_after : 0;
}

uint32_t seal_after(void)
{
	return seal_pending() ? after : 0;
}

bool seal_pending(void)
{
	return after && !__atomic_load_n(&done, __ATOMIC_RELAXED);
}

/* Lets in no signals but those that tell of faults: much is read here, and may be gone. Where the
 * program has these blocked, the kernel is to do the reading (memory.h). */
static uint64_t others_block(const struct thread *t)
{
	uint64_t set = t->fault_blocked || t->all_blocked ? ~0ull : ~FAULT_BITS, old = 0;

	raw4(__NR_rt_sigprocmask, SIG_SETMASK, (long)&set, (long)&old, 8);
	return old;
}

static void refuse(int reason)
{
	__atomic_fetch_add(&core.pool.session->seals_by_reason[reason], 1, __ATOMIC_RELAXED);
}

static bool range_add(uint64_t start, uint64_t end)
{
	for (uint32_t i = 0; i < nr_ranges; i++) {
		if (ranges[i].start == start && ranges[i].end == end)
			return true;
	}
	if (nr_ranges == SURVEY_MAPPINGS)
		return false;
	ranges[nr_ranges].start = start;
	ranges[nr_ranges++].end = end;
	return true;
}

/* Makes every site trap by itself. Returns -1 or enum seal_reason. Lock held. */
static int arm(struct thread *t, uint64_t start, uint64_t end)
{
	const struct survey *s;
	int reason = survey_code(t, start, end, &s);

	for (uint32_t i = 0; i < s->nr_mappings && reason < 0; i++) {
		const struct survey_mapping *m = &s->mappings[i];
		uint32_t last = i + 1 < s->nr_mappings ? m[1].first : s->nr_sites;

		if (!range_add(m->start, m->end))
			reason = SEAL_TOO_MUCH;
		else if (sites_arm(t, m->start, m->end, s->sites + m->first, last - m->first))
			reason = SEAL_PROTECTED;
	}
	return reason;
}

static int seal(struct thread *t)
{
	long persona = raw3(__NR_personality, 0xffffffff, 0, 0);
	int reason;

	if (persona & READ_IMPLIES_EXEC)
		return SEAL_UNCERTAIN;
	reason = arm(t, 0, ~0ull);
	if (reason >= 0)
		return reason;
	core.sealed = 1;
	__atomic_store_n(&core.sud, 0, __ATOMIC_RELEASE);
	__atomic_fetch_add(&core.pool.session->seals, 1, __ATOMIC_RELAXED);
	return -1;
}

static void seal_try(struct thread *t)
{
	uint64_t mask;
	int reason;

	if (core.quiet || core.gone || __atomic_exchange_n(&done, 1, __ATOMIC_RELAXED))
		return;
	mask = others_block(t);
	sites_lock();
	reason = seal(t);
	sites_unlock();
	signals_restore(mask);
	if (reason >= 0)
		refuse(reason);
	seal_follow(t);
}

void seal_due(struct thread *t)
{
	if (seal_pending())
		seal_try(t);
	/* from here on calls that are not recorded pass by */
	if (t->recording)
		thread_set_filter(t);
}

void seal_follow(struct thread *t)
{
	uint8_t sud = __atomic_load_n(&core.sud, __ATOMIC_ACQUIRE);

	if (t->sud == sud || !t->recording || core.quiet)
		return;
	if (sud)
		trap_thread_start(t);
	else
		trap_thread_stop(t);
}

void seal_mapped(struct thread *t, uint64_t start, uint64_t len)
{
	uint64_t mask;
	int reason = -1;

	/* one that is being made sees the new code, or waits here for the lock */
	if (!after || core.quiet)
		return;
	mask = others_block(t);
	sites_lock();
	if (core.sealed)
		reason = arm(t, start, start + len);
	sites_unlock();
	signals_restore(mask);
	if (reason >= 0)
		seal_break(t, (enum seal_reason)reason);
}

bool seal_moving(struct thread *t, uint64_t start, uint64_t len)
{
	bool moves = false;
	uint64_t mask;

	for (uint32_t i = 0; i < nr_ranges && core.sealed; i++)
		moves |= ranges[i].start < start + len && ranges[i].end > start;
	if (!moves)
		return false;
	mask = signals_block();
	sites_lock();
	sites_disarm(t, start, start + len);
	sites_unlock();
	signals_restore(mask);
	return true;
}

void seal_break(struct thread *t, enum seal_reason reason)
{
	uint64_t mask;

	__atomic_store_n(&done, 1, __ATOMIC_RELAXED);
	if (!core.sealed)
		return;
	refuse(reason);
	mask = signals_block();
	core.sealed = 0;
	__atomic_store_n(&core.sud, 1, __ATOMIC_RELEASE);
	lock_take(&core.threads_lock);
	for (struct thread *o = core.threads; o; o = o->next) {
		/* what passes by would not come to see that it has to follow */
		if (o->state == THREAD_LIVE && o->recording) {
			memset(thread_filter(o), 0, SESSION_CALLS);
			o->calls_left = 1;
		}
	}
	lock_release(&core.threads_lock);
	signals_restore(mask);
	seal_follow(t);
}

void seal_forget(struct thread *t)
{
	bool alone = true;
	uint64_t mask;

	for (const struct thread *o = core.threads; o; o = o->next)
		alone &= o == t || o->state == THREAD_FREE;
	if (!core.sealed || !alone)
		return;
	mask = signals_block();
	sites_lock();
	sites_disarm(t, 0, ~0ull);
	sites_unlock();
	signals_restore(mask);
}
