/* SPDX-License-Identifier: MIT */
/*
 * Where the loader looks for libraries: DT_RPATH and DT_RUNPATH, LD_LIBRARY_PATH, the cache that
 * ldconfig(8) writes, the system's folders.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib_elf.h"

#define CACHE_PATH "/etc/ld.so.cache"
#define CACHE_MAGIC "glibc-ld.so.cache1.1"

/* The cache's layout: glibc, sysdeps/generic/dl-cache.h */
struct cache_head {
	char magic[20];
	uint32_t nr_libs;
	uint32_t strings_len;
	uint32_t flags;
	uint32_t unused[4];
};

struct cache_entry {
	int32_t flags;
	uint32_t key, value; /* offsets from the head */
	uint32_t os_version;
	uint64_t hwcap;
};

#define CACHE_X86_64 0x0303 /* FLAG_X8664_LIB64 | FLAG_ELF_LIBC6 */

static const char *cache_string(const char *cache, size_t size, uint32_t offset)
{
	return offset < size && memchr(cache + offset, '\0', size - offset) ? cache + offset : NULL;
}

static bool each_entry(const char *cache, size_t size,
		       bool (*fn)(void *ctx, const char *soname, const char *path), void *ctx)
{
	const struct cache_head *h = (const void *)cache;
	const struct cache_entry *e = (const void *)(h + 1);

	if (size < sizeof(*h) || memcmp(h->magic, CACHE_MAGIC, sizeof(h->magic)) != 0 ||
	    h->nr_libs > (size - sizeof(*h)) / sizeof(*e))
		return false;
	for (uint32_t i = 0; i < h->nr_libs; i++) {
		const char *soname = cache_string(cache, size, e[i].key);
		const char *path = cache_string(cache, size, e[i].value);

		if (e[i].flags == CACHE_X86_64 && soname && path && fn(ctx, soname, path))
			return true;
	}
	return false;
}

bool elf_each_cached(bool (*fn)(void *ctx, const char *soname, const char *path), void *ctx)
{
	int fd = open(CACHE_PATH, O_RDONLY | O_CLOEXEC);
	struct stat st;
	bool found = false;
	char *cache;

	if (fd < 0)
		return false;
	if (!fstat(fd, &st) && st.st_size > 0) {
		cache = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (cache != MAP_FAILED) {
			found = each_entry(cache, (size_t)st.st_size, fn, ctx);
			munmap(cache, (size_t)st.st_size);
		}
	}
	close(fd);
	return found;
}

struct search {
	const char *soname;
	struct elf_file *found;
};

static bool try_path(struct search *s, const char *path)
{
	return !elf_open(path, &s->found);
}

static bool try_cached(void *ctx, const char *soname, const char *path)
{
	struct search *s = ctx;

	return !strcmp(soname, s->soname) && try_path(s, path);
}

/* $ORIGIN is the folder of the file that says so. */
static void put_folder(char *out, size_t room, const char *p, size_t len, const char *by)
{
	static const char *const origins[] = { "$ORIGIN", "${ORIGIN}" };
	const char *slash = strrchr(by, '/');

	for (unsigned int i = 0; i < 2; i++) {
		size_t n = strlen(origins[i]);

		if (len >= n && !memcmp(p, origins[i], n)) {
			snprintf(out, room, "%.*s%.*s", slash ? (int)(slash - by) : 1,
				 slash ? by : ".", (int)(len - n), p + n);
			return;
		}
	}
	snprintf(out, room, "%.*s", (int)len, p);
}

static bool try_folders(struct search *s, const char *list, const char *by)
{
	char folder[4096], path[8192];

	while (list && *list) {
		size_t len = strcspn(list, ":;");

		put_folder(folder, sizeof(folder), list, len, by);
		snprintf(path, sizeof(path), "%s/%s", *folder ? folder : ".", s->soname);
		if (try_path(s, path))
			return true;
		list += len + (list[len] != '\0');
	}
	return false;
}

static bool try_runpath(struct search *s, const struct elf_file *by, int64_t tag)
{
	for (size_t i = 0; i < by->nr_dyn; i++)
		if (by->dyn[i].d_tag == tag &&
		    try_folders(s, elf_string(by, by->dyn[i].d_un.d_val), by->path))
			return true;
	return false;
}

static struct elf_file *find_library(const char *soname, const struct elf_file *by,
				     const struct elf_file *program)
{
	struct search s = { soname, NULL };

	if (strchr(soname, '/'))
		try_path(&s, soname);
	else if (try_runpath(&s, by, DT_RPATH) || try_runpath(&s, program, DT_RPATH) ||
		 try_folders(&s, getenv("LD_LIBRARY_PATH"), by->path) ||
		 try_runpath(&s, by, DT_RUNPATH) || elf_each_cached(try_cached, &s))
		;
	else
		try_folders(&s,
			    "/lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu:/lib64:/usr/lib64:"
			    "/lib:/usr/lib",
			    by->path);
	return s.found;
}

static bool is_there(const struct elf_file *list, const char *soname)
{
	for (; list; list = list->next) {
		const char *slash = strrchr(list->path, '/');

		if (!strcmp(list->soname, soname) ||
		    !strcmp(slash ? slash + 1 : list->path, soname))
			return true;
	}
	return false;
}

void elf_add_needed(struct elf_file *program)
{
	for (struct elf_file *f = program; f; f = f->next) {
		for (size_t i = 0; i < f->nr_dyn && f->dyn[i].d_tag != DT_NULL; i++) {
			const char *soname = elf_string(f, f->dyn[i].d_un.d_val);
			struct elf_file *last = f;

			if (f->dyn[i].d_tag != DT_NEEDED || !*soname || is_there(program, soname))
				continue;
			while (last->next)
				last = last->next;
			last->next = find_library(soname, f, program);
		}
	}
}
