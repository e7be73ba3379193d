// SPDX-License-Identifier: MIT
/* The ptrace source: whole programs, from execve to the end, as records. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#include "ptrace_rig.h"

extern char **environ;

static void on_signal(int sig)
{
	(void)sig;
}

static void *thread_exec(void *arg)
{
	(void)arg;
	execl("/bin/true", "true", NULL);
	_exit(3);
}

static void *thread_pause(void *arg)
{
	for (;;)
		pause();
	return arg;
}

static void role_forks(void)
{
	int status;
	pid_t pid = fork();

	if (!pid)
		_exit(7);
	waitpid(pid, &status, 0);
	_exit(WEXITSTATUS(status) == 7 ? 0 : 1);
}

static void role_thread_exec(void)
{
	pthread_t t;

	pthread_create(&t, NULL, thread_pause, NULL);
	pthread_create(&t, NULL, thread_exec, NULL);
	thread_pause(NULL);
}

static void role_signals(void)
{
	signal(SIGUSR1, on_signal);
	raise(SIGUSR1);
	raise(SIGKILL);
}

static void role_stops(void)
{
	raise(SIGSTOP);
	_exit(4);
}

/* getpid by the 32-bit entry: 20 in the i386 table, writev in ours */
static void role_compat(void)
{
	long ret;

	__asm__ volatile("int $0x80" : "=a"(ret) : "a"(20L) : "memory", "r8", "r9", "r10", "r11");
	_exit(ret == getpid() ? 0 : 1);
}

/* Far more calls than a small pool holds. */
static void role_many_calls(void)
{
	char byte;

	for (int i = 0; i < 5000; i++)
		read(-1, &byte, 1);
	_exit(0);
}

static __attribute__((constructor)) void role_run(void)
{
	const char *role = getenv(ROLE_VARIABLE);

	if (!role)
		return;
	if (!strcmp(role, "nothing"))
		_exit(5);
	if (!strcmp(role, "forks"))
		role_forks();
	if (!strcmp(role, "thread-exec"))
		role_thread_exec();
	if (!strcmp(role, "signals"))
		role_signals();
	if (!strcmp(role, "stops"))
		role_stops();
	if (!strcmp(role, "compat"))
		role_compat();
	if (!strcmp(role, "many-calls"))
		role_many_calls();
	_exit(99);
}

TestSuite(ptrace, .timeout = 120);

Test(ptrace, first_record_is_execve_with_the_programs_own_environment)
{
	const struct segment *count;
	const struct record *rec;
	uint64_t nr = 1; /* the role */
	struct rig *r;

	if (!rig_wanted())
		return;
	r = rig_new("nothing");
	while (environ[nr - 1])
		nr++;
	rig_run(r);
	cr_assert(r->nr > 2);
	rec = r->records[0].rec;
	cr_expect_eq(rec->kind, RECORD_CALL);
	cr_expect_eq(rec->call, SYS_execve);
	cr_expect_eq(rec->state, RECORD_DONE);
	cr_expect_eq(rec->ret, 0);
	count = rig_segment(rec, SEGMENT_COUNT, rec->args[2]);
	cr_assert(count != NULL);
	cr_expect_eq(*(const uint64_t *)(count + 1), nr);
	rec = r->records[r->nr - 1].rec;
	cr_expect_eq(rec->kind, RECORD_EXIT);
	cr_expect_eq(rec->ret, 5 << 8);
	cr_expect_eq(r->status, 5 << 8);
	rec = r->records[r->nr - 2].rec;
	cr_expect_eq(rec->call, SYS_exit_group);
	cr_expect_eq(rec->state, RECORD_ENTERED);
	cr_expect(rec->flags & RECORD_F_NORETURN);
	rig_free(r);
}

Test(ptrace, execve_that_fails_is_all_there_is)
{
	struct rig *r;

	if (!rig_wanted())
		return;
	r = rig_new("nothing");
	r->program[0] = (char *)"/";
	rig_run(r);
	cr_expect_eq(r->nr, 2);
	cr_expect_eq(r->records[0].rec->call, SYS_execve);
	cr_expect_eq(r->records[0].rec->ret, -EACCES);
	cr_expect_eq(r->records[1].rec->kind, RECORD_EXIT);
	cr_expect_eq(r->records[1].rec->ret, 1 << 8);
	cr_expect_eq(r->status, 1 << 8);
	rig_free(r);
}

Test(ptrace, program_that_is_not_there)
{
	struct rig *r = rig_new("nothing");

	r->program[0] = (char *)"no-such-program";
	cr_expect_eq(rig_start(r), -ENOENT);
	cr_expect_eq(r->error.len,
		     strlen("Can't stat 'no-such-program': No such file or directory"));
	cr_expect(!memcmp(r->error.data, "Can't stat 'no-such-program'", 28));
	rig_free(r);
}

Test(ptrace, children_are_followed)
{
	const struct rig_record *attach, *wait, *end;
	struct rig *r;

	if (!rig_wanted())
		return;
	r = rig_new("forks");
	rig_run(r);
	cr_expect_eq(r->status, 0);
	attach = rig_find(r, RECORD_ATTACH, -1, 0);
	cr_assert(attach != NULL);
	cr_expect_eq(attach->rec->ret, r->records[0].chunk->tid);
	cr_expect_eq(attach->chunk->parent, r->records[0].chunk->owner);
	cr_expect_eq(attach->chunk->pid, attach->chunk->tid);
	wait = rig_find(r, RECORD_CALL, SYS_wait4, 0);
	cr_assert(wait != NULL);
	cr_expect_eq(wait->rec->ret, attach->chunk->pid);
	cr_expect_eq(*(const int *)(rig_segment(wait->rec, SEGMENT_MEM, wait->rec->args[1]) + 1),
		     7 << 8);
	end = rig_find(r, RECORD_EXIT, -1, 0);
	cr_assert(end != NULL);
	cr_expect_eq(end->chunk->pid, attach->chunk->pid);
	cr_expect_eq(end->rec->ret, 7 << 8);
	cr_expect(rig_find(r, RECORD_SIGNAL, SIGCHLD, 0) != NULL);
	cr_expect_eq(rig_count(r, RECORD_EXIT, -1), 2);
	rig_free(r);
}

Test(ptrace, children_are_left_alone_without_follow)
{
	struct rig *r;

	if (!rig_wanted())
		return;
	r = rig_new("forks");
	r->options.follow = false;
	rig_run(r);
	cr_expect_eq(r->status, 0);
	cr_expect_eq(rig_count(r, RECORD_ATTACH, -1), 0);
	cr_expect_eq(rig_count(r, RECORD_EXIT, -1), 1);
	cr_expect_eq(rig_count(r, RECORD_CALL, SYS_exit_group), 1);
	rig_free(r);
}

Test(ptrace, execve_by_a_thread_goes_on_as_the_leader)
{
	const struct rig_record *call, *exec;
	struct rig *r;

	if (!rig_wanted())
		return;
	r = rig_new("thread-exec");
	rig_run(r);
	call = rig_find(r, RECORD_CALL, SYS_execve, 1);
	exec = rig_find(r, RECORD_EXEC, -1, 0);
	cr_assert(call && exec);
	cr_expect_neq(call->chunk->tid, call->chunk->pid);
	cr_expect_eq(call->rec->state, RECORD_ENTERED);
	cr_expect_eq(exec->chunk->tid, exec->chunk->pid);
	cr_expect_eq(exec->chunk->owner, r->records[0].chunk->owner);
	cr_expect_eq(exec->rec->ret, call->chunk->tid);
	/* the pausing thread, and the program */
	cr_expect_eq(rig_count(r, RECORD_EXIT, -1), 2);
	cr_expect_eq(rig_count(r, RECORD_CALL, SYS_exit_group), 1);
	cr_expect_eq(r->status, 0);
	rig_free(r);
}

Test(ptrace, signals_and_a_violent_end)
{
	const struct rig_record *sig;
	const siginfo_t *info;
	struct rig *r;

	if (!rig_wanted())
		return;
	r = rig_new("signals");
	rig_run(r);
	sig = rig_find(r, RECORD_SIGNAL, SIGUSR1, 0);
	cr_assert(sig != NULL);
	cr_assert_eq(sig->rec->in_len, SEGMENT_SPACE(sizeof(*info)));
	info = (const siginfo_t *)((const struct segment *)(sig->rec + 1) + 1);
	cr_expect_eq(info->si_signo, SIGUSR1);
	cr_expect_eq(info->si_code, SI_TKILL);
	cr_expect_eq(info->si_pid, sig->chunk->pid);
	cr_expect(rig_find(r, RECORD_CALL, SYS_rt_sigreturn, 0) != NULL);
	cr_expect_eq(r->records[r->nr - 1].rec->kind, RECORD_EXIT);
	cr_expect_eq(r->records[r->nr - 1].rec->ret, SIGKILL);
	cr_expect_eq(r->status, SIGKILL);
	rig_free(r);
}

static bool has_stopped(struct rig *r)
{
	rig_read(r);
	return rig_find(r, RECORD_STOP, SIGSTOP, 0) != NULL;
}

Test(ptrace, group_stop_holds_until_it_is_continued)
{
	struct rig *r;

	if (!rig_wanted())
		return;
	r = rig_new("stops");
	cr_assert_eq(rig_start(r), 0);
	cr_assert(rig_until(r, has_stopped));
	rig_nap();
	cr_expect(!ptrace_source_idle(r->source));
	kill(ptrace_source_program(r->source), SIGCONT);
	cr_assert(rig_until(r, rig_is_idle));
	r->status = ptrace_source_stop(r->source);
	rig_read(r);
	cr_expect(rig_find(r, RECORD_SIGNAL, SIGSTOP, 0) != NULL);
	cr_expect(rig_find(r, RECORD_SIGNAL, SIGCONT, 0) != NULL);
	cr_expect_eq(r->status, 4 << 8);
	rig_free(r);
}

Test(ptrace, only_traced_calls_are_recorded)
{
	struct rig *r;

	if (!rig_wanted())
		return;
	r = rig_new("forks");
	memset(r->traced, 0, sizeof(r->traced));
	r->traced[SYS_wait4 / 8] |= 1 << SYS_wait4 % 8;
	rig_run(r);
	cr_expect_eq(rig_count(r, RECORD_CALL, SYS_wait4), 1);
	cr_expect_eq(rig_count(r, RECORD_CALL, -1), 1);
	cr_expect_eq(r->status, 0);
	rig_free(r);
}

Test(ptrace, calls_by_the_32_bit_entry_are_not_taken_for_ours)
{
	const struct rig_record *call;
	struct rig *r;

	if (!rig_wanted())
		return;
	r = rig_new("compat");
	rig_run(r);
	call = rig_find(r, RECORD_CALL, 20, 0);
	if (r->status == SIGSEGV) {
		cr_skip_test("the kernel has no 32-bit entry");
		return;
	}
	cr_assert(call != NULL);
	cr_expect(call->rec->flags & RECORD_F_COMPAT);
	cr_expect_eq(call->rec->in_len + call->rec->out_len, 0);
	cr_expect_eq(call->rec->ret, call->chunk->pid);
	rig_free(r);
}

/* More calls than the pool holds, and nobody who reads it. */
Test(ptrace, full_pool_drops_and_counts_where_it_may)
{
	uint64_t lost = 0;
	struct rig *r;

	if (!rig_wanted())
		return;
	r = rig_new("many-calls");
	r->session_options.ring_size = 64 << 10;
	r->session_options.on_full = ON_FULL_DROP;
	rig_run(r);
	for (unsigned int i = 0; i < r->session.nr_chunks; i++)
		lost += session_chunk(&r->session, i)->lost;
	cr_expect(rig_count(r, RECORD_CALL, SYS_read) + lost >= 5000);
	cr_expect(lost > 1000);
	cr_expect_eq(r->status, 0);
	rig_free(r);
}

Test(ptrace, full_pool_blocks_until_there_is_room)
{
	struct rig *r;

	if (!rig_wanted())
		return;
	r = rig_new("many-calls");
	r->session_options.ring_size = 64 << 10;
	r->session_options.on_full = ON_FULL_BLOCK;
	cr_assert_eq(rig_start(r), 0);
	for (int i = 0; i < 100; i++)
		rig_nap();
	cr_expect(!ptrace_source_idle(r->source));
	/* what the reader says when no room can come any more */
	__atomic_store_n(&r->session.shared->starved, 1, __ATOMIC_RELEASE);
	cr_expect(rig_until(r, rig_is_idle));
	cr_expect_eq(ptrace_source_stop(r->source), 0);
	rig_free(r);
}
