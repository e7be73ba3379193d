// SPDX-License-Identifier: MIT
/*
 * Numbers, names and numbers of arguments of the system calls.
 */
#include <asm/unistd_64.h>
#include <criterion/criterion.h>
#include <linux/fcntl.h>
#include <linux/futex.h>
#include <stdbool.h>
#include <string.h>

#include "decode/call_desc.h"
#include "itrace/plan.h"

/* Numbers are the ABI; names are strace's. */
static const struct fact {
	unsigned int nr;
	const char *name;
	unsigned int nr_args;
} facts[] = {
	{ __NR_read, "read", 3 },
	{ __NR_open, "open", 3 },
	{ __NR_mmap, "mmap", 6 },
	{ __NR_rt_sigreturn, "rt_sigreturn", 0 },
	{ __NR_ioctl, "ioctl", 3 },
	{ __NR_pread64, "pread64", 4 },
	{ __NR_getpid, "getpid", 0 },
	{ __NR_clone, "clone", 5 },
	{ __NR_umount2, "umount2", 2 },
	{ __NR_prctl, "prctl", 5 },
	{ __NR_futex, "futex", 6 },
	{ __NR_getdents64, "getdents64", 3 },
	{ __NR_exit_group, "exit_group", 1 },
	{ __NR_openat, "openat", 4 },
	{ __NR_newfstatat, "newfstatat", 4 },
	{ __NR_prlimit64, "prlimit64", 4 },
	{ __NR_rseq, "rseq", 4 },
	{ __NR_clone3, "clone3", 2 },
	{ __NR_set_mempolicy_home_node, "set_mempolicy_home_node", 4 },
	/* newer than the oldest headers we build with */
	{ 335, "uretprobe", 0 },
	{ 451, "cachestat", 4 },
	{ 452, "fchmodat2", 4 },
	{ 453, "map_shadow_stack", 3 },
	{ 454, "futex_wake", 4 },
	{ 455, "futex_wait", 6 },
	{ 456, "futex_requeue", 4 },
	{ 457, "statmount", 4 },
	{ 458, "listmount", 4 },
	{ 459, "lsm_get_self_attr", 4 },
	{ 460, "lsm_set_self_attr", 4 },
	{ 461, "lsm_list_modules", 3 },
	{ 462, "mseal", 3 },
	{ 463, "setxattrat", 6 },
	{ 464, "getxattrat", 6 },
	{ 465, "listxattrat", 5 },
	{ 466, "removexattrat", 4 },
	{ 467, "open_tree_attr", 5 },
	{ 468, "file_getattr", 5 },
	{ 469, "file_setattr", 5 },
	{ 470, "listns", 4 },
	{ 471, "rseq_slice_yield", 0 },
};

Test(numbers, of_known_calls)
{
	for (unsigned int i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
		const struct fact *f = &facts[i];
		const struct call_desc *d = call_by_number[f->nr];

		cr_assert(d, "no call %u", f->nr);
		cr_expect_str_eq(d->name, f->name);
		cr_expect_eq(d->nr_args, f->nr_args, "%s", f->name);
		cr_expect_eq(plan_calls[f->nr].nr_args, f->nr_args, "%s", f->name);
	}
}

#define NEWEST 471

/* Every name of the kernel's header: unistd_names.h holds NR(name) lines. */
#define NR(name) { #name, __NR_##name },
static const struct {
	const char *name;
	unsigned int nr;
} kernel[] = {
#include "unistd_names.h"
};

Test(numbers, are_those_of_the_kernel_header)
{
	cr_assert(sizeof(kernel) / sizeof(kernel[0]) > 350);
	for (unsigned int i = 0; i < sizeof(kernel) / sizeof(kernel[0]); i++) {
		if (kernel[i].nr > NEWEST)
			continue;
		cr_assert(call_by_number[kernel[i].nr], "%s is missing", kernel[i].name);
		cr_expect_str_eq(call_by_number[kernel[i].nr]->name, kernel[i].name);
	}
}

Test(numbers, have_no_holes_but_the_known_one)
{
	for (unsigned int nr = 0; nr < 512; nr++) {
		bool exists = nr <= 335 || (nr >= 424 && nr <= NEWEST);

		cr_expect_eq(!!call_by_number[nr], exists, "%u", nr);
		cr_expect_eq(!!(plan_calls[nr].flags & PLAN_F_KNOWN), exists, "%u", nr);
		cr_expect(exists || !plan_calls[nr].desc, "%u", nr);
	}
}

Test(numbers, descriptors_and_plans_agree)
{
	for (unsigned int nr = 0; nr < 512; nr++) {
		const struct plan *p = &plan_calls[nr];

		if (!call_by_number[nr])
			continue;
		cr_expect_eq(&call_descs[p->desc], call_by_number[nr]);
		for (unsigned int i = 0; i < p->nr_variants; i++) {
			const struct plan_variant *v = &plan_variants[p->variants + i];

			cr_expect_eq(call_descs[v->desc].nr, nr);
			cr_expect_str_eq(call_descs[v->desc].name, call_by_number[nr]->name);
		}
	}
}

static const struct call_desc *chosen(unsigned int nr, unsigned int arg, uint64_t value)
{
	uint64_t args[6] = { 0 };

	args[arg] = value;
	return &call_descs[plan_choose(nr, args).desc];
}

Test(numbers, select_variants)
{
	cr_expect_eq(chosen(__NR_fcntl, 1, F_GETFD)->nr_args, 2);
	cr_expect_eq(chosen(__NR_fcntl, 1, F_SETFD)->nr_args, 3);
	cr_expect_eq(chosen(__NR_fcntl, 1, F_DUPFD), chosen(__NR_fcntl, 1, F_DUPFD_CLOEXEC));
	cr_expect_eq(chosen(__NR_fcntl, 1, 12345), call_by_number[__NR_fcntl], "an unknown one");
	cr_expect_eq(chosen(__NR_fcntl, 0, F_GETFD), chosen(__NR_fcntl, 1, F_DUPFD),
		     "another argument selects");
}

/* The upper half of a register is not part of an int. */
Test(numbers, select_by_the_width_of_the_argument)
{
	cr_expect_eq(chosen(__NR_fcntl, 1, 0xdeadbeef00000000 | F_GETFD),
		     chosen(__NR_fcntl, 1, F_GETFD));
}

Test(numbers, select_by_a_part_of_the_argument)
{
	const struct call_desc *wait = chosen(__NR_futex, 1, FUTEX_WAIT);

	cr_expect_neq(wait, call_by_number[__NR_futex]);
	cr_expect_eq(chosen(__NR_futex, 1, FUTEX_WAIT | FUTEX_PRIVATE_FLAG), wait);
	cr_expect_neq(chosen(__NR_futex, 1, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME),
		      call_by_number[__NR_futex]);
	cr_expect_neq(chosen(__NR_futex, 1, FUTEX_WAKE), wait);
}

Test(numbers, of_noreturn_calls)
{
	cr_expect(plan_calls[__NR_exit].flags & PLAN_F_NORETURN);
	cr_expect(plan_calls[__NR_exit_group].flags & PLAN_F_NORETURN);
	cr_expect(plan_calls[__NR_rt_sigreturn].flags & PLAN_F_NORETURN);
	cr_expect(!(plan_calls[__NR_execve].flags & PLAN_F_NORETURN));
}
