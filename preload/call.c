/* SPDX-License-Identifier: MIT */
/*
 * The record of a system call. The order matters to the reader: the place is taken (RESERVED)
 * before the clock is read for t_in; what is copied at entry is there before ENTERED; the result,
 * t_out and what is copied at exit before DONE.
 */
#include "call.h"
#include "frames.h"
#include "memory.h"
#include "special.h"
#include "thread.h"
#include "trap/seal.h"
#include "writer.h"

#include "itrace/capture.h"

static struct capture_settings settings;

void call_init(void)
{
	settings = capture_settings_of(core.pool.session);
}

const struct capture_settings *call_settings(void)
{
	return &settings;
}

/* What cannot be copied without system calls stays an address where the program filters these. */
static inline bool must_not_copy(const struct thread *t)
{
	return unlikely(core.quiet) && !memory_may_fault(t);
}

static inline size_t capture_copy(void *ctx, void *dst, uint64_t addr, size_t len)
{
	return must_not_copy(ctx) ? 0 : memory_read(ctx, dst, addr, len);
}

static inline size_t capture_string(void *ctx, void *dst, uint64_t addr, size_t max, bool *ret_nul)
{
	if (must_not_copy(ctx)) {
		*ret_nul = false;
		return 0;
	}
	return memory_string(ctx, dst, addr, max, ret_nul);
}

static inline size_t capture_fd_path(void *ctx, int fd, void *dst, size_t max)
{
	(void)ctx;
	return memory_fd_path(fd, dst, max);
}

bool call_traced(const struct thread *t, uint64_t nr)
{
	if (!t->recording || core.gone)
		return false;
	nr = (uint32_t)nr;
	return nr >= SESSION_CALLS || core.traced[nr / 8] >> (nr & 7) & 1;
}

static inline uint64_t align_record(uint64_t n)
{
	return (n + RECORD_ALIGN - 1) & ~(uint64_t)(RECORD_ALIGN - 1);
}

static inline void record_fill(struct record *rec, const struct thread *t, const struct frame *f)
{
	rec->kind = RECORD_CALL;
	rec->method = (uint8_t)core.method;
	rec->depth = (uint8_t)t->lib.depth;
	rec->flags = 0;
	if (unlikely((uint32_t)f->nr < SESSION_CALLS &&
		     plan_calls[(uint32_t)f->nr].flags & PLAN_F_NORETURN))
		rec->flags = RECORD_F_NORETURN;
	rec->call = (uint32_t)f->nr;
	rec->t_out = 0;
	rec->ret = 0;
	rec->ip = f->ret;
	__builtin_memcpy(rec->args, f->args, sizeof(rec->args));
	rec->in_len = 0;
	rec->out_len = 0;
	rec->told = 0;
}

/* With memory to copy: the room is a bound, what is not needed of it is given back. */
static __attribute__((noinline)) void begin_captured(struct thread *t, struct frame *f,
						     const struct plan_choice *plan)
{
	size_t in = capture_bound_in(t, plan, f->args, &settings);
	size_t out = capture_bound_out(t, plan, f->args, &settings);
	uint64_t size = align_record(sizeof(struct record) + in + out);
	struct record *rec = writer_reserve(t, size, &f->rec);
	uint64_t used;

	if (!rec)
		return;
	record_fill(rec, t, f);
	if (in)
		rec->in_len = (uint32_t)capture_in(t, plan, rec->args, &settings, rec + 1, in,
						   &rec->flags);
	used = align_record(sizeof(*rec) + rec->in_len + out);
	if (used < size)
		shrink_record(t, rec, size, used);
	rec->t_in = writer_clock();
	record_publish(rec, RECORD_ENTERED);
	writer_wake();
}

void call_begin(struct thread *t, struct frame *f)
{
	struct plan_choice plan = { 0 };
	struct record *rec;

	f->nr_ops = 0;
	if (likely((uint32_t)f->nr < SESSION_CALLS) && !(settings.flags & SESSION_F_IN_ONLY_COUNT))
		plan = plan_choose((uint32_t)f->nr, f->args);
	if (capture_wanted(&plan, &settings)) {
		f->ops = plan.ops;
		f->nr_ops = plan.nr;
		begin_captured(t, f, &plan);
		return;
	}
	rec = reserve_record(t, sizeof(*rec), &f->rec);
	if (unlikely(!rec)) {
		rec = writer_reserve(t, sizeof(*rec), &f->rec);
		if (!rec)
			return;
	}
	record_fill(rec, t, f);
	rec->t_in = writer_clock();
	record_publish(rec, RECORD_ENTERED);
	writer_wake();
}

void call_end(struct thread *t, struct frame *f, unsigned int flags)
{
	struct record *rec = f->rec;

	rec->t_out = writer_clock();
	rec->ret = f->result;
	if (f->nr_ops) {
		struct plan_choice plan = { f->ops, f->nr_ops, 0 };
		size_t room = rec->size - sizeof(*rec) - rec->in_len;

		if (room)
			rec->out_len = (uint32_t)capture_out(
				t, &plan, rec->args, f->result, &settings,
				(uint8_t *)(rec + 1) + rec->in_len, room, &rec->flags);
	}
	rec->flags |= (uint8_t)flags;
	f->rec = NULL;
	record_publish(rec, RECORD_DONE);
	writer_wake();
}

void call_complete(struct thread *t, struct frame *f, uint64_t addr, const void *data, uint32_t len)
{
	uint64_t size = align_record(sizeof(struct record) + SEGMENT_SPACE(len));
	struct record *rec = writer_reserve(t, size, &f->rec);
	struct segment *seg;

	if (!rec)
		return;
	f->rec = NULL;
	record_fill(rec, t, f);
	seg = (struct segment *)(rec + 1);
	*seg = (struct segment){ .addr = addr, .len = len, .kind = SEGMENT_MEM };
	memcpy(seg + 1, data, len);
	rec->in_len = (uint32_t)SEGMENT_SPACE(len);
	rec->flags = 0;
	rec->ret = f->result;
	rec->t_in = rec->t_out = writer_clock();
	record_publish(rec, RECORD_DONE);
	writer_wake();
}

void call_abandon(struct thread *t, struct frame *f)
{
	struct record *rec = f->rec;

	if (!rec)
		return;
	f->rec = NULL;
	if (__atomic_load_n(&rec->state, __ATOMIC_RELAXED) == RECORD_RESERVED) {
		/* left in the middle of its entry: all but its size may be missing */
		record_fill(rec, t, f);
		rec->t_in = writer_clock();
	}
	record_publish(rec, RECORD_ABANDONED);
}

int call_enter(struct frame *f)
{
	struct thread *t = thread_self();

	f->temp_mask = 0;
	f->special = 0;
	t->all_blocked = f->masked == MASKED_ALL;
	if (unlikely((uint64_t)(f + 1) != t->base))
		f->pop = frames_heal(t, f->pop, f->rsp);
	if (unlikely(t->sud != __atomic_load_n(&core.sud, __ATOMIC_RELAXED)))
		seal_follow(t);
	if (unlikely((uint32_t)f->nr >= SESSION_CALLS) || likely(!special_of[(uint32_t)f->nr])) {
		if (unlikely(!--t->calls_left))
			seal_due(t);
		if (likely(call_traced(t, f->nr)))
			call_begin(t, f);
		else if (core.gone)
			thread_stop_recording(t);
		return ENTER_CALL;
	}
	return special_enter(t, f);
}

void call_exit(struct frame *f)
{
	struct thread *t = thread_self();

	t->all_blocked = f->masked == MASKED_ALL;
	if (unlikely(f->special))
		special_exit(t, f);
	if (likely(f->rec))
		call_end(t, f, 0);
	t->all_blocked = 0;
}

void call_again(struct frame *f)
{
	struct thread *t = thread_self();

	if (!call_traced(t, f->nr))
		return;
	if (f->special && f->saved_arg != 0xff) {
		/* the record shows the program's argument */
		uint64_t ours = f->args[f->saved_arg];

		f->args[f->saved_arg] = f->saved;
		call_begin(t, f);
		f->args[f->saved_arg] = ours;
		return;
	}
	call_begin(t, f);
}
