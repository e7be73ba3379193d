/* SPDX-License-Identifier: MIT */
/* Reading ELF files: see lib_elf.h. Formats: the ELF gABI and its x86-64 supplement. */
#include "lib_elf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* len bytes at offset, NULL if the file does not hold them. */
static const void *at(const struct elf_file *f, uint64_t offset, uint64_t len)
{
	return offset <= f->size && len <= f->size - offset ? f->data + offset : NULL;
}

const char *elf_string(const struct elf_file *f, uint64_t offset)
{
	if (offset >= f->strtab_len || !memchr(f->strtab + offset, '\0', f->strtab_len - offset))
		return "";
	return f->strtab + offset;
}

const char *elf_exported(const struct elf_file *f, size_t i)
{
	const Elf64_Sym *s = &f->symtab[i];
	unsigned int type = ELF64_ST_TYPE(s->st_info);
	const char *name;

	if (s->st_shndx == SHN_UNDEF || ELF64_ST_BIND(s->st_info) == STB_LOCAL ||
	    (type != STT_FUNC && type != STT_GNU_IFUNC))
		return NULL;
	name = elf_string(f, s->st_name);
	return *name ? name : NULL;
}

static void read_sections(struct elf_file *f, const Elf64_Ehdr *h)
{
	const Elf64_Shdr *sh = at(f, h->e_shoff, (uint64_t)h->e_shnum * sizeof(*sh));

	for (unsigned int i = 0; sh && i < h->e_shnum; i++) {
		const Elf64_Shdr *str;

		if (sh[i].sh_type != SHT_DYNSYM || sh[i].sh_link >= h->e_shnum)
			continue;
		str = &sh[sh[i].sh_link];
		f->symtab = at(f, sh[i].sh_offset, sh[i].sh_size);
		f->nr_syms = f->symtab ? sh[i].sh_size / sizeof(Elf64_Sym) : 0;
		f->strtab = at(f, str->sh_offset, str->sh_size);
		f->strtab_len = f->strtab ? str->sh_size : 0;
	}
}

static void read_segments(struct elf_file *f, const Elf64_Ehdr *h)
{
	const Elf64_Phdr *ph = at(f, h->e_phoff, (uint64_t)h->e_phnum * sizeof(*ph));

	for (unsigned int i = 0; ph && i < h->e_phnum; i++) {
		if (ph[i].p_type == PT_INTERP)
			f->dynamic = true;
		if (ph[i].p_type != PT_DYNAMIC)
			continue;
		f->dyn = at(f, ph[i].p_offset, ph[i].p_filesz);
		f->nr_dyn = f->dyn ? ph[i].p_filesz / sizeof(Elf64_Dyn) : 0;
	}
}

static int read_file(struct elf_file *f)
{
	const Elf64_Ehdr *h = at(f, 0, sizeof(*h));
	const char *slash = strrchr(f->path, '/');

	if (!h || memcmp(h->e_ident, ELFMAG, SELFMAG) || h->e_ident[EI_CLASS] != ELFCLASS64 ||
	    h->e_machine != EM_X86_64 || h->e_phentsize != sizeof(Elf64_Phdr) ||
	    (h->e_shnum && h->e_shentsize != sizeof(Elf64_Shdr)))
		return -ENOEXEC;
	read_segments(f, h);
	read_sections(f, h);
	f->soname = slash ? slash + 1 : f->path;
	for (size_t i = 0; i < f->nr_dyn; i++)
		if (f->dyn[i].d_tag == DT_SONAME && *elf_string(f, f->dyn[i].d_un.d_val))
			f->soname = elf_string(f, f->dyn[i].d_un.d_val);
	return 0;
}

static int map_file(struct elf_file *f)
{
	int fd = open(f->path, O_RDONLY | O_CLOEXEC), err = 0;
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st))
		err = -errno;
	else if (!S_ISREG(st.st_mode) || !st.st_size)
		err = -ENOEXEC;
	if (!err) {
		f->size = (size_t)st.st_size;
		f->data = mmap(NULL, f->size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (f->data == MAP_FAILED) {
			err = -errno;
			f->data = NULL;
		}
	}
	close(fd);
	return err;
}

int elf_open(const char *path, struct elf_file **ret_file)
{
	struct elf_file *f = calloc(1, sizeof(*f));
	int err;

	if (!f)
		return -ENOMEM;
	f->path = strdup(path);
	err = f->path ? map_file(f) : -ENOMEM;
	if (!err)
		err = read_file(f);
	if (err) {
		elf_close(f);
		return err;
	}
	*ret_file = f;
	return 0;
}

void elf_close(struct elf_file *f)
{
	if (!f)
		return;
	if (f->data)
		munmap((void *)f->data, f->size);
	free(f->path);
	free(f);
}

/* The address that the file is linked for. */
static bool link_address(const struct elf_file *f, uint64_t distance, uint64_t segment_offset,
			 uint64_t *ret_addr)
{
	const Elf64_Ehdr *h = (const void *)f->data;
	const Elf64_Phdr *ph = at(f, h->e_phoff, (uint64_t)h->e_phnum * sizeof(*ph));

	for (unsigned int i = 0; ph && i < h->e_phnum; i++) {
		if (ph[i].p_type == PT_LOAD && ph[i].p_offset == segment_offset) {
			*ret_addr = ph[i].p_vaddr + distance;
			return true;
		}
	}
	return false;
}

/* The closest function at or below addr in one symbol table. */
static void closest(const struct elf_file *f, const Elf64_Shdr *sh, const Elf64_Shdr *str,
		    uint64_t addr, const char **ret_name, uint64_t *ret_offset)
{
	const Elf64_Sym *syms = at(f, sh->sh_offset, sh->sh_size);
	const char *names = at(f, str->sh_offset, str->sh_size);

	for (size_t i = 0; syms && names && i < sh->sh_size / sizeof(*syms); i++) {
		const Elf64_Sym *s = &syms[i];
		uint64_t offset = addr - s->st_value;

		if (ELF64_ST_TYPE(s->st_info) != STT_FUNC || s->st_shndx == SHN_UNDEF ||
		    addr < s->st_value || (s->st_size && offset > s->st_size) ||
		    s->st_name >= str->sh_size ||
		    !memchr(names + s->st_name, '\0', str->sh_size - s->st_name) ||
		    (*ret_name && offset >= *ret_offset))
			continue;
		*ret_name = names + s->st_name;
		*ret_offset = offset;
	}
}

const char *elf_function_at(const struct elf_file *f, uint64_t distance, uint64_t segment_offset,
			    uint64_t *ret_offset)
{
	const Elf64_Ehdr *h = (const void *)f->data;
	const Elf64_Shdr *sh = at(f, h->e_shoff, (uint64_t)h->e_shnum * sizeof(*sh));
	const char *name = NULL;
	uint64_t addr;

	if (!link_address(f, distance, segment_offset, &addr))
		return NULL;
	for (unsigned int i = 0; sh && i < h->e_shnum; i++)
		if ((sh[i].sh_type == SHT_DYNSYM || sh[i].sh_type == SHT_SYMTAB) &&
		    sh[i].sh_link < h->e_shnum)
			closest(f, &sh[i], &sh[sh[i].sh_link], addr, &name, ret_offset);
	return name;
}
