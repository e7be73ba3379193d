/* SPDX-License-Identifier: MIT */
/* Lays events out as strace's lines: see printer.h. */
#include "printer.h"

#include <string.h>
#include <sys/wait.h>

#include "decode/desc_of.h"
#include "line.h"
#include "message.h"
#include "process.h"

void printer_init(struct printer *p, const struct options *o, struct launcher_session *s,
		  const struct process_table *t, int fd, bool fd_owned)
{
	memset(p, 0, sizeof(*p));
	p->options = o;
	p->session = s;
	p->processes = t;
	output_init(&p->main, fd, fd_owned);
	p->decode.string_limit = o->string_limit;
	p->decode.fd_paths = o->fd_details & FD_DETAIL_PATH;
	p->decode.hex_strings = (uint8_t)o->hex_strings;
	p->decode.xlat = (uint8_t)o->xlat;
	p->decode.arg_names = o->arg_names;
	p->prefix_always = (o->output || o->output_command) && !o->output_separately &&
			   (o->follow || o->nr_pids + (o->program != NULL) > 1);
	p->plain = !o->lib.indent && !o->relative && o->timestamp == TIMESTAMP_NONE &&
		   !o->instruction_pointer && !o->call_number;
}

void printer_release(struct printer *p)
{
	output_release(&p->main);
	text_release(&p->scratch);
	sockets_release(&p->sockets);
}

void printer_flush(struct printer *p)
{
	output_flush(&p->main);
	line_output_check(p, &p->main);
	if (!p->options->output_separately)
		return;
	for (struct process *proc = p->processes->processes; proc; proc = proc->next)
		for (struct task *t = proc->tasks; t; t = t->next) {
			struct task_output *own = t->printer;

			if (own && own->out.fd >= 0) {
				output_flush(&own->out);
				line_output_check(p, &own->out);
			}
		}
}

static bool has_failed(const struct record *rec)
{
	return rec->kind == RECORD_CALL && rec->ret < 0 && rec->ret >= -4095;
}

/* How the call ended, as -e status= names it. */
static enum call_status status_of(const struct record *rec)
{
	if (rec->state != RECORD_DONE)
		return STATUS_UNFINISHED;
	if (rec->ret <= -512 && rec->ret >= -516)
		return STATUS_FAILED;
	return has_failed(rec) ? STATUS_FAILED : STATUS_SUCCESSFUL;
}

static bool is_shown(const struct printer *p, const struct record *rec)
{
	const struct filter *f = &p->options->filter;

	if (rec->kind == RECORD_LIB)
		return true;
	return filter_has_call(f, rec->call) && filter_touches(f, call_desc_of(rec), rec);
}

static bool ending_is_shown(struct printer *p, const struct record *rec)
{
	const struct filter *f = &p->options->filter;

	if (!filter_has_status(f, status_of(rec)))
		return false;
	if (f->longer_than_ns &&
	    (rec->state != RECORD_DONE ||
	     session_interval_ns(p->session, rec->t_out - rec->t_in) < f->longer_than_ns))
		return false;
	return true;
}

static void decode_init(struct decode *d, struct printer *p, const struct record *rec,
			struct text *out, bool at_exit)
{
	const struct filter *f = &p->options->filter;

	d->desc = call_desc_of(rec);
	d->rec = rec;
	d->out = out;
	d->opt = &p->decode;
	d->at_exit = at_exit;
	d->exit_mark = SIZE_MAX;
	d->arg = 0;
	d->comment = NULL;
	d->previous = p->previous;
	d->netlink = p->netlink;
	p->decode.no_abbrev = rec->kind == RECORD_CALL && !call_set_has(&f->abbrev, rec->call);
	p->decode.raw = rec->kind == RECORD_CALL && call_set_has(&f->raw, rec->call);
	p->decode.no_deref = rec->kind == RECORD_CALL && !call_set_has(&f->verbose, rec->call);
}

static void put_result(struct printer *p, struct output *o, struct decode *d,
		       const struct record *rec)
{
	struct text *t = &o->text;
	size_t column;

	text_char(t, ')');
	column = output_column(o);
	text_char(t, ' ');
	if (column + 1 < p->options->column)
		text_pad(t, t->len + p->options->column - column - 1);
	if (rec->state == RECORD_DONE)
		decode_result(d);
	else
		text_lit(t, "= ?");
	if (p->options->call_times && rec->state == RECORD_DONE) {
		uint64_t ns = session_interval_ns(p->session, rec->t_out - rec->t_in);

		text_lit(t, " <");
		text_uint(t, ns / 1000000000);
		line_put_fraction(t, ns, p->options->call_times_digits);
		text_char(t, '>');
	}
	text_char(t, '\n');
}

static void print_call(struct printer *p, const struct event *ev)
{
	const struct record *rec = ev->rec;
	struct output *o;
	struct decode d;

	if (!is_shown(p, rec) || !ending_is_shown(p, rec))
		return;
	o = line_begin(p, ev, rec);
	decode_init(&d, p, rec, &o->text, rec->state == RECORD_DONE);
	decode_call(&d);
	if (d.waits)
		text_lit(&o->text, " <unfinished ...>");
	put_result(p, o, &d, rec);
}

static void print_enter(struct printer *p, const struct event *ev)
{
	struct output *o;
	struct decode d;

	if (!is_shown(p, ev->rec) || filter_needs_exit(&p->options->filter))
		return;
	o = line_begin(p, ev, ev->rec);
	decode_init(&d, p, ev->rec, &o->text, false);
	decode_call(&d);
	o->current = ev->task;
	o->current_id = ev->id;
}

/* The half of the call that is known only now, behind what was printed at entry. */
static void put_second_half(struct printer *p, struct output *o, struct decode *d)
{
	text_clear(&p->scratch);
	d->out = &p->scratch;
	decode_call(d);
	d->out = &o->text;
	if (d->exit_mark < p->scratch.len)
		text_bytes(&o->text, p->scratch.data + d->exit_mark, p->scratch.len - d->exit_mark);
	if (d->waits)
		text_lit(&o->text, " <unfinished ...>");
}

static void put_call_name(struct text *t, const struct record *rec)
{
	const struct call_desc *desc = call_desc_of(rec);

	if (desc)
		text_string(t, desc->name);
	else
		text_format(t, "syscall_%#x", rec->call);
}

static void print_leave(struct printer *p, const struct event *ev)
{
	const struct record *rec = ev->rec;
	struct event start = *ev;
	struct output *o;
	struct decode d;

	if (!is_shown(p, rec))
		return;
	if (filter_needs_exit(&p->options->filter)) {
		start.time = rec->t_in;
		print_call(p, &start);
		return;
	}
	o = line_output(p, ev->task);
	if (o->current != ev->task || o->current_id != ev->id) {
		o = line_begin(p, ev, rec);
		text_lit(&o->text, "<... ");
		put_call_name(&o->text, rec);
		text_lit(&o->text, " resumed>");
	}
	o->current = NULL;
	decode_init(&d, p, rec, &o->text, rec->state == RECORD_DONE);
	put_second_half(p, o, &d);
	put_result(p, o, &d, rec);
}

static void print_signal(struct printer *p, const struct event *ev)
{
	const struct record *rec = ev->rec;
	const char *data = (const char *)(rec + 1);
	struct segment seg = { 0 };
	struct output *o;
	struct decode d;
	char name[16];
	const char *text;

	if (!filter_has_signal(&p->options->filter, rec->call))
		return;
	o = line_begin(p, ev, rec);
	text = signal_name((int)rec->call, name);
	text_lit(&o->text, "--- ");
	text_string(&o->text, text ? text : "???");
	text_char(&o->text, ' ');
	if (rec->in_len >= sizeof(seg))
		memcpy(&seg, data, sizeof(seg));
	if (seg.len && seg.len <= rec->in_len - sizeof(seg)) {
		decode_init(&d, p, rec, &o->text, true);
		d.opt = &p->decode;
		decode_siginfo(&d, data + sizeof(seg), seg.len);
		text_char(&o->text, ' ');
	}
	text_lit(&o->text, "---\n");
}

static void print_exit(struct printer *p, const struct event *ev)
{
	unsigned int quiet = p->options->quiet;
	int status = ev->status;
	const char *text;
	struct output *o;
	char name[16];

	if (WIFSIGNALED(status)) {
		if (!filter_has_signal(&p->options->filter, (unsigned int)WTERMSIG(status)))
			goto close;
		o = line_begin(p, ev, NULL);
		text_lit(&o->text, "+++ killed by ");
		/* a tracee may claim to have died of whatever it likes */
		text = signal_name(WTERMSIG(status), name);
		text_string(&o->text, text ? text : "???");
		text_string(&o->text, WCOREDUMP(status) ? " (core dumped) +++\n" : " +++\n");
	} else if (!(quiet & QUIET_EXIT)) {
		o = line_begin(p, ev, NULL);
		text_lit(&o->text, "+++ exited with ");
		if (status == STATUS_UNKNOWN)
			text_char(&o->text, '?');
		else
			text_uint(&o->text, (unsigned int)WEXITSTATUS(status));
		text_lit(&o->text, " +++\n");
	}
close:
	if (ev->task->printer)
		output_release(&((struct task_output *)ev->task->printer)->out);
}

/* The program itself is not told of, however often it shows up. */
static void print_attach(struct printer *p, const struct event *ev)
{
	struct output *o = &p->main;

	if (!p->program)
		p->program = ev->task->tid;
	if (p->options->quiet & QUIET_ATTACH || p->attaching ||
	    (ev->task->tid == p->program && p->options->program))
		return;
	if (o->fd != 2 || p->options->output_separately) {
		message_error(p->options->name, "Process %d attached", ev->task->tid);
		return;
	}
	if (o->current)
		text_lit(&o->text, " <unfinished ...>\n");
	o->current = NULL;
	output_line(o);
	text_format(&o->text, "%s: Process %d attached\n", p->options->name, ev->task->tid);
}

static void print_note(struct printer *p, const struct event *ev)
{
	struct output *o;
	char name[16];
	const char *text;

	if (ev->kind == EVENT_SUPERSEDED) {
		if (p->options->quiet & QUIET_SUPERSEDED)
			return;
		o = line_output(p, ev->task);
		if (o->current && o->current->tid == ev->status) {
			text_format(&o->text, " <pid changed to %d ...>\n", ev->task->tid);
			o->current = NULL;
		}
		o = line_begin(p, ev, NULL);
		text_format(&o->text, "+++ superseded by execve in pid %d +++\n", ev->status);
	} else if (ev->kind == EVENT_LOST) {
		o = line_begin(p, ev, NULL);
		text_format(&o->text, "*** %lld calls lost: the ring was full ***\n",
			    (long long)ev->rec->ret);
		p->lost_told += (uint64_t)ev->rec->ret;
	} else if (ev->kind == EVENT_STOP) {
		text = signal_name((int)ev->rec->call, name);
		o = line_begin(p, ev, NULL);
		text_format(&o->text, "--- stopped by %s ---\n", text ? text : "???");
	}
}

static void output_detached(struct output *o)
{
	if (!o->current)
		return;
	text_lit(&o->text, " <detached ...>\n");
	o->current = NULL;
}

void printer_detached(struct printer *p)
{
	output_detached(&p->main);
	if (!p->options->output_separately)
		return;
	for (struct process *proc = p->processes->processes; proc; proc = proc->next)
		for (struct task *t = proc->tasks; t; t = t->next)
			if (t->printer)
				output_detached(&((struct task_output *)t->printer)->out);
}

void printer_event(struct printer *p, const struct event *ev)
{
	bool is_call = ev->rec && ev->rec->kind == RECORD_CALL;

	p->previous = ev->task ? ev->task->last_call : 0;
	if (is_call && ev->kind != EVENT_LEAVE)
		ev->task->last_call = ev->rec->call;
	p->netlink = is_call ? sockets_netlink(&p->sockets, ev->task, ev->rec) : 0;
	switch (ev->kind) {
	case EVENT_CALL:
		print_call(p, ev);
		break;
	case EVENT_ENTER:
		print_enter(p, ev);
		break;
	case EVENT_LEAVE:
		print_leave(p, ev);
		break;
	case EVENT_SIGNAL:
		print_signal(p, ev);
		break;
	case EVENT_EXIT:
		print_exit(p, ev);
		break;
	case EVENT_ATTACH:
		print_attach(p, ev);
		break;
	case EVENT_DETACH: /* the line that its call may stand on is ended by printer_detached() */
		break;
	case EVENT_STOP:
	case EVENT_SUPERSEDED:
	case EVENT_LOST:
		print_note(p, ev);
		break;
	case EVENT_NAME:
	case EVENT_MAP:
		break;
	}
	if (is_call && ev->rec->state == RECORD_DONE)
		sockets_after_call(&p->sockets, ev->task, ev->rec);
	else if (ev->kind == EVENT_EXIT)
		sockets_after_exit(&p->sockets, ev->task);
}
