/* SPDX-License-Identifier: MIT */
/*
 * The tracee's memory, as captured: look-up in the segments of a record.
 *
 * The record is a private copy with in_len and out_len checked; what lies within is the tracee's
 * and is checked here. Memory has two moments, entry and exit. Until decode_exit() said true only
 * the entry is looked at, so that a call prints the same arguments whether it has returned or not.
 */
#include <string.h>

#include "decode/decode.h"

/* The segments of one moment: offsets from the record's start. */
struct range {
	size_t from;
	size_t to;
};

static struct range segments_of(const struct decode *d, bool out)
{
	size_t in = sizeof(struct record) + d->rec->in_len;

	if (out)
		return (struct range){ in, d->at_exit ? in + d->rec->out_len : in };
	return (struct range){ sizeof(struct record), in };
}

/* The segment at offset at, if all of it lies before to; *ret_next: where the next one begins. */
static const struct segment *segment_at(const struct decode *d, size_t at, size_t to,
					size_t *ret_next)
{
	const struct segment *s;

	if ((at & (SEGMENT_ALIGN - 1)) || at + sizeof(*s) > to)
		return NULL;
	s = (const struct segment *)((const char *)d->rec + at);
	if (s->len > to - at - sizeof(*s))
		return NULL;
	*ret_next = at + SEGMENT_SPACE(s->len);
	return s;
}

static bool segment_holds(const struct segment *s, unsigned int kind, uint64_t addr)
{
	if (kind) {
		if (s->kind != kind)
			return false;
		return s->addr == addr || (kind <= SEGMENT_STRING && addr - s->addr < s->len);
	}
	if (s->kind != SEGMENT_MEM && s->kind != SEGMENT_STRING)
		return false;
	return s->addr == addr || addr - s->addr < s->len;
}

/* What is left of a segment from addr on. */
static size_t left_of(const struct segment *s, uint64_t addr)
{
	return s->len - (size_t)(addr - s->addr);
}

/*
 * The first segment that holds want bytes at addr, else the one that holds most. Searches from the
 * last hit on, then from the start: vectors of buffers are looked up in the order they were
 * captured in. The hint is taken only where it is within this moment's range, and it always is the
 * start of a segment.
 */
static const struct segment *find_segment(struct decode *d, bool out, unsigned int kind,
					  uint64_t addr, size_t want)
{
	struct range r = segments_of(d, out);
	size_t start = d->hint >= r.from && d->hint < r.to ? d->hint : r.from;
	size_t at = start, to = r.to, next = 0;
	const struct segment *s, *best = NULL;

	for (int round = 0; round < 2; round++) {
		for (; at < to && (s = segment_at(d, at, r.to, &next)); at = next) {
			if (!segment_holds(s, kind, addr))
				continue;
			if (!best || left_of(s, addr) > left_of(best, addr)) {
				best = s;
				d->hint = at;
			}
			if (left_of(s, addr) >= want)
				return s;
		}
		at = r.from;
		to = start;
	}
	return best;
}

static const void *peek(struct decode *d, bool out, unsigned int kind, uint64_t addr, size_t want,
			size_t *ret_len, unsigned int *ret_flags)
{
	const struct segment *s = NULL;

	if (!d->opt->no_deref || d->in_text || kind)
		s = find_segment(d, out, kind, addr, want);
	if (!s)
		return NULL;
	*ret_len = left_of(s, addr);
	if (ret_flags)
		*ret_flags = s->flags;
	return (const char *)(s + 1) + (addr - s->addr);
}

const void *decode_peek_at(struct decode *d, bool out, unsigned int kind, uint64_t addr,
			   size_t *ret_len, unsigned int *ret_flags)
{
	return peek(d, out, kind, addr, 1, ret_len, ret_flags);
}

const void *decode_peek_some(struct decode *d, uint64_t addr, size_t want, size_t *ret_len)
{
	const void *data = NULL;

	if (d->exit_mark != SIZE_MAX)
		data = peek(d, true, 0, addr, want, ret_len, NULL);
	if (!data)
		data = peek(d, false, 0, addr, want, ret_len, NULL);
	return data;
}

const void *decode_peek(struct decode *d, uint64_t addr, size_t *ret_len, unsigned int *ret_flags)
{
	const void *data = NULL;

	if (d->exit_mark != SIZE_MAX)
		data = decode_peek_at(d, true, 0, addr, ret_len, ret_flags);
	if (!data)
		data = decode_peek_at(d, false, 0, addr, ret_len, ret_flags);
	return data;
}

bool decode_read_at(struct decode *d, bool out, uint64_t addr, void *dst, size_t len)
{
	size_t have;
	const void *data = peek(d, out, 0, addr, len, &have, NULL);

	if (!data || have < len)
		return false;
	memcpy(dst, data, len);
	return true;
}

bool decode_read(struct decode *d, uint64_t addr, void *dst, size_t len)
{
	if (d->exit_mark != SIZE_MAX && decode_read_at(d, true, addr, dst, len))
		return true;
	return decode_read_at(d, false, addr, dst, len);
}

bool decode_count(struct decode *d, bool out, uint64_t addr, uint64_t *ret_n,
		  unsigned int *ret_flags)
{
	size_t len;
	const void *data = decode_peek_at(d, out, SEGMENT_COUNT, addr, &len, ret_flags);

	if (!data || len < sizeof(*ret_n))
		return false;
	memcpy(ret_n, data, sizeof(*ret_n));
	return true;
}
