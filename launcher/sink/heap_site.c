/* SPDX-License-Identifier: MIT */
/* From a return address to the function it lies in. */
#include <libiberty/demangle.h>
#include <stdlib.h>
#include <string.h>

#include "lib_elf.h"
#include "sink/heap_private.h"

static const struct heap_map *map_of(const struct heap_process *p, uint64_t ip)
{
	/* the last one that was told of: what was there before has been unmapped */
	for (size_t i = p->nr_maps; i-- > 0;)
		if (ip >= p->maps[i].start && ip < p->maps[i].end)
			return &p->maps[i];
	return NULL;
}

void heap_site_print(const struct heap_process *p, uint64_t ip, struct text *out)
{
	const struct heap_map *m = map_of(p, ip);
	struct elf_file *f = NULL;
	const char *name = NULL, *slash;
	uint64_t offset = 0;
	char *plain;

	if (m && m->path && !elf_open(m->path, &f))
		name = elf_function_at(f, ip - m->start, m->offset, &offset);
	plain = name ? cplus_demangle_v3(name, DMGL_PARAMS | DMGL_ANSI) : NULL;
	if (name) {
		text_string(out, plain ? plain : name);
		text_lit(out, "+");
		text_hex(out, offset);
	} else {
		text_hex(out, ip);
	}
	if (m && m->path) {
		slash = strrchr(m->path, '/');
		text_lit(out, " (");
		text_string(out, slash ? slash + 1 : m->path);
		text_lit(out, ")");
	}
	free(plain);
	elf_close(f);
}
