/* SPDX-License-Identifier: MIT */
/*
 * What the records tell of births and deaths: the calls that make processes and threads, those that
 * end them, and those that wait for them.
 */
#include <linux/sched.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "itrace/ring.h"
#include "source/lifecycle.h"

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

/* A SIGCHLD's siginfo, or waitid(2)'s: the child's death, if that is what it tells of. */
static void siginfo_note(struct ring_reader *r, int pid, int code, int status, uint64_t time)
{
	if (code == CLD_EXITED)
		status = (status & 0xff) << 8;
	else if (code == CLD_KILLED || code == CLD_DUMPED)
		status = (status & 0x7f) | (code == CLD_DUMPED ? 0x80 : 0);
	else
		return;
	lifecycle_child_is_dead(r, pid, time, status);
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

/* The child that s calls pid; 0 = not known. */
static int child_pid(const struct ring_reader *r, const struct stream *s, int pid)
{
	if (!s->foreign_ids)
		return pid;
	for (unsigned int i = r->nr_streams; i-- > 0;) {
		const struct stream *o = r->streams[i];

		if (o->own_pid == pid && o->parent_pid == s->pid && o->foreign_ids)
			return o->pid;
	}
	return 0;
}

/* waitid(2) tells of a death by siginfo. */
static void waitid_note(struct ring_reader *r, const struct stream *s, const struct record *rec)
{
	const char *out = (const char *)(rec + 1) + rec->in_len;
	struct {
		int signo, error, code, pad, pid, uid, status;
	} info; /* the head of siginfo_t for SIGCHLD (asm-generic/siginfo.h) */

	if (segment_read(out, out + rec->out_len, rec->args[2], &info, sizeof(info)) &&
	    info.signo == SIGCHLD)
		siginfo_note(r, child_pid(r, s, info.pid), info.code, info.status, rec->t_out);
}

static void wait4_note(struct ring_reader *r, const struct stream *s, const struct record *rec)
{
	int pid = child_pid(r, s, (int)rec->ret), status;
	struct process *p;

	if (rec->told & RECORD_TOLD) {
		status = (int)rec->told;
	} else if (!record_out_int(rec, rec->args[1], &status)) {
		/* nobody asked for the status: a stop, or a death that the pidfd confirms */
		p = process_find(r->processes, pid);
		process_poll(r->processes);
		if (p && p->gone && !r->unordered)
			lifecycle_process_gone(r, p, rec->t_out);
		return;
	}
	if (WIFEXITED(status) || WIFSIGNALED(status))
		lifecycle_child_is_dead(r, pid, rec->t_out, status);
}

void lifecycle_before_leave(struct ring_reader *r, const struct stream *s, const struct record *rec)
{
	if (rec->kind != RECORD_CALL || rec->state != RECORD_DONE)
		return;
	if (rec->call == SYS_waitid && !rec->ret)
		waitid_note(r, s, rec);
	else if (rec->call == SYS_wait4 && rec->ret > 0)
		wait4_note(r, s, rec);
}

void lifecycle_signal(struct ring_reader *r, const struct stream *s, const struct record *rec)
{
	siginfo_t info;

	if (rec->call != SIGCHLD || rec->in_len < sizeof(struct segment) + 48)
		return;
	memset(&info, 0, sizeof(info));
	memcpy(&info, (const char *)(rec + 1) + sizeof(struct segment), 48);
	siginfo_note(r, child_pid(r, s, info.si_pid), info.si_code, info.si_status, rec->t_in);
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

/* It is expected to show up, or to be reported, unless it has come and gone. Who had its number
 * before was dead when it was born. */
static void child_born(struct ring_reader *r, const struct stream *s, const struct record *rec)
{
	struct process *child;

	for (struct process *p = r->processes->graves; p; p = p->next)
		if (p->pid == (int)rec->ret && p->ended >= rec->t_in)
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

void lifecycle_after_call(struct ring_reader *r, struct stream *s, const struct record *rec)
{
	if (rec->kind != RECORD_CALL || !s->task)
		return;
	switch (rec->call) {
	case SYS_exit_group:
		lifecycle_exit_called(r, s, rec);
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
