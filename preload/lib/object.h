/* SPDX-License-Identifier: MIT */
/*
 * The objects that the loader has mapped, and their symbols: read from memory, as the loader itself
 * does. All with the lib lock held.
 */
#ifndef ITRACE_LIB_OBJECT_H
#define ITRACE_LIB_OBJECT_H

#include <elf.h>
#include <stdbool.h>
#include <stdint.h>

struct object {
	uint64_t base;
	const char *path;   /* as the loader has it, "" for the program */
	const char *file;   /* where it is: path, but for the program */
	const char *soname; /* DT_SONAME, or the file's name */
	uint64_t low, high; /* addresses that its segments span */
	uint64_t relro, relro_len;
	const Elf64_Phdr *phdrs;
	unsigned int nr_phdrs;

	const Elf64_Dyn *dyn;
	const Elf64_Sym *symtab;
	const char *strtab;
	const uint32_t *gnu_hash;
	const uint32_t *sysv_hash;
	const uint16_t *versym;
	const Elf64_Verdef *verdef;
	const Elf64_Verneed *verneed;
	const Elf64_Rela *jmprel, *rela;
	uint64_t jmprel_len, rela_len; /* bytes */
	bool has_runpath;

	bool is_program;
	bool is_first; /* was there at start-up: belongs to the global scope */
	bool ignored;  /* ours, the loader, the vdso */
	bool done;     /* its calls have been redirected */
	uint32_t seen; /* the last scan that found it */
	struct object *next;
};

/* Brings the list up to date. Returns it, in the order of loading. */
struct object *object_scan(void);

/* The list as the last scan left it. */
struct object *object_list(void);

/* The object whose segments hold addr, of those that the last scan saw. NULL if there is none. */
struct object *object_at(uint64_t addr);

/* The function called name in o that an address bound to it can be: the symbol whose value is addr,
 * or an indirect one. NULL if there is none. */
const Elf64_Sym *object_function_at(const struct object *o, const char *name, uint64_t addr);

/*
 * Binds symbol index sym of object o as the loader would. Returns the function's address, 0 if
 * there is none (or it is no function), and its object.
 */
uint64_t object_bind(const struct object *o, uint32_t sym, struct object **ret_definer);

#endif
