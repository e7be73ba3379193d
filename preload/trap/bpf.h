/* SPDX-License-Identifier: MIT */
/*
 * The seccomp filter over a sorted list of addresses. Pure: tested by itself.
 */
#ifndef ITRACE_BPF_H
#define ITRACE_BPF_H

#include <linux/filter.h>
#include <stdint.h>

/* Most addresses that one filter can hold, whatever they are. */
#define BPF_SITES_MAX 1000
#define BPF_INSNS_MAX 4096 /* the kernel's BPF_MAXINSNS */

/*
 * Writes a filter that answers SECCOMP_RET_TRAP | data if the instruction pointer is one of ips,
 * else SECCOMP_RET_ALLOW. ips: n of them, ascending, 0 < n <= BPF_SITES_MAX. Returns the number of
 * instructions, at most BPF_INSNS_MAX.
 */
unsigned int bpf_filter(struct sock_filter *out, const uint64_t *ips, unsigned int n,
			uint16_t data);

#endif
