/* SPDX-License-Identifier: MIT */
/* The beginning of a line, and where it goes: see line.h. */
#include "line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "message.h"
#include "process.h"

void line_output_check(struct printer *p, struct output *o)
{
	if (!o->error || o->told)
		return;
	o->told = true;
	message_error(p->options->name, "cannot write the trace: %s", strerror(o->error));
}

/* FILE.PID */
static struct output *task_own_output(struct printer *p, struct task *task)
{
	struct task_output *own = task->printer;
	char path[4096];
	int fd;

	if (own)
		return &own->out;
	own = calloc(1, sizeof(*own));
	if (!own)
		return &p->main;
	task->printer = own;
	snprintf(path, sizeof(path), "%s.%d", p->options->output, task->tid);
	fd = output_open(path, p->options->append);
	if (fd < 0)
		message_error(p->options->name, "Can't fopen '%s': %s", path, strerror(-fd));
	output_init(&own->out, fd, true);
	if (fd < 0) {
		own->out.error = -fd;
		own->out.told = true;
	}
	return &own->out;
}

struct output *line_output(struct printer *p, struct task *task)
{
	return p->options->output_separately ? task_own_output(p, task) : &p->main;
}

void line_put_fraction(struct text *t, uint64_t ns, unsigned int digits)
{
	char buf[10] = ".000000000";

	if (!digits)
		return;
	ns %= 1000000000;
	for (unsigned int i = 9; i > 0; i--) {
		buf[i] = (char)('0' + ns % 10);
		ns /= 10;
	}
	text_bytes(t, buf, 1 + digits);
}

static void put_wall_time(struct printer *p, struct text *t, uint64_t ns)
{
	const struct options *o = p->options;
	time_t seconds;
	struct tm tm;
	char buf[32];

	ns += p->session->wall_offset;
	seconds = (time_t)(ns / 1000000000);
	if (o->timestamp == TIMESTAMP_UNIX) {
		text_uint(t, (uint64_t)seconds);
	} else {
		localtime_r(&seconds, &tm);
		strftime(buf, sizeof(buf), "%T", &tm);
		text_string(t, buf);
	}
	line_put_fraction(t, ns, o->timestamp_digits);
}

static void put_relative_time(struct printer *p, struct text *t, uint64_t ns)
{
	uint64_t delta = p->any_line && ns > p->last_ns ? ns - p->last_ns : 0;
	char buf[24];

	snprintf(buf, sizeof(buf), "%6llu", (unsigned long long)(delta / 1000000000));
	text_string(t, buf);
	line_put_fraction(t, delta, p->options->relative_digits);
}

static void put_times(struct printer *p, struct text *t, uint64_t ticks)
{
	const struct options *o = p->options;
	uint64_t ns = session_ns(p->session, ticks);

	if (o->timestamp != TIMESTAMP_NONE) {
		put_wall_time(p, t, ns);
		text_char(t, ' ');
	}
	if (o->relative) {
		if (o->timestamp != TIMESTAMP_NONE)
			text_lit(t, "(+");
		put_relative_time(p, t, ns);
		text_string(t, o->timestamp != TIMESTAMP_NONE ? ") " : " ");
	}
	p->last_ns = ns;
	p->any_line = true;
}

static void put_padded_pid(struct text *t, int pid, bool left)
{
	char digits[12];
	int n = snprintf(digits, sizeof(digits), "%d", pid);

	if (!left)
		for (int i = n; i < 5; i++)
			text_char(t, ' ');
	text_bytes(t, digits, (size_t)n);
	if (left)
		for (int i = n; i < 5; i++)
			text_char(t, ' ');
}

static void put_pid(struct printer *p, struct text *t, const struct task *task)
{
	if (p->options->output_separately)
		return;
	if (p->prefix_always || p->options->always_show_pid) {
		put_padded_pid(t, task->tid, true);
		text_char(t, ' ');
	} else if (p->processes->nr_tasks > 1) {
		text_lit(t, "[pid ");
		put_padded_pid(t, task->tid, false);
		text_lit(t, "] ");
	}
}

/* Begins a line of the task; whatever call waits on the last line is marked as unfinished. */
struct output *line_begin(struct printer *p, const struct event *ev, const struct record *rec)
{
	struct output *o = line_output(p, ev->task);
	struct text *t = &o->text;

	if (o->current) {
		text_lit(t, " <unfinished ...>\n");
		o->current = NULL;
	}
	if (t->len >= OUTPUT_FLUSH_AT) {
		output_flush(o);
		line_output_check(p, o);
	}
	output_line(o);
	put_pid(p, t, ev->task);
	if (p->plain)
		return o;
	if (p->options->relative || p->options->timestamp != TIMESTAMP_NONE)
		put_times(p, t, ev->time);
	if (p->options->call_number) {
		if (rec && rec->kind == RECORD_CALL)
			text_format(t, "[%4u] ", rec->call);
		else
			text_lit(t, "[????] ");
	}
	if (p->options->instruction_pointer) {
		if (rec && rec->ip) {
			text_char(t, '[');
			text_hex_pad(t, rec->ip, 16);
			text_lit(t, "] ");
		} else {
			text_lit(t, "[????????????????] ");
		}
	}
	if (rec && (rec->kind == RECORD_LIB || rec->kind == RECORD_CALL))
		text_pad(t, t->len + (size_t)rec->depth * p->options->lib.indent);
	return o;
}
