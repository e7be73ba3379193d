/* SPDX-License-Identifier: MIT */
/* What is counted instead of, or beside, being printed: -c, -C and --count. */
#ifndef ITRACE_TALLY_H
#define ITRACE_TALLY_H

#include "decode/decode.h"
#include "event.h"
#include "options.h"
#include "session.h"
#include "sink/count.h"
#include "sink/summary.h"

struct tally {
	const struct options *options;
	struct launcher_session *session;
	struct summary summary;
	struct count count;
	struct decode_options decode;
	struct text scratch;
	bool counting; /* --count */
};

int tally_init(struct tally *t, const struct options *o, struct launcher_session *s);
void tally_release(struct tally *t);

void tally_event(struct tally *t, const struct event *ev);

/* Appends the tables. */
void tally_print(struct tally *t, struct text *out);

#endif
