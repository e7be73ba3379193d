// SPDX-License-Identifier: MIT
/*
 * Prints calls as itrace would, had they failed with EINVAL: the same arguments as probe.c's.
 * Nothing is captured, so every pointer is printed as an address. Without arguments: the calls that
 * there are.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "decode/decode.h"
#include "itrace/plan.h"

static void print(const char *line)
{
	static const struct decode_options options = { .string_limit = 32 };
	struct record rec = { .kind = RECORD_CALL, .state = RECORD_DONE, .ret = -EINVAL };
	struct text out = TEXT_INIT;
	struct decode d = { .rec = &rec, .out = &out, .opt = &options, .at_exit = true };
	char *s;

	rec.call = strtoul(line, &s, 0);
	for (int i = 0; i < RECORD_ARGS; i++)
		rec.args[i] =
			*s == ' ' && s[1] == '-' ? (uint64_t)strtoll(s, &s, 0) : strtoull(s, &s, 0);
	d.desc = &call_descs[plan_choose(rec.call, rec.args).desc];
	decode_call(&d);
	text_lit(&out, ") ");
	decode_result(&d);
	text_char(&out, '\n');
	fwrite(out.data, 1, out.len, stdout);
	text_release(&out);
}

static void list(void)
{
	for (unsigned int nr = 0; nr < 512; nr++)
		if (call_by_number[nr])
			printf("%u %s\n", nr, call_by_number[nr]->name);
}

int main(int argc, char **argv)
{
	if (argc == 1)
		list();
	for (int i = 1; i < argc; i++)
		print(argv[i]);
	return 0;
}
