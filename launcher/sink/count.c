/* SPDX-License-Identifier: MIT */
/*
 * Counting values: an open hash table, sorted when it is printed.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "decode/call_desc.h"
#include "sink/count.h"

#define FIRST_SLOTS 64

static const struct call_desc *find_call(const char *name, size_t len)
{
	for (unsigned int nr = 0; nr < 512; nr++) {
		const struct call_desc *desc = call_by_number[nr];

		if (desc && !strncmp(desc->name, name, len) && !desc->name[len])
			return desc;
	}
	return NULL;
}

/* Returns the argument's index, or -1. */
static int find_argument(const struct call_desc *desc, const char *name)
{
	for (int i = 0; i < desc->nr_args; i++) {
		if (!strcmp(name, desc->args[i].name))
			return i;
	}
	if (!strncmp(name, "arg", 3) && name[3] >= '0' && name[3] < '0' + desc->nr_args && !name[4])
		return name[3] - '0';
	return -1;
}

int count_init(struct count *c, const char *what, struct text *error)
{
	size_t len = strcspn(what, ":");
	const struct call_desc *desc = find_call(what, len);
	int arg;

	memset(c, 0, sizeof(*c));
	if (!what[len]) {
		text_format(error, "invalid --count argument: '%s'", what);
		return -EINVAL;
	}
	if (!desc) {
		text_format(error, "invalid system call '%.*s'", (int)len, what);
		return -EINVAL;
	}
	arg = find_argument(desc, what + len + 1);
	if (arg < 0) {
		text_format(error, "'%s' is no argument of %s; it has", what + len + 1, desc->name);
		for (unsigned int i = 0; i < desc->nr_args; i++)
			text_format(error, "%s %s", i ? "," : "", desc->args[i].name);
		if (!desc->nr_args)
			text_lit(error, " none");
		return -EINVAL;
	}
	c->call = desc->nr;
	c->arg = (unsigned int)arg;
	return 0;
}

void count_release(struct count *c)
{
	for (size_t i = 0; i < c->nr_slots; i++)
		free(c->slots[i].value);
	free(c->slots);
	memset(c, 0, sizeof(*c));
}

/* FNV-1a, 32 bits */
static uint32_t hash_value(const char *value, size_t len)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)value[i]) * 16777619u;
	return hash;
}

/* The slot that holds the value, or the free one where it belongs. nr_slots > nr. */
static struct count_entry *find_slot(const struct count *c, uint32_t hash, const char *value,
				     size_t len)
{
	for (size_t i = hash;; i++) {
		struct count_entry *e = &c->slots[i & (c->nr_slots - 1)];

		if (!e->value ||
		    (e->hash == hash && e->len == len && !memcmp(e->value, value, len)))
			return e;
	}
}

/* Doubles the table when it is half full. */
static int make_room(struct count *c)
{
	struct count grown = *c;

	if (c->nr * 2 < c->nr_slots)
		return 0;
	grown.nr_slots = c->nr_slots ? c->nr_slots * 2 : FIRST_SLOTS;
	grown.slots = calloc(grown.nr_slots, sizeof(*grown.slots));
	if (!grown.slots)
		return -ENOMEM;
	for (size_t i = 0; i < c->nr_slots; i++) {
		const struct count_entry *e = &c->slots[i];

		if (e->value)
			*find_slot(&grown, e->hash, e->value, e->len) = *e;
	}
	free(c->slots);
	*c = grown;
	return 0;
}

int count_add(struct count *c, const char *value, size_t len)
{
	uint32_t hash = hash_value(value, len);
	struct count_entry *e;
	int err = make_room(c);

	if (err)
		return err;
	e = find_slot(c, hash, value, len);
	if (!e->value) {
		e->value = malloc(len + 1);
		if (!e->value)
			return -ENOMEM;
		memcpy(e->value, value, len);
		e->value[len] = '\0';
		e->hash = hash;
		e->len = (uint32_t)len;
		c->nr++;
	}
	e->count++;
	return 0;
}

/* The rarest first; equals by value. */
static int compare_entries(const void *left, const void *right)
{
	const struct count_entry *a = *(const struct count_entry *const *)left;
	const struct count_entry *b = *(const struct count_entry *const *)right;

	if (a->count != b->count)
		return a->count < b->count ? -1 : 1;
	return strcmp(a->value, b->value);
}

int count_print(const struct count *c, struct text *out)
{
	const struct count_entry **order = calloc(c->nr + 1, sizeof(*order));
	size_t nr = 0;

	if (!order)
		return -ENOMEM;
	for (size_t i = 0; i < c->nr_slots; i++) {
		if (c->slots[i].value)
			order[nr++] = &c->slots[i];
	}
	qsort(order, nr, sizeof(*order), compare_entries);
	for (size_t i = 0; i < nr; i++)
		text_format(out, "@[%s]: %llu\n", order[i]->value,
			    (unsigned long long)order[i]->count);
	free(order);
	return 0;
}
