/* SPDX-License-Identifier: MIT */
/*
 * Deaths, from what the kernel says. A death is delivered in front of the first event that proves
 * it: the parent's wait or SIGCHLD, else when the pidfd says so.
 */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>

#include "itrace/ring.h"
#include "source/lifecycle.h"

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
	task->process->ended = time;
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
	p->ended = time;
	if (task)
		process_task_end(r->processes, task);
}

void lifecycle_process_gone(struct ring_reader *r, struct process *p, uint64_t time)
{
	int status = p->exiting ? (p->exit_code & 0xff) << 8 : STATUS_UNKNOWN;
	struct task *next;

	status_known(r, p, &status);
	if (WIFEXITED(status) && !p->exiting)
		lifecycle_exec_slipped(r, p, time);
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

void lifecycle_child_is_dead(struct ring_reader *r, int pid, uint64_t time, int status)
{
	struct process *p = process_find(r->processes, pid);

	if (!p)
		return;
	if (!p->exiting && WIFEXITED(status)) {
		if (!r->unordered)
			lifecycle_exec_slipped(r, p, time);
		p->exiting = true;
		p->exit_code = WEXITSTATUS(status);
	}
	p->told = true;
	p->told_status = status;
	p->gone = true;
	/* unordered, its own stream may be read after its parent's */
	if (!r->unordered)
		lifecycle_process_gone(r, p, time);
}

void lifecycle_exit_called(struct ring_reader *r, struct stream *s, const struct record *rec)
{
	struct process *p = s->task->process;

	p->exiting = true;
	p->exit_code = (int)rec->args[0];
	if (p->nr_tasks == 1 && s->method != METHOD_PTRACE && !r->unordered)
		task_gone(r, s->task, (p->exit_code & 0xff) << 8, rec->t_in);
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
		lifecycle_process_gone(r, p, now);
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
			lifecycle_process_gone(r, p, now);
	}
}
