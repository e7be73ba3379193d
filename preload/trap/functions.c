/* SPDX-License-Identifier: MIT */
#include "functions.h"

#include <elf.h>

#include "../memory.h"

#define HDR_SIZE 12
#define PHDRS_MAX 64
#define ENTRY_SIZE 8
/* DW_EH_PE_sdata4 with pcrel, udata4, and sdata4 with datarel: what ld, gold and lld write */
#define ENC_FRAME 0x1b
#define ENC_COUNT 0x03
#define ENC_TABLE 0x3b

static bool read(struct thread *t, void *dst, uint64_t addr, size_t n)
{
	return memory_read(t, dst, addr, n) == n;
}

bool functions_open(struct thread *t, uint64_t base, struct functions *ret_f)
{
	uint64_t bias = base, table = 0;
	bool biased = false;
	uint8_t hdr[HDR_SIZE];
	Elf64_Ehdr eh;

	if (!read(t, &eh, base, sizeof(eh)) || memcmp(eh.e_ident, ELFMAG, SELFMAG) ||
	    eh.e_ident[EI_CLASS] != ELFCLASS64 || eh.e_phentsize != sizeof(Elf64_Phdr) ||
	    eh.e_phnum > PHDRS_MAX)
		return false;
	for (unsigned int i = 0; i < eh.e_phnum; i++) {
		Elf64_Phdr ph;

		if (!read(t, &ph, base + eh.e_phoff + i * sizeof(ph), sizeof(ph)))
			return false;
		if (ph.p_type == PT_LOAD && !biased) {
			bias = base - (ph.p_vaddr - ph.p_offset);
			biased = true;
		}
		if (ph.p_type == PT_GNU_EH_FRAME)
			table = ph.p_vaddr;
	}
	if (!table || !biased || !read(t, hdr, bias + table, sizeof(hdr)) || hdr[0] != 1 ||
	    hdr[1] != ENC_FRAME || hdr[2] != ENC_COUNT || hdr[3] != ENC_TABLE)
		return false;
	ret_f->table = bias + table;
	memcpy(&ret_f->nr, hdr + 8, 4);
	return ret_f->nr != 0;
}

struct entry {
	int32_t start, fde; /* both from the table's own address */
};

static bool read_entry(struct thread *t, const struct functions *f, uint32_t i, struct entry *ret_e)
{
	return read(t, ret_e, f->table + HDR_SIZE + (uint64_t)i * ENTRY_SIZE, sizeof(*ret_e));
}

bool functions_find(struct thread *t, const struct functions *f, uint64_t addr, uint64_t *ret_start,
		    uint64_t *ret_end)
{
	uint32_t lo = 0, hi = f->nr;
	int32_t fde[4]; /* length, CIE, first address, length of the code */
	struct entry e;
	uint64_t at;

	while (hi - lo > 1) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (!read_entry(t, f, mid, &e))
			return false;
		if (f->table + (uint64_t)(int64_t)e.start <= addr)
			lo = mid;
		else
			hi = mid;
	}
	if (!read_entry(t, f, lo, &e))
		return false;
	*ret_start = f->table + (uint64_t)(int64_t)e.start;
	at = f->table + (uint64_t)(int64_t)e.fde;
	if (!read(t, fde, at, sizeof(fde)))
		return false;
	/* its addresses are of the kind expected if the first one is what the table says */
	if (at + 8 + (uint64_t)(int64_t)fde[2] != *ret_start)
		return false;
	*ret_end = *ret_start + (uint32_t)fde[3];
	return addr >= *ret_start && addr < *ret_end;
}
