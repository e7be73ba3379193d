// SPDX-License-Identifier: MIT
/* The ptrace source: processes that run already, and letting go of them. */
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "handoff_say.h"
#include "ptrace_rig.h"

#define HANDED_UID 77

/* The new image's preload library. */
static __attribute__((constructor)) void role_run(void)
{
	if (!getenv(ROLE_VARIABLE))
		return;
	if (handoff_begin())
		_exit(1);
	handoff_end(HANDOFF_END, HANDED_UID);
	access("/after", F_OK);
	_exit(0);
}

TestSuite(ptrace_attach, .timeout = 120);

static int tracer_of(pid_t pid)
{
	char path[64], line[256];
	int tracer = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "TracerPid: %d", &tracer) == 1)
			break;
	if (f)
		fclose(f);
	return tracer;
}

static void *nap_for_ever(void *arg)
{
	for (;;)
		rig_nap();
	return arg;
}

/* A process with a second thread; both make calls all the time. */
static pid_t busy_process(void)
{
	int ready[2];
	char byte;
	pid_t pid;

	cr_assert_eq(pipe(ready), 0);
	pid = fork();
	if (!pid) {
		pthread_t t;

		pthread_create(&t, NULL, nap_for_ever, NULL);
		if (write(ready[1], "", 1) == 1)
			nap_for_ever(NULL);
		_exit(1);
	}
	cr_assert_eq(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
	return pid;
}

static bool has_both_threads(struct rig *r)
{
	const struct rig_record *first, *other;

	rig_read(r);
	first = rig_find(r, RECORD_CALL, SYS_clock_nanosleep, 0);
	for (unsigned int i = 1; first; i++) {
		other = rig_find(r, RECORD_CALL, SYS_clock_nanosleep, i);
		if (!other)
			return false;
		if (other->chunk->tid != first->chunk->tid)
			return true;
	}
	return false;
}

Test(ptrace_attach, all_threads_are_traced_and_let_go_running)
{
	struct rig *r;
	pid_t pid;

	if (!rig_wanted())
		return;
	r = rig_new(NULL);
	pid = busy_process();
	r->options.pids = &pid;
	r->options.nr_pids = 1;
	cr_assert_eq(rig_start(r), 0);
	cr_expect(rig_until(r, has_both_threads));
	cr_expect_gt(tracer_of(pid), 0);
	ptrace_source_interrupt(r->source, 0);
	cr_expect(rig_until(r, rig_is_idle));
	cr_expect_eq(ptrace_source_stop(r->source), 0);
	rig_read(r);
	cr_expect_eq(rig_count(r, RECORD_ATTACH, -1), 2);
	cr_expect_eq(rig_count(r, RECORD_DETACH, -1), 2);
	cr_expect_eq(tracer_of(pid), 0);
	cr_expect_eq(waitpid(pid, NULL, WNOHANG), 0, "it has not survived");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	rig_free(r);
}

Test(ptrace_attach, one_thread_without_follow)
{
	struct rig *r;
	pid_t pid;

	if (!rig_wanted())
		return;
	r = rig_new(NULL);
	r->options.follow = false;
	pid = busy_process();
	r->options.pids = &pid;
	r->options.nr_pids = 1;
	cr_assert_eq(rig_start(r), 0);
	cr_expect_eq(ptrace_source_stop(r->source), 0);
	rig_read(r);
	cr_expect_eq(rig_count(r, RECORD_ATTACH, -1), 1);
	cr_expect_eq(tracer_of(pid), 0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	rig_free(r);
}

Test(ptrace_attach, end_of_the_process_is_recorded)
{
	struct rig *r;
	pid_t pid;

	if (!rig_wanted())
		return;
	r = rig_new(NULL);
	pid = busy_process();
	r->options.pids = &pid;
	r->options.nr_pids = 1;
	cr_assert_eq(rig_start(r), 0);
	kill(pid, SIGTERM);
	cr_expect(rig_until(r, rig_is_idle));
	cr_expect_eq(ptrace_source_stop(r->source), 0);
	rig_read(r);
	cr_expect_eq(rig_count(r, RECORD_EXIT, -1), 2);
	cr_expect_eq(rig_find(r, RECORD_EXIT, -1, 1)->rec->ret, SIGTERM);
	waitpid(pid, NULL, 0);
	rig_free(r);
}

Test(ptrace_attach, refusals_are_told_one_per_line)
{
	static const char expected[] = "attach: ptrace(PTRACE_SEIZE, 4194305): No such process\n"
				       "attach: ptrace(PTRACE_SEIZE, 4194306): No such process";
	pid_t pids[2] = { 4194305, 4194306 }; /* beyond PID_MAX_LIMIT */
	struct rig *r;

	if (!rig_wanted())
		return;
	r = rig_new(NULL);
	r->options.pids = pids;
	r->options.nr_pids = 2;
	cr_expect_eq(rig_start(r), -ESRCH);
	cr_assert_eq(r->error.len, sizeof(expected) - 1);
	cr_expect(!memcmp(r->error.data, expected, sizeof(expected) - 1));
	rig_free(r);
}

/*
 * Forks a process that is not a child of this one, which is where its tracer lives: it would have
 * no status left for us. In the child: 0. Here: the process whose status will be the child's.
 */
static pid_t fork_apart(void)
{
	int status;
	pid_t pid = fork();

	if (pid)
		return pid;
	pid = fork();
	if (!pid)
		return 0;
	waitpid(pid, &status, 0);
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 77);
}

/* What the preload library does around its execve, by a child that has the ring mapped. */
static void wish(struct chunk *c)
{
	c->pid = getpid();
	c->tid = getpid();
	__atomic_store_n(&c->attach, ATTACH_WANTED, __ATOMIC_RELEASE);
	while (__atomic_load_n(&c->attach, __ATOMIC_ACQUIRE) == ATTACH_WANTED)
		syscall(SYS_futex, &c->attach, FUTEX_WAIT, ATTACH_WANTED, NULL, NULL, 0);
	if (c->attach != ATTACH_DONE)
		_exit(1);
}

static struct chunk *wish_chunk;

static bool is_wanted(struct rig *r)
{
	(void)r;
	return __atomic_load_n(&wish_chunk->attach, __ATOMIC_ACQUIRE) == ATTACH_WANTED;
}

static struct rig *rig_with_wish_chunk(enum option_method method)
{
	struct chunk_owner owner = { .uid = 1000, .method = METHOD_TRAP };
	struct rig *r = rig_new(NULL);
	struct chunk_pool pool;

	r->options.method = method;
	rig_open(r);
	if (r->session.lib_fd < 0)
		r->session.lib_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	cr_assert_eq(chunk_pool_init(&pool, r->session.shared, r->session.total_size), 0);
	wish_chunk = chunk_take(&pool);
	cr_assert(wish_chunk != NULL);
	chunk_open(wish_chunk, &owner, 1);
	cr_assert_eq(rig_start(r), 0);
	return r;
}

Test(ptrace_attach, wish_before_execve_is_granted_and_the_new_image_is_traced)
{
	const struct rig_record *exec;
	struct rig *r;
	int status;
	pid_t pid;

	if (!rig_wanted())
		return;
	r = rig_with_wish_chunk(OPTION_METHOD_PTRACE);
	pid = fork_apart();
	if (!pid) {
		wish(wish_chunk);
		execl("/bin/true", "true", NULL);
		_exit(2);
	}
	cr_assert(rig_until(r, is_wanted));
	ptrace_source_attach(r->source, 0, wish_chunk->pid);
	ptrace_source_attach(r->source, 0, wish_chunk->pid);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_expect_eq(status, 0);
	cr_expect(rig_until(r, rig_is_idle));
	cr_expect_eq(ptrace_source_stop(r->source), 0);
	rig_read(r);
	exec = rig_find(r, RECORD_EXEC, -1, 0);
	cr_assert(exec != NULL);
	cr_expect_eq(exec->rec, r->records[0].rec, "nothing of before the execve");
	cr_expect_eq(exec->rec->ret, wish_chunk->pid);
	cr_expect_eq(exec->chunk->pid, wish_chunk->pid);
	cr_expect_eq(rig_count(r, RECORD_CALL, SYS_exit_group), 1);
	cr_expect_eq(rig_count(r, RECORD_EXIT, -1), 1);
	rig_free(r);
}

static bool is_undone(struct rig *r)
{
	ptrace_source_attach(r->source, 0, wish_chunk->pid);
	return __atomic_load_n(&wish_chunk->attach, __ATOMIC_ACQUIRE) == ATTACH_NONE;
}

Test(ptrace_attach, wish_is_undone_after_an_execve_that_fails)
{
	struct rig *r;
	int status;
	pid_t pid;

	if (!rig_wanted())
		return;
	r = rig_with_wish_chunk(OPTION_METHOD_PTRACE);
	pid = fork_apart();
	if (!pid) {
		wish(wish_chunk);
		execl("/no/such/program", "program", NULL);
		__atomic_store_n(&wish_chunk->attach, ATTACH_UNDO, __ATOMIC_RELEASE);
		while (__atomic_load_n(&wish_chunk->attach, __ATOMIC_ACQUIRE) == ATTACH_UNDO)
			rig_nap();
		_exit(tracer_of(getpid()) == 0 ? 0 : 2);
	}
	cr_assert(rig_until(r, is_wanted));
	cr_expect(rig_until(r, is_undone));
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_expect_eq(status, 0);
	cr_expect_eq(ptrace_source_stop(r->source), 0);
	rig_read(r);
	cr_expect_eq(r->nr, 0);
	rig_free(r);
}

Test(ptrace_attach, wish_for_a_thread_that_is_not_there_is_refused)
{
	struct rig *r;

	if (!rig_wanted())
		return;
	r = rig_with_wish_chunk(OPTION_METHOD_PTRACE);
	wish_chunk->pid = wish_chunk->tid = 4194305;
	wish_chunk->attach = ATTACH_WANTED;
	ptrace_source_attach(r->source, 0, wish_chunk->pid);
	for (int i = 0; i < 5000 && is_wanted(r); i++)
		rig_nap();
	cr_expect_eq(wish_chunk->attach, ATTACH_REFUSED);
	cr_expect_eq(ptrace_source_stop(r->source), 0);
	rig_free(r);
}

Test(ptrace_attach, new_image_is_handed_over_to_its_library)
{
	char *const env[] = { (char *)ROLE_VARIABLE "=hands-over",
			      (char *)HANDOFF_VARIABLE "=1023,1000,1,1", NULL };
	const struct rig_record *end;
	struct rig *r;
	int status;
	pid_t pid;

	if (!rig_wanted())
		return;
	r = rig_with_wish_chunk(OPTION_METHOD_AUTO);
	pid = fork_apart();
	if (!pid) {
		wish(wish_chunk);
		execle("/proc/self/exe", "role", NULL, env);
		_exit(2);
	}
	cr_assert(rig_until(r, is_wanted));
	ptrace_source_attach(r->source, 0, wish_chunk->pid);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_expect_eq(status, 0);
	cr_expect(rig_until(r, rig_is_idle));
	cr_expect_eq(ptrace_source_stop(r->source), 0);
	rig_read(r);
	cr_assert(r->nr > 2);
	cr_expect_eq(r->records[0].rec->kind, RECORD_EXEC);
	end = &r->records[r->nr - 1];
	cr_expect_eq(end->rec->kind, RECORD_HANDOFF);
	cr_expect_eq(end->rec->ret, HANDED_UID);
	cr_expect(!rig_mentions(r, "/after"));
	cr_expect_eq(rig_count(r, RECORD_CALL, SYS_prctl), 0);
	rig_free(r);
}
