/* SPDX-License-Identifier: MIT */
/*
 * See seccomp.h. What looks like a `syscall` instruction without being one is trapped for nothing:
 * nobody executes it. An address that is the end of several such pairs is counted once.
 */
#include <asm/unistd.h>
#include <linux/errno.h>
#include <linux/mman.h>
#include <linux/personality.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>

#include "../memory.h"
#include "bpf.h"
#include "maps.h"
#include "seccomp.h"

#define SECCOMP_MARK 0x4954
#define SITES_MAX 16384
#define READ_SIZE 2048

#define SET_BITS 15

/* Every trapped address (behind its instruction): in the order they were found, and as a set. */
static uint64_t ips[SITES_MAX];
static uint32_t nr_ips;
static uint64_t set[1u << SET_BITS]; /* atomic; 0 = free; at most half full */
static uint32_t lock;
static struct sock_filter program[BPF_INSNS_MAX];

static uint64_t *set_slot(uint64_t ip)
{
	uint32_t i = (uint32_t)(ip * 0x9e3779b97f4a7c15ull >> (64 - SET_BITS));

	for (;; i = (i + 1) & ((1u << SET_BITS) - 1)) {
		uint64_t have = __atomic_load_n(&set[i], __ATOMIC_ACQUIRE);

		if (!have || have == ip)
			return &set[i];
	}
}

bool seccomp_traps(uint64_t site)
{
	return *set_slot(site + 2) != 0;
}

/* Filters need a privilege, or the promise never to gain one. The promise is the last resort. */
static long install(const struct sock_fprog *prog)
{
	static const unsigned int flags[] = { SECCOMP_FILTER_FLAG_TSYNC, 0 };
	long ret = -EINVAL;

	for (unsigned int i = 0; i < 2 && ret; i++) {
		ret = raw3(__NR_seccomp, SECCOMP_SET_MODE_FILTER, flags[i], (long)prog);
		if (ret != -EACCES)
			continue;
		raw6(__NR_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, 0);
		__atomic_fetch_or(&core.pool.session->notes, SESSION_NOTE_NO_NEW_PRIVS,
				  __ATOMIC_RELAXED);
		ret = raw3(__NR_seccomp, SECCOMP_SET_MODE_FILTER, flags[i], (long)prog);
	}
	return ret;
}

/* Installs filters over ips[from .. to). */
static int trap_range(uint32_t from, uint32_t to)
{
	while (from < to) {
		uint32_t n = to - from < BPF_SITES_MAX ? to - from : BPF_SITES_MAX;
		struct sock_fprog prog = { 0, program };
		long ret;

		prog.len = (unsigned short)bpf_filter(program, ips + from, n, SECCOMP_MARK);
		/* first, since another thread may be trapped before this call is back */
		for (uint32_t i = from; i < from + n; i++)
			__atomic_store_n(set_slot(ips[i]), ips[i], __ATOMIC_RELEASE);
		nr_ips = from + n;
		ret = install(&prog);
		if (ret)
			return ret < 0 ? (int)ret : -EBUSY;
		from += n;
	}
	return 0;
}

/* Appends what is found in [start, start + len) and not trapped yet; returns the new end. */
static uint32_t find_sites(struct thread *t, uint64_t start, uint64_t len, uint32_t end)
{
	uint8_t buf[READ_SIZE];
	uint64_t at = start;

	while (at + 1 < start + len && end < SITES_MAX) {
		uint64_t want = start + len - at < READ_SIZE ? start + len - at : READ_SIZE;
		size_t n = memory_read(t, buf, at, want);

		for (size_t i = 0; i + 1 < n && end < SITES_MAX; i++) {
			if (buf[i] == 0x0f && buf[i + 1] == 0x05 && !seccomp_traps(at + i))
				ips[end++] = at + i + 2;
		}
		if (n < want)
			break;
		at += n > 1 ? n - 1 : 1; /* a pair may lie across the end of the buffer */
	}
	return end;
}

static bool is_own_text(uint64_t start, uint64_t len)
{
	return core.text_start >= start && core.text_start < start + len;
}

void seccomp_scan(struct thread *t, uint64_t start, uint64_t len)
{
	uint64_t mask;

	if (core.quiet || is_own_text(start, len))
		return;
	mask = signals_block();
	lock_take(&lock);
	t->fault_blocked++;
	trap_range(nr_ips, find_sites(t, start, len, nr_ips));
	t->fault_blocked--;
	lock_release(&lock);
	signals_restore(mask);
}

struct search {
	struct thread *t;
	uint32_t end;
};

static bool find_in_mapping(void *ctx, const struct mapping *m)
{
	struct search *s = ctx;

	if (m->readable && m->executable && !is_own_text(m->start, m->end - m->start))
		s->end = find_sites(s->t, m->start, m->end - m->start, s->end);
	return true;
}

int seccomp_init(struct thread *t)
{
	long persona = raw3(__NR_personality, 0xffffffff, 0, 0);
	struct search s = { t, nr_ips };
	int err;

	if (persona & ADDR_NO_RANDOMIZE)
		return -EOPNOTSUPP;
	t->fault_blocked++;
	err = maps_each(find_in_mapping, &s);
	t->fault_blocked--;
	return err ? err : trap_range(nr_ips, s.end);
}
