/* SPDX-License-Identifier: MIT */
/*
 * One tracing session from beginning to end: set-up, the reader's loop, clean-up.
 */
#include "command/trace.h"

#include <errno.h>
#include <linux/futex.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "command/diagnose.h"
#include "command/interrupt.h"
#include "command/trace_ends.h"
#include "decode/lib.h"
#include "library.h"
#include "message.h"
#include "printer.h"
#include "process.h"
#include "service.h"
#include "sink/heap.h"
#include "sink/tally.h"
#include "source/ptrace.h"
#include "source/ring.h"
#include "source/spawn.h"

#define NAP_NS 500000		   /* between looks at the ring while there was work lately */
#define AWAKE_NS 50000000	   /* "lately" */
#define SLEEP_NS 50000000	   /* longest sleep without a wake-up by a writer */
#define SLIPPED_GRACE_NS 200000000 /* a process that died before its first record */

struct trace {
	const struct options *options;
	struct launcher_session session;
	struct library library;
	struct heap *heap; /* --heap, else NULL */
	struct process_table processes;
	struct service service;
	struct printer printer;
	struct tally tally;
	struct ring_reader *reader;
	struct ptrace_source *ptrace;
	bool printing;
	bool started; /* the program's execve has returned */
	pid_t output_pid;
	uint64_t last_work; /* ticks */
};

/* System calls that the launcher must know of to follow processes, shown or not. */
static const int lifecycle_calls[] = { SYS_execve, SYS_execveat, SYS_clone, SYS_clone3,
				       SYS_fork,   SYS_vfork,	 SYS_exit,  SYS_exit_group };

static void detached_print(struct trace *t, const struct task *task)
{
	if (t->options->quiet & QUIET_ATTACH)
		return;
	printer_flush(&t->printer);
	message_error(t->options->name, "Process %d detached", task->tid);
}

/* The program's first execve: where it fails, the process that tried has more to say. */
static void first_exec_note(struct trace *t, const struct event *ev)
{
	const struct record *rec = ev->rec;

	if (t->started || (ev->kind != EVENT_CALL && ev->kind != EVENT_LEAVE) ||
	    rec->kind != RECORD_CALL || rec->call != SYS_execve || rec->state != RECORD_DONE ||
	    ev->task->tid != ptrace_source_program(t->ptrace))
		return;
	t->started = true;
	if (!rec->ret)
		return;
	printer_flush(&t->printer);
	ptrace_source_let_speak(t->ptrace);
}

static void on_event(void *ctx, const struct event *ev)
{
	struct trace *t = ctx;

	if (ev->kind == EVENT_NAME)
		lib_names_note(ev->rec);
	if (ev->kind == EVENT_DETACH)
		detached_print(t, ev->task);
	if (t->heap)
		heap_event(t->heap, ev);
	if (t->options->summary != SUMMARY_OFF || t->tally.counting)
		tally_event(&t->tally, ev);
	if (t->printing || ev->kind == EVENT_ATTACH)
		printer_event(&t->printer, ev);
	first_exec_note(t, ev);
}

static void on_attach_wanted(void *ctx, unsigned int chunk, int host_pid, int tid)
{
	struct trace *t = ctx;

	(void)tid;
	ptrace_source_attach(t->ptrace, chunk, host_pid);
}

static bool on_ended(void *ctx, int pid, int *ret_status)
{
	struct trace *t = ctx;

	return t->ptrace && pid == ptrace_source_program(t->ptrace) &&
	       ptrace_source_program_status(t->ptrace, ret_status);
}

static void on_report(void *ctx, const char *message)
{
	struct trace *t = ctx;

	printer_flush(&t->printer);
	message_error(t->options->name, "%s", message);
}

static uint32_t session_flags(const struct options *o)
{
	uint32_t flags = SESSION_F_SIGNALS;

	if (o->follow)
		flags |= SESSION_F_FOLLOW;
	if (o->no_patch)
		flags |= SESSION_F_NO_PATCH;
	if (o->diagnose)
		flags |= SESSION_F_DIAGNOSE;
	if (o->no_sud)
		flags |= SESSION_F_NO_SUD;
	if (o->fd_details || o->filter.nr_paths)
		flags |= SESSION_F_FD_PATHS;
	if (memcmp(&o->filter.abbrev, &(struct call_set){ .bits = { 0 } },
		   sizeof(o->filter.abbrev)) == 0)
		flags |= SESSION_F_VERBOSE;
	/* taken back if it is found not to be permitted */
	if (o->method != OPTION_METHOD_SHIM)
		flags |= SESSION_F_PTRACE;
	if (o->summary == SUMMARY_ONLY && !o->count && !o->filter.nr_paths && !o->filter.fds_given)
		flags |= SESSION_F_IN_ONLY_COUNT;
	return flags;
}

static int session_start(struct trace *t)
{
	const struct options *o = t->options;
	struct call_set traced = o->filter.traced;
	struct session_options so = {
		.flags = session_flags(o),
		.method = o->method == OPTION_METHOD_SHIM ? METHOD_SHIM : METHOD_TRAP,
		.on_full = o->on_full,
		.string_limit = o->string_limit,
		.seal_after = o->seal_after,
		.ring_size = o->ring_size,
		.traced = traced.bits,
		.lib_area = t->library.area,
		.lib_len = t->library.len,
	};

	for (size_t i = 0; i < sizeof(lifecycle_calls) / sizeof(lifecycle_calls[0]); i++)
		traced.bits[lifecycle_calls[i] / 8] |= 1u << (lifecycle_calls[i] % 8);
	return session_init(&t->session, &so);
}

/* Sleeps until a writer rings, or ns have passed. announce: writers see that we sleep and wake us.
 */
static void doorbell_wait(struct trace *t, uint64_t ns, bool announce)
{
	struct session *sh = t->session.shared;
	struct timespec ts = { .tv_nsec = (long)ns };
	uint32_t seen = __atomic_load_n(&sh->doorbell, __ATOMIC_ACQUIRE);

	if (announce) {
		/* partner: the writer looks at sleeping after it has published */
		__atomic_store_n(&sh->sleeping, 1, __ATOMIC_SEQ_CST);
		if (ring_reader_pass(t->reader)) {
			__atomic_store_n(&sh->sleeping, 0, __ATOMIC_RELAXED);
			return;
		}
		printer_flush(&t->printer);
	}
	syscall(SYS_futex, &sh->doorbell, FUTEX_WAIT, seen, &ts, NULL, 0);
	__atomic_store_n(&sh->sleeping, 0, __ATOMIC_RELAXED);
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

/* The reader's loop: until no traced process is left. */
static void trace_loop(struct trace *t)
{
	uint64_t quiet_since = 0;

	for (;;) {
		bool over = ptrace_source_idle(t->ptrace);

		if (interrupt_handle(t->ptrace) && over)
			return;
		if (ring_reader_pass(t->reader)) {
			t->last_work = now_ns();
			quiet_since = 0;
			continue;
		}
		printer_flush(&t->printer);
		if (over && !t->processes.nr) {
			if (!quiet_since)
				quiet_since = now_ns();
			if (t->processes.graves || now_ns() - quiet_since > SLIPPED_GRACE_NS)
				return;
		}
		if (now_ns() - t->last_work < AWAKE_NS)
			doorbell_wait(t, NAP_NS, false);
		else
			doorbell_wait(t, SLEEP_NS, true);
	}
}

static void lost_report(struct trace *t)
{
	uint64_t lost = ring_reader_lost(t->reader);

	if (lost)
		message_error(
			t->options->name,
			"%llu calls were lost: the ring was full (see --on-full, --ring-size)",
			(unsigned long long)lost);
}

static void tables_print(struct trace *t)
{
	tally_print(&t->tally, &t->printer.main.text);
	if (t->heap)
		heap_print(t->heap, &t->printer.main.text);
	printer_flush(&t->printer);
}

/* One line of messages each. */
static void messages_print(const char *name, const struct text *lines)
{
	const char *p = lines->data, *end = p + lines->len;

	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		const char *stop = nl ? nl : end;

		message_error(name, "%.*s", (int)(stop - p), p);
		p = stop + 1;
	}
}

static void diagnosis_print(struct trace *t)
{
	struct text out = TEXT_INIT;

	if (!t->options->diagnose)
		return;
	diagnose_print(&t->session, &out);
	messages_print(t->options->name, &out);
	text_release(&out);
}

static int sources_start(struct trace *t)
{
	const struct options *o = t->options;
	struct text error = TEXT_INIT;
	int err = ptrace_source_start(&t->ptrace, &t->session, o, &error);

	messages_print(o->name, &error);
	text_release(&error);
	return err;
}

/* Library calls: prototypes, filters, the heap report. -errno with the message already printed. */
static int library_start(struct trace *t)
{
	const struct options *o = t->options;
	struct text error = TEXT_INIT;
	int err = library_init(&t->library, o, &error);

	if (!err && o->lib.heap) {
		t->heap = heap_new();
		err = t->heap ? 0 : -ENOMEM;
	}
	if (err)
		message_error(o->name, "%.*s", (int)error.len, error.data ? error.data : "");
	text_release(&error);
	return err;
}

static int reader_start(struct trace *t)
{
	struct ring_reader_ops ops = {
		.event = on_event,
		.attach_wanted = on_attach_wanted,
		.ended = on_ended,
		.report = on_report,
		.ctx = t,
	};
	int err = process_table_init(&t->processes);

	t->printing =
		t->options->summary != SUMMARY_ONLY && !t->options->count &&
		(!t->options->lib.heap || t->options->lib.filter.nr || t->options->lib.calls_named);
	if (!err)
		err = tally_init(&t->tally, t->options, &t->session);
	if (!err)
		err = ring_reader_new(&t->reader, &t->session, &t->processes, &ops,
				      !t->printing && !t->options->count && !t->heap);
	return err;
}

/* strace's word on the processes that -p names, which are traced since before the first line. */
static void attached_print(struct trace *t)
{
	const struct options *o = t->options;
	struct timespec settle = { .tv_nsec = 1000000 };

	if (!o->nr_pids)
		return;
	t->printer.attaching = true;
	nanosleep(&settle, NULL);
	ring_reader_pass(t->reader);
	t->printer.attaching = false;
	for (size_t i = 0; i < o->nr_pids && !(o->quiet & QUIET_ATTACH); i++) {
		const struct process *p = process_find(&t->processes, o->pids[i]);

		if (p && p->nr_tasks > 1)
			message_error(o->name, "Process %d attached with %u threads", o->pids[i],
				      p->nr_tasks);
		else if (p)
			message_error(o->name, "Process %d attached", o->pids[i]);
	}
}

/* The last events; after an interrupt also the word on what goes on untraced. */
static void trace_end(struct trace *t)
{
	ring_reader_finish(t->reader);
	printer_flush(&t->printer);
	if (!interrupt_signal())
		return;
	for (struct process *p = t->processes.processes; p; p = p->next)
		for (struct task *task = p->tasks; task; task = task->next)
			if (!task->dead)
				detached_print(t, task);
	printer_detached(&t->printer);
	printer_flush(&t->printer);
}

static void trace_release(struct trace *t)
{
	service_stop(&t->service);
	ring_reader_free(t->reader);
	tally_release(&t->tally);
	printer_release(&t->printer);
	process_table_release(&t->processes);
	heap_free(t->heap);
	library_release(&t->library);
	session_release(&t->session);
	if (t->output_pid)
		waitpid(t->output_pid, NULL, 0);
}

int command_trace(const struct options *o)
{
	struct trace t = { .options = o };
	int fd, status = 0;
	bool owned;

	if (library_start(&t))
		return 1;
	fd = trace_output_open(o, &t.output_pid, &owned);
	if (fd < 0)
		return 1;
	if (session_start(&t)) {
		message_error(o->name, "cannot create the session: %s", strerror(errno));
		return 1;
	}
	printer_init(&t.printer, o, &t.session, &t.processes, fd, owned);
	if (reader_start(&t)) {
		message_error(o->name, "cannot start: %s", strerror(ENOMEM));
		return 1;
	}
	if (sources_start(&t)) {
		trace_release(&t);
		return 1;
	}
	/* while the program starts; who asks before waits in the socket's queue */
	if (service_start(&t.service, &t.session))
		message_error(o->name, "no thread for the service: programs in a chroot or another "
				       "PID namespace are "
				       "not traced");
	interrupt_init(o);
	attached_print(&t);
	trace_loop(&t);
	trace_end(&t);
	status = ptrace_source_stop(t.ptrace);
	if (interrupt_signal())
		status = interrupt_signal();
	lost_report(&t);
	tables_print(&t);
	diagnosis_print(&t);
	trace_release(&t);
	return trace_mirror(status);
}
