/* SPDX-License-Identifier: MIT */
/* Counts the calls that the filter lets through. */
#include "sink/tally.h"

#include <string.h>

#include "decode/desc_of.h"
#include "decode/lib.h"

int tally_init(struct tally *t, const struct options *o, struct launcher_session *s)
{
	struct text error = TEXT_INIT;
	int err = 0;

	memset(t, 0, sizeof(*t));
	t->options = o;
	t->session = s;
	summary_init(&t->summary, &o->summary_options);
	t->counting = o->count;
	t->decode.string_limit = o->string_limit;
	if (t->counting)
		err = count_init(&t->count, o->count, &error);
	text_release(&error);
	return err;
}

void tally_release(struct tally *t)
{
	if (t->counting)
		count_release(&t->count);
	summary_release(&t->summary);
	text_release(&t->scratch);
}

/* The value of the argument as the trace would print it, strings without their quotes. */
static void count_value(struct tally *t, const struct record *rec)
{
	const struct call_desc *desc = call_desc_of(rec);
	struct decode d = {
		.desc = desc,
		.rec = rec,
		.out = &t->scratch,
		.opt = &t->decode,
		.at_exit = true,
		.exit_mark = SIZE_MAX,
	};
	const char *value;
	size_t len;

	text_clear(&t->scratch);
	if (desc && t->count.arg < desc->nr_args)
		decode_by_desc(&d, &desc->args[t->count.arg], rec->args[t->count.arg]);
	value = t->scratch.data;
	len = t->scratch.len;
	if (len >= 2 && value[0] == '"' && value[len - 1] == '"') {
		value++;
		len -= 2;
	}
	count_add(&t->count, value, len);
}

static void tally_library(struct tally *t, const struct record *rec)
{
	uint64_t ns = session_interval_ns(t->session, rec->t_out - rec->t_in);

	if (rec->state == RECORD_DONE && t->options->summary != SUMMARY_OFF &&
	    ns >= t->options->filter.longer_than_ns)
		summary_add_named(&t->summary, rec->call, ns);
}

void tally_event(struct tally *t, const struct event *ev)
{
	const struct record *rec = ev->rec;
	const struct filter *f = &t->options->filter;
	bool failed;
	uint64_t ns;

	if ((ev->kind == EVENT_CALL || ev->kind == EVENT_LEAVE) && rec->kind == RECORD_LIB)
		tally_library(t, rec);
	if ((ev->kind != EVENT_CALL && ev->kind != EVENT_LEAVE) || rec->kind != RECORD_CALL ||
	    rec->state != RECORD_DONE || !filter_has_call(f, rec->call) ||
	    !filter_touches(f, call_desc_of(rec), rec))
		return;
	failed = rec->ret < 0 && rec->ret >= -4095;
	if (!filter_has_status(f, failed ? STATUS_FAILED : STATUS_SUCCESSFUL))
		return;
	ns = session_interval_ns(t->session, rec->t_out - rec->t_in);
	if (f->longer_than_ns && ns < f->longer_than_ns)
		return;
	if (t->options->summary != SUMMARY_OFF)
		summary_add(&t->summary, rec->call, ns, failed);
	if (t->counting && rec->call == t->count.call)
		count_value(t, rec);
}

/* Names come as records of their own, perhaps behind the first calls. */
static void name_functions(struct summary *s)
{
	for (size_t i = 0; i < s->nr_named; i++)
		if (s->named[i].entry.calls)
			s->named[i].name = lib_desc((uint32_t)i)->name;
}

void tally_print(struct tally *t, struct text *out)
{
	name_functions(&t->summary);
	if (t->options->summary != SUMMARY_OFF)
		summary_print(&t->summary, out);
	if (t->counting)
		count_print(&t->count, out);
}
