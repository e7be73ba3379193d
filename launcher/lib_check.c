/* SPDX-License-Identifier: MIT */
/*
 * A filter that fits nothing is a mistake that the user should hear of before the program starts,
 * with the names that were perhaps meant.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "itrace/pattern.h"
#include "lib_elf.h"
#include "lib_filter.h"

#define NEAR_MAX 3
#define NAME_MAX_LEN 96
#define SCRIPT_LEVELS 4

/* Names that come closest to a word that fits nothing. */
struct near {
	const char *word;
	size_t len;
	struct {
		char name[NAME_MAX_LEN];
		unsigned int distance;
	} best[NEAR_MAX];
	unsigned int nr;
};

/* A part of a filter and what it is compared with. */
struct part {
	const char *p, *end;
};

static unsigned int min(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/* Levenshtein's distance; words longer than NAME_MAX_LEN are far from everything. */
static unsigned int distance(const char *a, size_t la, const char *b, size_t lb)
{
	unsigned int row[NAME_MAX_LEN + 1], diagonal, above;

	if (la > NAME_MAX_LEN || lb > NAME_MAX_LEN)
		return UINT32_MAX;
	for (size_t j = 0; j <= lb; j++)
		row[j] = (unsigned int)j;
	for (size_t i = 1; i <= la; i++) {
		diagonal = row[0];
		row[0] = (unsigned int)i;
		for (size_t j = 1; j <= lb; j++) {
			above = row[j];
			row[j] =
				min(min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[lb];
}

static void near_consider(struct near *n, const char *name)
{
	size_t len = strlen(name);
	unsigned int d = distance(n->word, n->len, name, len), i;

	if (n->len > 2 && !strncmp(name, n->word, n->len))
		d = 1;
	if (len >= NAME_MAX_LEN || d > n->len / 3 + 1 || d >= len)
		return;
	for (i = 0; i < n->nr; i++)
		if (!strcmp(n->best[i].name, name))
			return;
	for (i = n->nr; i > 0 && n->best[i - 1].distance > d; i--)
		if (i < NEAR_MAX)
			n->best[i] = n->best[i - 1];
	if (i == NEAR_MAX)
		return;
	memcpy(n->best[i].name, name, len + 1);
	n->best[i].distance = d;
	if (n->nr < NEAR_MAX)
		n->nr++;
}

static void near_put(const struct near *n, struct text *error)
{
	for (unsigned int i = 0; i < n->nr; i++)
		text_format(error, "%s'%s'", i ? ", " : "; did you mean ", n->best[i].name);
	if (n->nr)
		text_char(error, '?');
}

static bool library_fits(const struct part *library, const struct elf_file *f, bool is_program)
{
	if (library->p == library->end)
		return true;
	if (library->end - library->p == 4 && !memcmp(library->p, "MAIN", 4))
		return is_program;
	if (*library->p == '/' && pattern_glob(library->p, library->end, f->path))
		return true;
	return pattern_match(library->p, library->end, f->soname);
}

static bool exports_fitting(const struct elf_file *f, const struct part *symbol, struct near *n)
{
	bool found = false;

	for (size_t i = 0; i < f->nr_syms && !found; i++) {
		const char *name = elf_exported(f, i);

		if (!name)
			continue;
		found = pattern_match(symbol->p, symbol->end, name);
		if (!found)
			near_consider(n, name);
	}
	return found;
}

struct installed {
	const struct part *symbol, *library;
	struct near *symbols, *libraries;
	bool seen; /* a library of that name is there */
};

/* A library that the program is not linked with: it may load it later, or a child may use it. */
static bool try_installed(void *ctx, const char *soname, const char *path)
{
	struct installed *in = ctx;
	struct elf_file *f;
	bool found;

	near_consider(in->libraries, soname);
	if (!pattern_match(in->library->p, in->library->end, soname) || elf_open(path, &f))
		return false;
	in->seen = true;
	found = exports_fitting(f, in->symbol, in->symbols);
	elf_close(f);
	return found;
}

static bool try_path(const struct part *library, struct installed *in)
{
	char path[4096];

	if (*library->p != '/')
		return false;
	snprintf(path, sizeof(path), "%.*s", (int)(library->end - library->p), library->p);
	return try_installed(in, path, path);
}

static void say_missing(const struct installed *in, struct text *error)
{
	int symbol_len = (int)(in->symbol->end - in->symbol->p);
	int library_len = (int)(in->library->end - in->library->p);

	if (library_len && !in->seen) {
		text_format(error, "no library fits '%.*s'", library_len, in->library->p);
		near_put(in->libraries, error);
		text_lit(error, " (one that is loaded later from elsewhere: its path)");
	} else if (library_len) {
		text_format(error, "no function of '%.*s' fits '%.*s'", library_len, in->library->p,
			    symbol_len, in->symbol->p);
		near_put(in->symbols, error);
	} else {
		text_format(error, "no function fits '%.*s'", symbol_len, in->symbol->p);
		near_put(in->symbols, error);
		text_lit(error, " (of a library that is loaded later: SYMBOL@LIBRARY)");
	}
}

static int check_pattern(const char *pattern, const struct elf_file *program, struct text *error)
{
	const char *at = strrchr(pattern + 2, '@');
	struct part symbol = { pattern + 2, at }, library = { at + 1, at + strlen(at) };
	struct near symbols = { .word = symbol.p, .len = (size_t)(symbol.end - symbol.p) };
	struct near libraries = { .word = library.p, .len = (size_t)(library.end - library.p) };
	struct installed in = { &symbol, &library, &symbols, &libraries, false };
	bool by_caller = pattern[0] == 'c';

	for (const struct elf_file *f = program; f; f = f->next) {
		near_consider(&libraries, f->soname);
		/* A caller need not define what it calls: any definition will do. */
		if (!by_caller && !library_fits(&library, f, f == program))
			continue;
		in.seen = in.seen || library_fits(&library, f, f == program);
		if (exports_fitting(f, &symbol, &symbols))
			return 0;
	}
	if (library.p != library.end &&
	    (try_path(&library, &in) || elf_each_cached(try_installed, &in)))
		return 0;
	say_missing(&in, error);
	return -ENOENT;
}

/* PATH lookup as execvp(3) does it. Returns false if there is no such file. */
static bool find_program(const char *name, char *out, size_t room)
{
	const char *path = getenv("PATH");

	if (strchr(name, '/')) {
		snprintf(out, room, "%s", name);
		return true;
	}
	for (path = path ? path : "/bin:/usr/bin";; path++) {
		size_t len = strcspn(path, ":");

		snprintf(out, room, "%.*s%s%s", (int)len, path, len ? "/" : "", name);
		if (!access(out, X_OK))
			return true;
		path += len;
		if (!*path)
			return false;
	}
}

/* "#! INTERPRETER": replaces path. */
static bool read_interpreter(char *path, size_t room)
{
	char line[1024];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, line, sizeof(line) - 1);
	char *p;

	if (fd >= 0)
		close(fd);
	if (n < 3 || memcmp(line, "#!", 2) != 0)
		return false;
	line[n] = '\0';
	p = line + 2 + strspn(line + 2, " \t");
	p[strcspn(p, " \t\n")] = '\0';
	snprintf(path, room, "%s", p);
	return *path;
}

static int open_program(const char *name, struct elf_file **ret_program, struct text *error)
{
	char path[4096];
	int err = -ENOENT;

	/* No such program: whoever starts it says so. */
	if (!find_program(name, path, sizeof(path)))
		return err;
	for (int i = 0; i < SCRIPT_LEVELS; i++) {
		err = elf_open(path, ret_program);
		if (err != -ENOEXEC || !read_interpreter(path, sizeof(path)))
			break;
	}
	if (!err && !(*ret_program)->dynamic) {
		text_format(error, "'%s' is statically linked: it has no library calls", path);
		elf_close(*ret_program);
		return -EINVAL;
	}
	return err;
}

int lib_filter_check(const struct lib_filter *f, const char *program, struct text *error)
{
	const char *p = f->patterns.data, *end = p + f->patterns.len;
	struct elf_file *list = NULL, *next;
	int err = open_program(program, &list, error);

	if (err)
		return err == -EINVAL ? -ENOENT : 0;
	elf_add_needed(list);
	for (; p && p < end && !err; p += strlen(p) + 1)
		if (p[1] == '+')
			err = check_pattern(p, list, error);
	for (; list; list = next) {
		next = list->next;
		elf_close(list);
	}
	return err;
}
