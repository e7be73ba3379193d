/* SPDX-License-Identifier: MIT */
/*
 * poll and select: what was asked for is an argument, what came of it is behind the result.
 */
#include <poll.h>
#include <sys/select.h>

#include "decode/array.h"
#include "decode/fields.h"
#include "decode/times.h"
#include "structs.h"
#include "xlat.h"

static void print_pollfd(struct decode *d, const void *data, size_t len)
{
	struct pollfd p;

	FIELDS_LOAD(p, data, len);
	decode_begin(d);
	FIELD(d, p, fd, fd);
	if (p.fd >= 0) {
		decode_field(d, "events");
		decode_flags(d, &xlat_poll_events, (uint16_t)p.events);
	}
	decode_end(d);
}

static void print_revents(struct decode *d, const struct pollfd *p)
{
	text_lit(d->out, "{fd=");
	text_int(d->out, p->fd);
	text_lit(d->out, ", revents=");
	decode_flags(d, &xlat_poll_events, (uint16_t)p->revents);
	text_char(d->out, '}');
}

/* [{fd=5, revents=POLLOUT}]: those of the exit's array where something happened. */
static void print_ready_fds(struct decode *d)
{
	uint64_t addr = d->rec->args[0], n = (uint32_t)d->rec->args[1];
	uint64_t limit = d->opt->no_abbrev ? UINT64_MAX : d->opt->string_limit;
	uint64_t shown = 0, ready = (uint64_t)d->rec->ret;
	size_t have;
	const char *data = decode_peek_at(d, true, 0, addr, &have, NULL);

	text_char(d->out, '[');
	for (uint64_t i = 0; data && i < n && i < have / sizeof(struct pollfd); i++) {
		struct pollfd p;

		memcpy(&p, data + i * sizeof(p), sizeof(p));
		if (!p.revents)
			continue;
		if (shown++)
			text_lit(d->out, ", ");
		if (shown > limit) {
			shown--;
			break;
		}
		print_revents(d, &p);
	}
	if (shown < ready)
		text_lit(d->out, "...");
	text_char(d->out, ']');
}

static void print_poll_comment(struct decode *d)
{
	struct timespec left;

	if (!d->rec->ret) {
		text_lit(d->out, "Timeout");
		return;
	}
	print_ready_fds(d);
	if (d->desc->nr_args > 3 && d->rec->args[2] &&
	    decode_read_at(d, true, d->rec->args[2], &left, sizeof(left))) {
		text_lit(d->out, ", left ");
		decode_timespec_value(d, &left);
	}
}

void decode_poll(struct decode *d)
{
	uint64_t addr = decode_next(d);

	decode_array(d, addr, (uint32_t)decode_arg(d, 1), sizeof(struct pollfd), print_pollfd);
	decode_uint(d, (uint32_t)decode_next(d));
	decode_int(d, (int32_t)decode_next(d));
	if (decode_exit(d) && !decode_failed(d))
		d->print_comment = print_poll_comment;
}

void decode_ppoll(struct decode *d)
{
	uint64_t addr = decode_next(d);

	decode_array(d, addr, (uint32_t)decode_arg(d, 1), sizeof(struct pollfd), print_pollfd);
	decode_uint(d, (uint32_t)decode_next(d));
	decode_struct(d, &struct_timespec, decode_next(d), sizeof(struct timespec));
	decode_default(d, 2);
	if (decode_exit(d) && !decode_failed(d))
		d->print_comment = print_poll_comment;
}

/* The bytes of a descriptor set as far as nfds reaches and as they were captured. */
static const unsigned char *peek_fd_set(struct decode *d, bool out, uint64_t addr, int64_t nfds,
					size_t *ret_bits)
{
	const unsigned char *set;
	size_t have;

	set = addr && nfds > 0 ? decode_peek_at(d, out, 0, addr, &have, NULL) : NULL;
	if (set)
		*ret_bits = have * 8 < (uint64_t)nfds ? have * 8 : (size_t)nfds;
	return set;
}

/* [3 5]; paths: each with its path, where the options ask for it */
static void print_set(struct decode *d, const unsigned char *set, size_t bits, bool paths)
{
	bool first = true;

	text_char(d->out, '[');
	for (size_t fd = 0; fd < bits; fd++) {
		if (!(set[fd / 8] >> (fd % 8) & 1))
			continue;
		if (!first)
			text_char(d->out, ' ');
		first = false;
		if (paths)
			decode_fd(d, (int64_t)fd);
		else
			text_uint(d->out, fd);
	}
	text_char(d->out, ']');
}

static bool any_fd(const unsigned char *set, size_t bits)
{
	for (size_t fd = 0; fd < bits; fd++)
		if (set[fd / 8] >> (fd % 8) & 1)
			return true;
	return false;
}

static void print_time_left(struct decode *d, uint64_t addr)
{
	if (d->desc->args[4].desc == &struct_timespec) {
		struct timespec ts;

		if (decode_read_at(d, true, addr, &ts, sizeof(ts))) {
			text_lit(d->out, ", left ");
			decode_timespec_value(d, &ts);
		}
	} else {
		struct timeval tv;

		if (decode_read_at(d, true, addr, &tv, sizeof(tv))) {
			text_lit(d->out, ", left ");
			decode_timeval_value(d, &tv);
		}
	}
}

static void print_select_comment(struct decode *d)
{
	static const char *const names[] = { "in ", "out ", "except " };
	bool first = true;

	if (!d->rec->ret) {
		text_lit(d->out, "Timeout");
		return;
	}
	for (unsigned int i = 0; i < 3; i++) {
		size_t bits;
		const unsigned char *set =
			peek_fd_set(d, true, d->rec->args[1 + i], (int32_t)d->rec->args[0], &bits);

		if (!set || !any_fd(set, bits))
			continue;
		if (!first)
			text_lit(d->out, ", ");
		first = false;
		text_string(d->out, names[i]);
		print_set(d, set, bits, false);
	}
	if (d->rec->args[4])
		print_time_left(d, d->rec->args[4]);
}

static void print_sets(struct decode *d)
{
	int32_t nfds = (int32_t)decode_next(d);

	decode_int(d, nfds);
	for (unsigned int i = 0; i < 3; i++) {
		uint64_t addr = decode_next(d);
		size_t bits;
		const unsigned char *set = peek_fd_set(d, false, addr, nfds, &bits);

		if (set)
			print_set(d, set, bits, true);
		else
			decode_addr(d, addr);
	}
}

void decode_select(struct decode *d)
{
	print_sets(d);
	decode_struct(d, d->desc->args[4].desc, decode_next(d), sizeof(struct timeval));
	if (decode_exit(d) && !decode_failed(d))
		d->print_comment = print_select_comment;
}

void decode_pselect6(struct decode *d)
{
	print_sets(d);
	decode_struct(d, d->desc->args[4].desc, decode_next(d), sizeof(struct timespec));
	decode_default(d, 1);
	if (decode_exit(d) && !decode_failed(d))
		d->print_comment = print_select_comment;
}
