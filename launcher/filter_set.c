/* SPDX-License-Identifier: MIT */
/*
 * Sets of words and numbers: everything that `-e` names but system calls (filter.c).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "decode/decode.h"
#include "filter.h"
#include "filter_set.h"

int set_parse(const struct set_parser *p, const char *text, bool *ret_inverted, struct text *error)
{
	const char *at = text, *bad = text;
	size_t len, members = 0, bad_len = strlen(text);
	int err = 0;

	for (*ret_inverted = false; *at == '!'; at++)
		*ret_inverted = !*ret_inverted;
	if (!strcmp(at, "none"))
		return 0;
	if (!strcmp(at, "all")) {
		*ret_inverted = !*ret_inverted;
		return 0;
	}
	for (; *at && !err; at += len + (at[len] == ',')) {
		len = strcspn(at, ",");
		if (!len)
			continue;
		members++;
		bad = at;
		bad_len = len;
		err = p->add(p->set, at, len, error);
	}
	if (!members)
		err = -EINVAL;
	if (err == -EINVAL)
		text_format(error, "invalid %s '%.*s'", p->what, (int)bad_len, bad);
	return err;
}

long set_number(const char *digits, size_t len, long max)
{
	long value = 0;

	if (!len)
		return -1;
	for (size_t i = 0; i < len; i++) {
		if (digits[i] < '0' || digits[i] > '9')
			return -1;
		value = value * 10 + (digits[i] - '0');
		if (value > max)
			return -1;
	}
	return value;
}

bool set_is_word(const char *member, size_t len, const char *word, bool caseless)
{
	if (strlen(word) != len)
		return false;
	return caseless ? !strncasecmp(member, word, len) : !strncmp(member, word, len);
}

/* Signals are named with or without SIG, in letters of either case. */
static int find_signal(const char *member, size_t len)
{
	char buf[16];

	for (int sig = 1; sig <= 64; sig++) {
		const char *name = signal_name(sig, buf);

		if (name && (set_is_word(member, len, name, true) ||
			     set_is_word(member, len, name + strlen("SIG"), true)))
			return sig;
	}
	return -1;
}

static int add_signal(void *set, const char *member, size_t len, struct text *error)
{
	long sig = set_number(member, len, FILTER_SIGNALS - 1);
	uint8_t *signals = set;

	(void)error;
	if (sig < 0)
		sig = find_signal(member, len);
	if (sig < 0)
		return -EINVAL;
	signals[sig / 8] |= (uint8_t)(1u << sig % 8);
	return 0;
}

int filter_parse_signals(struct filter *f, const char *text, struct text *error)
{
	uint8_t signals[FILTER_SIGNALS / 8] = { 0 };
	struct set_parser p = { "signal", add_signal, signals };
	bool inverted;
	int err = set_parse(&p, text, &inverted, error);

	if (err)
		return err;
	for (size_t i = 0; i < sizeof(signals); i++)
		f->signals[i] = inverted ? (uint8_t)~signals[i] : signals[i];
	return 0;
}

static int add_number(void *set, const char *member, size_t len, struct text *error)
{
	struct number_set *s = set;
	long number = set_number(member, len, INT32_MAX);
	int *numbers;

	(void)error;
	if (number < 0)
		return -EINVAL;
	numbers = reallocarray(s->numbers, s->nr + 1, sizeof(*numbers));
	if (!numbers)
		return -ENOMEM;
	s->numbers = numbers;
	s->numbers[s->nr++] = (int)number;
	return 0;
}

int filter_parse_fds(struct number_set *set, const char *text, struct text *error)
{
	struct number_set numbers = { 0 };
	struct set_parser p = { "descriptor", add_number, &numbers };
	int err = set_parse(&p, text, &numbers.inverted, error);

	if (err) {
		number_set_release(&numbers);
		return err;
	}
	number_set_release(set);
	*set = numbers;
	return 0;
}

bool number_set_has(const struct number_set *s, int number)
{
	for (size_t i = 0; i < s->nr; i++) {
		if (s->numbers[i] == number)
			return !s->inverted;
	}
	return s->inverted;
}

void number_set_release(struct number_set *s)
{
	free(s->numbers);
	*s = (struct number_set){ 0 };
}

struct word_set {
	const struct filter_word *words;
	uint32_t bits;
};

static int add_word(void *set, const char *member, size_t len, struct text *error)
{
	struct word_set *s = set;

	(void)error;
	for (const struct filter_word *w = s->words; w->word; w++) {
		if (set_is_word(member, len, w->word, true)) {
			s->bits |= w->bits;
			return 0;
		}
	}
	return -EINVAL;
}

int filter_parse_words(uint32_t *set, const struct filter_word *words, const char *what,
		       const char *text, struct text *error)
{
	struct word_set s = { words, 0 };
	struct set_parser p = { what, add_word, &s };
	uint32_t all = 0;
	bool inverted;
	int err = set_parse(&p, text, &inverted, error);

	if (err)
		return err;
	for (const struct filter_word *w = words; w->word; w++)
		all |= w->bits;
	*set = inverted ? all & ~s.bits : s.bits;
	return 0;
}
