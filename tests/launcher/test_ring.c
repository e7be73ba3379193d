/* SPDX-License-Identifier: MIT */
/* The reader against rings written by hand: order, splitting, deaths, damage. */
#include <criterion/criterion.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "source/ring.h"

struct writer {
	struct launcher_session *session;
	uint32_t uid, seq;
	int pid, tid;
	unsigned int chunk;
	uint32_t offset;
};

static struct launcher_session session;
static struct process_table processes;
static struct ring_reader *reader;
static char log_text[65536];
static unsigned int delivered;
static struct chunk *late; /* is taken by uid 2 while the reader delivers its first event */
static uint64_t base;

static void log_event(void *ctx, const struct event *ev)
{
	static const char *const names[] = {
		[EVENT_CALL] = "call",
		[EVENT_ENTER] = "enter",
		[EVENT_LEAVE] = "leave",
		[EVENT_SIGNAL] = "signal",
		[EVENT_STOP] = "stop",
		[EVENT_ATTACH] = "attach",
		[EVENT_DETACH] = "detach",
		[EVENT_EXIT] = "exit",
		[EVENT_SUPERSEDED] = "superseded",
		[EVENT_LOST] = "lost",
		[EVENT_NAME] = "name",
		[EVENT_MAP] = "map",
	};
	char line[128];

	(void)ctx;
	delivered++;
	if (late)
		late->owner = 2;
	if (ev->rec && ev->kind != EVENT_ATTACH)
		snprintf(line, sizeof(line), "%s %d %u=%lld;", names[ev->kind], ev->task->tid,
			 ev->rec->call,
			 ev->rec->state == RECORD_DONE ? (long long)ev->rec->ret : -1000);
	else if (ev->kind == EVENT_EXIT && WIFSIGNALED(ev->status))
		snprintf(line, sizeof(line), "killed %d by %d;", ev->task->tid,
			 WTERMSIG(ev->status));
	else
		snprintf(line, sizeof(line), "%s %d;", names[ev->kind], ev->task->tid);
	strncat(log_text, line, sizeof(log_text) - strlen(log_text) - 1);
}

static char last_report[512];

static void log_report(void *ctx, const char *message)
{
	(void)ctx;
	snprintf(last_report, sizeof(last_report), "%s", message);
	strncat(log_text, "report ", sizeof(log_text) - strlen(log_text) - 1);
	strncat(log_text, strstr(message, "damaged") ? "damaged;" : "other;", 10);
}

static void no_attach(void *ctx, unsigned int chunk, int host_pid, int tid)
{
	(void)ctx;
	(void)chunk;
	(void)host_pid;
	(void)tid;
}

static void setup_reader(size_t ring_size, bool unordered)
{
	uint8_t traced[SESSION_CALLS / 8];
	struct session_options o = { .flags = SESSION_F_FOLLOW,
				     .method = METHOD_TRAP,
				     .string_limit = 32,
				     .ring_size = ring_size,
				     .traced = traced };
	struct ring_reader_ops ops = { .event = log_event,
				       .attach_wanted = no_attach,
				       .report = log_report };

	memset(traced, 0xff, sizeof(traced));
	cr_assert_eq(session_init(&session, &o), 0);
	cr_assert_eq(process_table_init(&processes), 0);
	cr_assert_eq(ring_reader_new(&reader, &session, &processes, &ops, unordered), 0);
	base = session_ticks(&session) - 1000000000;
	log_text[0] = '\0';
	delivered = 0;
	late = NULL;
}

static void setup_sized(size_t ring_size)
{
	setup_reader(ring_size, false);
}

static void setup(void)
{
	setup_sized(0);
}

static void teardown(void)
{
	ring_reader_free(reader);
	process_table_release(&processes);
	session_release(&session);
}

static void chunk_take(struct writer *w)
{
	uint64_t *bits = (uint64_t *)((char *)session.shared + session.bitmap_off);
	struct chunk *c;
	unsigned int i;

	for (i = 0; !(bits[i / 64] >> (i % 64) & 1); i++)
		cr_assert_lt(i, session.nr_chunks);
	bits[i / 64] &= ~(1ull << (i % 64));
	c = session_chunk(&session, i);
	memset(c, 0, CHUNK_FIRST + sizeof(struct record));
	c->pid = w->pid;
	c->tid = w->tid;
	c->seq = w->seq++;
	c->method = METHOD_TRAP;
	c->owner = w->uid;
	w->chunk = i;
	w->offset = CHUNK_FIRST;
}

static struct writer writer_new(uint32_t uid, int pid, int tid)
{
	struct writer w = { .session = &session, .uid = uid, .pid = pid, .tid = tid };

	chunk_take(&w);
	return w;
}

static struct record *put(struct writer *w, uint8_t kind, uint32_t call, uint64_t t_in,
			  uint64_t t_out, int64_t ret)
{
	struct record *rec =
		(struct record *)((char *)session_chunk(&session, w->chunk) + w->offset);

	memset(rec, 0, sizeof(*rec));
	rec->size = sizeof(*rec);
	rec->kind = kind;
	rec->method = METHOD_TRAP;
	rec->call = call;
	rec->t_in = base + t_in;
	rec->t_out = t_out ? base + t_out : 0;
	rec->ret = ret;
	rec->state = t_out ? RECORD_DONE : RECORD_ENTERED;
	w->offset += sizeof(*rec);
	((struct record *)((char *)rec + sizeof(*rec)))->state = RECORD_EMPTY;
	return rec;
}

static void finish(struct record *rec, uint64_t t_out, int64_t ret)
{
	rec->t_out = base + t_out;
	rec->ret = ret;
	rec->state = RECORD_DONE;
}

static void chunk_end(struct writer *w)
{
	put(w, RECORD_END, 0, 0, 1, 0);
	session_chunk(&session, w->chunk)->closed = 1;
	chunk_take(w);
}

TestSuite(ring, .init = setup, .fini = teardown, .timeout = 30);

Test(ring, one_thread_gives_whole_calls_in_order)
{
	struct writer w = writer_new(1, getpid(), getpid());
	char expected[256];

	put(&w, RECORD_CALL, SYS_read, 10, 20, 1);
	put(&w, RECORD_CALL, SYS_write, 30, 40, 2);
	ring_reader_pass(reader);
	snprintf(expected, sizeof(expected), "attach %d;call %d 0=1;call %d 1=2;", getpid(),
		 getpid(), getpid());
	cr_assert_str_eq(log_text, expected);
}

Test(ring, overlapping_calls_of_two_threads_are_split)
{
	struct writer a = writer_new(1, getpid(), 1001), b = writer_new(2, getpid(), 1002);

	put(&a, RECORD_CALL, SYS_read, 10, 50, 1);
	put(&b, RECORD_CALL, SYS_write, 20, 30, 2);
	ring_reader_pass(reader);
	cr_assert_str_eq(log_text,
			 "attach 1001;enter 1001 0=1;attach 1002;call 1002 1=2;leave 1001 0=1;");
}

Test(ring, a_call_that_ends_beyond_the_watermark_waits_for_what_happened_in_it)
{
	struct writer a, b, c;
	struct record *held;

	/* c's record keeps the watermark where it was in the first pass */
	ring_reader_pass(reader);
	c = writer_new(3, getpid(), 1003);
	held = put(&c, RECORD_CALL, SYS_read, 1000000, 0, 0);
	held->state = RECORD_RESERVED;
	a = writer_new(1, getpid(), 1001);
	put(&a, RECORD_CALL, SYS_wait4, 10, 20, 5)->t_out = session_ticks(&session);
	ring_reader_pass(reader);
	cr_assert_str_eq(log_text, "");
	b = writer_new(2, getpid(), 1002);
	put(&b, RECORD_CALL, SYS_write, 20, 30, 2);
	finish(held, 1000010, 1);
	usleep(1000);
	ring_reader_pass(reader);
	cr_assert_str_eq(log_text,
			 "attach 1001;enter 1001 61=5;attach 1002;call 1002 1=2;attach 1003;"
			 "call 1003 0=1;leave 1001 61=5;");
}

Test(ring, a_call_that_blocks_is_entered_at_once_and_left_later)
{
	struct writer w = writer_new(1, getpid(), 1001);
	struct record *rec = put(&w, RECORD_CALL, SYS_read, 10, 0, 0);

	ring_reader_pass(reader);
	cr_assert_str_eq(log_text, "attach 1001;enter 1001 0=-1000;");
	finish(rec, 900, 7);
	ring_reader_pass(reader);
	cr_assert_str_eq(log_text, "attach 1001;enter 1001 0=-1000;leave 1001 0=7;");
}

Test(ring, a_signal_inside_a_call_comes_between_its_halves)
{
	struct writer w = writer_new(1, getpid(), 1001);
	struct record *rec = put(&w, RECORD_CALL, SYS_read, 10, 0, 0);

	put(&w, RECORD_SIGNAL, 14, 20, 20, 0);
	put(&w, RECORD_CALL, SYS_write, 30, 40, 3);
	finish(rec, 50, -4);
	ring_reader_pass(reader);
	cr_assert_str_eq(
		log_text,
		"attach 1001;enter 1001 0=-4;signal 1001 14=0;call 1001 1=3;leave 1001 0=-4;");
}

Test(ring, a_reserved_record_holds_later_events_of_other_threads_back)
{
	struct writer a = writer_new(1, getpid(), 1001), b = writer_new(2, getpid(), 1002);
	struct record *rec;

	put(&a, RECORD_CALL, SYS_read, 10, 20, 1);
	ring_reader_pass(reader);
	base = session_ticks(&session);
	rec = put(&a, RECORD_CALL, SYS_read, 30, 40, 1);
	rec->state = RECORD_RESERVED;
	put(&b, RECORD_CALL, SYS_write, 50, 60, 2);
	usleep(1000);
	ring_reader_pass(reader);
	cr_assert_str_eq(log_text, "attach 1001;call 1001 0=1;");
	rec->state = RECORD_DONE;
	ring_reader_pass(reader);
	cr_assert_str_eq(log_text,
			 "attach 1001;call 1001 0=1;call 1001 0=1;attach 1002;call 1002 1=2;");
}

Test(ring, chunks_are_read_in_sequence_and_given_back)
{
	struct writer w = writer_new(1, getpid(), 1001);
	unsigned int first = w.chunk;
	uint64_t *bits = (uint64_t *)((char *)session.shared + session.bitmap_off);
	struct record *blocked;

	blocked = put(&w, RECORD_CALL, SYS_read, 10, 0, 0);
	chunk_end(&w);
	put(&w, RECORD_CALL, SYS_write, 20, 30, 2);
	ring_reader_pass(reader);
	cr_assert_not(bits[first / 64] >> (first % 64) & 1,
		      "a call is still open in the first chunk");
	finish(blocked, 40, 1);
	ring_reader_pass(reader);
	cr_assert(bits[first / 64] >> (first % 64) & 1);
	cr_assert_str_eq(log_text, "attach 1001;enter 1001 0=-1000;call 1001 1=2;leave 1001 0=1;");
}

Test(ring, a_chunk_that_is_seen_before_its_predecessor_waits)
{
	struct writer w = writer_new(1, getpid(), 1001);
	unsigned int first = w.chunk;

	put(&w, RECORD_CALL, SYS_read, 10, 20, 1);
	session_chunk(&session, first)->owner = 0;
	chunk_end(&w);
	put(&w, RECORD_CALL, SYS_write, 30, 40, 2);
	ring_reader_pass(reader);
	cr_assert_str_eq(log_text, "");
	session_chunk(&session, first)->owner = 1;
	ring_reader_pass(reader);
	cr_assert_str_eq(log_text, "attach 1001;call 1001 0=1;call 1001 1=2;");
}

Test(ring, an_execve_is_completed_by_the_new_image)
{
	struct writer old = writer_new(1, getpid(), getpid()), image;
	char expected[256];

	put(&old, RECORD_CALL, SYS_execve, 10, 0, 0);
	ring_reader_pass(reader);
	image = writer_new(2, getpid(), getpid());
	put(&image, RECORD_CALL, SYS_brk, 100, 110, 5);
	ring_reader_pass(reader);
	snprintf(expected, sizeof(expected),
		 "attach %d;enter %d 59=-1000;leave %d 59=0;call %d 12=5;", getpid(), getpid(),
		 getpid(), getpid());
	cr_assert_str_eq(log_text, expected);
}

Test(ring, damaged_records_end_the_stream_and_are_told)
{
	static const uint32_t sizes[] = { 0, 8, 100, 120, 0x7fffffff, 0xfffffff0 };
	char expected[1024] = "";

	for (unsigned int i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct writer w = writer_new(i + 1, getpid(), 1001 + (int)i);

		put(&w, RECORD_CALL, SYS_read, 10 + i, 20 + i, 1)->size = sizes[i];
		strcat(expected, "report damaged;");
	}
	ring_reader_pass(reader);
	cr_assert_str_eq(log_text, expected);
}

Test(ring, segment_lengths_beyond_the_record_are_damage)
{
	struct writer w = writer_new(1, getpid(), 1001);
	struct record *rec = put(&w, RECORD_CALL, SYS_read, 10, 20, 1);

	rec->in_len = 0xfffffff0;
	rec->out_len = 0x20;
	ring_reader_pass(reader);
	cr_assert_str_eq(log_text, "report damaged;");
}

static void setup_unordered(void)
{
	setup_reader(0, true);
}

/* Many more than the reader takes from one stream at a time. */
#define MANY_CALLS 20000

static void put_many(struct writer *w)
{
	for (unsigned int i = 0; i < MANY_CALLS; i++) {
		if (w->offset + 3 * sizeof(struct record) > session.chunk_size)
			chunk_end(w);
		put(w, RECORD_CALL, SYS_getppid, i + 1, i + 2, 0);
	}
}

TestSuite(ring_unordered, .init = setup_unordered, .fini = teardown, .timeout = 30);

static void pass_until_quiet(void)
{
	while (ring_reader_pass(reader))
		;
}

Test(ring_unordered, an_exit_told_elsewhere_loses_no_call)
{
	struct writer told = writer_new(1, getpid(), getpid()), calls;

	put(&told, RECORD_CALL, SYS_execve, 1, 2, 0);
	calls = writer_new(2, getpid(), getpid());
	put(&calls, RECORD_CALL, SYS_getppid, 3, 4, 0);
	pass_until_quiet();
	put_many(&calls);
	put(&told, RECORD_EXIT, 0, MANY_CALLS + 10, MANY_CALLS + 10, 0);
	pass_until_quiet();
	cr_assert_eq(delivered, MANY_CALLS + 4, "attach, calls and exit: %u", delivered);
}

Test(ring_unordered, chunks_taken_while_the_reader_reads_are_read_though_the_thread_has_ended)
{
	struct writer told = writer_new(1, getpid(), getpid()), calls;

	put(&told, RECORD_CALL, SYS_execve, 1, 2, 0);
	calls = writer_new(2, getpid(), getpid());
	put(&calls, RECORD_CALL, SYS_getppid, 3, 4, 0);
	pass_until_quiet();
	put(&told, RECORD_EXIT, 0, 9, 9, 0);
	put(&calls, RECORD_CALL, SYS_getppid, 4, 5, 0);
	chunk_end(&calls);
	put(&calls, RECORD_CALL, SYS_getppid, 6, 7, 0);
	late = session_chunk(&session, calls.chunk);
	late->owner = 0;
	pass_until_quiet();
	cr_assert_eq(delivered, 6, "attach, four calls and exit: %u", delivered);
}

Test(ring_unordered, a_dead_process_is_read_to_its_end)
{
	pid_t pid = fork();
	struct writer w;

	if (!pid)
		_exit(0);
	w = writer_new(1, pid, pid);
	put_many(&w);
	waitpid(pid, NULL, 0);
	/* nobody knows how it ended: the reader gives its parent some time to tell */
	for (int i = 0; i < 5000 && delivered < MANY_CALLS + 2; i++) {
		pass_until_quiet();
		usleep(1000);
	}
	cr_assert_eq(delivered, MANY_CALLS + 2, "attach, calls and exit: %u", delivered);
	cr_assert_eq(session_chunk(&session, w.chunk)->owner, 0);
}

Test(ring_unordered, a_child_that_is_read_after_its_parents_wait_is_no_stranger)
{
	struct writer parent = writer_new(1, getpid(), getpid()), child;
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	waitpid(pid, NULL, 0);
	child = writer_new(2, pid, pid);
	put(&parent, RECORD_CALL, SYS_vfork, 1, 2, pid);
	put(&parent, RECORD_CALL, SYS_wait4, 3, 4, pid);
	session_chunk(&session, child.chunk)->owner = 0;
	put(&child, RECORD_CALL, SYS_getppid, 2, 3, 0);
	ring_reader_pass(reader);
	session_chunk(&session, child.chunk)->owner = 2;
	pass_until_quiet();
	cr_assert_not(strstr(log_text, "report"), "%s", log_text);
}

Test(ring, a_call_site_left_to_the_trap_is_told_with_its_place)
{
	struct writer w = writer_new(1, getpid(), getpid());
	char expected[128];

	put(&w, RECORD_NOTE, NOTE_SITE | SITE_PROTECTED << 8, 1, 1, (int64_t)(uintptr_t)&getpid);
	pass_until_quiet();
	snprintf(expected, sizeof(expected), "process %d: call site %p (", getpid(),
		 (void *)(uintptr_t)&getpid);
	cr_assert(!strncmp(last_report, expected, strlen(expected)), "%s", last_report);
	cr_assert(strstr(last_report, "/libc.so.6+0x"), "%s", last_report);
	cr_assert(strstr(last_report, ") is left to the trap: its code may not be written"), "%s",
		  last_report);
	last_report[0] = '\0';
	put(&w, RECORD_NOTE, NOTE_SITE | SITE_REASONS << 8, 2, 2, 1);
	put(&w, RECORD_NOTE, NOTE_MASK, 3, 3, 1);
	pass_until_quiet();
	cr_assert_str_empty(last_report);
}

/* A process that is dead and waited for: nobody can ask how it ended. */
static pid_t dead_process(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	waitpid(pid, NULL, 0);
	return pid;
}

static void expect_log(const char *format, pid_t pid)
{
	char expected[256];

	snprintf(expected, sizeof(expected), format, getpid(), pid, pid, pid, getpid(), pid);
	cr_assert(strstr(log_text, expected), "%s\nlacks %s", log_text, expected);
	cr_assert_not(strstr(log_text, "report"), "%s", log_text);
}

Test(ring, a_child_that_leaves_no_record_was_killed)
{
	struct writer parent = writer_new(1, getpid(), getpid());
	pid_t pid = dead_process();

	put(&parent, RECORD_CALL, SYS_fork, 1, 2, pid);
	put(&parent, RECORD_CALL, SYS_wait4, 3, 4, pid);
	ring_reader_pass(reader);
	expect_log("call %d 57=%d;attach %d;killed %d by 9;call %d 61=%d;", pid);
}

static bool is_told_dead(pid_t pid)
{
	char text[32];

	snprintf(text, sizeof(text), "exit %d;", pid);
	return strstr(log_text, text);
}

Test(ring, a_leader_that_ends_before_its_threads_is_told_last)
{
	struct writer leader = writer_new(1, getpid(), getpid()), thread;
	struct record *rec = put(&leader, RECORD_CALL, SYS_exit, 30, 0, 0);

	rec->flags = RECORD_F_NORETURN;
	thread = writer_new(2, getpid(), 1002);
	rec = put(&thread, RECORD_CALL, SYS_read, 20, 0, 0);
	ring_reader_pass(reader);
	finish(rec, 50, 7);
	ring_reader_pass(reader);
	cr_assert(strstr(log_text, "leave 1002 0=7;"), "%s", log_text);
	cr_assert_not(is_told_dead(getpid()), "%s", log_text);
	rec = put(&thread, RECORD_CALL, SYS_exit, 60, 0, 0);
	rec->flags = RECORD_F_NORETURN;
	ring_reader_pass(reader);
	cr_assert(is_told_dead(1002), "%s", log_text);
	cr_assert_not(is_told_dead(getpid()), "the kernel says when: %s", log_text);
}

static bool is_free(unsigned int chunk)
{
	const uint64_t *bits = (const uint64_t *)((char *)session.shared + session.bitmap_off);

	return bits[chunk / 64] >> (chunk % 64) & 1;
}

Test(ring, what_the_ptrace_thread_writes_for_the_dead_has_its_place)
{
	int pid = getpid();
	struct writer before = writer_new(1, pid, pid), w = writer_new(2, pid, pid);

	session_chunk(&session, before.chunk)->method = METHOD_PTRACE;
	put(&before, RECORD_ATTACH, 0, 10, 10, 0)->method = METHOD_PTRACE;
	put(&w, RECORD_ATTACH, 0, 20, 20, 0);
	put(&w, RECORD_CALL, SYS_exit_group, 30, 0, 0)->flags = RECORD_F_NORETURN;
	ring_reader_pass(reader);
	ring_reader_pass(reader);
	cr_assert(strstr(log_text, "exit "), "%s", log_text);
	cr_assert(is_free(w.chunk));
	cr_assert_not(is_free(before.chunk));
	put(&before, RECORD_HANDOFF, 0, 40, 40, 2)->method = METHOD_PTRACE;
	ring_reader_pass(reader);
	ring_reader_pass(reader);
	cr_assert(is_free(before.chunk));
}

Test(ring, a_thread_that_has_no_record_yet_keeps_its_process_alive)
{
	struct writer leader = writer_new(1, getpid(), getpid()), thread;
	struct record *rec = put(&leader, RECORD_CALL, SYS_clone, 10, 20, 1002);

	rec->args[0] = CLONE_THREAD;
	put(&leader, RECORD_CALL, SYS_exit_group, 30, 0, 0)->flags = RECORD_F_NORETURN;
	thread = writer_new(2, getpid(), 1002);
	put(&thread, RECORD_CALL, SYS_getppid, 40, 50, 1);
	ring_reader_pass(reader);
	cr_assert(strstr(log_text, "call 1002 110=1;"), "%s", log_text);
	cr_assert_not(is_told_dead(getpid()), "%s", log_text);
	cr_assert_eq(processes.nr_tasks, 2);
}

Test(ring, a_number_that_was_another_childs_is_a_new_childs)
{
	struct writer parent = writer_new(1, getpid(), getpid()), child;
	pid_t pid = dead_process();

	child = writer_new(2, pid, pid);
	put(&child, RECORD_CALL, SYS_exit_group, 3, 0, 0)->flags = RECORD_F_NORETURN;
	put(&parent, RECORD_CALL, SYS_fork, 1, 5, pid);
	put(&parent, RECORD_CALL, SYS_wait4, 6, 7, pid)->told = RECORD_TOLD;
	ring_reader_pass(reader);
	cr_assert(is_told_dead(pid), "%s", log_text);
	put(&parent, RECORD_CALL, SYS_fork, 10, 12, pid);
	put(&parent, RECORD_CALL, SYS_wait4, 13, 14, pid)->told = RECORD_TOLD | SIGKILL;
	ring_reader_pass(reader);
	expect_log("call %d 57=%d;attach %d;killed %d by 9;call %d 61=%d;", pid);
}

Test(ring, a_status_that_nobody_asked_for_is_known)
{
	struct writer parent = writer_new(1, getpid(), getpid()), child;
	pid_t pid = dead_process();

	put(&parent, RECORD_CALL, SYS_fork, 1, 2, pid);
	child = writer_new(2, pid, pid);
	put(&child, RECORD_ATTACH, 0, 2, 2, 0);
	put(&parent, RECORD_CALL, SYS_wait4, 3, 4, pid)->told = RECORD_TOLD | SIGTERM;
	ring_reader_pass(reader);
	expect_log("call %d 57=%d;attach %d;killed %d by 15;call %d 61=%d;", pid);
}

Test(ring_unordered, a_child_that_leaves_no_record_was_killed)
{
	struct writer parent = writer_new(1, getpid(), getpid());
	pid_t pid = dead_process();

	put(&parent, RECORD_CALL, SYS_fork, 1, 2, pid);
	put(&parent, RECORD_CALL, SYS_wait4, 3, 4, pid);
	/* its parent has some time to tell more */
	for (int i = 0; i < 5000 && !strstr(log_text, "killed") && !strstr(log_text, "report");
	     i++) {
		pass_until_quiet();
		usleep(1000);
	}
	cr_assert(strstr(log_text, "killed"), "%s", log_text);
	cr_assert_not(strstr(log_text, "report"), "%s", log_text);
}

Test(ring_unordered, the_end_of_the_session_reads_all_that_is_left)
{
	struct writer w = writer_new(1, getpid(), getpid());

	put_many(&w);
	ring_reader_finish(reader);
	cr_assert_eq(delivered, MANY_CALLS + 1, "attach and calls: %u", delivered);
}

Test(ring, lost_calls_are_counted_once)
{
	struct writer w = writer_new(1, getpid(), 1001);

	session_chunk(&session, w.chunk)->lost = 5;
	ring_reader_pass(reader);
	cr_assert_eq(ring_reader_lost(reader), 5);
	put(&w, RECORD_CALL, SYS_read, 10, 20, 1);
	chunk_end(&w);
	session_chunk(&session, w.chunk)->lost = 2;
	ring_reader_pass(reader);
	cr_assert_eq(ring_reader_lost(reader), 7);
}

Test(ring, random_bytes_never_harm_the_reader)
{
	unsigned int seed = 12345;

	for (unsigned int round = 0; round < 200; round++) {
		struct writer w = writer_new(round + 1, getpid(), 1001);
		unsigned char *p = (unsigned char *)session_chunk(&session, w.chunk) + CHUNK_FIRST;

		for (unsigned int i = 0; i < 4096; i++) {
			seed = seed * 1103515245 + 12345;
			p[i] = (unsigned char)(seed >> 16);
		}
		*(uint32_t *)p = RECORD_DONE;
		((struct record *)p)->size = (seed >> 8) % 512 / 16 * 16;
		((struct record *)p)->in_len = seed % 64;
		((struct record *)p)->out_len = seed % 32;
		ring_reader_pass(reader);
	}
	ring_reader_finish(reader);
	cr_assert(strlen(log_text) > 0);
}
