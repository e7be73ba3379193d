/* SPDX-License-Identifier: MIT */
/*
 * Runs a program as a hardened container would: without privileges, and under a seccomp filter that
 * refuses ptrace.
 *
 *     no-ptrace [--no-vm] [--no-sud] [--drop-only] PROGRAM [ARGUMENT...]
 *
 * Root becomes the user "nobody" of every system (65534); anybody else stays who he is. All
 * capabilities go, and no new ones can be had. ptrace answers EPERM; process_vm_readv and
 * process_vm_writev too with --no-vm; prctl(PR_SET_SYSCALL_USER_DISPATCH) answers EINVAL with
 * --no-sud, as on a kernel that does not know it. --drop-only: no filter. Exit status 126 if any of
 * this cannot be done: the program never runs with more than it should have.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define PR_SET_SYSCALL_USER_DISPATCH 59
#endif
#define NOBODY 65534
#define FILTER_MAX 32

struct filter {
	struct sock_filter code[FILTER_MAX];
	unsigned short len;
};

static void fail(const char *what)
{
	fprintf(stderr, "no-ptrace: %s: %s\n", what, strerror(errno));
	exit(126);
}

static void add(struct filter *f, struct sock_filter instruction)
{
	f->code[f->len++] = instruction;
}

static void load(struct filter *f, size_t offset)
{
	add(f, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset));
}

/* If the loaded word is value: answer. */
static void answer(struct filter *f, unsigned int value, unsigned int error)
{
	add(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1));
	add(f, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error));
}

static void install_filter(int no_vm, int no_sud)
{
	struct filter f = { .len = 0 };
	struct sock_fprog program = { .filter = f.code };

	load(&f, offsetof(struct seccomp_data, arch));
	add(&f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0));
	add(&f, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
	load(&f, offsetof(struct seccomp_data, nr));
	answer(&f, SYS_ptrace, EPERM);
	if (no_vm) {
		answer(&f, SYS_process_vm_readv, EPERM);
		answer(&f, SYS_process_vm_writev, EPERM);
	}
	if (no_sud) {
		add(&f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_prctl, 0, 3));
		load(&f, offsetof(struct seccomp_data, args[0]));
		answer(&f, PR_SET_SYSCALL_USER_DISPATCH, EINVAL);
	}
	add(&f, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
	program.len = f.len;
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		fail("the seccomp filter");
}

static void drop_privileges(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = { 0 };

	if (geteuid() == 0) {
		for (int cap = 0; cap <= CAP_LAST_CAP; cap++)
			prctl(PR_CAPBSET_DROP, cap);
		if (setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) ||
		    setresuid(NOBODY, NOBODY, NOBODY))
			fail("becoming nobody");
	}
	if (syscall(SYS_capset, &header, none))
		fail("dropping capabilities");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		fail("no new privileges");
	/* A change of user makes a process undumpable: its /proc would belong to root. */
	if (prctl(PR_SET_DUMPABLE, 1))
		fail("dumpable");
}

int main(int argc, char **argv)
{
	int no_vm = 0, no_sud = 0, drop_only = 0, i;

	for (i = 1; i < argc && !strncmp(argv[i], "--", 2); i++) {
		no_vm |= !strcmp(argv[i], "--no-vm");
		no_sud |= !strcmp(argv[i], "--no-sud");
		drop_only |= !strcmp(argv[i], "--drop-only");
	}
	if (i == argc) {
		fprintf(stderr, "usage: no-ptrace [--no-vm] [--no-sud] [--drop-only] PROGRAM...\n");
		return 126;
	}
	drop_privileges();
	if (!drop_only)
		install_filter(no_vm, no_sud);
	execvp(argv[i], argv + i);
	fail(argv[i]);
}
