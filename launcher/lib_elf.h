/* SPDX-License-Identifier: MIT */
/*
 * ELF files on disk: what a program and its libraries export, and where the loader will find the
 * libraries (ld.so(8)). Files are not trusted: every offset is checked.
 */
#ifndef ITRACE_LIB_ELF_H
#define ITRACE_LIB_ELF_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct elf_file {
	const char *data; /* the mapped file */
	size_t size;
	char *path;
	const char *soname; /* DT_SONAME, or the path's last part */
	bool dynamic;	    /* has an interpreter or a dynamic section */
	const Elf64_Dyn *dyn;
	size_t nr_dyn;
	const Elf64_Sym *symtab;
	size_t nr_syms;
	const char *strtab;
	size_t strtab_len;
	struct elf_file *next;
};

/* Returns 0, -ENOEXEC (no x86-64 ELF file) or another -errno. *ret_file: to be freed with
 * elf_close(). */
int elf_open(const char *path, struct elf_file **ret_file);
void elf_close(struct elf_file *f);

/* A string of f's string table; "" if the offset is none. */
const char *elf_string(const struct elf_file *f, uint64_t offset);

/* The name of symbol i if it is a function that f exports, else NULL. i < nr_syms. */
const char *elf_exported(const struct elf_file *f, size_t i);

/* The function that the code at `distance` bytes behind the start of the loaded segment lies in
 * which begins at file offset segment_offset; *ret_offset: how far in. NULL if no symbol says so.
 */
const char *elf_function_at(const struct elf_file *f, uint64_t distance, uint64_t segment_offset,
			    uint64_t *ret_offset);

/* program, opened, and after it in the list everything that it is linked with, as far as it can be
 * found. */
void elf_add_needed(struct elf_file *program);

/* Calls fn for every library of the loader's cache until it returns true. */
bool elf_each_cached(bool (*fn)(void *ctx, const char *soname, const char *path), void *ctx);

#endif
