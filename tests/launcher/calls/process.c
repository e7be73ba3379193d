/* SPDX-License-Identifier: MIT */
/*
 * Makes process, thread, scheduling and futex calls with typical, edge and failing arguments, for
 * comparison of two traces of it. Ends with status 0 whatever the calls return.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/times.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BAD ((void *)8)
#define KCMP_FILE 0
#define ARCH_SET_GS 0x1001
#define ARCH_SET_FS 0x1002
#define ARCH_GET_FS 0x1003
#define ARCH_GET_GS 0x1004
#define ARCH_GET_CPUID 0x1011
#define ARCH_SET_CPUID 0x1012

struct sched_attr {
	uint32_t size;
	uint32_t sched_policy;
	uint64_t sched_flags;
	int32_t sched_nice;
	uint32_t sched_priority;
	uint64_t sched_runtime;
	uint64_t sched_deadline;
	uint64_t sched_period;
	uint32_t sched_util_min;
	uint32_t sched_util_max;
};

static char stack[65536] __attribute__((aligned(16)));

static pid_t start_child(int how)
{
	pid_t pid = fork();

	if (pid == 0) {
		if (how < 256)
			_exit(how);
		kill(getpid(), how - 256);
		_exit(0);
	}
	return pid;
}

/* Stops, and then waits for a byte: whoever ends at once may be dead before it is seen to go on. */
static pid_t start_stopping(const int ends[2])
{
	pid_t pid = fork();
	char byte;

	if (pid == 0) {
		kill(getpid(), SIGSTOP);
		syscall(SYS_read, ends[0], &byte, 1);
		_exit(0);
	}
	return pid;
}

static void make_waits(void)
{
	siginfo_t si;
	struct rusage ru;
	int status, ends[2];
	pid_t pid;

	pid = start_child(7);
	syscall(SYS_wait4, pid, &status, 0, &ru);
	pid = start_child(256 + SIGKILL);
	syscall(SYS_wait4, -1, &status, WUNTRACED | WCONTINUED | __WALL, NULL);
	pipe(ends);
	pid = start_stopping(ends);
	syscall(SYS_wait4, pid, &status, WUNTRACED, NULL);
	kill(pid, SIGCONT);
	syscall(SYS_wait4, pid, &status, WCONTINUED, NULL);
	syscall(SYS_write, ends[1], "", 1);
	syscall(SYS_wait4, pid, &status, 0, NULL);
	pid = start_child(256 + SIGTERM);
	syscall(SYS_waitid, P_PID, pid, &si, WEXITED | WNOWAIT, NULL);
	syscall(SYS_waitid, P_ALL, 0, &si, WEXITED | WSTOPPED | __WCLONE, &ru);
	syscall(SYS_waitid, P_ALL, 0, &si, WEXITED | __WALL, &ru);
	pid = fork();
	if (pid == 0) {
		struct timespec ts = { 0, 200000000 };

		nanosleep(&ts, NULL);
		_exit(0);
	}
	syscall(SYS_wait4, -1, &status, WNOHANG, NULL);
	syscall(SYS_waitid, P_PGID, 0, &si, WEXITED | WNOHANG, NULL);
	syscall(SYS_wait4, pid, NULL, 0, NULL);
	syscall(SYS_wait4, -1, &status, 0, NULL);
	syscall(SYS_wait4, 0, &status, 0x100, BAD);
	syscall(SYS_waitid, 3, 0, BAD, 0x100, BAD);
	syscall(SYS_waitid, 77, -1, NULL, 0, NULL);
}

static void make_execs(void)
{
	static char *args[] = { "a b", "\n\"x", "", NULL };
	static char *vars[] = { "A=1", "B=2", NULL };
	static char *many[40];

	for (unsigned int i = 0; i < 39; i++)
		many[i] = "v";
	syscall(SYS_execve, "/nonexistent/file", args, vars);
	syscall(SYS_execve, "/nonexistent/file", many, many);
	syscall(SYS_execve, "/nonexistent/file", NULL, NULL);
	syscall(SYS_execve, "/nonexistent/file", many + 39, many + 39);
	syscall(SYS_execve, "/nonexistent/file", args, many + 38);
	syscall(SYS_execve, BAD, BAD, BAD);
	syscall(SYS_execve, NULL, args, vars);
	syscall(SYS_execveat, AT_FDCWD, "/nonexistent/file", args, vars, AT_SYMLINK_NOFOLLOW);
	syscall(SYS_execveat, -1, "", args, BAD, AT_EMPTY_PATH | 1);
	args[1] = BAD;
	syscall(SYS_execve, "/nonexistent/file", args, vars);
	if (vfork() == 0) {
		execl("/bin/true", "true", NULL);
		_exit(1);
	}
	wait(NULL);
}

static void make_clones(void)
{
	struct clone_args a = { .exit_signal = SIGCHLD };
	int tid = 0, pidfd = -1, status;
	pid_t pid;

	pid = syscall(SYS_clone, SIGCHLD | CLONE_PARENT_SETTID, NULL, &tid, NULL, NULL);
	if (pid == 0)
		syscall(SYS_exit, 3);
	syscall(SYS_wait4, pid, &status, 0, NULL);
	pid = syscall(SYS_clone, CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, NULL, &pidfd, NULL,
		      NULL);
	if (pid == 0)
		syscall(SYS_exit_group, 0x1ff);
	syscall(SYS_wait4, pid, &status, 0, NULL);
	close(pidfd);
	syscall(SYS_clone, CLONE_THREAD, stack, &tid, &tid, 0x1234);
	syscall(SYS_clone, CLONE_THREAD | CLONE_SETTLS | CLONE_CHILD_SETTID, stack, &tid, &tid,
		0x1234);
	syscall(SYS_clone, 0xffffffff, 0, 0, 0, 0);
	pid = syscall(SYS_clone3, &a, sizeof(a));
	if (pid == 0)
		syscall(SYS_exit_group, 0);
	syscall(SYS_wait4, pid, &status, 0, NULL);
	a.flags = CLONE_PARENT_SETTID | CLONE_PIDFD;
	a.parent_tid = (uintptr_t)&tid;
	a.pidfd = (uintptr_t)&pidfd;
	pid = syscall(SYS_clone3, &a, 64);
	if (pid == 0)
		syscall(SYS_exit_group, 0);
	syscall(SYS_wait4, pid, &status, 0, NULL);
	close(pidfd);
	a.flags = CLONE_THREAD | 0x8000000000000000;
	a.stack = 0x1000;
	a.stack_size = 0x2000;
	a.tls = 0x3000;
	a.child_tid = 0x4000;
	a.exit_signal = 70;
	syscall(SYS_clone3, &a, sizeof(a));
	a.set_tid = (uintptr_t)&tid;
	a.set_tid_size = 1;
	a.cgroup = 5;
	a.flags = CLONE_INTO_CGROUP | CLONE_SETTLS | CLONE_CHILD_SETTID | CLONE_VFORK;
	syscall(SYS_clone3, &a, sizeof(a));
	syscall(SYS_clone3, &a, 8);
	syscall(SYS_clone3, &a, 80);
	memcpy(stack, &a, sizeof(a));
	syscall(SYS_clone3, stack, 4096);
	syscall(SYS_clone3, BAD, 88);
	syscall(SYS_clone3, NULL, 88);
	syscall(SYS_unshare, 0);
	syscall(SYS_unshare, CLONE_NEWUSER | 0x1);
	syscall(SYS_setns, -1, CLONE_NEWNET);
	syscall(SYS_setns, -1, 3);
}

static void make_futexes(void)
{
	static const int ops[] = { 0x80, 0x100, 0x180, 0 };
	uint32_t word = 0, word2 = 0;
	struct timespec ts = { 0, 1000 };

	for (int op = 0; op < 16; op++)
		for (unsigned int i = 0; i < 4; i++)
			syscall(SYS_futex, &word, op | ops[i], 1, BAD, &word2, 0xffffffff);
	syscall(SYS_futex, &word, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 0, &ts, NULL, 0);
	syscall(SYS_futex, &word, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, 7, NULL, NULL, 0);
	syscall(SYS_futex, &word, FUTEX_WAIT_BITSET_PRIVATE | FUTEX_CLOCK_REALTIME, 0, &ts, NULL,
		FUTEX_BITSET_MATCH_ANY);
	syscall(SYS_futex, &word, FUTEX_WAIT_BITSET_PRIVATE, 9, &ts, NULL, 0x10);
	syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 0x7fffffff);
	syscall(SYS_futex, &word, FUTEX_WAKE, -1);
	syscall(SYS_futex, &word, FUTEX_WAKE_BITSET_PRIVATE, 1, 0, 0, 3);
	syscall(SYS_futex, &word, FUTEX_REQUEUE, 1, 2, &word2, 0);
	syscall(SYS_futex, &word, FUTEX_CMP_REQUEUE, 1, 2, &word2, 0);
	for (unsigned int i = 0; i < 16; i++)
		syscall(SYS_futex, &word, FUTEX_WAKE_OP, 1, 1, &word2,
			FUTEX_OP(i, 5, i, 7) | (i & 8) << 28);
	syscall(SYS_futex, &word, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	syscall(SYS_futex, &word, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	syscall(SYS_futex, NULL, FUTEX_WAKE, 1);
}

static void make_futex_vectors(void)
{
	uint32_t word = 0;
	struct futex_waitv w[3] = {
		{ .uaddr = (uintptr_t)&word, .val = 1, .flags = FUTEX_32 | FUTEX_PRIVATE_FLAG }
	};
	struct timespec ts = { 0, 1000 };

	w[1] = w[0];
	w[1].__reserved = 7;
	w[1].flags = 0x40;
	syscall(SYS_futex_waitv, w, 1, 0, &ts, CLOCK_MONOTONIC);
	syscall(SYS_futex_waitv, w, 2, 1, NULL, 0);
	syscall(SYS_futex_waitv, BAD, 2, 1, BAD, 99);
	syscall(SYS_futex_waitv, w, 0, 0, NULL, 0);
}

static void make_limits(void)
{
	struct rlimit rl = { 100, RLIM_INFINITY };

	for (int i = 0; i < 17; i++)
		syscall(SYS_prlimit64, 0, i, NULL, &rl);
	rl.rlim_cur = 100;
	rl.rlim_max = RLIM_INFINITY;
	syscall(SYS_prlimit64, 0x7ffffff0, RLIMIT_NOFILE, &rl, &rl);
	syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, BAD, BAD);
	syscall(SYS_getrlimit, RLIMIT_CORE, &rl);
	syscall(SYS_setrlimit, RLIMIT_CORE, &rl);
	rl.rlim_cur = 3000 * 1024ul;
	rl.rlim_max = 1024;
	syscall(SYS_setrlimit, RLIMIT_CORE, &rl);
}

static void make_prctl_names(void)
{
	char name[17] = "x";

	prctl(PR_SET_NAME, "a name that is longer than 16");
	prctl(PR_SET_NAME, "y\n");
	prctl(PR_GET_NAME, name);
	syscall(SYS_prctl, PR_GET_NAME, BAD, 1, 2, 3);
	syscall(SYS_prctl, PR_SET_NAME, BAD, 1, 2, 3);
}

/*
 * Every option with arguments that the kernel refuses or that change nothing. Left out: what would
 * change the memory layout, the way calls are dispatched, and what make_seccomp() does last.
 */
static void make_prctls(void)
{
	long word[4];

	for (int i = 0; i < 75; i++) {
		if (i == PR_SET_MM || i == PR_SET_SECCOMP || i == PR_SET_TSC ||
		    i == PR_SET_SYSCALL_USER_DISPATCH)
			continue;
		syscall(SYS_prctl, i, -1, 2, 3, 4);
		syscall(SYS_prctl, i, 0, 0, 0, 0);
		syscall(SYS_prctl, i, word, 0, 0, 0);
	}
	syscall(SYS_prctl, PR_SET_SECCOMP, 77, 0, 0, 0);
	syscall(SYS_prctl, 0x53564d41, 0, 0, 0, 0);
	syscall(SYS_prctl, PR_SET_PTRACER, -1, 0, 0, 0);
	syscall(SYS_prctl, 0x12345, 1, 2, 3, 4);
	syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGUSR1, 0, 0, 0);
	syscall(SYS_prctl, PR_GET_PDEATHSIG, word, 0, 0, 0);
	syscall(SYS_prctl, PR_SET_PDEATHSIG, 0, 0, 0, 0);
	syscall(SYS_prctl, PR_CAPBSET_READ, 21, 0, 0, 0);
	syscall(SYS_prctl, PR_SET_DUMPABLE, 1, 0, 0, 0);
	syscall(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, 12, 0, 0);
	syscall(SYS_prctl, PR_SET_TIMERSLACK, 50000, 0, 0, 0);
	syscall(SYS_prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	syscall(SYS_prctl, PR_GET_CHILD_SUBREAPER, word, 0, 0, 0);
	syscall(SYS_prctl, PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0);
	syscall(SYS_prctl, PR_SET_VMA, 0, stack, 4096, "name");
	syscall(SYS_arch_prctl, ARCH_GET_FS, word);
	syscall(SYS_arch_prctl, ARCH_GET_GS, word);
	syscall(SYS_arch_prctl, ARCH_SET_FS, 0x8000000000000000);
	syscall(SYS_arch_prctl, ARCH_GET_FS, BAD);
	syscall(SYS_arch_prctl, ARCH_GET_CPUID, 5);
	syscall(SYS_arch_prctl, 0x3001, 0);
	syscall(SYS_arch_prctl, 0x2001, 0x1234);
	syscall(SYS_arch_prctl, 0x77, 0x1234);
}

static void make_scheduling(void)
{
	unsigned long set[16] = { 1 };
	struct sched_param param = { 0 };
	struct timespec ts;
	struct sched_attr attr = { .size = sizeof(attr) };

	syscall(SYS_sched_getaffinity, 0, sizeof(set), set);
	syscall(SYS_sched_setaffinity, 0, 8, set);
	syscall(SYS_sched_getaffinity, 0, 8, set);
	syscall(SYS_sched_getaffinity, 0, 1, set);
	syscall(SYS_sched_setaffinity, 0, 3, set);
	set[0] = 0;
	syscall(SYS_sched_setaffinity, 0, 8, set);
	syscall(SYS_sched_setaffinity, 0, 0, set);
	set[1] = 0xff00000000000001;
	syscall(SYS_sched_setaffinity, -1, 16, set);
	syscall(SYS_sched_setaffinity, 0, 8, BAD);
	syscall(SYS_sched_getaffinity, -1, 128, BAD);
	syscall(SYS_sched_yield);
	syscall(SYS_sched_getscheduler, 0);
	syscall(SYS_sched_getparam, 0, &param);
	syscall(SYS_sched_setparam, 0, &param);
	syscall(SYS_sched_getparam, -1, BAD);
	syscall(SYS_sched_setscheduler, 0, SCHED_BATCH | SCHED_RESET_ON_FORK, &param);
	syscall(SYS_sched_getscheduler, 0);
	syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, &param);
	syscall(SYS_sched_setscheduler, -1, 77, BAD);
	syscall(SYS_sched_get_priority_max, SCHED_FIFO);
	syscall(SYS_sched_get_priority_min, 77);
	syscall(SYS_sched_rr_get_interval, 0, &ts);
	syscall(SYS_sched_rr_get_interval, -1, BAD);
	syscall(SYS_sched_getattr, 0, &attr, sizeof(attr), 0);
	syscall(SYS_sched_setattr, 0, &attr, 0);
	syscall(SYS_sched_getattr, 0, &attr, 48, 0);
	attr.sched_policy = SCHED_DEADLINE;
	attr.sched_flags = 0xff;
	attr.sched_nice = -5;
	attr.size = 48;
	syscall(SYS_sched_setattr, -1, &attr, 1);
	attr.size = 8;
	syscall(SYS_sched_setattr, -1, &attr, 1);
	syscall(SYS_sched_getattr, -1, BAD, 48, 0);
	syscall(SYS_sched_setattr, -1, BAD, 0);
	syscall(SYS_getpriority, PRIO_PROCESS, 0);
	syscall(SYS_setpriority, PRIO_PROCESS, 0, 0);
	syscall(SYS_getpriority, 9, -1);
	syscall(SYS_setpriority, PRIO_USER, -1, -20);
	syscall(SYS_ioprio_get, 1, 0);
	syscall(SYS_ioprio_set, 1, 0, 2 << 13 | 4);
	syscall(SYS_ioprio_set, 9, -1, 9 << 13 | 4);
	syscall(SYS_getcpu, &set[0], &set[1], NULL);
	syscall(SYS_getcpu, BAD, NULL, BAD);
}

static void make_memory_policy(void)
{
	syscall(SYS_membarrier, 0, 0, 0);
	syscall(SYS_membarrier, 8, 0, 0);
	syscall(SYS_membarrier, 0x10000, 3, 7);
	syscall(SYS_rseq, BAD, 32, 1, 0x53053053);
	syscall(SYS_rseq, NULL, 16, 4, 0);
	syscall(SYS_set_robust_list, BAD, 24);
	syscall(SYS_set_robust_list, NULL, 0);
	syscall(SYS_get_robust_list, 0, stack, stack + 8);
	syscall(SYS_get_robust_list, -1, BAD, NULL);
	syscall(SYS_set_tid_address, stack);
	syscall(SYS_set_tid_address, NULL);
	syscall(SYS_kcmp, getpid(), getpid(), KCMP_FILE, 0, 1);
	syscall(SYS_kcmp, getpid(), -1, 77, 0, 1);
	syscall(SYS_kcmp, getpid(), getpid(), 1, 0, 1);
	syscall(SYS_personality, 0xffffffff);
	syscall(SYS_personality, 0x0040000);
	syscall(SYS_personality, 0);
	syscall(SYS_setsid);
	syscall(SYS_getpgid, 0);
	syscall(SYS_setpgid, 0, 0);
	syscall(SYS_getsid, 0);
	syscall(SYS_getpgrp);
	syscall(SYS_getppid);
	syscall(SYS_gettid);
	syscall(SYS_pidfd_open, -1, 0);
	syscall(SYS_pidfd_open, getpid(), 0x800);
	syscall(SYS_pidfd_send_signal, -1, SIGTERM, NULL, 0);
	syscall(SYS_pidfd_getfd, -1, 3, 0);
	syscall(SYS_process_mrelease, -1, 0);
	syscall(SYS_vhangup + 400);
}

static void make_seccomp(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 39, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 5),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { 4, code };
	unsigned int action = SECCOMP_RET_TRAP;

	syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action);
	syscall(SYS_seccomp, SECCOMP_SET_MODE_STRICT, 1, 0);
	syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0xff00, &prog);
	syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, BAD);
	syscall(SYS_seccomp, 77, 0, NULL);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	syscall(SYS_prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog, 0, 0);
	syscall(SYS_getpid);
	syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &prog);
	syscall(SYS_prctl, PR_GET_SECCOMP, 0, 0, 0, 0);
}

static void make_ptraces(void)
{
	for (int i = 1; i < 34; i++)
		syscall(SYS_ptrace, i, 0x7ffffff0, 0x10, 0x20);
	for (int i = 0x4200; i < 0x4212; i++)
		syscall(SYS_ptrace, i, 0x7ffffff0, 0x10, 0x20);
	syscall(SYS_ptrace, 0x5000, -1, 0, 0);
}

int main(void)
{
	make_waits();
	make_execs();
	make_clones();
	make_futexes();
	make_futex_vectors();
	make_limits();
	make_prctl_names();
	make_prctls();
	make_scheduling();
	make_memory_policy();
	make_ptraces();
	make_seccomp();
	return 0;
}
