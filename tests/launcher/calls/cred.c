/* SPDX-License-Identifier: MIT */
/*
 * Makes credential calls with typical, edge and failing arguments, for comparison of two traces of
 * it. What could succeed for a privileged user is set to what it is already. Ends with status 0.
 */
#define _GNU_SOURCE
#include <grp.h>
#include <linux/capability.h>
#include <stdint.h>
#include <sys/fsuid.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BAD ((void *)8)

static void make_ids(void)
{
	unsigned int a, b, c;

	syscall(SYS_getuid);
	syscall(SYS_getgid);
	syscall(SYS_geteuid);
	syscall(SYS_getegid);
	syscall(SYS_setreuid, -1, -1);
	syscall(SYS_setregid, -1, -1);
	syscall(SYS_setresuid, -1, -1, getuid());
	syscall(SYS_setresgid, -1, getgid(), -1);
	syscall(SYS_setuid, -1);
	syscall(SYS_setgid, -1);
	syscall(SYS_setuid, getuid());
	syscall(SYS_setgid, getgid());
	syscall(SYS_setfsuid, -1);
	syscall(SYS_setfsgid, -1);
	syscall(SYS_getresuid, &a, &b, &c);
	syscall(SYS_getresgid, &a, &b, &c);
	syscall(SYS_getresuid, BAD, &b, NULL);
	syscall(SYS_getresgid, NULL, BAD, &c);
}

static void make_groups(void)
{
	unsigned int groups[64];
	long n;

	for (unsigned int i = 0; i < 64; i++)
		groups[i] = i;
	n = syscall(SYS_getgroups, 0, NULL);
	n = syscall(SYS_getgroups, 64, groups);
	syscall(SYS_getgroups, 0, groups);
	syscall(SYS_getgroups, -1, groups);
	syscall(SYS_getgroups, 64, BAD);
	syscall(SYS_setgroups, n, groups);
	groups[1] = -1;
	syscall(SYS_setgroups, 3, groups);
	syscall(SYS_setgroups, 64, groups);
	syscall(SYS_setgroups, 0x7fffffff, groups);
	syscall(SYS_setgroups, -1, groups);
	syscall(SYS_setgroups, 2, BAD);
	syscall(SYS_setgroups, 0x10000, NULL);
}

static void make_capabilities(void)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct d[2];

	syscall(SYS_capget, &h, d);
	syscall(SYS_capset, &h, d);
	d[0].effective = 0xffffffff;
	d[1].effective = 0xffffffff;
	d[0].permitted = 1;
	d[1].permitted = 2;
	d[0].inheritable = 0;
	d[1].inheritable = 0x80000000;
	h.pid = -1;
	syscall(SYS_capset, &h, d);
	h.pid = 0;
	syscall(SYS_capget, &h, NULL);
	syscall(SYS_capget, &h, BAD);
	h.version = _LINUX_CAPABILITY_VERSION_1;
	syscall(SYS_capget, &h, d);
	h.version = 0x12345;
	syscall(SYS_capget, &h, d);
	syscall(SYS_capget, &h, NULL);
	syscall(SYS_capget, NULL, NULL);
	syscall(SYS_capget, BAD, d);
	h.version = 0x12345;
	syscall(SYS_capset, &h, d);
	syscall(SYS_capset, BAD, BAD);
}

int main(void)
{
	make_ids();
	make_groups();
	make_capabilities();
	return 0;
}
