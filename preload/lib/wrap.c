/* SPDX-License-Identifier: MIT */
/*
 * What the stubs call: the entry and the exit of a function that has no shim of its own.
 *
 * Compiled with general registers only, so the vector registers still hold the program's arguments
 * and results when they are read here.
 */
#include "format.h"
#include "frame.h"
#include "func.h"
#include "record.h"
#include "wrap.h"

static void read_vectors(uint64_t out[8])
{
	__asm__ volatile("movq %%xmm0, 0(%0)\n\tmovq %%xmm1, 8(%0)\n\t"
			 "movq %%xmm2, 16(%0)\n\tmovq %%xmm3, 24(%0)\n\t"
			 "movq %%xmm4, 32(%0)\n\tmovq %%xmm5, 40(%0)\n\t"
			 "movq %%xmm6, 48(%0)\n\tmovq %%xmm7, 56(%0)"
			 :
			 : "r"(out)
			 : "memory");
}

static uint64_t read_vector0(void)
{
	uint64_t v;

	__asm__ volatile("movq %%xmm0, %0" : "=r"(v));
	return v;
}

/* IEEE 754: the bits of a float as those of the double of the same value. */
static uint64_t widen(uint32_t f)
{
	uint64_t sign = (uint64_t)(f >> 31) << 63;
	uint64_t exponent = f >> 23 & 0xff;
	uint64_t fraction = f & 0x7fffff;

	if (exponent == 0xff)
		return sign | 0x7ffull << 52 | fraction << 29;
	if (!exponent) {
		if (!fraction)
			return sign;
		for (exponent = 1; !(fraction & 0x800000); exponent--)
			fraction <<= 1;
		fraction &= 0x7fffff;
	}
	return sign | (exponent + 1023 - 127) << 52 | fraction << 29;
}

uint64_t wrap_next(struct wrap_args *a, unsigned int class)
{
	uint64_t v;

	if (class == LIB_CLASS_INT)
		return a->gp < 6 ? a->regs->args[a->gp++] : a->stack[a->nr_stack++];
	v = a->fp < 8 ? a->vectors[a->fp++] : a->stack[a->nr_stack++];
	return class == LIB_CLASS_FLOAT ? widen((uint32_t)v) : v;
}

/* The arguments as the prototype has them; those of a format behind them. */
static void enter_typed(struct core_lib_thread *t, const struct func *f,
			const struct lib_regs *regs, unsigned int depth, struct record **slot)
{
	uint64_t v[WRAP_VALUES_MAX] = { 0 };
	uint64_t vectors[8];
	struct record_want wants[WRAP_WANTS_MAX];
	struct wrap_args a = { .regs = regs, .vectors = vectors };
	struct record_values values = { .v = v, .nr = f->proto->nr_args, .wants = wants };

	read_vectors(vectors);
	a.stack = (const uint64_t *)(regs + 1);
	for (unsigned int i = 0; i < f->proto->nr_args; i++)
		v[i] = wrap_next(&a, f->proto->classes[i]);
	if (f->proto->flags & LIB_PROTO_FORMAT)
		format_collect(&a, v[f->proto->format], v, &values, wants);
	record_enter(t, f, &values, regs->ra, depth, slot);
}

static void enter(struct core_lib_thread *t, const struct func *f, const struct lib_regs *regs,
		  unsigned int depth, struct record **slot)
{
	struct record_values values = { .v = regs->args };

	if (f->flags & FUNC_F_TYPED)
		enter_typed(t, f, regs, depth, slot);
	else
		record_enter(t, f, &values, regs->ra, depth, slot);
}

/* Was the function jumped to by the one below, which is still to return? */
static bool is_tail_call(const struct frame_thread *ft, const struct lib_regs *regs)
{
	return regs->ra - (uint64_t)lib_return_stubs < 16ull * LIB_SLOTS_MAX && ft->top > 1;
}

uint64_t lib_wrap_enter(struct lib_regs *regs)
{
	const struct func *f = &lib_funcs[regs->func];
	struct core_lib_thread *t = lib_api->thread();
	struct frame_thread *ft = LIKELY(t != NULL) ? frame_thread(t) : NULL;
	struct frame_info *info;
	struct record *rec;
	int slot;

	if (UNLIKELY(!ft))
		return f->target;
	slot = UNLIKELY(f->flags & FUNC_F_TWICE) ? -1
						 : frame_push(ft, (uint64_t)(regs + 1), regs->ra);
	if (UNLIKELY(slot < 0)) {
		enter(t, f, regs, ft->top, &rec);
		if (rec)
			record_close(rec);
		return f->target;
	}
	info = &lib_infos[slot];
	info->tail = is_tail_call(ft, regs);
	info->uid = t->uid;
	info->func = regs->func;
	lib_slots[slot].ra = regs->ra;
	enter(t, f, regs, info->index, &info->rec);
	if (LIKELY(!info->tail)) {
		regs->ra = frame_way_back((unsigned int)slot);
		info->armed = 1;
	}
	return f->target;
}

static uint64_t result_of(const struct func *f, uint64_t rax)
{
	unsigned int class = f->proto ? f->proto->result : LIB_CLASS_INT;

	if (LIKELY(class == LIB_CLASS_INT))
		return rax;
	if (class == LIB_CLASS_DOUBLE)
		return read_vector0();
	return class == LIB_CLASS_FLOAT ? widen((uint32_t)read_vector0()) : 0;
}

static void leave(unsigned int slot, uint64_t rax)
{
	struct frame_info *info = &lib_infos[slot];
	const struct func *f = &lib_funcs[info->func];
	struct record *rec = info->rec;

	info->armed = 0; /* our own pushes stand in the return address's place by now */
	if (LIKELY(rec && info->uid == info->thread->core->uid))
		record_exit(f, rec, result_of(f, rax));
	info->rec = NULL;
	frame_pop(slot);
}

void lib_wrap_exit(unsigned int slot, uint64_t rax)
{
	struct frame_thread *ft = lib_infos[slot].thread;

	while (UNLIKELY(lib_infos[slot].index + 1u < ft->top)) {
		unsigned int last = frame_slot_at(ft, ft->top - 1);

		if (!lib_infos[last].tail || lib_slots[last].sp != lib_slots[slot].sp)
			break;
		leave(last, rax);
	}
	leave(slot, rax);
}
