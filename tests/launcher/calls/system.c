/* SPDX-License-Identifier: MIT */
/*
 * Makes calls on limits, usage and the system as a whole with typical, edge and failing arguments,
 * for comparison of two traces of it. Changes nothing; status 0.
 */
#define _GNU_SOURCE
#include <linux/reboot.h>
#include <stdint.h>
#include <sys/klog.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#define BAD ((void *)8)

static void make_limits(void)
{
	struct rlimit lim;
	struct rusage usage;

	syscall(SYS_getrlimit, RLIMIT_NOFILE, &lim);
	syscall(SYS_getrlimit, RLIMIT_CORE, &lim);
	syscall(SYS_getrlimit, RLIMIT_STACK, &lim);
	syscall(SYS_getrlimit, 99, &lim);
	syscall(SYS_getrlimit, RLIMIT_CPU, BAD);
	syscall(SYS_setrlimit, RLIMIT_CORE, &(struct rlimit){ 0, 1024 });
	syscall(SYS_setrlimit, RLIMIT_FSIZE, &(struct rlimit){ 5000, 4096 });
	syscall(SYS_setrlimit, 99, BAD);
	syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, &lim);
	syscall(SYS_prlimit64, 0, RLIMIT_DATA, &(struct rlimit){ -1, -1 }, &lim);
	syscall(SYS_prlimit64, -1, RLIMIT_AS, NULL, BAD);
	syscall(SYS_prlimit64, 0, 99, BAD, NULL);
	syscall(SYS_prlimit64, 0, RLIMIT_AS, &(struct rlimit){ 1024 * 3000, 1500 }, NULL);
	syscall(SYS_getrusage, RUSAGE_SELF, &usage);
	syscall(SYS_getrusage, RUSAGE_CHILDREN, &usage);
	syscall(SYS_getrusage, 99, &usage);
	syscall(SYS_getrusage, RUSAGE_THREAD, BAD);
	syscall(SYS_getpriority, PRIO_PROCESS, 0);
	syscall(SYS_getpriority, 9, -1);
	syscall(SYS_setpriority, PRIO_PGRP, 99999999, -5);
	syscall(SYS_ioprio_get, 1, 0);
	syscall(SYS_ioprio_get, 9, 0);
	syscall(SYS_ioprio_set, 1, 99999999, 2 << 13 | 4);
	syscall(SYS_ioprio_set, 9, 0, 7 << 13);
}

static void make_system(void)
{
	struct utsname uts;
	struct sysinfo info;
	char buf[64];
	unsigned int cpu, node;

	syscall(SYS_uname, &uts);
	syscall(SYS_uname, BAD);
	syscall(SYS_sysinfo, &info);
	syscall(SYS_sysinfo, NULL);
	syscall(SYS_getrandom, buf, 8, 0);
	syscall(SYS_getrandom, buf, 64, GRND_NONBLOCK);
	syscall(SYS_getrandom, BAD, 4, GRND_RANDOM | 0x10);
	syscall(SYS_getrandom, buf, 0, 0);
	syscall(SYS_getcpu, &cpu, &node, NULL);
	syscall(SYS_getcpu, NULL, BAD, BAD);
	syscall(SYS_sethostname, BAD, 5);
	syscall(SYS_setdomainname, BAD, -5L);
	syscall(SYS_syslog, 10, NULL, 0);
	syscall(SYS_syslog, 3, BAD, 5);
	syscall(SYS_syslog, 99, NULL, 0);
	syscall(SYS_sysfs, 3);
	syscall(SYS_sysfs, 1, "proc");
	syscall(SYS_sysfs, 2, 0, buf);
	syscall(SYS_sysfs, 9);
	syscall(SYS_ustat, 0, buf);
	syscall(SYS_reboot, 1, 2, 3, NULL);
	syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, 5, LINUX_REBOOT_CMD_RESTART2, "arg");
	syscall(SYS_acct, "/missing/acct");
	syscall(SYS_sync);
	syscall(SYS_vhangup + 0x10000, 1, 2, 3, 0, 5, 6);
	syscall(1000, 1, 2, 3, 0, 5, -1L);
	syscall(SYS_uselib, "missing");
	syscall(SYS_iopl, 9);
	syscall(SYS_ioperm, 1L << 20, 5, 1);
	syscall(SYS_init_module, BAD, 5, "args");
	syscall(SYS_finit_module, -1, "args", 1);
	syscall(SYS_delete_module, "missing module", 0x800);
}

int main(void)
{
	make_limits();
	make_system();
	return 0;
}
