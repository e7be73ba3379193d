/* SPDX-License-Identifier: MIT */
/* Redirecting calls at their relocations: see got.h. */
#include "got.h"

#include <sys/mman.h>
#include <sys/syscall.h>

#include "func.h"
#include "hooks.h"
#include "lib.h"
#include "match.h"
#include "record.h"

/* One object on its way through. */
struct redirect {
	struct object *o;
	bool relro_open;   /* its RELRO pages are writable for the moment */
	bool relro_failed; /* they cannot be made so */
};

static bool in_relro(const struct object *o, uint64_t addr)
{
	return addr - o->relro < o->relro_len;
}

static void relro_protect(struct redirect *r, int prot)
{
	long err = lib_api->syscall(SYS_mprotect, (long)r->o->relro, (long)r->o->relro_len, prot, 0,
				    0, 0);

	r->relro_failed = err < 0;
	r->relro_open = !err && prot & PROT_WRITE;
}

static void store(struct redirect *r, uint64_t *word, uint64_t value)
{
	if (in_relro(r->o, (uint64_t)word) && !r->relro_open) {
		if (!r->relro_failed)
			relro_protect(r, PROT_READ | PROT_WRITE);
		if (!r->relro_open) {
			lib_api->poke(word, &value, sizeof(value));
			return;
		}
	}
	__atomic_store_n(word, value, __ATOMIC_RELAXED);
}

/* What the word is bound to. Not yet bound (it leads into the object's own PLT): what the loader
 * would bind it to. 0 = no function that we know. */
static uint64_t bound_to(const struct object *o, uint32_t sym, uint64_t word,
			 struct object **ret_definer)
{
	const char *name = o->strtab + o->symtab[sym].st_name;
	struct object *definer = object_at(word);

	if (!definer)
		return 0;
	*ret_definer = definer;
	if (object_function_at(definer, name, word))
		return word;
	return definer == o ? object_bind(o, sym, ret_definer) : 0;
}

static void redirect_word(struct redirect *r, const Elf64_Rela *rela)
{
	const struct object *o = r->o;
	uint32_t sym = (uint32_t)ELF64_R_SYM(rela->r_info);
	uint64_t *word = (uint64_t *)(o->base + rela->r_offset);
	const char *name = o->strtab + o->symtab[sym].st_name;
	struct object *definer = NULL;
	uint64_t target, entry;

	if (!hooks_want(name) && !match_name(name))
		return;
	target = bound_to(o, sym, *word, &definer);
	if (!target)
		return;
	entry = hooks_entry(definer, name, target);
	if (match_call(o, definer, name))
		entry = func_entry(entry, name, definer->soname);
	if (entry != target)
		store(r, word, entry);
}

static void redirect_table(struct redirect *r, const Elf64_Rela *rela, uint64_t len)
{
	for (const Elf64_Rela *end = rela + len / sizeof(*rela); rela < end; rela++) {
		unsigned int type = (unsigned int)ELF64_R_TYPE(rela->r_info);

		if (!ELF64_R_SYM(rela->r_info) || rela->r_addend)
			continue;
		if (type == R_X86_64_JUMP_SLOT || type == R_X86_64_GLOB_DAT || type == R_X86_64_64)
			redirect_word(r, rela);
	}
}

static void note_code(const struct object *o)
{
	for (unsigned int i = 0; i < o->nr_phdrs; i++) {
		const Elf64_Phdr *ph = &o->phdrs[i];
		uint64_t args[3] = { o->base + ph->p_vaddr, o->base + ph->p_vaddr + ph->p_memsz,
				     ph->p_offset };

		if (ph->p_type == PT_LOAD && ph->p_flags & PF_X)
			record_note(RECORD_MAP, 0, args, o->file);
	}
}

void got_redirect_new(void)
{
	for (struct object *o = object_scan(); o; o = o->next) {
		struct redirect r = { .o = o };

		if (o->done)
			continue;
		o->done = true;
		note_code(o);
		if (o->ignored)
			continue;
		redirect_table(&r, o->jmprel, o->jmprel_len);
		redirect_table(&r, o->rela, o->rela_len);
		if (r.relro_open)
			relro_protect(&r, PROT_READ);
	}
}

uint64_t got_redirected(const struct object *caller, const char *name, uint64_t addr)
{
	struct object *definer = object_at(addr);
	uint64_t entry;

	if (!definer || definer->ignored || !object_function_at(definer, name, addr))
		return addr;
	entry = hooks_entry(definer, name, addr);
	if (match_call(caller, definer, name))
		entry = func_entry(entry, name, definer->soname);
	return entry;
}
