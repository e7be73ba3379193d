/* SPDX-License-Identifier: MIT */
/*
 * See stubs.h. Stubs are 16 bytes apart; the phase of a page's first one is chosen so that a jump
 * with a single possible target hits a stub's first byte.
 *
 *     4c 8b 1d rel32   mov  return(%rip), %r11
 *     ff 25 rel32      jmp  *entry(%rip)
 */
#include <asm/unistd.h>
#include <linux/mman.h>

#include "../memory.h"
#include "stubs.h"

#define STUB_SIZE 16
#define STUB_JMP 7  /* offset of the second instruction */
#define STUB_END 13 /* and of what follows it */
#define STUBS_PAGES 2048
#define STUBS_PER_PAGE ((unsigned int)(PAGE / STUB_SIZE) - 1)
#define BRK_ZONE (1ull << 30)	  /* the heap may want to grow into this */
#define STACK_ZONE (256ull << 20) /* and the main stack into this */

struct stub_page {
	uint64_t addr; /* 0 = dropped */
	uint32_t phase;
	uint32_t nr_used;
	uint64_t used[4];
};

static struct stub_page pages[STUBS_PAGES];
static uint32_t nr_pages; /* atomic: pages below it are complete */
static uint64_t lowest = ~0ull, highest;

static uint64_t *page_data(const struct stub_page *p)
{
	return (uint64_t *)(p->addr + PAGE);
}

static struct stub_page *page_at(uint64_t addr)
{
	for (uint32_t i = 0; i < nr_pages; i++) {
		if (pages[i].addr == addr)
			return &pages[i];
	}
	return NULL;
}

/* Places that look free and are not ours to take. */
static bool is_reserved(uint64_t addr)
{
	uint64_t brk = (uint64_t)raw3(__NR_brk, 0, 0, 0);
	uint64_t stack = core.stack_hint;

	return (addr + 2 * PAGE > brk && addr < brk + BRK_ZONE) ||
	       (addr + 2 * PAGE > stack - STACK_ZONE && addr < stack);
}

static void fill_page(struct stub_page *p)
{
	uint64_t data = (uint64_t)page_data(p);

	page_data(p)[0] = (uint64_t)core_entry;
	for (unsigned int i = 0; i < STUBS_PER_PAGE; i++) {
		uint8_t *s = (uint8_t *)(p->addr + p->phase + i * STUB_SIZE);
		uint32_t ret = (uint32_t)(data + 8 * (i + 1) - (uint64_t)(s + STUB_JMP));
		uint32_t entry = (uint32_t)(data - (uint64_t)(s + STUB_END));

		s[0] = 0x4c;
		s[1] = 0x8b;
		s[2] = 0x1d;
		memcpy(s + 3, &ret, 4);
		s[STUB_JMP] = 0xff;
		s[STUB_JMP + 1] = 0x25;
		memcpy(s + STUB_JMP + 2, &entry, 4);
	}
}

static struct stub_page *page_new(uint64_t addr, uint32_t phase)
{
	struct stub_page *p = &pages[nr_pages];
	long map;

	if (nr_pages == STUBS_PAGES || is_reserved(addr))
		return NULL;
	map = raw6(__NR_mmap, (long)addr, 2 * PAGE, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	if (ERROR(map))
		return NULL;
	if ((uint64_t)map != addr)
		goto unmap;
	*p = (struct stub_page){ .addr = addr, .phase = phase };
	fill_page(p);
	if (raw3(__NR_mprotect, map, PAGE, PROT_READ | PROT_EXEC))
		goto unmap;
	if (addr < lowest)
		lowest = addr;
	if (addr + 2 * PAGE > highest)
		highest = addr + 2 * PAGE;
	/* release: pairs with the loads of readers without the lock */
	__atomic_store_n(&nr_pages, nr_pages + 1, __ATOMIC_RELEASE);
	return p;
unmap:
	raw3(__NR_munmap, map, 2 * PAGE, 0);
	return NULL;
}

/* Takes stub i of p. */
static uint64_t take(struct stub_page *p, unsigned int i, uint64_t behind)
{
	p->used[i / 64] |= 1ull << (i & 63);
	p->nr_used++;
	page_data(p)[i + 1] = behind;
	return p->addr + p->phase + i * STUB_SIZE;
}

uint64_t stubs_take(uint64_t lo, uint32_t size, uint64_t behind)
{
	uint32_t phase = size == 1 ? (uint32_t)(lo % STUB_SIZE) : 0;

	for (uint64_t page = lo & ~(PAGE - 1); page < lo + size; page += PAGE) {
		struct stub_page *p = page_at(page);

		if (!p)
			p = page_new(page, phase);
		if (!p)
			continue;
		for (unsigned int i = 0; i < STUBS_PER_PAGE; i++) {
			uint64_t at = page + p->phase + i * STUB_SIZE;

			if (at >= lo && at < lo + size && !(p->used[i / 64] >> (i & 63) & 1))
				return take(p, i, behind);
		}
	}
	return 0;
}

uint64_t stubs_find(uint64_t rip)
{
	uint32_t n = __atomic_load_n(&nr_pages, __ATOMIC_ACQUIRE);

	if (rip < lowest || rip >= highest)
		return 0;
	for (uint32_t i = 0; i < n; i++) {
		const struct stub_page *p = &pages[i];
		uint64_t off = rip - p->addr - p->phase;

		if (off < PAGE - p->phase && off / STUB_SIZE < STUBS_PER_PAGE && p->addr)
			return page_data(p)[off / STUB_SIZE + 1];
	}
	return 0;
}

bool stubs_overlap(uint64_t start, uint64_t len)
{
	uint32_t n = __atomic_load_n(&nr_pages, __ATOMIC_ACQUIRE);

	if (start >= highest || start + len <= lowest)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		if (start < pages[i].addr + 2 * PAGE && start + len > pages[i].addr)
			return true;
	}
	return false;
}

void stubs_drop(uint64_t start, uint64_t len, void (*drop)(uint64_t behind))
{
	for (uint32_t i = 0; i < nr_pages; i++) {
		struct stub_page *p = &pages[i];

		if (!p->addr || start >= p->addr + 2 * PAGE || start + len <= p->addr)
			continue;
		for (unsigned int k = 0; k < STUBS_PER_PAGE; k++) {
			if (p->used[k / 64] >> (k & 63) & 1)
				drop(page_data(p)[k + 1]);
		}
		p->addr = 0;
	}
}
