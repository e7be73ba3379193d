// SPDX-License-Identifier: MIT
/*
 * The capture plan that each type asks for.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "itrace/plan.h"
#include "spec.h"
#include "spec_plan.h"

#define DECLARED "struct s = 24\nstruct t = struct t <t.h>\nflags f \"F\" { X }\n"

static const char *const names[] = {
	[PLAN_STRING] = "STRING",
	[PLAN_FIXED] = "FIXED",
	[PLAN_BYTES] = "BYTES",
	[PLAN_BYTES_RET] = "BYTES_RET",
	[PLAN_VAR] = "VAR",
	[PLAN_ARRAY] = "ARRAY",
	[PLAN_ARRAY_RET] = "ARRAY_RET",
	[PLAN_SOCK] = "SOCK",
	[PLAN_SOCK_PTR] = "SOCK_PTR",
	[PLAN_BYTES_PTR] = "BYTES_PTR",
	[PLAN_IOVEC] = "IOVEC",
	[PLAN_MSGHDR] = "MSGHDR",
	[PLAN_MMSGHDR] = "MMSGHDR",
	[PLAN_ARGV] = "ARGV",
	[PLAN_ENVP] = "ENVP",
	[PLAN_DIRENTS] = "DIRENTS",
	[PLAN_DIRENTS32] = "DIRENTS32",
	[PLAN_FD] = "FD",
	[PLAN_FD_RET] = "FD_RET",
	[PLAN_DIRFD] = "DIRFD",
	[PLAN_FD_PAIR] = "FD_PAIR",
	[PLAN_STRING_RET] = "STRING_RET",
};

/* "KIND(arg,len,size)when" per op; when: i, o, a(lways) */
static void describe(const struct spec_plan *plan, char *buf, size_t room)
{
	size_t len = 0;

	buf[0] = 0;
	for (unsigned int i = 0; i < plan->nr && len < room; i++) {
		const struct spec_op *op = &plan->ops[i];

		len += snprintf(buf + len, room - len, "%s%s(%u,%u,%ux%s%u)%s%s%s", i ? " " : "",
				names[op->kind], op->arg, op->len, op->count,
				op->ctype ? op->ctype : "", op->bytes,
				op->when & PLAN_IN ? "i" : "", op->when & PLAN_OUT ? "o" : "",
				op->when & PLAN_ALWAYS ? "a" : "");
	}
}

static void expect(const char *args, const char *tail, const char *wanted)
{
	struct spec spec = SPEC_INIT;
	struct spec_error e;
	struct spec_plan plan;
	char text[1024];
	char got[1024];

	snprintf(text, sizeof(text), DECLARED "0 call(%s) -> %s\n", args, tail);
	cr_assert_eq(spec_parse(&spec, "t", text, strlen(text), &e), 0, "%s: %s", text, e.message);
	cr_assert_eq(spec_resolve(&spec, &e), 0, "%s: %s", text, e.message);
	spec_plan_derive(spec.sorted[0], &plan);
	describe(&plan, got, sizeof(got));
	cr_expect_str_eq(got, wanted, "%s: %s, expected %s", args, got, wanted);
	spec_release(&spec);
}

Test(plan, values_need_no_memory)
{
	expect("int a, hexlong b, flags[f] c, ptr d, unused e, clock f", "int", "");
}

Test(plan, strings)
{
	expect("path a, str b", "int", "STRING(0,0,1x4096)i STRING(1,0,1x0)i");
	expect("out path a", "int", "STRING(0,0,1x4096)o");
}

Test(plan, data_by_the_kind_of_its_length)
{
	expect("bytes[n] a, size n", "int", "BYTES(0,1,1x0)i");
	expect("out bytes[ret] a", "size", "BYTES_RET(0,0,1x0)o");
	expect("out bytes[*n] a, inout ref[int] n", "int",
	       "BYTES_PTR(0,1,1x4096)o FIXED(1,0,1x4)io");
	expect("out bytes[16] a", "int", "FIXED(0,0,1x16)o");
}

Test(plan, structures)
{
	expect("struct[s] a, out struct[t] b", "int", "FIXED(0,0,1x24)i FIXED(1,0,1xstruct t0)o");
	expect("inout struct[s,n] a, size n", "int", "VAR(0,1,1x24)io");
}

Test(plan, arrays)
{
	expect("array[s,n] a, uint n", "int", "ARRAY(0,1,1x24)i");
	expect("out array[t,ret] a", "int", "ARRAY_RET(0,0,1xstruct t0)o");
	expect("array[s,2] a, array[ushort,3] b", "int", "FIXED(0,0,2x24)i FIXED(1,0,3x2)i");
	expect("ref[long] a, ref[flags[f]] b, ref[s] c", "int",
	       "FIXED(0,0,1x8)i FIXED(1,0,1x4)i FIXED(2,0,1x24)i");
}

Test(plan, sockets_and_vectors)
{
	expect("sockaddr[n] a, int n", "int", "SOCK(0,1,1x0)i");
	expect("out sockaddr[*n] a, inout ref[int] n", "fd",
	       "SOCK_PTR(0,1,1x0)o FIXED(1,0,1x4)io FD_RET(0,0,1x0)o");
	expect("iovec[n] a, out iovec[n] b, ulong n", "size", "IOVEC(0,2,1x0)i IOVEC(1,2,1x0)o");
	expect("msghdr a, inout mmsghdr[n] b, uint n", "int",
	       "MSGHDR(0,0,1x0)i MMSGHDR(1,2,1x0)io");
	expect("argv a, envp b", "int", "ARGV(0,0,1x0)i ENVP(1,0,1x0)i");
	expect("out dirents[ret] a, out old_dirents[ret] b", "int",
	       "DIRENTS(0,0,1x0)o DIRENTS32(1,0,1x0)o");
	expect("sigset[n] a, sigset[8] b, size n", "int", "VAR(0,2,1x128)i FIXED(1,0,1x8)i");
}

Test(plan, what_the_kernel_stores_is_not_read_at_entry)
{
	expect("inout sockaddr[*n] a, ref[int] n", "int", "SOCK_PTR(0,1,1x0)o FIXED(1,0,1x4)i");
	expect("out fdpair a", "int", "FD_PAIR(0,0,1x0)o");
}

Test(plan, descriptors_come_last)
{
	expect("fd a, path b, dirfd c", "fd",
	       "STRING(1,0,1x4096)i FD(0,0,1x0)i DIRFD(2,0,1x0)i FD_RET(0,0,1x0)o");
}

Test(plan, always_holds_for_every_capture_at_exit)
{
	expect("struct[s] a, out struct[s] b", "int @always", "FIXED(0,0,1x24)i FIXED(1,0,1x24)oa");
}
