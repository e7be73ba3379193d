/* SPDX-License-Identifier: MIT */
/*
 * A program with a seccomp filter of its own: SECCOMP_RET_TRAP on some calls, whose SIGSYS handler
 * answers them, and mprotect, prctl and futex forbidden.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

static volatile int traps, bad;

static void answer(int sig, siginfo_t *info, void *ctx)
{
	ucontext_t *uc = ctx;

	if (sig != SIGSYS || info->si_code != 1 /* SYS_SECCOMP */ ||
	    info->si_syscall != SYS_getpgid || uc->uc_mcontext.gregs[REG_RAX] != SYS_getpgid)
		bad++;
	traps++;
	uc->uc_mcontext.gregs[REG_RAX] = 4242;
}

#define ON(nr, ret) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1), BPF_STMT(BPF_RET | BPF_K, ret)

int main(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		ON(SYS_getpgid, SECCOMP_RET_TRAP),
		ON(SYS_mprotect, SECCOMP_RET_KILL_PROCESS),
		ON(SYS_prctl, SECCOMP_RET_KILL_PROCESS),
		ON(SYS_futex, SECCOMP_RET_KILL_PROCESS),
		ON(SYS_mremap, SECCOMP_RET_KILL_PROCESS),
		ON(SYS_process_vm_readv, SECCOMP_RET_KILL_PROCESS),
		ON(SYS_process_vm_writev, SECCOMP_RET_KILL_PROCESS),
		ON(SYS_getsid, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { sizeof(code) / sizeof(*code), code };
	struct sigaction sa = { .sa_sigaction = answer, .sa_flags = SA_SIGINFO }, old;
	char c = 0;
	int fds[2];

	sigaction(SIGSYS, &sa, NULL);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog)) {
		perror("seccomp");
		return 2;
	}
	for (int i = 0; i < 100; i++) {
		bad += getpgid(0) != 4242;
		bad += getsid(0) != -1 || errno != EPERM;
		bad += getppid() <= 0;
	}
	/* sites that nobody has used yet */
	bad += pipe(fds) != 0;
	bad += write(fds[1], "x", 1) != 1;
	bad += read(fds[0], &c, 1) != 1 || c != 'x';
	bad += sigaction(SIGSYS, NULL, &old) || old.sa_sigaction != answer;
	printf("traps %d bad %d\n", traps, bad);
	return bad != 0;
}
