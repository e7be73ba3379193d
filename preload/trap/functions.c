/* SPDX-License-Identifier: MIT */
#include "functions.h"

#include <elf.h>

#include "../memory.h"

#define HDR_SIZE 12
#define PHDRS_MAX 64
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
	ret_f->window_nr = 0;
	ret_f->frames_len = 0;
	return ret_f->nr != 0;
}

static uint64_t start_of(const struct functions *f, const struct functions_entry *e)
{
	return f->table + (uint64_t)(int64_t)e->start;
}

static bool read_entries(struct thread *t, const struct functions *f, uint32_t first, uint32_t n,
			 struct functions_entry *ret)
{
	return read(t, ret, f->table + HDR_SIZE + (uint64_t)first * sizeof(*ret), n * sizeof(*ret));
}

/* Reads the part of the table that begins with the last entry at or below addr. */
static bool window_move(struct thread *t, struct functions *f, uint64_t addr)
{
	uint32_t lo = 0, hi = f->nr;
	struct functions_entry e;

	while (hi - lo > 1) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (!read_entries(t, f, mid, 1, &e))
			return false;
		if (start_of(f, &e) <= addr)
			lo = mid;
		else
			hi = mid;
	}
	f->window_first = lo;
	f->window_nr = f->nr - lo < FUNCTIONS_WINDOW ? f->nr - lo : FUNCTIONS_WINDOW;
	if (read_entries(t, f, lo, f->window_nr, f->window))
		return true;
	f->window_nr = 0;
	return false;
}

static bool in_window(const struct functions *f, uint64_t addr)
{
	uint32_t nr = f->window_nr;

	/* behind the last entry's beginning, another one may follow that is not in it */
	return nr && start_of(f, &f->window[0]) <= addr &&
	       (f->window_first + nr == f->nr || addr < start_of(f, &f->window[nr - 1]));
}

static bool read_frame(struct thread *t, struct functions *f, uint64_t at, int32_t ret_fde[4])
{
	size_t size = 4 * sizeof(*ret_fde);

	if (at < f->frames_at || at + size > f->frames_at + f->frames_len) {
		f->frames_at = at;
		f->frames_len = memory_read(t, f->frames, at, sizeof(f->frames));
		if (f->frames_len < size)
			return false;
	}
	memcpy(ret_fde, f->frames + (at - f->frames_at), size);
	return true;
}

bool functions_find(struct thread *t, struct functions *f, uint64_t addr, uint64_t *ret_start,
		    uint64_t *ret_end)
{
	int32_t fde[4]; /* length, CIE, first address, length of the code */
	uint32_t lo = 0, hi;
	uint64_t at;

	if (!in_window(f, addr) && (!window_move(t, f, addr) || !in_window(f, addr)))
		return false;
	hi = f->window_nr;
	while (hi - lo > 1) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (start_of(f, &f->window[mid]) <= addr)
			lo = mid;
		else
			hi = mid;
	}
	*ret_start = start_of(f, &f->window[lo]);
	at = f->table + (uint64_t)(int64_t)f->window[lo].fde;
	if (!read_frame(t, f, at, fde))
		return false;
	/* its addresses are of the kind expected if the first one is what the table says */
	if (at + 8 + (uint64_t)(int64_t)fde[2] != *ret_start)
		return false;
	*ret_end = *ret_start + (uint32_t)fde[3];
	return addr >= *ret_start && addr < *ret_end;
}
