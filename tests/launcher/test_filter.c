/* SPDX-License-Identifier: MIT */
/*
 * Sets: the grammar, the members of strace's classes, and what each kind of member means.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decode/call_desc.h"
#include "filter.h"

/* The members of every class on x86-64, as strace 7.2 has them. */
static const struct {
	const char *name;
	const char *members;
} classes[] = {
	{ "%desc",
	  "read write open close fstat poll lseek mmap ioctl pread64 pwrite64 readv writev "
	  "pipe select dup dup2 sendfile fcntl flock fsync fdatasync ftruncate getdents "
	  "fchdir creat fchmod fchown fstatfs readahead fsetxattr fgetxattr flistxattr "
	  "fremovexattr epoll_create getdents64 fadvise64 epoll_wait epoll_ctl mq_open "
	  "mq_timedsend mq_timedreceive mq_notify mq_getsetattr inotify_init "
	  "inotify_add_watch inotify_rm_watch openat mkdirat mknodat fchownat futimesat "
	  "newfstatat unlinkat renameat linkat symlinkat readlinkat fchmodat faccessat "
	  "pselect6 ppoll splice tee sync_file_range vmsplice utimensat epoll_pwait "
	  "signalfd timerfd_create eventfd fallocate timerfd_settime timerfd_gettime "
	  "signalfd4 eventfd2 epoll_create1 dup3 pipe2 inotify_init1 preadv pwritev "
	  "perf_event_open fanotify_init fanotify_mark name_to_handle_at open_by_handle_at "
	  "syncfs setns finit_module renameat2 memfd_create kexec_file_load bpf execveat "
	  "userfaultfd copy_file_range preadv2 pwritev2 statx pidfd_send_signal "
	  "io_uring_setup io_uring_enter io_uring_register open_tree move_mount fsopen "
	  "fsconfig fsmount fspick pidfd_open openat2 pidfd_getfd faccessat2 "
	  "process_madvise epoll_pwait2 mount_setattr quotactl_fd landlock_create_ruleset "
	  "landlock_add_rule landlock_restrict_self memfd_secret process_mrelease cachestat "
	  "fchmodat2 setxattrat getxattrat listxattrat removexattrat open_tree_attr "
	  "file_getattr file_setattr" },
	{ "%file",
	  "open stat lstat access execve truncate getcwd chdir rename mkdir rmdir creat "
	  "link unlink symlink readlink chmod chown lchown utime mknod uselib statfs "
	  "pivot_root chroot acct mount umount2 swapon swapoff quotactl setxattr lsetxattr "
	  "getxattr lgetxattr listxattr llistxattr removexattr lremovexattr utimes "
	  "inotify_add_watch openat mkdirat mknodat fchownat futimesat newfstatat unlinkat "
	  "renameat linkat symlinkat readlinkat fchmodat faccessat utimensat fanotify_mark "
	  "name_to_handle_at renameat2 execveat statx open_tree move_mount fsconfig fspick "
	  "openat2 faccessat2 mount_setattr fchmodat2 setxattrat getxattrat listxattrat "
	  "removexattrat open_tree_attr file_getattr file_setattr" },
	{ "%memory",
	  "mmap mprotect munmap brk mremap msync mincore madvise shmat shmdt mlock munlock "
	  "mlockall munlockall io_setup io_destroy remap_file_pages mbind set_mempolicy "
	  "get_mempolicy migrate_pages move_pages mlock2 pkey_mprotect io_uring_register "
	  "set_mempolicy_home_node map_shadow_stack mseal" },
	{ "%process",
	  "clone fork vfork execve exit wait4 kill rt_sigqueueinfo tkill exit_group tgkill "
	  "waitid rt_tgsigqueueinfo execveat pidfd_send_signal clone3" },
	{ "%creds", "getuid getgid setuid setgid geteuid getegid setreuid setregid getgroups "
		    "setgroups setresuid getresuid setresgid getresgid setfsuid setfsgid capget "
		    "capset prctl" },
	{ "%signal",
	  "rt_sigaction rt_sigprocmask rt_sigreturn pause kill rt_sigpending "
	  "rt_sigtimedwait rt_sigqueueinfo rt_sigsuspend sigaltstack tkill tgkill signalfd "
	  "signalfd4 rt_tgsigqueueinfo pidfd_send_signal io_uring_enter" },
	{ "%ipc", "shmget shmat shmctl semget semop semctl shmdt msgget msgsnd msgrcv msgctl "
		  "semtimedop" },
	{ "%net", "sendfile socket connect accept sendto recvfrom sendmsg recvmsg shutdown bind "
		  "listen getsockname getpeername socketpair setsockopt getsockopt getpmsg putpmsg "
		  "accept4 recvmmsg sendmmsg" },
	{ "%stat", "stat" },
	{ "%lstat", "lstat" },
	{ "%fstat", "fstat newfstatat statx" },
	{ "%%stat", "stat fstat lstat newfstatat statx" },
	{ "%statfs", "statfs" },
	{ "%fstatfs", "fstatfs" },
	{ "%%statfs", "ustat statfs fstatfs" },
	{ "%pure", "getpid getuid getgid geteuid getegid getppid getpgrp gettid" },
	{ "%clock",
	  "gettimeofday adjtimex settimeofday time clock_settime clock_gettime clock_getres "
	  "clock_adjtime" },
};

static struct text error;

static int parse(struct call_set *set, const char *text)
{
	int err;

	text_clear(&error);
	err = filter_parse_calls(set, text, &error);
	text_char(&error, '\0');
	return err;
}

static bool named_in(const char *list, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = list; (at = strstr(at, name)); at += len) {
		if ((at == list || at[-1] == ' ') && (!at[len] || at[len] == ' '))
			return true;
	}
	return false;
}

/* The set that text means holds exactly the calls of the list. */
static void holds(const char *text, const char *list)
{
	struct call_set set;

	cr_assert_eq(parse(&set, text), 0, "%s: %s", text, error.data);
	for (unsigned int nr = 0; nr < SESSION_CALLS; nr++) {
		const char *name = call_by_number[nr] ? call_by_number[nr]->name : NULL;

		if (name)
			cr_expect_eq(call_set_has(&set, nr), named_in(list, name), "%s: %s", text,
				     name);
	}
}

static void finish(void)
{
	text_release(&error);
}

TestSuite(filter, .fini = finish);

Test(filter, classes_have_straces_members)
{
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		holds(classes[i].name, classes[i].members);
		cr_expect(*classes[i].members);
	}
}

Test(filter, legacy_classes_need_no_percent)
{
	static const char *const legacy[] = {
		"desc", "file", "memory", "process", "signal", "ipc"
	};
	struct call_set a, b;
	char name[16];

	for (size_t i = 0; i < sizeof(legacy) / sizeof(legacy[0]); i++) {
		snprintf(name, sizeof(name), "%%%s", legacy[i]);
		cr_assert_eq(parse(&a, legacy[i]), 0, "%s", legacy[i]);
		cr_assert_eq(parse(&b, name), 0, "%s", name);
		cr_expect_eq(memcmp(&a, &b, sizeof(a)), 0, "%s", name);
	}
	cr_expect_eq(parse(&a, "network"), 0);
	cr_expect_eq(parse(&b, "%net"), 0);
	cr_expect_eq(memcmp(&a, &b, sizeof(a)), 0);
	cr_expect_eq(parse(&a, "creds"), -EINVAL, "never was a legacy class");
	cr_expect_eq(parse(&a, "net"), -EINVAL);
}

Test(filter, names_numbers_and_lists)
{
	holds("open,close", "open close");
	holds("open,,close,", "open close");
	holds("0,01,3", "read write close");
	holds("none", "");
	holds("stat", "stat");
}

Test(filter, regular_expressions_are_extended_and_unanchored)
{
	holds("/^(p?)read(64|v)$", "pread64 readv preadv");
	holds("/clock_g", "clock_gettime clock_getres");
	holds("/^getp?pid$,close", "getpid getppid close");
}

Test(filter, an_exclamation_mark_inverts_the_whole_set)
{
	struct call_set set;

	cr_assert_eq(parse(&set, "!read,write"), 0);
	cr_expect_not(call_set_has(&set, 0));
	cr_expect_not(call_set_has(&set, 1));
	cr_expect(call_set_has(&set, 2));
	holds("!!read", "read");
	holds("!all", "");
}

Test(filter, a_question_mark_forgives_what_is_unknown)
{
	holds("?zork", "");
	holds("?zork,read", "read");
	holds("?/zork", "");
	holds("?read", "read");
}

Test(filter, other_personalities_match_nothing)
{
	holds("open@64", "open");
	holds("open@32,read@x32", "");
	holds("waitpid,stat64,socketcall@32", "");
	holds("/^open@32", "");
	holds("520,547@x32", "");
}

Test(filter, unknown_members_are_named)
{
	struct call_set set;

	cr_expect_eq(parse(&set, "read,zork"), -EINVAL);
	cr_expect_str_eq(error.data, "invalid system call 'zork'");
	cr_expect_eq(parse(&set, "waitpid@64"), -EINVAL);
	cr_expect_str_eq(error.data, "invalid system call 'waitpid@64'");
	cr_expect_eq(parse(&set, "read@16"), -EPROTONOSUPPORT);
	cr_expect_eq(parse(&set, "/["), -EBADMSG);
}

Test(filter, a_failed_parse_changes_nothing)
{
	struct call_set set, before;

	cr_assert_eq(parse(&set, "read"), 0);
	before = set;
	cr_expect_neq(parse(&set, "write,zork"), 0);
	cr_expect_eq(memcmp(&set, &before, sizeof(set)), 0);
}

Test(filter, nameless_numbers_are_always_shown)
{
	struct filter f;

	filter_init(&f);
	cr_assert_eq(filter_parse_trace(&f, "none", &error), 0);
	cr_expect_not(filter_has_call(&f, 0));
	cr_expect(filter_has_call(&f, SESSION_CALLS - 1));
	cr_expect(filter_has_call(&f, SESSION_CALLS));
	cr_expect(filter_has_call(&f, 0x40000000));
}

Test(filter, signals_have_names_and_numbers)
{
	struct filter f;

	filter_init(&f);
	cr_expect(filter_has_signal(&f, 17));
	cr_assert_eq(filter_parse_signals(&f, "sigint,TERM,9,rt_1", &error), 0);
	for (unsigned int sig = 0; sig < 64; sig++)
		cr_expect_eq(filter_has_signal(&f, sig),
			     sig == 2 || sig == 15 || sig == 9 || sig == 33, "%u", sig);
	cr_assert_eq(filter_parse_signals(&f, "!chld", &error), 0);
	cr_expect_not(filter_has_signal(&f, 17));
	cr_expect(filter_has_signal(&f, 2));
	cr_expect_eq(filter_parse_signals(&f, "zork", &error), -EINVAL);
	cr_expect_not(filter_has_signal(&f, 17), "as before");
}

Test(filter, descriptors)
{
	struct number_set s = { 0 };

	cr_assert_eq(filter_parse_fds(&s, "0,2147483647", &error), 0);
	cr_expect(number_set_has(&s, 0));
	cr_expect(number_set_has(&s, 2147483647));
	cr_expect_not(number_set_has(&s, 1));
	cr_assert_eq(filter_parse_fds(&s, "!1", &error), 0);
	cr_expect(number_set_has(&s, 0));
	cr_expect_not(number_set_has(&s, 1));
	cr_assert_eq(filter_parse_fds(&s, "all", &error), 0);
	cr_expect(number_set_has(&s, 77));
	cr_expect_eq(filter_parse_fds(&s, "2147483648", &error), -EINVAL);
	number_set_release(&s);
}

Test(filter, words)
{
	static const struct filter_word words[] = {
		{ "one", 1 }, { "two", 2 }, { "four", 4 }, { NULL, 0 }
	};
	uint32_t set = 0;

	cr_expect_eq(filter_parse_words(&set, words, "word", "ONE,four", &error), 0);
	cr_expect_eq(set, 5u);
	cr_expect_eq(filter_parse_words(&set, words, "word", "!two", &error), 0);
	cr_expect_eq(set, 5u);
	cr_expect_eq(filter_parse_words(&set, words, "word", "all", &error), 0);
	cr_expect_eq(set, 7u);
	text_clear(&error);
	cr_expect_eq(filter_parse_words(&set, words, "word", "one,all", &error), -EINVAL);
	text_char(&error, '\0');
	cr_expect_str_eq(error.data, "invalid word 'all'");
}

Test(filter, lines_wait_only_where_they_may_be_dropped)
{
	struct filter f;

	filter_init(&f);
	cr_expect_not(filter_needs_exit(&f));
	f.status = STATUS_FAILED;
	cr_expect(filter_needs_exit(&f));
	cr_expect_not(filter_has_status(&f, STATUS_SUCCESSFUL));
}
