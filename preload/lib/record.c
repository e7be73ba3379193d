/* SPDX-License-Identifier: MIT */
/* Records of library calls: see record.h. The rules are core_api.h's. */
#include "record.h"

static inline size_t capture_copy(void *ctx, void *dst, uint64_t addr, size_t len)
{
	(void)ctx;
	return lib_api->copy(dst, addr, len);
}

static inline size_t capture_string(void *ctx, void *dst, uint64_t addr, size_t max, bool *ret_nul)
{
	(void)ctx;
	return lib_api->string(dst, addr, max, ret_nul);
}

static inline size_t capture_fd_path(void *ctx, int fd, void *dst, size_t max)
{
	(void)ctx;
	return lib_api->fd_path(fd, dst, max);
}

#include "itrace/capture.h"

static inline uint64_t now(void)
{
	return LIKELY(!lib_clock_ns) ? __builtin_ia32_rdtsc() : lib_api->clock();
}

static inline void store_state(struct record *rec, uint32_t state)
{
	/* Partner: the reader's acquire load. */
	__atomic_store_n(&rec->state, state, __ATOMIC_RELEASE);
	if (UNLIKELY(__atomic_load_n(&lib_api->session->sleeping, __ATOMIC_RELAXED)))
		lib_api->wake();
}

static struct plan_choice plan_of(const struct func *f)
{
	struct plan_choice c = { NULL, 0, 0 };

	if (f->proto && f->proto->nr) {
		c.ops = (const struct plan_op *)((const char *)lib_area + lib_area->ops) +
			f->proto->first;
		c.nr = f->proto->nr;
	}
	return c;
}

static size_t wants_bound(const struct record_values *values)
{
	size_t sum = 0;

	for (unsigned int i = 0; i < values->nr_wants; i++)
		sum += SEGMENT_SPACE(values->wants[i].len == UINT64_MAX
					     ? lib_api->settings->string_limit + 1
					     : capture_min(values->wants[i].len,
							   lib_api->settings->string_limit));
	return sum;
}

/* The values from the seventh on, and what a format asks for. Returns the bytes used. */
static size_t put_extra(const struct record_values *values, uint8_t *buffer, size_t room,
			uint8_t *flags)
{
	const struct capture_settings *set = lib_api->settings;
	struct capture c = { .set = set, .pos = buffer, .end = buffer + room };
	size_t len = values->nr > RECORD_ARGS ? (values->nr - RECORD_ARGS) * sizeof(uint64_t) : 0;

	if (len && capture_room(&c) >= len) {
		uint64_t *out = capture_close(&c, SEGMENT_ARGS, RECORD_ARGS, len, 0);

		for (unsigned int i = RECORD_ARGS; i < values->nr; i++)
			out[i - RECORD_ARGS] = values->v[i];
	}
	for (unsigned int i = 0; i < values->nr_wants; i++) {
		const struct record_want *w = &values->wants[i];

		if (w->len == UINT64_MAX)
			capture_str(&c, w->addr, (uint64_t)set->string_limit + 1);
		else
			capture_bytes(&c, w->addr, w->len, set->string_limit);
	}
	if (c.cut)
		*flags |= RECORD_F_TRUNC;
	return (size_t)(c.pos - buffer);
}

static void fill_head(struct record *rec, const struct func *f, const struct record_values *values,
		      uint64_t ip, unsigned int depth)
{
	rec->kind = RECORD_LIB;
	rec->method = METHOD_SHIM;
	rec->depth = (uint8_t)(depth < UINT8_MAX ? depth : UINT8_MAX);
	rec->flags = f->proto && f->proto->flags & LIB_PROTO_NORETURN ? RECORD_F_NORETURN : 0;
	rec->call = f->call;
	rec->t_out = 0;
	rec->ret = 0;
	rec->ip = ip;
	for (unsigned int i = 0; i < RECORD_ARGS; i++)
		rec->args[i] = values->v[i];
	rec->in_len = 0;
	rec->out_len = 0;
	rec->told = 0;
}

/* Room for the segments, and the segments of the entry. */
static struct record *enter_with_memory(struct core_lib_thread *t, const struct func *f,
					const struct record_values *values, uint64_t ip,
					unsigned int depth, struct record **slot)
{
	const struct capture_settings *set = lib_api->settings;
	struct plan_choice plan = plan_of(f);
	size_t in = capture_bound_in(NULL, &plan, values->v, set);
	size_t out = capture_bound_out(NULL, &plan, values->v, set);
	size_t extra = wants_bound(values);
	struct record *rec;
	uint8_t *buffer;
	size_t used;

	if (values->nr > RECORD_ARGS)
		extra += SEGMENT_SPACE((values->nr - RECORD_ARGS) * sizeof(uint64_t));
	if (set->flags & SESSION_F_IN_ONLY_COUNT)
		extra = 0;
	in = capture_min(in + extra, set->max);
	rec = lib_api->reserve(t, in + out, slot);
	if (!rec)
		return NULL;
	fill_head(rec, f, values, ip, depth);
	buffer = (uint8_t *)(rec + 1);
	used = capture_in(NULL, &plan, values->v, set, buffer, in, &rec->flags);
	if (extra)
		used += put_extra(values, buffer + used, in - used, &rec->flags);
	rec->in_len = (uint32_t)used;
	if (used < in)
		lib_api->trim(t, rec, sizeof(*rec) + used + out);
	return rec;
}

void record_enter(struct core_lib_thread *t, const struct func *f,
		  const struct record_values *values, uint64_t ip, unsigned int depth,
		  struct record **slot)
{
	struct record *rec;

	if ((f->proto && f->proto->nr) || UNLIKELY(values->nr > RECORD_ARGS || values->nr_wants)) {
		rec = enter_with_memory(t, f, values, ip, depth, slot);
	} else {
		rec = lib_api->reserve(t, 0, slot);
		if (LIKELY(rec != NULL))
			fill_head(rec, f, values, ip, depth);
	}
	if (UNLIKELY(!rec)) {
		*slot = NULL;
		return;
	}
	rec->t_in = now();
	store_state(rec, RECORD_ENTERED);
}

void record_exit(const struct func *f, struct record *rec, uint64_t ret)
{
	rec->t_out = now();
	rec->ret = (int64_t)ret;
	if (f->proto && f->proto->nr) {
		struct plan_choice plan = plan_of(f);
		uint64_t args[RECORD_ARGS];

		for (unsigned int i = 0; i < RECORD_ARGS; i++)
			args[i] = rec->args[i];
		rec->out_len =
			(uint32_t)capture_out(NULL, &plan, args, rec->ret, lib_api->settings,
					      (uint8_t *)(rec + 1) + rec->in_len,
					      rec->size - sizeof(*rec) - rec->in_len, &rec->flags);
	}
	store_state(rec, RECORD_DONE);
}

void record_close(struct record *rec)
{
	rec->t_out = rec->t_in;
	rec->flags |= RECORD_F_NORETURN;
	store_state(rec, RECORD_DONE);
}

void record_abandon(struct record *rec)
{
	struct record_values none = { .v = (uint64_t[RECORD_ARGS]){ 0 } };
	struct func unknown = { .call = 0 };

	uint32_t state = __atomic_load_n(&rec->state, __ATOMIC_RELAXED);

	if (state >= RECORD_DONE)
		return;
	if (state == RECORD_RESERVED) {
		/* left in the middle of its entry: nothing is known; t_in 0 says so to the reader
		 */
		fill_head(rec, &unknown, &none, 0, 0);
		rec->t_in = 0;
	}
	rec->t_out = now();
	store_state(rec, RECORD_ABANDONED);
}

void record_note(unsigned int kind, uint32_t call, const uint64_t args[3], const char *text)
{
	struct core_lib_thread *t = lib_api->thread();
	size_t len = str_length(text);
	struct record_values values = { .v = (uint64_t[RECORD_ARGS]){ 0 } };
	struct func f = { .call = call };
	struct record *slot, *rec = t ? lib_api->reserve(t, SEGMENT_SPACE(len), &slot) : NULL;
	struct segment *s;

	if (!rec)
		return;
	fill_head(rec, &f, &values, 0, 0);
	rec->kind = (uint8_t)kind;
	for (unsigned int i = 0; i < 3 && args; i++)
		rec->args[i] = args[i];
	s = (struct segment *)(rec + 1);
	s->addr = 0;
	s->len = (uint32_t)len;
	s->kind = SEGMENT_STRING;
	s->flags = 0;
	s->reserved = 0;
	for (size_t i = 0; i < len; i++)
		((char *)(s + 1))[i] = text[i];
	rec->in_len = (uint32_t)SEGMENT_SPACE(len);
	rec->t_in = rec->t_out = now();
	store_state(rec, RECORD_DONE);
}
