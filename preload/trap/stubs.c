/* SPDX-License-Identifier: MIT */
/*
 * See stubs.h. Stubs are 16 bytes apart, 13 bytes long:
 *
 *     4c 8b 1d rel32   mov  behind(%rip), %r11
 *     ff 25 rel32      jmp  *entry(%rip)
 *
 * One that had to be put elsewhere is known as the stub of the 16 bytes it begins in, moved by
 * `shift`; the following 16 bytes, if it reaches into them, are blocked.
 */
#include <asm/unistd.h>
#include <linux/mman.h>

#include "../memory.h"
#include "stubs.h"

#define STUB_SIZE 16
#define STUB_JMP 7  /* offset of the second instruction */
#define STUB_END 13 /* and of what follows it */
#define STUBS_PER_PAGE 254
#define STUBS_PAGES 2048
#define HEAP_ZONE (16ull << 20)	  /* the heap will soon grow into this */
#define STACK_ZONE (256ull << 20) /* the main stack may grow into this */
#define DATA_SIZE (8 * (STUBS_PER_PAGE + 2))
#define ARENA_SIZE (16 * PAGE)
#define ARENA_STEP (64ull << 20)
#define ARENA_TRIES 16
#define ARENAS 64
#define NEAR (0x7f000000ull)

struct stub_page {
	uint64_t addr; /* 0 = dropped */
	uint64_t data;
	uint64_t used[4];
	uint64_t blocked[4]; /* used, by the stub in front */
	uint8_t shift[STUBS_PER_PAGE];
};

struct arena {
	uint64_t addr;
	uint64_t used;
};

static struct arena arenas[ARENAS];
static unsigned int nr_arenas;
static struct stub_page pages[STUBS_PAGES];
static uint32_t nr_pages; /* atomic: pages below it are complete */
static uint64_t lowest = ~0ull, highest;

static bool bit_test(const uint64_t *map, unsigned int i)
{
	return map[i / 64] >> (i & 63) & 1;
}

static void bit_set(uint64_t *map, unsigned int i)
{
	map[i / 64] |= 1ull << (i & 63);
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

	return (addr + PAGE > brk && addr < brk + HEAP_ZONE) ||
	       (addr + PAGE > stack - STACK_ZONE && addr < stack);
}

/* Writes the stub with this data slot at `to`; it will run at `at`. */
static void write_stub(const struct stub_page *p, uint8_t *to, uint64_t at, unsigned int slot)
{
	uint32_t behind = (uint32_t)(p->data + 8 * (slot + 1) - (at + STUB_JMP));
	uint32_t entry = (uint32_t)(p->data - (at + STUB_END));

	to[0] = 0x4c;
	to[1] = 0x8b;
	to[2] = 0x1d;
	memcpy(to + 3, &behind, 4);
	to[STUB_JMP] = 0xff;
	to[STUB_JMP + 1] = 0x25;
	memcpy(to + STUB_JMP + 2, &entry, 4);
}

static uint64_t map_at(uint64_t addr)
{
	long map = raw6(__NR_mmap, (long)addr, PAGE, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	if (ERROR(map))
		return 0;
	if ((uint64_t)map == addr)
		return addr;
	raw3(__NR_munmap, map, PAGE, 0); /* a kernel that does not know the flag */
	return 0;
}

/* Within reach of a 32-bit displacement, with a margin. */
static bool is_near(uint64_t a, uint64_t b)
{
	return a - b + NEAR < 2 * NEAR;
}

/* Maps an arena near addr: where the kernel likes, else at the first free of some places. */
static uint64_t map_arena(uint64_t addr)
{
	long map = raw6(__NR_mmap, 0, ARENA_SIZE, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	for (uint64_t i = 1; !ERROR(map) && !is_near((uint64_t)map, addr); i++) {
		raw3(__NR_munmap, map, ARENA_SIZE, 0);
		if (i > ARENA_TRIES)
			return 0;
		/* a hint: the kernel goes elsewhere if something is there */
		map = raw6(__NR_mmap, (long)(addr + i * ARENA_STEP), ARENA_SIZE,
			   PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	}
	return ERROR(map) ? 0 : (uint64_t)map;
}

/* Room for a page's data, near the code but not among the windows, which lie side by side. */
static uint64_t data_new(uint64_t addr)
{
	unsigned int i;

	for (i = 0; i < nr_arenas; i++) {
		if (arenas[i].used < ARENA_SIZE && is_near(arenas[i].addr, addr))
			break;
	}
	if (i == ARENAS)
		return 0;
	if (i == nr_arenas) {
		arenas[i].addr = map_arena(addr);
		arenas[i].used = 0;
		if (!arenas[i].addr)
			return 0;
		nr_arenas++;
	}
	arenas[i].used += DATA_SIZE;
	return arenas[i].addr + arenas[i].used - DATA_SIZE;
}

static void note_extent(uint64_t addr, uint64_t size)
{
	if (addr < lowest)
		lowest = addr;
	if (addr + size > highest)
		highest = addr + size;
}

static struct stub_page *page_new(uint64_t addr)
{
	struct stub_page *p = &pages[nr_pages];

	if (nr_pages == STUBS_PAGES || is_reserved(addr) || !map_at(addr))
		return NULL;
	memset(p, 0, sizeof(*p));
	p->addr = addr;
	p->data = data_new(addr);
	if (!p->data)
		goto unmap;
	*(uint64_t *)p->data = (uint64_t)core_entry;
	for (unsigned int i = 0; i < STUBS_PER_PAGE; i++)
		write_stub(p, (uint8_t *)addr + i * STUB_SIZE, addr + i * STUB_SIZE, i);
	if (raw3(__NR_mprotect, (long)addr, PAGE, PROT_READ | PROT_EXEC))
		goto unmap;
	note_extent(addr, PAGE);
	note_extent(p->data, DATA_SIZE);
	/* release: pairs with the loads of readers without the lock */
	__atomic_store_n(&nr_pages, nr_pages + 1, __ATOMIC_RELEASE);
	return p;
unmap:
	raw3(__NR_munmap, (long)addr, PAGE, 0);
	p->addr = 0;
	return NULL;
}

static uint64_t take(struct stub_page *p, unsigned int i, uint64_t behind)
{
	bit_set(p->used, i);
	((uint64_t *)p->data)[i + 1] = behind;
	return p->addr + i * STUB_SIZE + p->shift[i];
}

/* A stub that begins at the very address `at`, in a changed copy of p's code. */
static uint64_t take_at(struct stub_page *p, uint64_t at, uint64_t behind)
{
	unsigned int i = (unsigned int)(at - p->addr) / STUB_SIZE, shift = at % STUB_SIZE;
	bool spills = shift + STUB_END > STUB_SIZE;
	long copy;

	if (i >= STUBS_PER_PAGE || bit_test(p->used, i) || (spills && bit_test(p->used, i + 1)))
		return 0;
	if (!shift)
		return take(p, i, behind);
	copy = raw6(__NR_mmap, 0, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (ERROR(copy))
		return 0;
	memcpy((void *)copy, (const void *)p->addr, PAGE);
	write_stub(p, (uint8_t *)copy + (at - p->addr), at, i);
	if (raw3(__NR_mprotect, copy, PAGE, PROT_READ | PROT_EXEC) ||
	    (uint64_t)raw6(__NR_mremap, copy, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
			   (long)p->addr, 0) != p->addr) {
		raw3(__NR_munmap, copy, PAGE, 0);
		return 0;
	}
	p->shift[i] = (uint8_t)shift;
	if (spills) {
		bit_set(p->used, i + 1);
		bit_set(p->blocked, i + 1);
	}
	return take(p, i, behind);
}

uint64_t stubs_take(uint64_t lo, uint32_t size, uint64_t behind)
{
	for (uint64_t page = lo & ~(PAGE - 1); page < lo + size; page += PAGE) {
		struct stub_page *p = page_at(page);

		if (!p)
			p = page_new(page);
		if (!p)
			continue;
		if (size == 1)
			return take_at(p, lo, behind);
		for (unsigned int i = 0; i < STUBS_PER_PAGE; i++) {
			uint64_t at = page + i * STUB_SIZE;

			if (at >= lo && at < lo + size && !bit_test(p->used, i))
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
	for (uint32_t k = 0; k < n; k++) {
		const struct stub_page *p = &pages[k];
		uint64_t i = (rip - p->addr) / STUB_SIZE;

		if (!p->addr || rip < p->addr || i >= STUBS_PER_PAGE)
			continue;
		if (bit_test(p->blocked, (unsigned int)i))
			i--;
		return ((const uint64_t *)p->data)[i + 1];
	}
	return 0;
}

static bool page_overlaps(const struct stub_page *p, uint64_t start, uint64_t len)
{
	return p->addr && ((start < p->addr + PAGE && start + len > p->addr) ||
			   (start < p->data + DATA_SIZE && start + len > p->data));
}

bool stubs_overlap(uint64_t start, uint64_t len)
{
	uint32_t n = __atomic_load_n(&nr_pages, __ATOMIC_ACQUIRE);

	if (start >= highest || start + len <= lowest)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		if (page_overlaps(&pages[i], start, len))
			return true;
	}
	return false;
}

bool stubs_are(uint64_t start, uint64_t len)
{
	for (uint64_t page = start; page < start + len; page += PAGE) {
		if (!page_at(page))
			return false;
	}
	return true;
}

void stubs_drop(uint64_t start, uint64_t len, void (*drop)(uint64_t behind))
{
	for (uint32_t i = 0; i < nr_pages; i++) {
		struct stub_page *p = &pages[i];

		if (!page_overlaps(p, start, len))
			continue;
		for (unsigned int k = 0; k < STUBS_PER_PAGE; k++) {
			if (bit_test(p->used, k) && !bit_test(p->blocked, k))
				drop(((const uint64_t *)p->data)[k + 1]);
		}
		raw3(__NR_munmap, (long)p->addr, PAGE, 0);
		p->addr = 0;
	}
}
