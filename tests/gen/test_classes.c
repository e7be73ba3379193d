// SPDX-License-Identifier: MIT
/*
 * The classes of -e trace=: classes.txt holds, line by line, "%class N call call ...", as strace
 * has them on x86-64. Both directions: no call missing, none too many.
 */
#include <criterion/criterion.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "call_class.h"
#include "decode/call_desc.h"

static uint64_t class_bits(const char *word)
{
	for (unsigned int i = 0; i < nr_call_class_names; i++)
		if (!strcmp(call_class_names[i].word, word))
			return call_class_names[i].bits;
	return 0;
}

static const struct call_desc *find_call(const char *name)
{
	for (unsigned int nr = 0; nr < 512; nr++)
		if (call_by_number[nr] && !strcmp(call_by_number[nr]->name, name))
			return call_by_number[nr];
	return NULL;
}

static unsigned int count_members(uint64_t bits)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < 512; i++)
		nr += call_by_number[i] && call_by_number[i]->classes & bits;
	return nr;
}

static void check_line(char *line)
{
	const char *class = strtok(line, " \n");
	const char *count = strtok(NULL, " \n");
	uint64_t bits = class_bits(class);
	unsigned int nr = 0;
	char *name;

	cr_assert(bits, "no class %s", class);
	while ((name = strtok(NULL, " \n"))) {
		const struct call_desc *call = find_call(name);

		cr_expect(call && call->classes & bits, "%s is not in %s", name, class);
		nr++;
	}
	cr_expect_eq(nr, (unsigned int)atoi(count), "classes.txt: %s", class);
	cr_expect_eq(count_members(bits), nr, "%s has %u members, expected %u", class,
		     count_members(bits), nr);
}

Test(classes, are_those_of_strace)
{
	FILE *f = fopen(CLASSES_FILE, "r");
	char line[4096];
	unsigned int nr = 0;

	cr_assert(f);
	for (; fgets(line, sizeof(line), f); nr++)
		check_line(line);
	fclose(f);
	cr_expect_eq(nr, 17);
}

Test(classes, the_old_words_still_work)
{
	static const char *const words[] = { "desc",   "file", "memory", "process",
					     "signal", "ipc",  "network" };

	for (unsigned int i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		char with[32];

		snprintf(with, sizeof(with), "%%%s", words[i]);
		cr_expect(class_bits(words[i]), "%s", words[i]);
		cr_expect_eq(class_bits(words[i]), class_bits(with), "%s", words[i]);
	}
	cr_expect_eq(class_bits("%net"), class_bits("%network"));
	cr_expect_eq(class_bits("creds"), 0);
}

/* A variant is filtered by the same classes as its base. */
Test(classes, hold_for_variants)
{
	for (unsigned int i = 1; i < nr_call_descs; i++) {
		const struct call_desc *d = &call_descs[i];

		if (d->nr < 512)
			cr_expect_eq(d->classes, call_by_number[d->nr]->classes, "%s", d->spec);
	}
}
