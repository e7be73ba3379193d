/* SPDX-License-Identifier: MIT */
/*
 * The seccomp filter traps the addresses it was given and no other. Run by a small interpreter of
 * the instructions it may consist of; anything else, or a jump out of the program, fails.
 */
#include <criterion/criterion.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "trap/bpf.h"

static struct sock_filter program[BPF_INSNS_MAX];

static uint32_t run(unsigned int n, const struct seccomp_data *d)
{
	uint32_t a = 0;

	for (unsigned int pc = 0; pc < n; pc++) {
		const struct sock_filter *i = &program[pc];

		switch (i->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			cr_assert(i->k + 4 <= sizeof(*d));
			memcpy(&a, (const char *)d + i->k, 4);
			break;
		case BPF_JMP | BPF_JA:
			pc += i->k;
			break;
		case BPF_JMP | BPF_JEQ | BPF_K:
			pc += a == i->k ? i->jt : i->jf;
			break;
		case BPF_JMP | BPF_JGE | BPF_K:
			pc += a >= i->k ? i->jt : i->jf;
			break;
		case BPF_RET | BPF_K:
			return i->k;
		default:
			cr_assert_fail("instruction %x", i->code);
		}
	}
	cr_assert_fail("fell off the end");
	return 0;
}

static uint32_t answer(unsigned int n, uint64_t ip)
{
	struct seccomp_data d = { .arch = AUDIT_ARCH_X86_64, .instruction_pointer = ip };

	return run(n, &d);
}

static int ascending(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void check(uint64_t *ips, unsigned int n)
{
	unsigned int len;

	qsort(ips, n, sizeof(*ips), ascending);
	len = bpf_filter(program, ips, n, 0x1234);
	cr_assert(len <= BPF_INSNS_MAX);
	for (unsigned int i = 0; i < n; i++) {
		cr_expect_eq(answer(len, ips[i]), SECCOMP_RET_TRAP | 0x1234);
		if (i + 1 == n || ips[i + 1] != ips[i] + 1)
			cr_expect_eq(answer(len, ips[i] + 1), SECCOMP_RET_ALLOW);
		cr_expect_eq(answer(len, ips[i] ^ 1ull << 62), SECCOMP_RET_ALLOW);
	}
	cr_expect_eq(answer(len, 0), SECCOMP_RET_ALLOW);
	cr_expect_eq(answer(len, ~0ull), SECCOMP_RET_ALLOW);
}

Test(bpf, one_address)
{
	uint64_t ip = 0x7ffff7e12345;

	check(&ip, 1);
}

Test(bpf, as_many_as_fit_in_one_region)
{
	uint64_t ips[BPF_SITES_MAX];

	for (unsigned int i = 0; i < BPF_SITES_MAX; i++)
		ips[i] = 0x7ffff7e00000 + i * 37;
	check(ips, BPF_SITES_MAX);
}

Test(bpf, scattered_over_many_regions)
{
	uint64_t ips[BPF_SITES_MAX];

	for (unsigned int i = 0; i < BPF_SITES_MAX; i++)
		ips[i] = ((uint64_t)(i % 100) << 32) + i * 4096 + 17;
	check(ips, BPF_SITES_MAX);
}

Test(bpf, each_in_a_region_of_its_own)
{
	uint64_t ips[BPF_SITES_MAX];

	for (unsigned int i = 0; i < 500; i++)
		ips[i] = ((uint64_t)i << 32) + 5;
	check(ips, 500);
}

Test(bpf, other_architectures_pass)
{
	uint64_t ip = 0x7ffff7e12345;
	unsigned int len = bpf_filter(program, &ip, 1, 0);
	struct seccomp_data d = { .arch = AUDIT_ARCH_I386, .instruction_pointer = ip };

	cr_expect_eq(run(len, &d), SECCOMP_RET_ALLOW);
}
