/* SPDX-License-Identifier: MIT */
/*
 * Rewriting sites, live. A site's two bytes are only ever changed between `syscall`, `ud2` (one
 * byte differs) and one jump, by a store that is atomic for other threads (patch_is_atomic(); else
 * only while there is but one thread). What follows a site is never changed, so a site that lies in
 * another one's jump stays.
 */
#include <asm/unistd.h>
#include <linux/errno.h>
#include <linux/mman.h>

#include "../memory.h"
#include "../writer.h"
#include "code.h"
#include "patch.h"
#include "sites.h"
#include "stubs.h"

#define SITES_BITS 14
#define SITES_MAX (1u << SITES_BITS)
#define SYSCALL_WORD 0x050f
#define UD2_WORD 0x0b0f

struct site {
	uint64_t addr; /* 0 = free */
	uint64_t stub; /* taken for it, 0 = none yet */
	uint8_t met;   /* it has trapped: what follows is decided */
	uint8_t armed; /* it is ud2 while it is not patched */
	uint8_t patched;
	uint8_t reason; /* enum site_reason if it is not */
	uint16_t word;	/* what its two bytes are if it is */
};

static struct site table[SITES_MAX];
static uint32_t nr_sites;
static uint32_t lock;

void sites_lock(void)
{
	lock_take(&lock);
}

void sites_unlock(void)
{
	lock_release(&lock);
}

/* The site's entry, or the free one where it belongs. NULL: the table is full. */
static struct site *site_at(uint64_t addr)
{
	uint32_t i = (uint32_t)(addr * 0x9e3779b97f4a7c15ull >> (64 - SITES_BITS));

	for (uint32_t n = 0; n < SITES_MAX; n++, i = (i + 1) % SITES_MAX) {
		if (table[i].addr == addr || !table[i].addr)
			return &table[i];
	}
	return NULL;
}

/* A site that was rewritten or armed may have been mapped anew since. Signals blocked. */
static bool is_still_changed(struct thread *t, const struct site *s)
{
	uint16_t word = 0;

	t->fault_blocked++;
	memory_read(t, &word, s->addr, 2);
	t->fault_blocked--;
	return word == (s->patched ? s->word : UD2_WORD);
}

bool sites_is_patched(struct thread *t, uint64_t addr)
{
	const struct site *s = site_at(addr);

	return s && s->addr == addr && s->patched && is_still_changed(t, s);
}

/* Bytes that may be changed later, or have been. */
static bool is_changed(struct thread *t, uint64_t addr)
{
	const struct site *s = site_at(addr);

	return s && s->addr == addr && (s->armed || s->patched) && is_still_changed(t, s);
}

/* Is this site part of another one's jump, or would another one be part of its own? */
static bool has_neighbour(struct thread *t, uint64_t site)
{
	for (uint64_t d = 1; d <= PATCH_OVERLAP; d++) {
		if (is_changed(t, site - d) || is_changed(t, site + d))
			return true;
	}
	return false;
}

/* Unwinders know a signal restorer by its bytes: mov $15, %rax (or %eax); syscall. */
static bool is_restorer(uint64_t nr)
{
	return (uint32_t)nr == __NR_rt_sigreturn;
}

/* Rewrites s. Returns -1 if done, else enum site_reason. */
static int site_patch(struct thread *t, struct site *s, uint64_t nr)
{
	uint8_t bytes[PATCH_BYTES];
	struct patch_window w;
	unsigned int n;

	if (core.quiet || core.flags & SESSION_F_NO_PATCH)
		return SITE_NO_PATCH;
	if (s->addr - core.vdso < core.vdso_size || is_restorer(nr))
		return SITE_KERNEL;
	if (core.multi && !patch_is_atomic(s->addr))
		return SITE_STRADDLES;
	if (has_neighbour(t, s->addr))
		return SITE_NEIGHBOUR;
	/* all signals are blocked: the kernel is to do the reading */
	t->fault_blocked++;
	n = (unsigned int)memory_read(t, bytes, s->addr, sizeof(bytes));
	t->fault_blocked--;
	if (s->armed && n >= PATCH_SITE_SIZE)
		memcpy(bytes, &(uint16_t){ SYSCALL_WORD }, PATCH_SITE_SIZE);
	for (int kind = 0; kind < PATCH_KINDS; kind++) {
		if (!patch_window((enum patch_kind)kind, s->addr, bytes, n, &w))
			continue;
		if (!s->stub || s->stub - w.lo >= w.size)
			s->stub = stubs_take(w.lo, w.size, s->addr + PATCH_SITE_SIZE);
		if (!s->stub)
			continue;
		s->word = patch_word((enum patch_kind)kind, s->stub, &w);
		return code_store(s->addr, s->word) ? SITE_PROTECTED : -1;
	}
	return SITE_NO_WINDOW;
}

static void count(uint64_t *counter, int64_t by)
{
	__atomic_fetch_add(counter, by, __ATOMIC_RELAXED);
}

/* The entry of a site that is new, NULL: there is no room. */
static struct site *site_add(uint64_t addr)
{
	struct site *s = site_at(addr);

	if (!s || (!s->addr && nr_sites > SITES_MAX / 2))
		return NULL;
	if (!s->addr) {
		s->addr = addr;
		nr_sites++;
	}
	return s;
}

/* The site has trapped. Returns enum site_reason if it was looked at and is left to the trap, else
 * -1. */
static int meet(struct thread *t, struct site *s, uint64_t nr)
{
	struct session *stats = core.pool.session;
	int reason;

	if (s->met) {
		/* else its code was mapped anew; this thread may have been in the old one */
		if (!s->patched || is_still_changed(t, s))
			return -1;
		count(&stats->sites_patched, -1);
		s->armed = 0;
	} else {
		s->met = 1;
		count(&stats->sites_seen, 1);
	}
	reason = site_patch(t, s, nr);
	s->patched = reason < 0;
	s->reason = (uint8_t)reason;
	count(reason < 0 ? &stats->sites_patched : &stats->sites_by_reason[reason], 1);
	return reason;
}

/* For --diagnose. No lock held: it may wait for room in the ring. */
static void tell(struct thread *t, uint64_t site, int reason)
{
	if (reason >= 0 && core.flags & SESSION_F_DIAGNOSE && t->recording && !core.gone)
		writer_event(t, RECORD_NOTE, NOTE_SITE | (uint32_t)reason << 8, (int64_t)site, 0,
			     NULL, 0);
}

void sites_hit(struct thread *t, uint64_t site, uint64_t nr)
{
	struct session *stats = core.pool.session;
	int reason = SITE_TABLE_FULL;
	struct site *s;

	count(&stats->traps, 1);
	/* nothing comes after it that would be faster */
	if (nr == __NR_exit_group)
		return;
	sites_lock();
	s = site_add(site);
	if (s)
		reason = meet(t, s, nr);
	else
		count(&stats->sites_by_reason[SITE_TABLE_FULL], 1);
	sites_unlock();
	tell(t, site, reason);
}

bool sites_fault(struct thread *t, uint64_t site, uint64_t nr)
{
	int reason = -1;
	struct site *s;
	bool ours;

	sites_lock();
	s = site_at(site);
	ours = s && s->addr == site && s->armed;
	if (ours) {
		count(&core.pool.session->traps, 1);
		reason = meet(t, s, nr);
	}
	sites_unlock();
	tell(t, site, reason);
	return ours;
}

bool sites_is_armed(uint64_t site)
{
	const struct site *s = site_at(site);

	return s && s->addr == site && s->armed;
}

int sites_arm(struct thread *t, uint64_t start, uint64_t end, const uint64_t *sites, uint32_t n)
{
	long ret = raw3(__NR_mprotect, (long)start, (long)(end - start),
			PROT_READ | PROT_WRITE | PROT_EXEC);

	for (uint32_t i = 0; i < n && !ret; i++) {
		struct site *s;

		if (has_neighbour(t, sites[i])) {
			ret = -EBUSY;
			break;
		}
		s = site_add(sites[i]);
		if (!s) {
			ret = -ENOSPC;
			break;
		}
		if (s->met && s->patched)
			count(&core.pool.session->sites_patched, -1);
		s->met = s->met && !s->patched;
		s->patched = 0;
		s->armed = 1;
		/* its second byte alone: atomic wherever it lies */
		((volatile uint8_t *)sites[i])[1] = UD2_WORD >> 8;
	}
	raw3(__NR_mprotect, (long)start, (long)(end - start), PROT_READ | PROT_EXEC);
	return (int)ret;
}

void sites_disarm(struct thread *t, uint64_t start, uint64_t end)
{
	for (uint32_t i = 0; i < SITES_MAX; i++) {
		struct site *s = &table[i];

		if (!s->armed || s->patched || s->addr < start || s->addr >= end)
			continue;
		if (is_still_changed(t, s))
			code_store(s->addr, SYSCALL_WORD);
		s->armed = 0;
	}
}

static void unpatch(uint64_t behind)
{
	struct site *s = site_at(behind - PATCH_SITE_SIZE);

	if (!s || !s->addr || !s->patched)
		return;
	/* where nothing else traps any more, the site itself has to */
	s->armed |= core.sealed;
	if (*(const volatile uint16_t *)s->addr == s->word)
		code_store(s->addr, s->armed ? UD2_WORD : SYSCALL_WORD);
	s->patched = 0;
	s->stub = 0;
	s->reason = SITE_NO_WINDOW;
}

void sites_release_stubs(struct thread *t, uint64_t start, uint64_t len)
{
	uint64_t mask;

	(void)t;
	if (!stubs_overlap(start, len))
		return;
	mask = signals_block();
	sites_lock();
	stubs_drop(start, len, unpatch);
	sites_unlock();
	signals_restore(mask);
}
