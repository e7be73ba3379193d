/* SPDX-License-Identifier: MIT */
/*
 * Symbols of mapped objects: the lookup that the loader makes (ELF gABI; the GNU hash table and
 * symbol versions as the LSB describes them).
 */
#include <elf.h>

#include "lib.h"
#include "object.h"

#define VERSION_HIDDEN 0x8000
#define SCOPE_MAX 256

/* The version that a reference asks for; name NULL: none. */
struct version {
	const char *name;
	uint32_t hash;
};

static uint32_t gnu_hash(const char *s)
{
	uint32_t h = 5381;

	for (; *s; s++)
		h = h * 33 + (unsigned char)*s;
	return h;
}

static uint32_t sysv_hash(const char *s)
{
	uint32_t h = 0, g;

	for (; *s; s++) {
		h = (h << 4) + (unsigned char)*s;
		g = h & 0xf0000000;
		h = (h ^ (g >> 24)) & ~g;
	}
	return h;
}

typedef bool symbol_fits(const struct object *o, uint32_t index, const void *data);

static bool is_candidate(const struct object *o, uint32_t index, const char *name)
{
	const Elf64_Sym *sym = &o->symtab[index];

	return sym->st_shndx != SHN_UNDEF && ELF64_ST_BIND(sym->st_info) != STB_LOCAL &&
	       str_equal(o->strtab + sym->st_name, name);
}

static uint32_t find_gnu(const struct object *o, const char *name, symbol_fits *fits,
			 const void *data)
{
	const uint32_t *h = o->gnu_hash;
	uint32_t nr_buckets = h[0], first = h[1], bloom = h[2];
	const uint32_t *buckets = h + 4 + bloom * 2;
	const uint32_t *chain = buckets + nr_buckets;
	uint32_t hash = gnu_hash(name);
	uint32_t i = nr_buckets ? buckets[hash % nr_buckets] : 0;

	if (i < first)
		return 0;
	for (;; i++) {
		uint32_t c = chain[i - first];

		if ((c | 1) == (hash | 1) && is_candidate(o, i, name) && fits(o, i, data))
			return i;
		if (c & 1)
			return 0;
	}
}

static uint32_t find_sysv(const struct object *o, const char *name, symbol_fits *fits,
			  const void *data)
{
	const uint32_t *h = o->sysv_hash;
	uint32_t nr_buckets = h[0];
	uint32_t i = nr_buckets ? h[2 + sysv_hash(name) % nr_buckets] : 0;

	for (; i; i = h[2 + nr_buckets + i])
		if (is_candidate(o, i, name) && fits(o, i, data))
			return i;
	return 0;
}

/* Index of the first symbol of that name that fits, 0 if there is none. */
static uint32_t find(const struct object *o, const char *name, symbol_fits *fits, const void *data)
{
	if (!o->symtab || !o->strtab)
		return 0;
	if (o->gnu_hash)
		return find_gnu(o, name, fits, data);
	return o->sysv_hash ? find_sysv(o, name, fits, data) : 0;
}

static bool has_address(const struct object *o, uint32_t index, const void *data)
{
	const Elf64_Sym *sym = &o->symtab[index];
	unsigned int type = ELF64_ST_TYPE(sym->st_info);
	uint64_t addr = *(const uint64_t *)data;

	/* An indirect function's address is what its resolver returned. */
	return type == STT_GNU_IFUNC || (type == STT_FUNC && o->base + sym->st_value == addr);
}

const Elf64_Sym *object_function_at(const struct object *o, const char *name, uint64_t addr)
{
	uint32_t i = find(o, name, has_address, &addr);

	return i ? &o->symtab[i] : NULL;
}

static struct version version_needed(const struct object *o, uint32_t sym)
{
	struct version none = { NULL, 0 };
	const Elf64_Verneed *need = o->verneed;
	unsigned int index = o->versym ? o->versym[sym] & ~VERSION_HIDDEN : 0;

	if (index < 2)
		return none;
	for (; need;
	     need = need->vn_next ? (const void *)((const char *)need + need->vn_next) : NULL) {
		const Elf64_Vernaux *aux = (const void *)((const char *)need + need->vn_aux);

		for (unsigned int i = 0; i < need->vn_cnt; i++) {
			if ((aux->vna_other & ~VERSION_HIDDEN) == index)
				return (struct version){ o->strtab + aux->vna_name, aux->vna_hash };
			aux = (const void *)((const char *)aux + aux->vna_next);
		}
	}
	return none;
}

static const Elf64_Verdef *version_defined(const struct object *o, unsigned int index)
{
	const Elf64_Verdef *def = o->verdef;

	while (def && def->vd_ndx != index)
		def = def->vd_next ? (const void *)((const char *)def + def->vd_next) : NULL;
	return def;
}

static bool has_version(const struct object *o, uint32_t index, const void *data)
{
	const struct version *want = data;
	const Elf64_Verdef *def;
	unsigned int have;

	if (!o->versym)
		return true;
	have = o->versym[index];
	if (!want->name)
		return !(have & VERSION_HIDDEN);
	def = version_defined(o, have & ~VERSION_HIDDEN);
	if (def && def->vd_ndx > 1) {
		const Elf64_Verdaux *aux = (const void *)((const char *)def + def->vd_aux);

		return def->vd_hash == want->hash &&
		       str_equal(o->strtab + aux->vda_name, want->name);
	}
	return !(have & VERSION_HIDDEN);
}

static struct object *needed_object(const char *soname)
{
	for (struct object *o = object_list(); o; o = o->next)
		if (str_equal(o->soname, soname) || str_equal(str_base(o->path), soname))
			return o;
	return NULL;
}

static bool is_in(struct object *const *scope, unsigned int nr, const struct object *o)
{
	for (unsigned int i = 0; i < nr; i++)
		if (scope[i] == o)
			return true;
	return false;
}

/* The global scope, then the object itself and what it needs, breadth first. */
static unsigned int scope_of(const struct object *o, struct object **scope)
{
	unsigned int nr = 0;

	for (struct object *first = object_list(); first && nr < SCOPE_MAX; first = first->next)
		if (first->is_first)
			scope[nr++] = first;
	if (o->is_first || nr == SCOPE_MAX)
		return nr;
	scope[nr++] = (struct object *)o;
	for (unsigned int at = nr - 1; at < nr; at++) {
		for (const Elf64_Dyn *d = scope[at]->dyn; d && d->d_tag != DT_NULL; d++) {
			struct object *n;

			if (d->d_tag != DT_NEEDED || nr == SCOPE_MAX)
				continue;
			n = needed_object(scope[at]->strtab + d->d_un.d_val);
			if (n && !is_in(scope, nr, n))
				scope[nr++] = n;
		}
	}
	return nr;
}

static uint64_t address_of(const struct object *o, const Elf64_Sym *sym)
{
	uint64_t addr = o->base + sym->st_value;

	if (ELF64_ST_TYPE(sym->st_info) == STT_GNU_IFUNC)
		return ((uint64_t(*)(void))addr)();
	return ELF64_ST_TYPE(sym->st_info) == STT_FUNC ? addr : 0;
}

uint64_t object_bind(const struct object *o, uint32_t sym, struct object **ret_definer)
{
	struct version version = version_needed(o, sym);
	const char *name = o->strtab + o->symtab[sym].st_name;
	struct object *scope[SCOPE_MAX];
	unsigned int nr = scope_of(o, scope);

	for (unsigned int i = 0; i < nr; i++) {
		uint32_t found = find(scope[i], name, has_version, &version);

		if (found) {
			*ret_definer = scope[i];
			return address_of(scope[i], &scope[i]->symtab[found]);
		}
	}
	return 0;
}
