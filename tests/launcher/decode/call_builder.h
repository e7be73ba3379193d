/* SPDX-License-Identifier: MIT */
/*
 * Builds the record of a call by hand, segments included, and decodes it: what the unit tests of
 * the decoders share. Everything in one place, so that a test reads as a call and its line.
 */
#ifndef ITRACE_TESTS_CALL_BUILDER_H
#define ITRACE_TESTS_CALL_BUILDER_H

#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

#include "decode/decode.h"
#include "itrace/plan.h"

#define CALL_ROOM 65536

struct call {
	_Alignas(RECORD_ALIGN) uint8_t bytes[CALL_ROOM];
	struct decode_options opt;
	bool returned;
	unsigned int netlink; /* as struct decode has it */
	struct text text;
	size_t exit_mark;
};

static inline struct record *call_record(struct call *c)
{
	return (struct record *)c->bytes;
}

#define call_init(c, nr, ...) call_init_args((c), (nr), (uint64_t[RECORD_ARGS]){ __VA_ARGS__ })

static inline void call_init_args(struct call *c, unsigned int nr, const uint64_t *args)
{
	memset(c, 0, sizeof(*c));
	c->opt.string_limit = 32;
	call_record(c)->kind = RECORD_CALL;
	call_record(c)->call = nr;
	memcpy(call_record(c)->args, args, sizeof(call_record(c)->args));
}

static inline void call_segment(struct call *c, bool out, unsigned int kind, uint64_t addr,
				const void *data, size_t len, unsigned int flags)
{
	struct record *r = call_record(c);
	struct segment *s;

	cr_assert(sizeof(*r) + r->in_len + r->out_len + SEGMENT_SPACE(len) <= CALL_ROOM);
	s = (struct segment *)(c->bytes + sizeof(*r) + r->in_len + r->out_len);
	*s = (struct segment){ .addr = addr, .len = (uint32_t)len, .kind = (uint8_t)kind };
	s->flags = (uint8_t)(flags | (out ? SEGMENT_F_OUT : 0));
	memcpy(s + 1, data, len);
	if (out)
		r->out_len += SEGMENT_SPACE(len);
	else
		r->in_len += SEGMENT_SPACE(len);
}

/* Memory at entry, before any call_out(). */
static inline void call_in(struct call *c, uint64_t addr, const void *data, size_t len)
{
	call_segment(c, false, SEGMENT_MEM, addr, data, len, 0);
}

static inline void call_string(struct call *c, uint64_t addr, const char *s)
{
	call_segment(c, false, SEGMENT_STRING, addr, s, strlen(s) + 1, 0);
}

static inline void call_out(struct call *c, uint64_t addr, const void *data, size_t len)
{
	call_segment(c, true, SEGMENT_MEM, addr, data, len, 0);
}

static inline void call_return(struct call *c, int64_t ret)
{
	call_record(c)->ret = ret;
	c->returned = true;
}

/* "name(arguments) = result"; of a call that has not returned "name(arguments". */
static inline const char *call_line(struct call *c)
{
	struct record *r = call_record(c);
	struct decode d = { .rec = r,
			    .out = &c->text,
			    .opt = &c->opt,
			    .at_exit = c->returned,
			    .netlink = c->netlink };

	if (r->call < 512)
		d.desc = &call_descs[plan_choose(r->call, r->args).desc];
	text_clear(&c->text);
	decode_call(&d);
	c->exit_mark = d.exit_mark;
	if (c->returned) {
		text_lit(&c->text, ") ");
		decode_result(&d);
	}
	text_char(&c->text, '\0');
	return c->text.data;
}

#define call_expect(c, line) cr_expect_str_eq(call_line(c), (line))

static inline void call_release(struct call *c)
{
	text_release(&c->text);
}

#endif
