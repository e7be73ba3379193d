/* SPDX-License-Identifier: MIT */
/*
 * What waitpid says of a tracee (ptrace(2)): births, execs, signals, group-stops, deaths.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "source/ptrace_private.h"

/* A thread that came with its parent's clone, fork or vfork is recorded from here on. */
static void birth(struct ptrace_source *src, struct tracee *t)
{
	tracee_state_set(src, t, TRACEE_TRACED);
	write_word(src, t, RECORD_ATTACH, 0, t->parent);
	tracee_resume(src, t, 0);
}

static void event_child(struct ptrace_source *src, struct tracee *parent, int event)
{
	unsigned long tid = 0;
	struct tracee *t;

	ptrace(PTRACE_GETEVENTMSG, parent->tid, 0, &tid);
	t = tracee_find(src, (pid_t)tid);
	if (t && t->state == TRACEE_EARLY) {
		t->parent = parent->tid;
		birth(src, t);
	} else if (!t && tid) {
		pid_t tgid = event == PTRACE_EVENT_CLONE ? tracee_tgid((pid_t)tid) : (pid_t)tid;

		t = tracee_add(src, (pid_t)tid, tgid, TRACEE_BORN);
		if (t)
			t->parent = parent->tid;
	}
	if (tid)
		cpu_child(parent, (pid_t)tid);
	tracee_resume(src, parent, 0);
}

/* The parent that would have told of them may have died: they need not wait any longer. */
static void early_release(struct ptrace_source *src, struct tracee *t)
{
	if (t->state == TRACEE_EARLY)
		birth(src, t);
}

/*
 * Another thread's execve succeeded: it goes on under the leader's id. What the reader knows: that
 * thread's call is open in its own stream, and the leader's stream says RECORD_EXEC.
 */
static struct tracee *exec_by_thread(struct ptrace_source *src, pid_t tid, pid_t former)
{
	struct tracee *t = tracee_find(src, former);

	if (t)
		tracee_remove(src, t);
	t = tracee_find(src, tid);
	if (t)
		t->rec = NULL;
	return t;
}

static void event_exec(struct ptrace_source *src, pid_t tid)
{
	struct tracee *t = tracee_find(src, tid);
	bool first = t && t->state == TRACEE_STARTING;
	unsigned long former = 0;

	if (ptrace(PTRACE_GETEVENTMSG, tid, 0, &former))
		former = (unsigned long)tid;
	if ((pid_t)former != tid)
		t = exec_by_thread(src, tid, (pid_t)former);
	if (!t)
		t = tracee_add(src, tid, tid, TRACEE_TRACED);
	if (!t)
		return;
	t->inside = true;
	tracee_state_set(src, t, TRACEE_TRACED);
	if (!first && src->options->detach_on_execve) {
		let_go(src, t, 0);
		return;
	}
	if (src->preloading && window_open(t))
		cpu_pair(src, t);
	if (!first)
		write_word(src, t, RECORD_EXEC, 0, (int64_t)former);
	tracee_resume(src, t, 0);
}

/* The program's own stop in front of its execve. */
static bool is_gate_stop(const struct tracee *t, int sig)
{
	siginfo_t info;

	return t->state == TRACEE_GATED && sig == SPAWN_GATE_SIGNAL &&
	       !ptrace(PTRACE_GETSIGINFO, t->tid, 0, &info) && info.si_code == SI_USER &&
	       info.si_pid == t->tid;
}

static void event_signal(struct ptrace_source *src, struct tracee *t, int sig)
{
	struct segment *seg;
	struct record *rec;
	siginfo_t info;

	if (is_gate_stop(t, sig)) {
		tracee_state_set(src, t, TRACEE_STARTING);
		tracee_resume(src, t, 0);
		return;
	}
	if (window_signal(src, t, sig))
		return;
	if (t->state != TRACEE_WAITING && src->flags & SESSION_F_SIGNALS &&
	    !ptrace(PTRACE_GETSIGINFO, t->tid, 0, &info)) {
		rec = write_reserve(src, t, RECORD_SIGNAL, SEGMENT_SPACE(sizeof(info)));
		if (rec) {
			rec->call = (uint32_t)sig;
			rec->t_out = rec->t_in;
			rec->in_len = SEGMENT_SPACE(sizeof(info));
			seg = (struct segment *)(rec + 1);
			*seg = (struct segment){ .len = sizeof(info), .kind = SEGMENT_MEM };
			memcpy(seg + 1, &info, sizeof(info));
			write_publish(src, t, rec, SEGMENT_SPACE(sizeof(info)), RECORD_DONE);
		}
	}
	tracee_resume(src, t, sig);
}

/* PTRACE_EVENT_STOP: the first stop of a new tracee, an interrupt's, or a group-stop. */
static void event_stop(struct ptrace_source *src, struct tracee *t, int sig)
{
	if (t->state == TRACEE_BORN) {
		birth(src, t);
	} else if (sig == SIGSTOP || sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU) {
		if (t->state == TRACEE_TRACED)
			write_word(src, t, RECORD_STOP, (uint32_t)sig, 0);
		t->stopped = false;
		ptrace(PTRACE_LISTEN, t->tid, 0, 0);
	} else {
		tracee_resume(src, t, 0);
	}
}

static void program_end(struct ptrace_source *src, int status)
{
	src->program_status = status;
	src->program_ended = true;
}

static void event_death(struct ptrace_source *src, struct tracee *t, pid_t tid, int status)
{
	if (tid == src->program)
		program_end(src, status);
	if (!t)
		return;
	/* killed before its first stop: it was there all the same */
	if (t->state == TRACEE_BORN)
		write_word(src, t, RECORD_ATTACH, 0, t->parent);
	if (t->state == TRACEE_TRACED || t->owner.uid)
		write_end(src, t, RECORD_EXIT, status);
	tracee_remove(src, t);
	tracee_each(src, early_release);
}

static void event_stopped(struct ptrace_source *src, struct tracee *t, int status)
{
	int sig = WSTOPSIG(status), event = status >> 16;

	t->stopped = true;
	if (t->letting_go) {
		let_go(src, t, event || sig == (SIGTRAP | 0x80) || is_gate_stop(t, sig) ? 0 : sig);
		return;
	}
	switch (event) {
	case 0:
		if (sig == (SIGTRAP | 0x80))
			call_stop(src, t);
		else
			event_signal(src, t, sig);
		break;
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
	case PTRACE_EVENT_CLONE:
		event_child(src, t, event);
		break;
	case PTRACE_EVENT_STOP:
		event_stop(src, t, sig);
		break;
	default:
		tracee_resume(src, t, 0);
	}
}

/* A thread that nobody has told of yet: its parent's event comes later. */
static void event_early(struct ptrace_source *src, pid_t tid)
{
	struct tracee *t = tracee_add(src, tid, tracee_tgid(tid), TRACEE_EARLY);

	if (!t)
		return;
	t->stopped = true;
	if (atomic_load(&src->letting_go))
		let_go(src, t, 0);
}

void event_wait(struct ptrace_source *src, pid_t tid, int status)
{
	struct tracee *t = tracee_find(src, tid);
	int event = status >> 16;

	if (WIFEXITED(status) || WIFSIGNALED(status))
		event_death(src, t, tid, status);
	else if (!WIFSTOPPED(status))
		return;
	else if (event == PTRACE_EVENT_EXEC && !(t && t->letting_go))
		event_exec(src, tid);
	else if (t && t->state != TRACEE_HANDED)
		event_stopped(src, t, status);
	else if (!t && event == PTRACE_EVENT_STOP)
		event_early(src, tid);
}
