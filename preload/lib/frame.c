/* SPDX-License-Identifier: MIT */
/* Open calls: taking and giving back slots, and healing. See frame.h. */
#include "frame.h"

#include <errno.h>
#include <sys/syscall.h>

#include "record.h"
#include "stack.h"

#define THREADS_MAX 16384

struct frame_slot lib_slots[LIB_SLOTS_MAX];
struct frame_info lib_infos[LIB_SLOTS_MAX];

static uint64_t free_blocks[LIB_BLOCKS_MAX / 64];
static uint64_t free_threads[THREADS_MAX / 64];
static struct frame_thread *threads;

int frame_init(void)
{
	for (unsigned int i = 0; i < LIB_BLOCKS_MAX / 64; i++)
		free_blocks[i] = UINT64_MAX;
	for (unsigned int i = 0; i < THREADS_MAX / 64; i++)
		free_threads[i] = UINT64_MAX;
	threads = memory_map(THREADS_MAX * sizeof(*threads));
	return threads ? 0 : -ENOMEM;
}

static void identify(struct frame_thread *f)
{
	f->uid = f->core->uid;
	f->pid = (uint32_t)lib_api->syscall(SYS_getpid, 0, 0, 0, 0, 0, 0);
	f->tid = (uint32_t)lib_api->syscall(SYS_gettid, 0, 0, 0, 0, 0, 0);
}

void frame_thread_forked(struct frame_thread *f)
{
	uint64_t from[3] = { f->pid, f->tid, 0 };

	identify(f);
	record_note(RECORD_MAP, 1, from, "");
}

struct frame_thread *frame_thread_make(struct core_lib_thread *t)
{
	int i = bits_take(free_threads, THREADS_MAX / 64);
	struct frame_thread *f;

	if (i < 0)
		return NULL;
	f = &threads[i];
	f->core = t;
	f->top = 0;
	f->nr_blocks = 0;
	f->stack_low = f->stack_high = 0;
	identify(f);
	/* A signal handler that came in between has made one already: its calls are over. */
	if (t->data)
		bits_give(free_threads, (unsigned int)i);
	else
		t->data = f;
	return t->data;
}

void frame_thread_gone(struct core_lib_thread *t)
{
	struct frame_thread *f = t->data;

	if (!f)
		return;
	t->data = NULL;
	for (unsigned int i = 0; i < f->nr_blocks; i++)
		bits_give(free_blocks, f->blocks[i]);
	bits_give(free_threads, (unsigned int)(f - threads));
}

bool frame_grow(struct frame_thread *f)
{
	int block;

	if (f->nr_blocks >= LIB_DEPTH_MAX / LIB_BLOCK_SLOTS)
		return false;
	block = bits_take(free_blocks, LIB_BLOCKS_MAX / 64);
	if (block < 0)
		return false;
	for (unsigned int i = 0; i < LIB_BLOCK_SLOTS; i++)
		lib_slots[(unsigned int)block * LIB_BLOCK_SLOTS + i].sp = FRAME_FREE;
	/* A handler between these two lines loses a block, nothing else. */
	f->blocks[f->nr_blocks] = (uint16_t)block;
	BARRIER();
	f->nr_blocks++;
	return true;
}

static void frame_abandon(struct frame_thread *f, unsigned int slot)
{
	struct frame_info *info = &lib_infos[slot];

	if (lib_slots[slot].sp != FRAME_FREE && info->rec && info->uid == f->core->uid)
		record_abandon(info->rec);
	info->rec = NULL;
}

static bool on_own_stack(struct frame_thread *f, uint64_t a, uint64_t b)
{
	if (!f->stack_high)
		stack_bounds(&f->stack_low, &f->stack_high);
	return a >= f->stack_low && a < f->stack_high && b >= f->stack_low && b < f->stack_high;
}

/* The way back is no longer where the call put it. */
static bool return_is_gone(unsigned int slot)
{
	uint64_t ra = 0;

	if (!lib_infos[slot].armed)
		return false;
	return lib_api->copy(&ra, lib_slots[slot].sp - 8, sizeof(ra)) != sizeof(ra) ||
	       ra != frame_way_back(slot);
}

/* Is the open call of this slot over, seen from sp? */
static bool is_over(struct frame_thread *f, unsigned int slot, uint64_t sp, uint64_t ra)
{
	uint64_t old = lib_slots[slot].sp;

	if (old == FRAME_FREE)
		return true;
	if (old > sp)
		return false;
	if (old == sp) {
		/* a jump out of the open call, which is still to return; or its successor */
		unsigned int index = lib_infos[slot].index;

		while (index && lib_infos[frame_slot_at(f, index)].tail)
			index--;
		return ra != frame_way_back(frame_slot_at(f, index));
	}
	return on_own_stack(f, old, sp) || return_is_gone(slot);
}

void frame_heal(struct frame_thread *f, uint64_t sp, uint64_t ra)
{
	/* A handler in between may go farther down, and leaves free slots there. */
	while (f->top) {
		unsigned int index = f->top - 1, slot = frame_slot_at(f, index);

		if (!is_over(f, slot, sp, ra))
			break;
		frame_abandon(f, slot);
		lib_slots[slot].sp = FRAME_FREE;
		BARRIER();
		f->top = index;
	}
	f->core->depth = f->top;
}

unsigned int frame_skip(struct frame_thread *f, unsigned int top, uint64_t sp)
{
	unsigned int index = top;
	uint64_t old;

	for (; index < f->nr_blocks * LIB_BLOCK_SLOTS || frame_grow(f); index++) {
		old = lib_slots[frame_slot_at(f, index)].sp;
		/* free, or filled in by somebody who was then left by siglongjmp */
		if (old == FRAME_FREE || (old <= sp && on_own_stack(f, old, sp)))
			break;
	}
	return index;
}

void frame_pop_slow(struct frame_thread *f, unsigned int slot)
{
	uint64_t sp = lib_slots[slot].sp;

	lib_infos[slot].rec = NULL;
	lib_slots[slot].sp = FRAME_FREE;
	frame_heal(f, sp, 0);
}
