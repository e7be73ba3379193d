/* SPDX-License-Identifier: MIT */
/*
 * Execs. One that succeeds is completed by what comes next of its process: RECORD_EXEC of the
 * ptrace thread, or the first record of the new image's own core. It ends the other threads, and
 * the leader's id lives on.
 */
#include <sys/syscall.h>

#include "source/lifecycle.h"

static bool is_exec(uint32_t call)
{
	return call == SYS_execve || call == SYS_execveat;
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

void lifecycle_exec_slipped(struct ring_reader *r, const struct process *p, uint64_t time)
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
