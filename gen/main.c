/* SPDX-License-Identifier: MIT */
/*
 * itrace-gen: reads the spec, writes the tables. The only part that prints and exits.
 *
 *     itrace-gen --out DIR SPEC...
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emit.h"
#include "spec.h"

static const struct output {
	const char *name;
	void (*emit)(FILE *f, const struct spec *spec);
} outputs[] = {
	{ "plan_table.c", emit_plan_table }, { "call_table.c", emit_call_table },
	{ "call_class.h", emit_call_class }, { "structs.h", emit_structs },
	{ "xlat.c", emit_xlat_table },	     { "xlat.h", emit_xlat_header },
	{ "shims.c", emit_shims },	     { "lib_table.c", emit_lib_table },
};

/* The whole file in memory of its own. Returns 0 or -errno. */
static int read_file(const char *name, char **ret_text, size_t *ret_len)
{
	FILE *f = fopen(name, "rb");
	size_t room = 0;
	size_t len = 0;
	char *text = NULL;

	if (!f)
		return -errno;
	for (;;) {
		if (len == room) {
			char *more = realloc(text, room + 65536);

			if (!more)
				break;
			text = more;
			room += 65536;
		}
		len += fread(text + len, 1, room - len, f);
		if (len < room)
			break;
	}
	*ret_text = text;
	*ret_len = len;
	if (ferror(f) || len == room) {
		fclose(f);
		free(text);
		return -EIO;
	}
	fclose(f);
	return 0;
}

static void print_error(const struct spec_error *e)
{
	if (e->pos.line)
		fprintf(stderr, "%s:%u:%u: ", e->pos.file, e->pos.line, e->pos.column);
	fprintf(stderr, "error: %s\n", e->message);
}

static int read_spec(struct spec *spec, char **files, int nr)
{
	struct spec_error error;
	int err = 0;

	for (int i = 0; i < nr && !err; i++) {
		char *text = NULL;
		size_t len = 0;

		err = read_file(files[i], &text, &len);
		if (err) {
			fprintf(stderr, "itrace-gen: %s: %s\n", files[i], strerror(-err));
			return err;
		}
		err = spec_parse(spec, files[i], text, len, &error);
		free(text);
	}
	if (!err)
		err = spec_resolve(spec, &error);
	if (err)
		print_error(&error);
	return err;
}

static int write_output(const struct output *o, const char *dir, const struct spec *spec)
{
	char path[4096];
	FILE *f;
	int failed;

	snprintf(path, sizeof(path), "%s/%s", dir, o->name);
	f = fopen(path, "w");
	if (!f) {
		fprintf(stderr, "itrace-gen: %s: %s\n", path, strerror(errno));
		return -1;
	}
	o->emit(f, spec);
	failed = ferror(f);
	failed |= fclose(f);
	if (failed) {
		fprintf(stderr, "itrace-gen: %s: cannot write\n", path);
		remove(path);
		return -1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct spec spec = SPEC_INIT;
	int err;

	if (argc < 4 || strcmp(argv[1], "--out") != 0) {
		fprintf(stderr, "usage: itrace-gen --out DIR SPEC...\n");
		return 2;
	}
	err = read_spec(&spec, argv + 3, argc - 3);
	for (size_t i = 0; i < sizeof(outputs) / sizeof(outputs[0]) && !err; i++)
		err = write_output(&outputs[i], argv[2], &spec);
	spec_release(&spec);
	return err ? 1 : 0;
}
