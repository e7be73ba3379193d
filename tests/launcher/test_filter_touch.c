/* SPDX-License-Identifier: MIT */
/*
 * -P and --trace-fds on records written by hand.
 */
#include <criterion/criterion.h>
#include <poll.h>
#include <string.h>
#include <sys/syscall.h>

#include "decode/desc_of.h"
#include "filter.h"

static struct filter filter;
static struct text error;
static union {
	struct record rec;
	char bytes[1024];
} record;

static void setup(void)
{
	filter_init(&filter);
}

static void finish(void)
{
	filter_release(&filter);
	text_release(&error);
}

TestSuite(filter_touch, .init = setup, .fini = finish);

static void call(unsigned int nr, uint64_t arg0, uint64_t arg1)
{
	memset(&record, 0, sizeof(record));
	record.rec.state = RECORD_DONE;
	record.rec.kind = RECORD_CALL;
	record.rec.size = sizeof(record.rec);
	record.rec.call = nr;
	record.rec.args[0] = arg0;
	record.rec.args[1] = arg1;
}

static void captured(enum segment_kind kind, uint64_t addr, const void *data, size_t len)
{
	struct segment s = { .addr = addr, .len = (uint32_t)len, .kind = (uint8_t)kind };
	size_t at = sizeof(record.rec) + record.rec.in_len;

	cr_assert_leq(at + SEGMENT_SPACE(len), sizeof(record));
	memcpy(record.bytes + at, &s, sizeof(s));
	memcpy(record.bytes + at + sizeof(s), data, len);
	record.rec.in_len += SEGMENT_SPACE(len);
	record.rec.size += SEGMENT_SPACE(len);
}

static bool touches(void)
{
	return filter_touches(&filter, call_desc_of(&record.rec), &record.rec);
}

static void want_path(const char *path)
{
	const char *resolved;

	cr_assert_eq(filter_add_path(&filter, path, &resolved), 0);
}

static void want_fds(const char *set)
{
	filter.fds_given = true;
	cr_assert_eq(filter_parse_fds(&filter.fds, set, &error), 0);
}

Test(filter_touch, everything_is_touched_if_nothing_is_named)
{
	call(SYS_getpid, 0, 0);
	cr_expect(touches());
}

Test(filter_touch, a_path_argument_must_be_spelled_so)
{
	static const char path[] = "/no/such/file", longer[] = "/no/such/files";

	want_path(path);
	call(SYS_openat, (uint32_t)-100, 0x1000);
	captured(SEGMENT_STRING, 0x1000, path, sizeof(path));
	cr_expect(touches());
	call(SYS_openat, (uint32_t)-100, 0x1000);
	captured(SEGMENT_STRING, 0x1000, longer, sizeof(longer));
	cr_expect_not(touches());
	call(SYS_openat, (uint32_t)-100, 0x1000);
	cr_expect_not(touches(), "an unreadable path");
	call(SYS_getpid, 0, 0);
	cr_expect_not(touches());
}

Test(filter_touch, a_descriptor_matches_by_its_path)
{
	want_path("/no/such/file");
	call(SYS_read, 3, 0x1000);
	captured(SEGMENT_FD, 3, "/no/such/file", 13);
	cr_expect(touches());
	call(SYS_read, 3, 0x1000);
	captured(SEGMENT_FD, 3, "/no/such/fil", 12);
	cr_expect_not(touches());
}

Test(filter_touch, a_path_counts_resolved_too)
{
	const char *resolved;

	cr_assert_eq(filter_add_path(&filter, "/usr/../usr", &resolved), 0);
	cr_assert_not_null(resolved);
	cr_expect_str_eq(resolved, "/usr");
	call(SYS_fchdir, 3, 0);
	captured(SEGMENT_FD, 3, "/usr", 4);
	cr_expect(touches());
}

Test(filter_touch, descriptors_match_by_number)
{
	want_fds("3,5");
	call(SYS_read, 3, 0);
	cr_expect(touches());
	call(SYS_read, 4, 0);
	cr_expect_not(touches());
	want_fds("!3");
	cr_expect(touches());
	call(SYS_close, (uint32_t)-1, 0);
	cr_expect_not(touches(), "no descriptor at all");
}

Test(filter_touch, polled_descriptors_count)
{
	struct pollfd fds[2] = { { .fd = 7 }, { .fd = 8 } };

	want_fds("8");
	call(SYS_poll, 0x1000, 2);
	captured(SEGMENT_MEM, 0x1000, fds, sizeof(fds));
	cr_expect(touches());
	call(SYS_poll, 0x1000, 1);
	captured(SEGMENT_MEM, 0x1000, fds, sizeof(fds[0]));
	cr_expect_not(touches());
}

Test(filter_touch, selected_descriptors_count)
{
	unsigned char set[128] = { 0 };

	want_fds("9");
	set[1] = 2;
	call(SYS_select, 10, 0x1000);
	captured(SEGMENT_MEM, 0x1000, set, sizeof(set));
	cr_expect(touches());
	call(SYS_select, 9, 0x1000);
	captured(SEGMENT_MEM, 0x1000, set, sizeof(set));
	cr_expect_not(touches(), "not among the first 9");
}

Test(filter_touch, either_of_both_will_do)
{
	want_path("/no/such/file");
	want_fds("5");
	call(SYS_read, 5, 0);
	cr_expect(touches());
	call(SYS_read, 6, 0);
	captured(SEGMENT_FD, 6, "/no/such/file", 13);
	cr_expect(touches());
	call(SYS_read, 6, 0);
	cr_expect_not(touches());
}
