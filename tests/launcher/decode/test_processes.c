/* SPDX-License-Identifier: MIT */
/*
 * Decoders of processes, threads, signals and credentials: what depends on flags, what is known at
 * which moment.
 */
#include <errno.h>
#include <linux/capability.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "call_builder.h"

#define A 0x7ffe0000
#define B 0x7ffe1000

static struct call c;

static void release(void)
{
	call_release(&c);
}

TestSuite(processes, .fini = release);

Test(processes, flags_decide_which_arguments_clone_has)
{
	int32_t tid = 77;

	call_init(&c, SYS_clone, CLONE_CHILD_CLEARTID | CLONE_CHILD_SETTID | SIGCHLD, 0, 0, A);
	call_expect(&c, "clone(child_stack=NULL, "
			"flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD");
	call_return(&c, 77);
	call_expect(&c, "clone(child_stack=NULL, "
			"flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, "
			"child_tidptr=0x7ffe0000) = 77");
	call_init(&c, SYS_clone, CLONE_PARENT_SETTID | CLONE_SETTLS, A, B, 0, 0x1234);
	call_out(&c, B, &tid, sizeof(tid));
	call_return(&c, 77);
	call_expect(&c, "clone(child_stack=0x7ffe0000, flags=CLONE_SETTLS|CLONE_PARENT_SETTID, "
			"parent_tid=[77], tls=0x1234) = 77");
	call_init(&c, SYS_clone, SIGCHLD, 0);
	call_expect(&c, "clone(child_stack=NULL, flags=SIGCHLD");
}

Test(processes, clone3_tells_the_childs_id_when_it_returns)
{
	uint64_t args[11] = { [0] = CLONE_THREAD | CLONE_PARENT_SETTID, [3] = B };

	call_init(&c, SYS_clone3, A, sizeof(args));
	call_in(&c, A, args, sizeof(args));
	call_expect(&c, "clone3({flags=CLONE_THREAD|CLONE_PARENT_SETTID, parent_tid=0x7ffe1000, "
			"exit_signal=0, stack=NULL, stack_size=0}");
	call_return(&c, 77);
	call_expect(&c, "clone3({flags=CLONE_THREAD|CLONE_PARENT_SETTID, parent_tid=0x7ffe1000, "
			"exit_signal=0, stack=NULL, stack_size=0} => {parent_tid=[77]}, 88) = 77");
	call_return(&c, -EAGAIN);
	call_expect(&c, "clone3({flags=CLONE_THREAD|CLONE_PARENT_SETTID, parent_tid=0x7ffe1000, "
			"exit_signal=0, stack=NULL, stack_size=0}, 88) = -1 EAGAIN (Resource "
			"temporarily unavailable)");
	call_init(&c, SYS_clone3, A, 8);
	call_expect(&c, "clone3(0x7ffe0000, 8");
}

Test(processes, a_status_is_there_only_if_a_child_was_found)
{
	int32_t status = 7 << 8;

	call_init(&c, SYS_wait4, (uint64_t)-1, A, WNOHANG, 0);
	call_expect(&c, "wait4(-1, ");
	call_out(&c, A, &status, sizeof(status));
	call_return(&c, 0);
	call_expect(&c, "wait4(-1, 0x7ffe0000, WNOHANG, NULL) = 0");
	call_return(&c, 77);
	call_expect(&c, "wait4(-1, [{WIFEXITED(s) && WEXITSTATUS(s) == 7}], WNOHANG, NULL) = 77");
}

Test(processes, the_operation_decides_which_arguments_futex_has)
{
	call_init(&c, SYS_futex, A, FUTEX_WAKE_PRIVATE, 1, 2, 3, 4);
	call_expect(&c, "futex(0x7ffe0000, FUTEX_WAKE_PRIVATE, 1");
	call_init(&c, SYS_futex, A, FUTEX_WAIT_BITSET_PRIVATE | FUTEX_CLOCK_REALTIME, 0, 0, 0,
		  0xffffffff);
	call_expect(&c, "futex(0x7ffe0000, FUTEX_WAIT_BITSET_PRIVATE|FUTEX_CLOCK_REALTIME, 0, "
			"NULL, FUTEX_BITSET_MATCH_ANY");
	call_init(&c, SYS_futex, A, FUTEX_WAKE_OP, 1, 2, B,
		  FUTEX_OP(FUTEX_OP_ADD, 5, FUTEX_OP_CMP_GE, 7));
	call_expect(&c, "futex(0x7ffe0000, FUTEX_WAKE_OP, 1, 2, 0x7ffe1000, "
			"FUTEX_OP_ADD<<28|0x5<<12|FUTEX_OP_CMP_GE<<24|0x7");
	call_init(&c, SYS_futex, A, 99, 1, B, 2, 3);
	call_expect(&c, "futex(0x7ffe0000, 0x63 /* FUTEX_??? */, 1, 0x7ffe1000, 0x2, 0x3");
}

Test(processes, the_result_tells_how_many_cpus_there_are)
{
	uint64_t set[4] = { 5 };

	call_init(&c, SYS_sched_getaffinity, 0, 128, A);
	call_out(&c, A, set, sizeof(set));
	call_return(&c, 8);
	call_expect(&c, "sched_getaffinity(0, 128, [0 2]) = 8");
	call_init(&c, SYS_sched_setaffinity, 0, 0, A);
	call_expect(&c, "sched_setaffinity(0, 0, []");
}

/* The kernel's struct sigaction. */
struct action {
	uint64_t handler;
	uint64_t flags;
	uint64_t restorer;
	uint64_t mask;
};

Test(processes, the_restorer_is_shown_where_there_is_one)
{
	struct action a = { 1, 0x14000000, 0x1000, 1 }, old = { 0 };

	call_init(&c, SYS_rt_sigaction, SIGUSR1, A, B, 8);
	call_in(&c, A, &a, sizeof(a));
	call_out(&c, B, &old, sizeof(old));
	call_return(&c, 0);
	call_expect(&c, "rt_sigaction(SIGUSR1, {sa_handler=SIG_IGN, sa_mask=[HUP], "
			"sa_flags=SA_RESTORER|SA_RESTART, sa_restorer=0x1000}, "
			"{sa_handler=SIG_DFL, sa_mask=[], sa_flags=0}, 8) = 0");
}

Test(processes, sigreturn_shows_the_mask_it_restores)
{
	uint64_t mask = 1 << (SIGUSR1 - 1);

	call_init(&c, SYS_rt_sigreturn, A);
	call_in(&c, A, &mask, sizeof(mask));
	call_return(&c, -EINTR);
	call_expect(&c, "rt_sigreturn({mask=[USR1]}) = -1 EINTR (Interrupted system call)");
}

static void expect_siginfo(const siginfo_t *si, const char *want)
{
	struct record rec = { .kind = RECORD_SIGNAL };
	struct decode_options opt = { .string_limit = 32 };
	struct text out = TEXT_INIT;
	struct decode d = { .rec = &rec, .out = &out, .opt = &opt };

	decode_siginfo(&d, si, sizeof(*si));
	text_char(&out, '\0');
	cr_expect_str_eq(out.data, want);
	text_release(&out);
}

Test(processes, siginfo_has_the_fields_of_its_signal_and_code)
{
	siginfo_t si = { .si_signo = SIGCHLD, .si_code = CLD_EXITED };

	si.si_pid = 5;
	si.si_status = 7;
	si.si_utime = 123;
	expect_siginfo(&si, "{si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=5, si_uid=0, "
			    "si_status=7, si_utime=123 /* 1.23 s */, si_stime=0}");
	si.si_code = CLD_KILLED;
	si.si_status = SIGKILL;
	si.si_utime = 0;
	expect_siginfo(&si, "{si_signo=SIGCHLD, si_code=CLD_KILLED, si_pid=5, si_uid=0, "
			    "si_status=SIGKILL, si_utime=0, si_stime=0}");
	si = (siginfo_t){ .si_signo = SIGSEGV, .si_code = SEGV_MAPERR };
	expect_siginfo(&si, "{si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=NULL}");
	si = (siginfo_t){ .si_signo = SIGUSR1, .si_code = SI_QUEUE };
	si.si_pid = 5;
	expect_siginfo(&si, "{si_signo=SIGUSR1, si_code=SI_QUEUE, si_pid=5, si_uid=0}");
	si.si_value.sival_ptr = (void *)77;
	expect_siginfo(&si, "{si_signo=SIGUSR1, si_code=SI_QUEUE, si_pid=5, si_uid=0, si_int=77, "
			    "si_ptr=0x4d}");
	si = (siginfo_t){ .si_signo = SIGSYS, .si_code = 1 };
	si.si_syscall = SYS_read;
	si.si_arch = 0xc000003e;
	expect_siginfo(&si, "{si_signo=SIGSYS, si_code=SYS_SECCOMP, si_call_addr=NULL, "
			    "si_syscall=__NR_read, si_arch=AUDIT_ARCH_X86_64}");
	si = (siginfo_t){ 0 };
	expect_siginfo(&si, "{}");
}

Test(processes, capabilities_are_one_word_before_version_2)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct d[2] = { { 1, 0, 0 }, { 1, 0, 0x80000000 } };

	call_init(&c, SYS_capset, A, B);
	call_in(&c, A, &h, sizeof(h));
	call_in(&c, B, d, sizeof(d));
	call_expect(&c, "capset({version=_LINUX_CAPABILITY_VERSION_3, pid=0}, "
			"{effective=1<<CAP_CHOWN|1<<CAP_MAC_OVERRIDE, permitted=0, "
			"inheritable=0x80000000 /* CAP_??? */}");
	h.version = _LINUX_CAPABILITY_VERSION_1;
	call_init(&c, SYS_capset, A, B);
	call_in(&c, A, &h, sizeof(h));
	call_in(&c, B, d, sizeof(d[0]));
	call_expect(&c, "capset({version=_LINUX_CAPABILITY_VERSION_1, pid=0}, "
			"{effective=1<<CAP_CHOWN, permitted=0, inheritable=0}");
}
