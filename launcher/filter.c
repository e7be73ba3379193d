/* SPDX-License-Identifier: MIT */
/*
 * Sets of system calls: names, numbers, classes, regular expressions.
 *
 * Two grammars meet here: a member's own ("?" in front, "@64" behind) and the set's (filter_set.h).
 * The other ABIs' calls can be named too, but there is nothing for them to match.
 */
#include <ctype.h>
#include <errno.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "call_class.h"
#include "decode/call_desc.h"
#include "filter.h"
#include "filter_foreign.h"
#include "filter_set.h"

enum personality { ANY_ABI, ABI_64, ABI_32, ABI_X32 };

/* A member without its "?" and "@". */
struct member {
	const char *name;
	size_t len;
	enum personality abi;
	bool may_miss;
};

static void add_call(struct call_set *set, unsigned int nr)
{
	set->bits[nr / 8] |= (uint8_t)(1u << nr % 8);
}

/* The highest number that has a name. */
static long last_call(void)
{
	long nr = SESSION_CALLS - 1;

	while (nr > 0 && !call_by_number[nr])
		nr--;
	return nr;
}

static int split_member(struct member *m, const char *text, size_t len, struct text *error)
{
	static const char *const abis[] = { [ABI_64] = "64", [ABI_32] = "32", [ABI_X32] = "x32" };
	const char *at;

	m->may_miss = *text == '?';
	m->name = text + m->may_miss;
	m->len = len - m->may_miss;
	m->abi = ANY_ABI;
	at = memrchr(m->name, '@', m->len);
	if (!at)
		return 0;
	for (unsigned int abi = ABI_64; abi <= ABI_X32; abi++) {
		if (set_is_word(at + 1, (size_t)(text + len - at - 1), abis[abi], false))
			m->abi = abi;
	}
	if (m->abi == ANY_ABI) {
		text_format(error,
			    "incorrect personality designator '%.*s' in qualification '%.*s'",
			    (int)(text + len - at - 1), at + 1, (int)m->len, m->name);
		return -EPROTONOSUPPORT;
	}
	m->len = (size_t)(at - m->name);
	return 0;
}

/* Each of the following adds what the member names and says whether it names anything. */

static bool match_number(struct call_set *set, const struct member *m)
{
	long last = last_call(), nr = set_number(m->name, m->len, INT32_MAX);

	if (nr >= 0 && nr <= last)
		add_call(set, (unsigned int)nr);
	return nr >= 0 &&
	       (nr <= last || (m->abi != ABI_64 && filter_is_x32_only((unsigned long)nr)));
}

static bool match_class(struct call_set *set, const struct member *m)
{
	uint64_t classes = 0;

	for (const struct call_class_name *w = call_class_names; w->word; w++) {
		if (set_is_word(m->name, m->len, w->word, false))
			classes |= w->bits;
	}
	for (unsigned int nr = 0; nr < SESSION_CALLS; nr++) {
		if (call_by_number[nr] && (call_by_number[nr]->classes & classes))
			add_call(set, nr);
	}
	return classes;
}

static bool match_name(struct call_set *set, const struct member *m)
{
	for (unsigned int nr = 0; nr < SESSION_CALLS; nr++) {
		if (call_by_number[nr] &&
		    set_is_word(m->name, m->len, call_by_number[nr]->name, false)) {
			add_call(set, nr);
			return true;
		}
	}
	return (m->abi == ANY_ABI || m->abi == ABI_32) && filter_is_i386_only(m->name, m->len);
}

static int match_regex(struct call_set *set, const struct member *m, struct text *error)
{
	char *pattern = strndup(m->name + 1, m->len - 1);
	char why[128];
	bool found = false;
	regex_t regex;
	int err;

	if (!pattern)
		return -ENOMEM;
	err = regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB);
	if (err) {
		regerror(err, &regex, why, sizeof(why));
		text_format(error, "regcomp: %s: %s", pattern, why);
		free(pattern);
		return -EBADMSG;
	}
	for (unsigned int nr = 0; nr < SESSION_CALLS; nr++) {
		if (call_by_number[nr] && !regexec(&regex, call_by_number[nr]->name, 0, NULL, 0)) {
			add_call(set, nr);
			found = true;
		}
	}
	regfree(&regex);
	free(pattern);
	return found ? 0 : -EINVAL;
}

static int match_member(struct call_set *set, const struct member *m, struct text *error)
{
	bool found;

	if (m->len && *m->name == '/')
		return match_regex(set, m, error);
	if (set_is_word(m->name, m->len, "all", false)) {
		memset(set, 0xff, sizeof(*set));
		return 0;
	}
	if (m->len && isdigit((unsigned char)*m->name))
		found = match_number(set, m);
	else
		found = match_class(set, m) || match_name(set, m);
	return found ? 0 : -EINVAL;
}

static int add_member(void *set, const char *text, size_t len, struct text *error)
{
	struct call_set matched = { { 0 } }, *all = set;
	struct member m;
	int err = split_member(&m, text, len, error);

	if (!err)
		err = match_member(&matched, &m, error);
	if (err)
		return err == -EINVAL && m.may_miss ? 0 : err;
	for (size_t i = 0; m.abi <= ABI_64 && i < sizeof(all->bits); i++)
		all->bits[i] |= matched.bits[i];
	return 0;
}

int filter_parse_calls(struct call_set *set, const char *text, struct text *error)
{
	struct call_set calls = { { 0 } };
	struct set_parser p = { "system call", add_member, &calls };
	bool inverted;
	int err = set_parse(&p, text, &inverted, error);

	if (err)
		return err;
	for (size_t i = 0; i < sizeof(calls.bits); i++)
		set->bits[i] = inverted ? (uint8_t)~calls.bits[i] : calls.bits[i];
	return 0;
}

int filter_parse_trace(struct filter *f, const char *text, struct text *error)
{
	int err = filter_parse_calls(&f->traced, text, error);

	for (long nr = last_call() + 1; !err && nr < SESSION_CALLS; nr++)
		add_call(&f->traced, (unsigned int)nr);
	return err;
}

void filter_init(struct filter *f)
{
	memset(f, 0, sizeof(*f));
	memset(&f->traced, 0xff, sizeof(f->traced));
	memset(&f->abbrev, 0xff, sizeof(f->abbrev));
	memset(&f->verbose, 0xff, sizeof(f->verbose));
	memset(f->signals, 0xff, sizeof(f->signals));
	f->status = STATUS_ALL;
}
