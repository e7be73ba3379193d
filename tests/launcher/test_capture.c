// SPDX-License-Identifier: MIT
/*
 * The capture interpreter over a fake tracee: one mapping of a few pages at FAKE_BASE, everything
 * else faults. Every buffer has a canary behind its room.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "itrace/capture_memory.h"

#define FAKE_BASE 0x10000ull
#define FAKE_SIZE 65536

static uint8_t fake[FAKE_SIZE];

static inline size_t capture_copy(void *ctx, void *dst, uint64_t addr, size_t len)
{
	(void)ctx;
	if (addr < FAKE_BASE || addr >= FAKE_BASE + FAKE_SIZE)
		return 0;
	if (len > FAKE_BASE + FAKE_SIZE - addr)
		len = FAKE_BASE + FAKE_SIZE - addr;
	memcpy(dst, fake + (addr - FAKE_BASE), len);
	return len;
}

static inline size_t capture_string(void *ctx, void *dst, uint64_t addr, size_t max, bool *ret_nul)
{
	size_t got = capture_copy(ctx, dst, addr, max);
	const char *nul = got ? memchr(dst, 0, got) : NULL;

	*ret_nul = nul;
	return nul ? (size_t)(nul - (char *)dst) + 1 : got;
}

static inline size_t capture_fd_path(void *ctx, int fd, void *dst, size_t max)
{
	const char *path = fd == CAPTURE_CWD ? "/home" : "/dev/null";
	size_t len = strlen(path) < max ? strlen(path) : max;

	(void)ctx;
	if (fd == 99)
		return 0;
	memcpy(dst, path, len);
	return len;
}

#include "itrace/capture.h"

#define ROOM 32768
#define CANARY 0x5a

static struct capture_settings settings = { 8, 0, ROOM };
static uint8_t buffer[ROOM + 64] __attribute__((aligned(16)));
static size_t buffer_len;
static size_t buffer_bound;
static uint8_t rec_flags;
static uint64_t args[6];

static void reset(void)
{
	memset(fake, 0, sizeof(fake));
	memset(args, 0, sizeof(args));
	settings = (struct capture_settings){ 8, 0, ROOM };
}

TestSuite(capture, .init = reset);

static uint64_t put(size_t off, const void *data, size_t len)
{
	memcpy(fake + off, data, len);
	return FAKE_BASE + off;
}

static void run_room(const struct plan_op *ops, unsigned int nr, bool out, int64_t ret, size_t room)
{
	struct plan_choice p = { ops, nr, 0 };

	rec_flags = 0;
	memset(buffer, CANARY, sizeof(buffer));
	buffer_bound = out ? capture_bound_out(NULL, &p, args, &settings)
			   : capture_bound_in(NULL, &p, args, &settings);
	if (room > buffer_bound)
		room = buffer_bound;
	buffer_len = out ? capture_out(NULL, &p, args, ret, &settings, buffer, room, &rec_flags)
			 : capture_in(NULL, &p, args, &settings, buffer, room, &rec_flags);
	cr_assert(buffer_len <= room, "%zu > %zu", buffer_len, room);
	cr_assert(buffer_len % SEGMENT_ALIGN == 0);
	for (size_t i = room; i < sizeof(buffer); i++)
		cr_assert(buffer[i] == CANARY, "byte %zu behind the room %zu was written", i, room);
}

static void run(struct plan_op op, bool out, int64_t ret)
{
	op.when = out ? op.when | PLAN_OUT : PLAN_IN;
	run_room(&op, 1, out, ret, ROOM);
	cr_assert(!(rec_flags & RECORD_F_TRUNC), "the bound was too small");
}

/* Segment i; NULL if there is none. */
static const struct segment *seg(unsigned int i)
{
	size_t off = 0;

	while (off < buffer_len) {
		const struct segment *s = (const struct segment *)(buffer + off);

		cr_assert(off + SEGMENT_SPACE(s->len) <= buffer_len);
		if (!i--)
			return s;
		off += SEGMENT_SPACE(s->len);
	}
	return NULL;
}

static void expect(unsigned int i, unsigned int kind, uint64_t addr, const void *data, size_t len,
		   unsigned int flags)
{
	const struct segment *s = seg(i);

	cr_assert(s != NULL, "segment %u is missing", i);
	cr_expect_eq(s->kind, kind, "segment %u: kind %u", i, s->kind);
	cr_expect_eq(s->addr, addr, "segment %u: addr %#lx", i, (long)s->addr);
	cr_expect_eq(s->flags, flags, "segment %u: flags %#x", i, s->flags);
	cr_assert_eq(s->len, len, "segment %u: len %u", i, s->len);
	cr_expect(!memcmp(s + 1, data, len), "segment %u: bytes", i);
}

Test(capture, nothing_for_a_plan_without_ops)
{
	run_room(NULL, 0, false, 0, ROOM);
	cr_assert_eq(buffer_bound, 0);
	cr_assert_eq(buffer_len, 0);
}

Test(capture, string_ends_in_nul)
{
	args[1] = put(100, "/etc", 5);
	run((struct plan_op){ PLAN_STRING, 0, 1, 0, 4096 }, false, 0);
	expect(0, SEGMENT_STRING, args[1], "/etc", 5, 0);
	cr_assert_null(seg(1));
}

Test(capture, string_of_limit_bytes_is_whole_and_one_more_is_cut)
{
	args[0] = put(0, "12345678", 9);
	run((struct plan_op){ PLAN_STRING, 0, 0, 0, 0 }, false, 0);
	expect(0, SEGMENT_STRING, args[0], "12345678", 9, 0);

	args[0] = put(0, "123456789", 10);
	run((struct plan_op){ PLAN_STRING, 0, 0, 0, 0 }, false, 0);
	expect(0, SEGMENT_STRING, args[0], "123456789", 9, SEGMENT_F_TRUNC);
}

Test(capture, string_that_runs_into_a_fault)
{
	args[0] = put(FAKE_SIZE - 3, "abc", 3);
	run((struct plan_op){ PLAN_STRING, 0, 0, 0, 0 }, false, 0);
	expect(0, SEGMENT_STRING, args[0], "abc", 3, SEGMENT_F_FAULT);
}

Test(capture, unreadable_and_null_give_no_segment)
{
	args[0] = 1;
	run((struct plan_op){ PLAN_STRING, 0, 0, 0, 0 }, false, 0);
	cr_assert_null(seg(0));
	run((struct plan_op){ PLAN_FIXED, 0, 0, 0, 16 }, false, 0);
	cr_assert_null(seg(0));
	args[0] = 0;
	run((struct plan_op){ PLAN_STRING, 0, 0, 0, 0 }, false, 0);
	cr_assert_null(seg(0));
}

Test(capture, bytes_keep_to_the_limit)
{
	args[0] = put(0, "0123456789", 10);
	args[1] = 5;
	run((struct plan_op){ PLAN_BYTES, 0, 0, 1, 0 }, false, 0);
	expect(0, SEGMENT_MEM, args[0], "01234", 5, 0);
	args[1] = 10;
	run((struct plan_op){ PLAN_BYTES, 0, 0, 1, 0 }, false, 0);
	expect(0, SEGMENT_MEM, args[0], "01234567", 8, SEGMENT_F_TRUNC);
	args[1] = UINT64_MAX;
	run((struct plan_op){ PLAN_BYTES, 0, 0, 1, 0 }, false, 0);
	expect(0, SEGMENT_MEM, args[0], "01234567", 8, SEGMENT_F_TRUNC);
	args[1] = 0;
	run((struct plan_op){ PLAN_BYTES, 0, 0, 1, 0 }, false, 0);
	cr_assert_null(seg(0));
}

Test(capture, bytes_ret_only_on_success)
{
	args[0] = put(0, "0123456789", 10);
	run((struct plan_op){ PLAN_BYTES_RET, 0, 0, 0, 0 }, true, 3);
	expect(0, SEGMENT_MEM, args[0], "012", 3, SEGMENT_F_OUT);
	run((struct plan_op){ PLAN_BYTES_RET, 0, 0, 0, 0 }, true, -1);
	cr_assert_null(seg(0));
	run((struct plan_op){ PLAN_BYTES_RET, 0, 0, 0, 0 }, true, -4095);
	cr_assert_null(seg(0));
	run((struct plan_op){ PLAN_BYTES_RET, 0, 0, 0, 0 }, true, -4096);
	cr_assert_not_null(seg(0));
}

Test(capture, always_captures_after_an_error)
{
	args[1] = put(0, "remaining time..", 16);
	run((struct plan_op){ PLAN_FIXED, PLAN_ALWAYS, 1, 0, 16 }, true, -4);
	expect(0, SEGMENT_MEM, args[1], "remaining time..", 16, SEGMENT_F_OUT);
	run((struct plan_op){ PLAN_FIXED, 0, 1, 0, 16 }, true, -4);
	cr_assert_null(seg(0));
}

Test(capture, fixed_that_runs_into_a_fault)
{
	args[0] = put(FAKE_SIZE - 4, "abcd", 4);
	run((struct plan_op){ PLAN_FIXED, 0, 0, 0, 16 }, false, 0);
	expect(0, SEGMENT_MEM, args[0], "abcd", 4, SEGMENT_F_FAULT);
}

Test(capture, var_keeps_to_size)
{
	args[0] = put(0, "0123456789abcdef", 16);
	args[2] = 3;
	run((struct plan_op){ PLAN_VAR, 0, 0, 2, 12 }, false, 0);
	expect(0, SEGMENT_MEM, args[0], "012", 3, 0);
	args[2] = 1000;
	run((struct plan_op){ PLAN_VAR, 0, 0, 2, 12 }, false, 0);
	expect(0, SEGMENT_MEM, args[0], "0123456789ab", 12, SEGMENT_F_TRUNC);
}

Test(capture, array_elements_one_more_than_the_limit_unless_verbose)
{
	args[0] = FAKE_BASE;
	args[1] = 20;
	run((struct plan_op){ PLAN_ARRAY, 0, 0, 1, 8 }, false, 0);
	expect(0, SEGMENT_MEM, FAKE_BASE, fake, 72, SEGMENT_F_TRUNC);
	args[1] = 9;
	run((struct plan_op){ PLAN_ARRAY, 0, 0, 1, 8 }, false, 0);
	expect(0, SEGMENT_MEM, FAKE_BASE, fake, 72, 0);
	settings.flags = SESSION_F_VERBOSE;
	args[1] = 20;
	run((struct plan_op){ PLAN_ARRAY, 0, 0, 1, 8 }, false, 0);
	expect(0, SEGMENT_MEM, FAKE_BASE, fake, 160, 0);
}

Test(capture, array_ret)
{
	args[0] = FAKE_BASE;
	run((struct plan_op){ PLAN_ARRAY_RET, 0, 0, 0, 12 }, true, 2);
	expect(0, SEGMENT_MEM, FAKE_BASE, fake, 24, SEGMENT_F_OUT);
	run((struct plan_op){ PLAN_ARRAY_RET, 0, 0, 0, 12 }, true, 100);
	expect(0, SEGMENT_MEM, FAKE_BASE, fake, 108, SEGMENT_F_OUT | SEGMENT_F_TRUNC);
	settings.flags = SESSION_F_VERBOSE;
	run((struct plan_op){ PLAN_ARRAY_RET, 0, 0, 0, 12 }, true, 100);
	expect(0, SEGMENT_MEM, FAKE_BASE, fake, 1200, SEGMENT_F_OUT);
}

Test(capture, socket_addresses)
{
	uint32_t len = 4;

	args[0] = put(0, "\1\0/sock", 8);
	args[1] = 8;
	run((struct plan_op){ PLAN_SOCK, 0, 0, 1, 0 }, false, 0);
	expect(0, SEGMENT_MEM, args[0], "\1\0/sock", 8, 0);
	args[1] = 4000;
	run((struct plan_op){ PLAN_SOCK, 0, 0, 1, 0 }, false, 0);
	expect(0, SEGMENT_MEM, args[0], fake, 128, SEGMENT_F_TRUNC);
	args[1] = put(1000, &len, 4);
	run((struct plan_op){ PLAN_SOCK_PTR, 0, 0, 1, 0 }, true, 3);
	expect(0, SEGMENT_MEM, args[0], fake, 4, SEGMENT_F_OUT);
	run((struct plan_op){ PLAN_BYTES_PTR, 0, 0, 1, 3 }, true, 3);
	expect(0, SEGMENT_MEM, args[0], fake, 3, SEGMENT_F_OUT | SEGMENT_F_TRUNC);
	args[1] = 7;
	run((struct plan_op){ PLAN_SOCK_PTR, 0, 0, 1, 0 }, true, 3);
	cr_assert_null(seg(0));
}

Test(capture, iovec_with_its_data)
{
	struct capture_iovec v[3] = { { FAKE_BASE + 512, 3 }, { 0, 0 }, { FAKE_BASE + 600, 20 } };

	put(512, "abc", 3);
	put(600, "0123456789", 10);
	args[1] = put(0, v, sizeof(v));
	args[2] = 3;
	run((struct plan_op){ PLAN_IOVEC, 0, 1, 2, 0 }, false, 0);
	expect(0, SEGMENT_MEM, args[1], v, sizeof(v), 0);
	expect(1, SEGMENT_MEM, FAKE_BASE + 512, "abc", 3, 0);
	expect(2, SEGMENT_MEM, FAKE_BASE + 600, "01234567", 8, SEGMENT_F_TRUNC);
	cr_assert_null(seg(3));
}

Test(capture, iovec_at_exit_stops_at_the_result)
{
	struct capture_iovec v[2] = { { FAKE_BASE + 512, 4 }, { FAKE_BASE + 600, 4 } };

	put(512, "abcd", 4);
	put(600, "efgh", 4);
	args[1] = put(0, v, sizeof(v));
	args[2] = 2;
	run((struct plan_op){ PLAN_IOVEC, 0, 1, 2, 0 }, true, 6);
	expect(1, SEGMENT_MEM, FAKE_BASE + 512, "abcd", 4, SEGMENT_F_OUT);
	expect(2, SEGMENT_MEM, FAKE_BASE + 600, "ef", 2, SEGMENT_F_OUT);
	run((struct plan_op){ PLAN_IOVEC, 0, 1, 2, 0 }, true, 4);
	expect(1, SEGMENT_MEM, FAKE_BASE + 512, "abcd", 4, SEGMENT_F_OUT);
	cr_assert_null(seg(2));
}

Test(capture, message)
{
	struct capture_iovec v = { FAKE_BASE + 512, 4 };
	struct capture_msghdr m = { .name = FAKE_BASE + 520,
				    .namelen = 2,
				    .iov = FAKE_BASE + 128,
				    .iovlen = 1,
				    .control = FAKE_BASE + 1024,
				    .controllen = 24 };

	put(512, "data", 4);
	put(520, "nm", 2);
	put(128, &v, sizeof(v));
	args[1] = put(0, &m, sizeof(m));
	run((struct plan_op){ PLAN_MSGHDR, 0, 1, 0, 0 }, false, 0);
	expect(0, SEGMENT_MEM, args[1], &m, sizeof(m), 0);
	expect(1, SEGMENT_MEM, m.name, "nm", 2, 0);
	expect(2, SEGMENT_MEM, m.control, fake + 1024, 24, 0);
	expect(3, SEGMENT_MEM, m.iov, &v, sizeof(v), 0);
	expect(4, SEGMENT_MEM, v.base, "data", 4, 0);
	run((struct plan_op){ PLAN_MSGHDR, 0, 1, 0, 0 }, true, 1);
	expect(4, SEGMENT_MEM, v.base, "d", 1, SEGMENT_F_OUT);
}

Test(capture, messages_at_exit_stop_at_each_length)
{
	struct capture_iovec v = { FAKE_BASE + 512, 4 };
	struct capture_mmsghdr m[2] = {
		{ .hdr = { .iov = FAKE_BASE + 256, .iovlen = 1 }, .len = 4 },
		{ .hdr = { .iov = FAKE_BASE + 256, .iovlen = 1 }, .len = 2 }
	};

	put(512, "data", 4);
	put(256, &v, sizeof(v));
	args[1] = put(0, m, sizeof(m));
	args[2] = 2;
	run((struct plan_op){ PLAN_MMSGHDR, 0, 1, 2, 0 }, true, 2);
	expect(0, SEGMENT_MEM, args[1], m, sizeof(m), SEGMENT_F_OUT);
	expect(2, SEGMENT_MEM, v.base, "data", 4, SEGMENT_F_OUT);
	expect(4, SEGMENT_MEM, v.base, "da", 2, SEGMENT_F_OUT);
	cr_assert_null(seg(5));
}

Test(capture, argv_and_envp)
{
	uint64_t v[3] = { FAKE_BASE + 100, FAKE_BASE + 110, 0 }, two = 2;

	put(100, "ls", 3);
	put(110, "-l", 3);
	args[1] = put(0, v, sizeof(v));
	run((struct plan_op){ PLAN_ARGV, 0, 1, 0, 0 }, false, 0);
	expect(0, SEGMENT_MEM, args[1], v, sizeof(v), 0);
	expect(1, SEGMENT_STRING, v[0], "ls", 3, 0);
	expect(2, SEGMENT_STRING, v[1], "-l", 3, 0);
	run((struct plan_op){ PLAN_ENVP, 0, 1, 0, 0 }, false, 0);
	expect(0, SEGMENT_COUNT, args[1], &two, 8, 0);
	cr_assert_null(seg(1));
	settings.flags = SESSION_F_VERBOSE;
	run((struct plan_op){ PLAN_ENVP, 0, 1, 0, 0 }, false, 0);
	expect(0, SEGMENT_COUNT, args[1], &two, 8, 0);
	expect(3, SEGMENT_STRING, v[1], "-l", 3, 0);
}

Test(capture, argv_longer_than_the_limit_and_unterminated)
{
	uint64_t v[40], count = 2;

	for (int i = 0; i < 40; i++)
		v[i] = FAKE_BASE + 1000;
	put(1000, "arg", 4);
	args[1] = put(0, v, sizeof(v));
	run((struct plan_op){ PLAN_ARGV, 0, 1, 0, 0 }, false, 0);
	expect(0, SEGMENT_MEM, args[1], v, 9 * 8, SEGMENT_F_TRUNC);
	cr_assert_not_null(seg(9));
	cr_assert_null(seg(10));

	args[1] = put(FAKE_SIZE - 16, v, 16);
	run((struct plan_op){ PLAN_ARGV, 0, 1, 0, 0 }, false, 0);
	expect(0, SEGMENT_MEM, args[1], v, 16, SEGMENT_F_FAULT);
	run((struct plan_op){ PLAN_ENVP, 0, 1, 0, 0 }, false, 0);
	expect(0, SEGMENT_COUNT, args[1], &count, 8, SEGMENT_F_FAULT);
	args[1] = 8;
	run((struct plan_op){ PLAN_ENVP, 0, 1, 0, 0 }, false, 0);
	cr_assert_null(seg(0));
}

Test(capture, empty_argv_is_its_null)
{
	uint64_t v = 0;

	args[1] = put(0, &v, sizeof(v));
	run((struct plan_op){ PLAN_ARGV, 0, 1, 0, 0 }, false, 0);
	expect(0, SEGMENT_MEM, args[1], &v, 8, 0);
}

Test(capture, dirents_are_counted)
{
	uint64_t hundred = 100, one = 1;
	size_t len = 0;

	for (int i = 0; i < 100; i++) {
		uint16_t reclen = (uint16_t)(24 + i % 3 * 8);

		put(len + 16, &reclen, 2);
		len += reclen;
	}
	args[1] = FAKE_BASE;
	run((struct plan_op){ PLAN_DIRENTS, 0, 1, 2, 0 }, true, (int64_t)len);
	expect(0, SEGMENT_COUNT, FAKE_BASE, &hundred, 8, SEGMENT_F_OUT);
	cr_assert_null(seg(1));
	settings.flags = SESSION_F_VERBOSE;
	run((struct plan_op){ PLAN_DIRENTS, 0, 1, 2, 0 }, true, (int64_t)len);
	expect(1, SEGMENT_MEM, FAKE_BASE, fake, len, SEGMENT_F_OUT);
	settings.flags = 0;
	put(24 + 16, "\0\0", 2);
	run((struct plan_op){ PLAN_DIRENTS, 0, 1, 2, 0 }, true, (int64_t)len);
	expect(0, SEGMENT_COUNT, FAKE_BASE, &one, 8, SEGMENT_F_OUT | SEGMENT_F_FAULT);
}

Test(capture, descriptors_only_if_their_paths_are_asked_for)
{
	int pair[2] = { 3, 99 };

	args[0] = 3;
	run((struct plan_op){ PLAN_FD, 0, 0, 0, 0 }, false, 0);
	cr_assert_eq(buffer_bound, 0);
	cr_assert_null(seg(0));
	settings.flags = SESSION_F_FD_PATHS;
	run((struct plan_op){ PLAN_FD, 0, 0, 0, 0 }, false, 0);
	expect(0, SEGMENT_FD, 3, "/dev/null", 9, 0);
	run((struct plan_op){ PLAN_FD_RET, 0, 0, 0, 0 }, true, 7);
	expect(0, SEGMENT_FD, 7, "/dev/null", 9, SEGMENT_F_OUT);
	args[0] = put(0, pair, sizeof(pair));
	run((struct plan_op){ PLAN_FD_PAIR, 0, 0, 0, 0 }, true, 0);
	expect(0, SEGMENT_MEM, args[0], pair, 8, SEGMENT_F_OUT);
	expect(1, SEGMENT_FD, 3, "/dev/null", 9, SEGMENT_F_OUT);
	cr_assert_null(seg(2));
	args[0] = (uint32_t)-100;
	run((struct plan_op){ PLAN_DIRFD, 0, 0, 0, 0 }, false, 0);
	expect(0, SEGMENT_CWD, (uint64_t)-100, "/home", 5, 0);
	run((struct plan_op){ PLAN_FD, 0, 0, 0, 0 }, false, 0);
	cr_assert_null(seg(0));
}

Test(capture, descriptors_that_are_waited_for)
{
	struct capture_pollfd p[3] = { { 3, 1, 0 }, { -1, 1, 0 }, { 99, 1, 0 } };
	uint8_t set[16] = { 0x08 };

	args[0] = put(0, p, sizeof(p));
	args[1] = 3;
	run((struct plan_op){ PLAN_POLLFDS, 0, 0, 1, 0 }, false, 0);
	expect(0, SEGMENT_MEM, args[0], p, sizeof(p), 0);
	cr_assert_null(seg(1));
	settings.flags = SESSION_F_FD_PATHS;
	run((struct plan_op){ PLAN_POLLFDS, 0, 0, 1, 0 }, false, 0);
	expect(1, SEGMENT_FD, 3, "/dev/null", 9, 0);
	cr_assert_null(seg(2));
	run((struct plan_op){ PLAN_POLLFDS, 0, 0, 1, 0 }, true, 0);
	cr_assert_null(seg(1));

	args[0] = put(64, set, sizeof(set));
	args[1] = 65;
	run((struct plan_op){ PLAN_FD_SET, 0, 0, 1, 0 }, false, 0);
	expect(0, SEGMENT_MEM, args[0], set, 16, 0);
	expect(1, SEGMENT_FD, 3, "/dev/null", 9, 0);
	cr_assert_null(seg(2));
	args[1] = 3;
	run((struct plan_op){ PLAN_FD_SET, 0, 0, 1, 0 }, false, 0);
	expect(0, SEGMENT_MEM, args[0], set, 8, 0);
	cr_assert_null(seg(1));
	args[1] = (uint64_t)-1;
	run((struct plan_op){ PLAN_FD_SET, 0, 0, 1, 0 }, false, 0);
	cr_assert_null(seg(0));
}

Test(capture, a_signal_mask_behind_a_pointer)
{
	uint64_t mask = 0x10000, pair[2] = { FAKE_BASE + 64, sizeof(mask) };

	put(64, &mask, sizeof(mask));
	args[5] = put(0, pair, sizeof(pair));
	run((struct plan_op){ PLAN_SIGMASK, 0, 5, 0, 0 }, false, 0);
	expect(0, SEGMENT_MEM, args[5], pair, sizeof(pair), 0);
	expect(1, SEGMENT_MEM, pair[0], &mask, sizeof(mask), 0);
	pair[1] = UINT64_MAX;
	put(0, pair, sizeof(pair));
	run((struct plan_op){ PLAN_SIGMASK, 0, 5, 0, 0 }, false, 0);
	cr_assert_eq(seg(1)->len, CAPTURE_SIGSET_MAX);
}

Test(capture, count_only_copies_nothing)
{
	settings.flags = SESSION_F_IN_ONLY_COUNT;
	args[0] = put(0, "abc", 4);
	run((struct plan_op){ PLAN_STRING, 0, 0, 0, 0 }, false, 0);
	cr_assert_eq(buffer_bound, 0);
	cr_assert_eq(buffer_len, 0);
}

/* Whatever room is given, nothing is written behind it, and what is missing is told. */
Test(capture, any_room_is_kept)
{
	struct capture_iovec v[4];
	struct plan_op ops[] = { { PLAN_STRING, PLAN_IN, 0, 0, 4096 },
				 { PLAN_IOVEC, PLAN_IN, 1, 2, 0 },
				 { PLAN_ARGV, PLAN_IN, 3, 0, 0 },
				 { PLAN_FD, PLAN_IN, 4, 0, 0 } };
	uint64_t argv[3] = { FAKE_BASE + 100, FAKE_BASE + 100, 0 };

	settings.flags = SESSION_F_FD_PATHS;
	args[0] = put(100, "a string of some bytes", 23);
	for (int i = 0; i < 4; i++)
		v[i] = (struct capture_iovec){ FAKE_BASE + 100, 5 + i };
	args[1] = put(512, v, sizeof(v));
	args[2] = 4;
	args[3] = put(1024, argv, sizeof(argv));
	run_room(ops, 4, false, 0, ROOM);
	size_t whole = buffer_len;

	cr_assert(!rec_flags);
	for (size_t room = 0; room < whole; room++) {
		run_room(ops, 4, false, 0, room);
		cr_assert(rec_flags & RECORD_F_TRUNC, "room %zu", room);
		seg(1000);
	}
	run_room(ops, 4, false, 0, whole);
	cr_assert_eq(buffer_len, whole);
}

Test(capture, bounds_keep_to_the_maximum)
{
	settings.max = 256;
	settings.string_limit = UINT32_MAX;
	args[0] = FAKE_BASE;
	args[1] = UINT64_MAX;
	run_room(&(struct plan_op){ PLAN_BYTES, PLAN_IN, 0, 1, 0 }, 1, false, 0, ROOM);
	cr_assert_eq(buffer_bound, 256);
	cr_assert_eq(buffer_len, 256);
	cr_assert(rec_flags & RECORD_F_TRUNC);
	run_room(&(struct plan_op){ PLAN_ARRAY, PLAN_IN, 0, 1, UINT32_MAX }, 1, false, 0, ROOM);
	cr_assert_eq(buffer_bound, 256);
}

Test(capture, control_blocks_and_what_they_write)
{
	struct capture_iovec v = { FAKE_BASE + 600, 3 };
	struct capture_iocb write = { .opcode = CAPTURE_IOCB_PWRITE,
				      .buf = FAKE_BASE + 600,
				      .nbytes = 20 };
	struct capture_iocb gather = { .opcode = CAPTURE_IOCB_PWRITEV,
				       .buf = FAKE_BASE + 700,
				       .nbytes = 1 };
	struct capture_iocb scatter = gather;
	uint64_t cbs[] = { FAKE_BASE + 100, 8, FAKE_BASE + 200, FAKE_BASE + 300 };

	scatter.opcode = CAPTURE_IOCB_PREADV;
	put(100, &write, sizeof(write));
	put(200, &gather, sizeof(gather));
	put(300, &scatter, sizeof(scatter));
	put(600, "12345678901234567890", 20);
	put(700, &v, sizeof(v));
	args[2] = put(0, cbs, sizeof(cbs));
	args[1] = 4;
	run((struct plan_op){ PLAN_IOCBS, 0, 2, 1, 0 }, false, 0);
	expect(0, SEGMENT_MEM, args[2], cbs, sizeof(cbs), 0);
	expect(1, SEGMENT_MEM, cbs[0], &write, sizeof(write), 0);
	expect(2, SEGMENT_MEM, FAKE_BASE + 600, "12345678", 8, SEGMENT_F_TRUNC);
	expect(3, SEGMENT_MEM, cbs[2], &gather, sizeof(gather), 0);
	expect(4, SEGMENT_MEM, FAKE_BASE + 700, &v, sizeof(v), 0);
	expect(5, SEGMENT_MEM, FAKE_BASE + 600, "123", 3, 0);
	expect(6, SEGMENT_MEM, cbs[3], &scatter, sizeof(scatter), 0);
	expect(7, SEGMENT_MEM, FAKE_BASE + 700, &v, sizeof(v), 0);
	cr_assert_null(seg(8));
	args[1] = UINT64_MAX;
	run((struct plan_op){ PLAN_IOCBS, 0, 2, 1, 0 }, false, 0);
}

Test(capture, the_list_of_interfaces_at_exit)
{
	struct capture_ifconf f = { .len = 2 * CAPTURE_IFREQ, .buf = FAKE_BASE + 100 };

	args[2] = put(0, &f, sizeof(f));
	run((struct plan_op){ PLAN_IFCONF, 0, 2, 0, 0 }, false, 0);
	expect(0, SEGMENT_MEM, args[2], &f, sizeof(f), 0);
	cr_assert_null(seg(1));
	run((struct plan_op){ PLAN_IFCONF, 0, 2, 0, 0 }, true, 0);
	expect(1, SEGMENT_MEM, f.buf, fake + 100, 2 * CAPTURE_IFREQ, SEGMENT_F_OUT);
	f.len = -1;
	put(0, &f, sizeof(f));
	run((struct plan_op){ PLAN_IFCONF, 0, 2, 0, 0 }, true, 0);
	cr_assert_null(seg(1));
}

Test(capture, ids_to_give_and_the_descriptor_got)
{
	struct capture_clone_args a = { .flags = CAPTURE_CLONE_PIDFD,
					.pidfd = FAKE_BASE + 200,
					.set_tid = FAKE_BASE + 300,
					.set_tid_size = 2 };
	int tids[] = { 7, 8 }, pidfd = 3;

	put(200, &pidfd, sizeof(pidfd));
	put(300, tids, sizeof(tids));
	args[0] = put(0, &a, sizeof(a));
	args[1] = sizeof(a);
	run((struct plan_op){ PLAN_CLONE_ARGS, 0, 0, 1, 128 }, false, 0);
	expect(0, SEGMENT_MEM, args[0], &a, sizeof(a), 0);
	expect(1, SEGMENT_MEM, a.set_tid, tids, sizeof(tids), 0);
	run((struct plan_op){ PLAN_CLONE_ARGS, 0, 0, 1, 128 }, true, 0);
	expect(1, SEGMENT_MEM, a.pidfd, &pidfd, sizeof(pidfd), SEGMENT_F_OUT);
	args[1] = 8;
	run((struct plan_op){ PLAN_CLONE_ARGS, 0, 0, 1, 128 }, false, 0);
	cr_assert_null(seg(1));
	a.set_tid_size = UINT64_MAX;
	put(0, &a, sizeof(a));
	args[1] = sizeof(a);
	run((struct plan_op){ PLAN_CLONE_ARGS, 0, 0, 1, 128 }, false, 0);
	cr_assert_eq(seg(1)->len, 9 * sizeof(int));
}
