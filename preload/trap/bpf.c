/* SPDX-License-Identifier: MIT */
/*
 * See bpf.h. One group per upper half of the addresses, in each a search tree over the lower
 * halves. Conditional jumps reach 255 instructions only, so each branch of the tree is a pair:
 *
 *     jge middle, 0, 1
 *     ja  right
 *     left ...
 *     right ...
 */
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stddef.h>

#include "bpf.h"

#define LEAF 4

struct writer {
	struct sock_filter *out;
	unsigned int n;
	uint16_t data;
};

static void put(struct writer *w, uint16_t code, uint32_t k, uint8_t jt, uint8_t jf)
{
	w->out[w->n++] = (struct sock_filter){ code, jt, jf, k };
}

static void put_return(struct writer *w, uint32_t action)
{
	put(w, BPF_RET | BPF_K, action, 0, 0);
}

static void put_load(struct writer *w, uint32_t offset)
{
	put(w, BPF_LD | BPF_W | BPF_ABS, offset, 0, 0);
}

/* Recursion is as deep as the logarithm of BPF_SITES_MAX. */
static void put_tree(struct writer *w, const uint64_t *ips, unsigned int n)
{
	unsigned int half = n / 2, jump;

	if (n <= LEAF) {
		for (unsigned int i = 0; i < n; i++) {
			put(w, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)ips[i], 0, 1);
			put_return(w, SECCOMP_RET_TRAP | w->data);
		}
		put_return(w, SECCOMP_RET_ALLOW);
		return;
	}
	put(w, BPF_JMP | BPF_JGE | BPF_K, (uint32_t)ips[half], 0, 1);
	jump = w->n;
	put(w, BPF_JMP | BPF_JA, 0, 0, 0);
	put_tree(w, ips, half);
	w->out[jump].k = w->n - jump - 1;
	put_tree(w, ips + half, n - half);
}

unsigned int bpf_filter(struct sock_filter *out, const uint64_t *ips, unsigned int n, uint16_t data)
{
	struct writer w = { out, 0, data };
	uint32_t ip = offsetof(struct seccomp_data, instruction_pointer);

	put_load(&w, offsetof(struct seccomp_data, arch));
	put(&w, BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0);
	put_return(&w, SECCOMP_RET_ALLOW);
	for (unsigned int from = 0, to; from < n; from = to) {
		uint32_t high = (uint32_t)(ips[from] >> 32);
		unsigned int jump;

		for (to = from; to < n && (uint32_t)(ips[to] >> 32) == high; to++)
			;
		put_load(&w, ip + 4);
		put(&w, BPF_JMP | BPF_JEQ | BPF_K, high, 1, 0);
		jump = w.n;
		put(&w, BPF_JMP | BPF_JA, 0, 0, 0);
		put_load(&w, ip);
		put_tree(&w, ips + from, to - from);
		w.out[jump].k = w.n - jump - 1;
	}
	put_return(&w, SECCOMP_RET_ALLOW);
	return w.n;
}
