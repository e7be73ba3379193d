/* SPDX-License-Identifier: MIT */
/* The list of mapped objects: see object.h. */
#include "object.h"

#include <link.h>
#include <sys/syscall.h>

#include "lib.h"

static struct object *objects;
static uint32_t scan_nr;

static char program_path[1024];

/* A pointer of the dynamic section: the loader relocates some of them in place, the vdso's are not.
 */
static const void *dyn_pointer(const struct object *o, uint64_t value)
{
	return (const void *)(value < o->base ? value + o->base : value);
}

static void read_dynamic(struct object *o)
{
	for (const Elf64_Dyn *d = o->dyn; d && d->d_tag != DT_NULL; d++) {
		const void *p = dyn_pointer(o, d->d_un.d_ptr);

		switch (d->d_tag) {
		case DT_SYMTAB:
			o->symtab = p;
			break;
		case DT_STRTAB:
			o->strtab = p;
			break;
		case DT_GNU_HASH:
			o->gnu_hash = p;
			break;
		case DT_HASH:
			o->sysv_hash = p;
			break;
		case DT_VERSYM:
			o->versym = p;
			break;
		case DT_VERDEF:
			o->verdef = p;
			break;
		case DT_VERNEED:
			o->verneed = p;
			break;
		case DT_JMPREL:
			o->jmprel = p;
			break;
		case DT_PLTRELSZ:
			o->jmprel_len = d->d_un.d_val;
			break;
		case DT_RELA:
			o->rela = p;
			break;
		case DT_RELASZ:
			o->rela_len = d->d_un.d_val;
			break;
		case DT_RPATH:
		case DT_RUNPATH:
			o->has_runpath = true;
			break;
		}
	}
}

static void read_phdrs(struct object *o)
{
	o->low = UINT64_MAX;
	for (unsigned int i = 0; i < o->nr_phdrs; i++) {
		const Elf64_Phdr *ph = &o->phdrs[i];
		uint64_t start = o->base + ph->p_vaddr;

		if (ph->p_type == PT_DYNAMIC) {
			o->dyn = (const Elf64_Dyn *)start;
		} else if (ph->p_type == PT_GNU_RELRO) {
			o->relro = start & ~4095ull;
			o->relro_len = ((start + ph->p_memsz) & ~4095ull) - o->relro;
		} else if (ph->p_type == PT_LOAD) {
			o->low = start < o->low ? start : o->low;
			o->high = start + ph->p_memsz > o->high ? start + ph->p_memsz : o->high;
		}
	}
}

static const char *soname_of(const struct object *o)
{
	for (const Elf64_Dyn *d = o->dyn; d && d->d_tag != DT_NULL && o->strtab; d++)
		if (d->d_tag == DT_SONAME)
			return o->strtab + d->d_un.d_val;
	return str_base(o->path);
}

static void read_program_path(void)
{
	long n = lib_api->syscall(SYS_readlink, (long)"/proc/self/exe", (long)program_path,
				  sizeof(program_path) - 1, 0, 0, 0);

	program_path[n < 0 ? 0 : n] = '\0';
}

static bool is_ignored(const struct object *o)
{
	return !o->symtab || !o->strtab || str_equal(o->soname, "linux-vdso.so.1") ||
	       str_equal(o->soname, "ld-linux-x86-64.so.2") ||
	       (o->low <= (uint64_t)is_ignored && (uint64_t)is_ignored < o->high) ||
	       (o->low <= (uint64_t)lib_api->thread && (uint64_t)lib_api->thread < o->high);
}

static struct object *object_new(const struct dl_phdr_info *info)
{
	struct object *o = memory_take(sizeof(*o));

	if (!o)
		return NULL;
	o->base = info->dlpi_addr;
	o->phdrs = info->dlpi_phdr;
	o->nr_phdrs = info->dlpi_phnum;
	o->path = memory_string(info->dlpi_name ? info->dlpi_name : "");
	read_phdrs(o);
	read_dynamic(o);
	o->is_program = scan_nr == 1 && !objects;
	o->is_first = scan_nr == 1;
	if (o->is_program)
		read_program_path();
	o->file = o->is_program ? program_path : o->path;
	o->soname = o->is_program ? str_base(program_path) : memory_string(soname_of(o));
	if (!o->path || !o->soname)
		return NULL;
	o->ignored = is_ignored(o);
	return o;
}

/* Once something was unloaded, what is found at an old place may be something new. */
static void forget_unloaded(const struct dl_phdr_info *info)
{
	static unsigned long long unloaded;
	struct object **link = &objects;

	if (info->dlpi_subs == unloaded)
		return;
	unloaded = info->dlpi_subs;
	while (*link) {
		if ((*link)->is_first)
			link = &(*link)->next;
		else
			*link = (*link)->next;
	}
}

static int visit(struct dl_phdr_info *info, size_t size, void *data)
{
	struct object **tail = &objects, *o;

	(void)size;
	(void)data;
	forget_unloaded(info);
	for (; *tail; tail = &(*tail)->next) {
		o = *tail;
		if (o->base == info->dlpi_addr && o->phdrs == info->dlpi_phdr &&
		    str_equal(o->path, info->dlpi_name ? info->dlpi_name : "")) {
			o->seen = scan_nr;
			return 0;
		}
	}
	o = object_new(info);
	if (o) {
		o->seen = scan_nr;
		*tail = o;
	}
	return 0;
}

struct object *object_scan(void)
{
	struct object **link = &objects;

	scan_nr++;
	dl_iterate_phdr(visit, NULL);
	while (*link) {
		if ((*link)->seen != scan_nr)
			*link = (*link)->next;
		else
			link = &(*link)->next;
	}
	return objects;
}

struct object *object_list(void)
{
	return objects;
}

struct object *object_at(uint64_t addr)
{
	for (struct object *o = objects; o; o = o->next)
		if (addr >= o->low && addr < o->high)
			return o;
	return NULL;
}
