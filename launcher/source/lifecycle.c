/* SPDX-License-Identifier: MIT */
/*
 * Births, execs and deaths, from what the records and the kernel say.
 *
 * A death is delivered in front of the first event that proves it: the parent's wait or SIGCHLD,
 * else when the pidfd says so. An execve that succeeds is completed by what comes next of its
 * process: RECORD_EXEC of the ptrace thread, or the first record of the new image's own core.
 */
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "itrace/ring.h"
#include "source/ring_private.h"

static bool is_exec(uint32_t call)
{
	return call == SYS_execve || call == SYS_execveat;
}

void lifecycle_start(struct ring_reader *r, struct stream *s, uint64_t time)
{
	struct process *p = process_get(r->processes, s->pid);
	bool is_new;

	if (!p)
		return;
	/* the first word of a new image: whatever was there before has gone in its execve. Other
	 * threads begin beside one whose execve may still fail. */
	if (s->method != METHOD_PTRACE && s->tid == s->pid)
		lifecycle_exec(r, s, time);
	p = process_get(r->processes, s->pid);
	if (p && s->lost_ids && !p->nr_tasks)
		process_unwatch(p);
	if (p)
		s->task = process_task_get(r->processes, p, s->tid, &is_new);
	if (s->task && is_new)
		ring_deliver(r, EVENT_ATTACH, s->task, time, NULL, 0, 0);
}

static void thread_ends(struct ring_reader *r, struct task *task, uint64_t time)
{
	ring_deliver(r, EVENT_EXIT, task, time, NULL, 0, 0);
	process_task_end(r->processes, task);
}

/* Every thread but s and the caller, of which nothing is open, ended with the execve: what was open
 * in them never returns. A stream that has not begun yet and is younger than s belongs to an image
 * that comes later still. The leader's id lives on. */
static void exec_end_threads(struct ring_reader *r, struct stream *s, const struct task *caller,
			     uint64_t time)
{
	struct process *p = process_find(r->processes, s->pid);
	struct task *next;

	for (unsigned int i = 0; i < r->nr_streams; i++) {
		struct stream *o = r->streams[i];

		if (o == s || o->pid != s->pid || o->ended || (!o->task && o->uid > s->uid))
			continue;
		ring_abandon_open(r, o, time);
		o->ended = true;
		if (o->task && !o->task->dead && o->tid != o->pid && o->task != caller)
			thread_ends(r, o->task, time);
	}
	/* those that have not got as far as having a stream */
	for (struct task *task = p ? p->tasks : NULL; task; task = next) {
		next = task->next;
		if (!task->dead && task->tid != p->pid && task != caller)
			thread_ends(r, task, time);
	}
}

/* The leader's id now names the thread that called execve. Returns the task that the call's return
 * is told of. */
static struct task *exec_take_over(struct ring_reader *r, struct stream *o, uint64_t time)
{
	struct task *caller = o->task, *leader;
	bool is_new;

	if (o->tid == o->pid)
		return caller;
	leader = process_task_get(r->processes, caller->process, o->pid, &is_new);
	if (!leader)
		return caller;
	if (!is_new)
		ring_deliver(r, EVENT_SUPERSEDED, leader, time, NULL, o->tid, 0);
	process_task_end(r->processes, caller);
	return leader;
}

/* Call i that is open in stream o is an execve, and it has succeeded; s: who goes on for the
 * process, NULL = nobody. */
static void exec_complete(struct ring_reader *r, struct stream *o, unsigned int i, struct stream *s,
			  uint64_t time)
{
	struct open_call open = o->open[i];
	struct record *rec;
	struct task *task;

	chunk_hold(r, open.place.chunk);
	stream_open_remove(r, o, i);
	if (s)
		exec_end_threads(r, s, o->task, time);
	if (o->task) {
		task = exec_take_over(r, o, time);
		rec = stream_copy(r, o, open.place.chunk, open.place.offset, r->copy_inner);
		if (rec) {
			rec->state = RECORD_DONE;
			rec->ret = 0;
			rec->t_out = time;
			rec->out_len = 0;
			ring_deliver(r, EVENT_LEAVE, task, time, rec, 0, open.id);
		}
	}
	o->ended = true;
	chunk_let_go(r, open.place.chunk);
}

/* The execve that is open in stream o; -1 = none. */
static int open_exec(const struct stream *o)
{
	for (unsigned int k = 0; k < o->nr_open; k++)
		if (o->open[k].kind == RECORD_CALL && is_exec(o->open[k].call))
			return (int)k;
	return -1;
}

bool lifecycle_is_in_exec(const struct stream *s)
{
	return open_exec(s) >= 0;
}

void lifecycle_exec_alone(struct ring_reader *r, struct stream *s, uint64_t time)
{
	int k = open_exec(s);

	if (k >= 0)
		exec_complete(r, s, (unsigned int)k, NULL, time);
}

void lifecycle_exec(struct ring_reader *r, struct stream *s, uint64_t time)
{
	for (unsigned int i = 0; i < r->nr_streams; i++) {
		struct stream *o = r->streams[i];
		int k;

		if (o == s || o->pid != s->pid || o->ended)
			continue;
		/* unordered, the call may not have been read yet */
		if (r->unordered && o->uid < s->uid)
			ring_drain_stream(r, o);
		k = open_exec(o);
		if (k < 0)
			continue;
		exec_complete(r, o, (unsigned int)k, s, time);
		return;
	}
	/* an execve that the ptrace thread sees from beginning to end is open in its own stream */
	if (open_exec(s) >= 0)
		exec_end_threads(r, s, s->task, time);
}

static void streams_end_of(struct ring_reader *r, const struct task *task, uint64_t time)
{
	for (unsigned int i = 0; i < r->nr_streams; i++) {
		struct stream *s = r->streams[i];

		if (s->task != task)
			continue;
		ring_abandon_open(r, s, time);
		s->ended = true;
	}
}

static void task_gone(struct ring_reader *r, struct task *task, int status, uint64_t time)
{
	if (task->dead)
		return;
	streams_end_of(r, task, time);
	ring_deliver(r, EVENT_EXIT, task, time, NULL, status, 0);
	process_task_end(r->processes, task);
}

static void process_slipped(struct ring_reader *r, const struct process *p)
{
	char message[128];

	snprintf(message, sizeof(message),
		 "process %d was not traced: it never loaded the preload library", p->pid);
	r->ops.report(r->ops.ctx, message);
}

/* From the kernel, or from whoever has waited for it. */
static bool status_known(struct ring_reader *r, const struct process *p, int *ret_status)
{
	if (process_status(p, ret_status) ||
	    (r->ops.ended && r->ops.ended(r->ops.ctx, p->pid, ret_status)))
		return true;
	if (p->told)
		*ret_status = p->told_status;
	return p->told;
}

/* A process that ends by itself, without a word, behind an execve was not traced from there on. */
static void exec_slipped(struct ring_reader *r, const struct process *p, uint64_t time)
{
	for (unsigned int i = 0; i < r->nr_streams; i++) {
		struct stream *o = r->streams[i];
		int k = o->pid == p->pid && !o->ended ? open_exec(o) : -1;

		if (k < 0)
			continue;
		untraced_report(r, o);
		exec_complete(r, o, (unsigned int)k, NULL, time);
	}
}

/*
 * A process that ended before anything was heard of it. A copy of a traced one is traced, but for
 * want of a chunk, which is counted as lost; the core lets go of its signals only when it has
 * taken one: nothing but SIGKILL is quicker.
 */
static void unmet_gone(struct ring_reader *r, struct process *p, int status, uint64_t time)
{
	bool lost = ring_reader_lost(r), is_new;
	struct task *task;

	if (status == STATUS_UNKNOWN && p->copied_by == METHOD_TRAP && !lost)
		status = SIGKILL;
	task = process_task_get(r->processes, p, p->pid, &is_new);
	if (task && (WIFSIGNALED(status) || p->copied_by)) {
		ring_deliver(r, EVENT_ATTACH, task, time, NULL, 0, 0);
		ring_deliver(r, EVENT_EXIT, task, time, NULL, status, 0);
	}
	if (p->copied_by ? WIFEXITED(status) && !lost : !WIFSIGNALED(status))
		process_slipped(r, p);
	if (task)
		process_task_end(r->processes, task);
}

/* The whole process is gone; the leader's line comes last, as the kernel reports it last. */
static void process_gone(struct ring_reader *r, struct process *p, uint64_t time)
{
	int status = p->exiting ? (p->exit_code & 0xff) << 8 : STATUS_UNKNOWN;
	struct task *next;

	status_known(r, p, &status);
	if (WIFEXITED(status) && !p->exiting)
		exec_slipped(r, p, time);
	if (!p->nr_tasks) {
		unmet_gone(r, p, status, time);
		return;
	}
	for (struct task *task = p->tasks; task; task = next) {
		next = task->next;
		if (task->tid != p->pid)
			task_gone(r, task, status, time);
	}
	for (struct task *task = p->tasks; task; task = next) {
		next = task->next;
		task_gone(r, task, status, time);
	}
}

/* The leader's end is told last, as the kernel tells it; ptrace knows of it when all are dead. */
void lifecycle_exit(struct ring_reader *r, struct stream *s, int status, uint64_t time)
{
	struct process *p;

	if (!s->task)
		return;
	p = s->task->process;
	if (s->task->tid != p->pid || p->nr_tasks == 1) {
		task_gone(r, s->task, status, time);
	} else if (s->method == METHOD_PTRACE) {
		s->ended = true;
		p->told = true;
		p->told_status = status;
		p->gone = true;
	}
}

/* Somebody has been told that process pid is dead, and how. */
static void child_is_dead(struct ring_reader *r, int pid, uint64_t time, int status)
{
	struct process *p = process_find(r->processes, pid);

	if (!p)
		return;
	if (!p->exiting && WIFEXITED(status)) {
		if (!r->unordered)
			exec_slipped(r, p, time);
		p->exiting = true;
		p->exit_code = WEXITSTATUS(status);
	}
	p->told = true;
	p->told_status = status;
	p->gone = true;
	/* unordered, its own stream may be read after its parent's */
	if (!r->unordered)
		process_gone(r, p, time);
}

/* A SIGCHLD's siginfo, or waitid(2)'s: the child's death, if that is what it tells of. */
static void siginfo_note(struct ring_reader *r, int pid, int code, int status, uint64_t time)
{
	if (code == CLD_EXITED)
		status = (status & 0xff) << 8;
	else if (code == CLD_KILLED || code == CLD_DUMPED)
		status = (status & 0x7f) | (code == CLD_DUMPED ? 0x80 : 0);
	else
		return;
	child_is_dead(r, pid, time, status);
}

/* The first size bytes that a segment among [p, end) holds for addr. */
static bool segment_read(const char *p, const char *end, uint64_t addr, void *dst, size_t size)
{
	struct segment seg;

	while ((size_t)(end - p) >= sizeof(seg)) {
		memcpy(&seg, p, sizeof(seg));
		if (seg.len > (size_t)(end - p) - sizeof(seg))
			return false;
		if (seg.kind == SEGMENT_MEM && seg.addr == addr && seg.len >= size) {
			memcpy(dst, p + sizeof(seg), size);
			return true;
		}
		if (SEGMENT_SPACE(seg.len) > (size_t)(end - p))
			return false;
		p += SEGMENT_SPACE(seg.len);
	}
	return false;
}

/* The int that was captured at exit at addr. */
static bool record_out_int(const struct record *rec, uint64_t addr, int *ret)
{
	const char *out = (const char *)(rec + 1) + rec->in_len;

	return segment_read(out, out + rec->out_len, addr, ret, sizeof(*ret));
}

/* waitid(2) tells of a death by siginfo. */
static void waitid_note(struct ring_reader *r, const struct record *rec)
{
	const char *out = (const char *)(rec + 1) + rec->in_len;
	struct {
		int signo, error, code, pad, pid, uid, status;
	} info; /* the head of siginfo_t for SIGCHLD (asm-generic/siginfo.h) */

	if (segment_read(out, out + rec->out_len, rec->args[2], &info, sizeof(info)) &&
	    info.signo == SIGCHLD)
		siginfo_note(r, info.pid, info.code, info.status, rec->t_out);
}

void lifecycle_before_leave(struct ring_reader *r, const struct stream *s, const struct record *rec)
{
	int status;

	if (!s->foreign_ids && rec->kind == RECORD_CALL && rec->call == SYS_waitid && !rec->ret &&
	    rec->state == RECORD_DONE)
		waitid_note(r, rec);
	if (s->foreign_ids || rec->kind != RECORD_CALL || rec->call != SYS_wait4 || rec->ret <= 0 ||
	    rec->state != RECORD_DONE)
		return;
	if (rec->told & RECORD_TOLD) {
		status = (int)rec->told;
	} else if (!record_out_int(rec, rec->args[1], &status)) {
		struct process *p = process_find(r->processes, (int)rec->ret);

		/* nobody asked for the status: a stop, or a death that the pidfd confirms */
		process_poll(r->processes);
		if (p && p->gone && !r->unordered)
			process_gone(r, p, rec->t_out);
		return;
	}
	if (WIFEXITED(status) || WIFSIGNALED(status))
		child_is_dead(r, (int)rec->ret, rec->t_out, status);
}

void lifecycle_signal(struct ring_reader *r, const struct stream *s, const struct record *rec)
{
	siginfo_t info;

	if (s->foreign_ids || rec->call != SIGCHLD || rec->in_len < sizeof(struct segment) + 48)
		return;
	memset(&info, 0, sizeof(info));
	memcpy(&info, (const char *)(rec + 1) + sizeof(struct segment), 48);
	siginfo_note(r, info.si_pid, info.si_code, info.si_status, rec->t_in);
}

/* A thread that has not got as far as its first record is one already: its process may end now. */
static void thread_born(struct ring_reader *r, struct process *p, int tid, uint64_t time)
{
	struct task *task;
	bool is_new;

	for (task = p->tasks; task; task = task->next)
		if (task->tid == tid)
			return;
	task = process_task_get(r->processes, p, tid, &is_new);
	if (task)
		ring_deliver(r, EVENT_ATTACH, task, time, NULL, 0, 0);
}

/* It is expected to show up, or to be reported. */
static void child_born(struct ring_reader *r, const struct stream *s, const struct record *rec)
{
	struct process *child;

	for (struct process *p = r->processes->graves; p; p = p->next)
		if (p->pid == (int)rec->ret)
			return;
	child = process_get(r->processes, (int)rec->ret);
	/* a shim knows of vfork's child when that calls something */
	if (child && (s->method == METHOD_TRAP || rec->call != SYS_vfork))
		child->copied_by = s->method;
}

static void birth(struct ring_reader *r, const struct stream *s, const struct record *rec)
{
	uint64_t flags = rec->call == SYS_clone ? rec->args[0] : 0;
	const char *in = (const char *)(rec + 1);

	if (s->foreign_ids || rec->ret <= 0 || s->method == METHOD_PTRACE)
		return;
	/* struct clone_args begins with the flags */
	if (rec->call == SYS_clone3 &&
	    !segment_read(in, in + rec->in_len, rec->args[0], &flags, sizeof(flags)))
		return;
	if (flags & CLONE_THREAD)
		thread_born(r, s->task->process, (int)rec->ret, rec->t_out);
	else
		child_born(r, s, rec);
}

/* With one thread the process is as good as gone: exit_group(2) fixes its status, and nothing comes
 * behind it. */
static void exit_called(struct ring_reader *r, struct stream *s, const struct record *rec)
{
	struct process *p = s->task->process;

	p->exiting = true;
	p->exit_code = (int)rec->args[0];
	if (p->nr_tasks == 1 && s->method != METHOD_PTRACE && !r->unordered)
		task_gone(r, s->task, (p->exit_code & 0xff) << 8, rec->t_in);
}

void lifecycle_after_call(struct ring_reader *r, struct stream *s, const struct record *rec)
{
	if (rec->kind != RECORD_CALL || !s->task)
		return;
	switch (rec->call) {
	case SYS_exit_group:
		exit_called(r, s, rec);
		break;
	case SYS_exit:
		if (s->method != METHOD_PTRACE)
			lifecycle_exit(r, s, (int)(rec->args[0] & 0xff) << 8, rec->t_in);
		break;
	case SYS_clone:
	case SYS_clone3:
	case SYS_fork:
	case SYS_vfork:
		if (r->session->shared->flags & SESSION_F_FOLLOW && rec->state == RECORD_DONE)
			birth(r, s, rec);
		break;
	default:
		break;
	}
}

/* True while the ptrace thread still owes the end of this process. */
static bool ptrace_reports(struct ring_reader *r, const struct process *p)
{
	for (unsigned int i = 0; i < r->nr_streams; i++) {
		struct stream *s = r->streams[i];

		if (s->pid == p->pid && s->method == METHOD_PTRACE && s->nr_chunks && !s->ended)
			return true;
	}
	return false;
}

/* True while something that the process did has not been delivered. */
static bool is_unread(struct ring_reader *r, const struct process *p)
{
	for (unsigned int i = 0; i < r->nr_streams; i++)
		if (r->streams[i]->pid == p->pid && stream_is_unread(r, r->streams[i]))
			return true;
	return false;
}

void lifecycle_poll(struct ring_reader *r)
{
	struct process *next;
	uint64_t now;
	int status;

	/* of those that were gone before this pass all is there; most have been read to their end
	 */
	now = session_ticks(r->session);
	for (struct process *p = r->processes->processes; p; p = next) {
		next = p->next;
		if (!p->gone || !p->settled || ptrace_reports(r, p) || is_unread(r, p))
			continue;
		/* its parent may be about to tell */
		if (!p->exiting && !status_known(r, p, &status) &&
		    now - p->gone_since < r->status_patience)
			continue;
		process_gone(r, p, now);
	}
	process_poll(r->processes);
	for (struct process *p = r->processes->processes; p; p = p->next) {
		if (p->gone && !p->settled)
			p->gone_since = now;
		p->settled = p->gone;
	}
}

void lifecycle_end_all(struct ring_reader *r)
{
	struct process *next;
	uint64_t now = session_ticks(r->session);

	process_poll(r->processes);
	for (struct process *p = r->processes->processes; p; p = next) {
		next = p->next;
		if (p->gone && p->nr_tasks)
			process_gone(r, p, now);
	}
}
