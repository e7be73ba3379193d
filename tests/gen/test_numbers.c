// SPDX-License-Identifier: MIT
/*
 * Numbers, names and numbers of arguments of the system calls.
 */
#include <asm/unistd_64.h>
#include <criterion/criterion.h>
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
			cr_expect_eq(v->value & ~v->mask, 0, "%s: a value that can never match",
				     call_descs[v->desc].spec);
		}
	}
}

/* The same value twice would hide the second. */
Test(numbers, no_variant_hides_another)
{
	for (unsigned int nr = 0; nr < 512; nr++) {
		const struct plan *p = &plan_calls[nr];

		for (unsigned int i = 0; i < p->nr_variants; i++) {
			const struct plan_variant *v = &plan_variants[p->variants + i];

			for (unsigned int j = 0; j < i; j++) {
				const struct plan_variant *w = &plan_variants[p->variants + j];

				cr_expect((v->value & w->mask) != w->value, "%s hides %s",
					  call_descs[w->desc].spec, call_descs[v->desc].spec);
			}
		}
	}
}

Test(numbers, of_noreturn_calls)
{
	cr_expect(plan_calls[__NR_exit].flags & PLAN_F_NORETURN);
	cr_expect(plan_calls[__NR_exit_group].flags & PLAN_F_NORETURN);
	cr_expect(plan_calls[__NR_rt_sigreturn].flags & PLAN_F_NORETURN);
	cr_expect(!(plan_calls[__NR_execve].flags & PLAN_F_NORETURN));
}
