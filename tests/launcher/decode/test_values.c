/* SPDX-License-Identifier: MIT */
/*
 * Single values: flag sets, enumerations, signals, modes, devices, errors, texts.
 */
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "call_builder.h"

static struct text out = TEXT_INIT;
static struct decode_options opt = { .string_limit = 32 };
static struct record rec = { .kind = RECORD_CALL };
static struct decode d = { .rec = &rec, .out = &out, .opt = &opt, .exit_mark = SIZE_MAX };

static const char *take(void)
{
	text_char(&out, '\0');
	out.len = 0;
	return out.data;
}

#define expect_text(call, s)                   \
	do {                                   \
		text_clear(&out);              \
		call;                          \
		cr_expect_str_eq(take(), (s)); \
	} while (0)

static const struct xlat_entry flag_entries[] = { { 1, "A" }, { 2, "B" }, { 12, "C" } };
static const struct xlat flags = { .unknown = "X_???", .entries = flag_entries, .nr = 3 };
static const struct xlat_entry enum_entries[] = { { 0, "ZERO" }, { 7, "SEVEN" } };
static const struct xlat numbers = {
	.unknown = "N_???", .entries = enum_entries, .nr = 2, .sorted = 1
};

Test(values, numbers_at_their_limits)
{
	expect_text(decode_int(&d, INT64_MIN), "-9223372036854775808");
	expect_text(decode_uint(&d, UINT64_MAX), "18446744073709551615");
	expect_text(decode_int(&d, 0), "0");
	expect_text(decode_hex(&d, 0), "0");
	expect_text(decode_hex(&d, UINT64_MAX), "0xffffffffffffffff");
	expect_text(decode_addr(&d, 0), "NULL");
	for (uint64_t v = 1, n = 1; n < 20; n++, v *= 10) {
		char want[32];

		snprintf(want, sizeof(want), "%lu", v);
		expect_text(decode_uint(&d, v), want);
		snprintf(want, sizeof(want), "%lu", v - 1);
		expect_text(decode_uint(&d, v - 1), want);
		snprintf(want, sizeof(want), "%#lo", v);
		expect_text(decode_oct(&d, v), want);
	}
}

Test(values, flag_sets)
{
	expect_text(decode_flags(&d, &flags, 0), "0");
	expect_text(decode_flags(&d, &flags, 3), "A|B");
	expect_text(decode_flags(&d, &flags, 12), "C");
	expect_text(decode_flags(&d, &flags, 5), "A|0x4");
	expect_text(decode_flags(&d, &flags, 0x40), "0x40 /* X_??? */");
	opt.xlat = 2;
	expect_text(decode_flags(&d, &flags, 3), "0x3 /* A|B */");
	expect_text(decode_flags(&d, &flags, 0x40), "0x40 /* X_??? */");
	opt.xlat = 1;
	expect_text(decode_flags(&d, &flags, 3), "0x3");
	opt.xlat = 0;
}

Test(values, enumerations)
{
	expect_text(decode_enum(&d, &numbers, 0), "ZERO");
	expect_text(decode_enum(&d, &numbers, 7), "SEVEN");
	expect_text(decode_enum(&d, &numbers, 8), "0x8 /* N_??? */");
	opt.xlat = 2;
	expect_text(decode_enum(&d, &numbers, 7), "0x7 /* SEVEN */");
	opt.xlat = 0;
}

Test(values, modes)
{
	expect_text(decode_mode(&d, 0), "000");
	expect_text(decode_mode(&d, 7), "007");
	expect_text(decode_mode(&d, 022), "022");
	expect_text(decode_mode(&d, 0644), "0644");
	expect_text(decode_mode_type(&d, S_IFREG | 0644), "S_IFREG|0644");
	expect_text(decode_mode_type(&d, S_IFCHR | 07600), "S_IFCHR|S_ISUID|S_ISGID|S_ISVTX|0600");
	expect_text(decode_mode_type(&d, 0170644), "0170644");
	expect_text(decode_mode_type(&d, 0), "000");
}

Test(values, devices_and_owners)
{
	expect_text(decode_dev(&d, makedev(8, 1)), "makedev(0x8, 0x1)");
	expect_text(decode_dev(&d, 0), "makedev(0, 0)");
	expect_text(decode_uid(&d, UINT32_MAX), "-1");
	expect_text(decode_uid(&d, UINT32_MAX - 1), "4294967294");
}

Test(values, signals)
{
	expect_text(decode_signal(&d, 17), "SIGCHLD");
	expect_text(decode_signal(&d, 29), "SIGIO");
	expect_text(decode_signal(&d, 32), "SIGRTMIN");
	expect_text(decode_signal(&d, 33), "SIGRT_1");
	expect_text(decode_signal(&d, 64), "SIGRT_32");
	expect_text(decode_signal(&d, 65), "65");
	expect_text(decode_signal(&d, 0), "0");
	expect_text(decode_signal(&d, (uint64_t)-1), "-1");
}

static const char *sigset_text(uint64_t set)
{
	text_clear(&out);
	decode_sigset(&d, &set, sizeof(set));
	return take();
}

Test(values, signal_sets_are_inverted_from_two_thirds_on)
{
	const char *s;

	cr_expect_str_eq(sigset_text(0), "[]");
	cr_expect_str_eq(sigset_text(1ull << 16), "[CHLD]");
	cr_expect_str_eq(sigset_text(1ull << 1 | 1ull << 33), "[INT RT_2]");
	cr_expect_str_eq(sigset_text(UINT64_MAX), "~[]");
	cr_expect_str_eq(sigset_text(~(3ull << 31)), "~[RTMIN RT_1]");
	s = sigset_text((1ull << 41) - 1);
	cr_expect_eq(s[0], '[', "41 signals: %s", s);
	s = sigset_text((1ull << 42) - 1);
	cr_expect_eq(s[0], '~', "42 signals: %s", s);
}

Test(values, wait_statuses)
{
	expect_text(decode_wait_status(&d, 0x300), "{WIFEXITED(s) && WEXITSTATUS(s) == 3}");
	expect_text(decode_wait_status(&d, 0x8b),
		    "{WIFSIGNALED(s) && WTERMSIG(s) == SIGSEGV && WCOREDUMP(s)}");
	expect_text(decode_wait_status(&d, 0x137f), "{WIFSTOPPED(s) && WSTOPSIG(s) == SIGSTOP}");
	expect_text(decode_wait_status(&d, 0xffff), "{WIFCONTINUED(s)}");
}

Test(values, clocks)
{
	expect_text(decode_clock(&d, 0), "CLOCK_REALTIME");
	expect_text(decode_clock(&d, 11), "CLOCK_TAI");
	expect_text(decode_clock(&d, -6), "0xfffffffa /* CLOCK_??? */");
}

Test(values, errors)
{
	cr_expect_str_eq(errno_name(2), "ENOENT");
	cr_expect_str_eq(errno_name(11), "EAGAIN");
	cr_expect_str_eq(errno_name(95), "EOPNOTSUPP");
	cr_expect_str_eq(errno_name(133), "EHWPOISON");
	cr_expect_str_eq(errno_name(514), "ERESTARTNOHAND");
	cr_expect_null(errno_name(134));
	cr_expect_null(errno_name(0));
	cr_expect_null(errno_name(-1));
	for (int e = 1; e <= 133; e++) {
		if (e != 41 && e != 58)
			cr_expect(errno_name(e) && errno_text(e), "errno %d", e);
	}
}

Test(values, a_text_grows_and_is_padded)
{
	struct text t = TEXT_INIT;

	for (int i = 0; i < 100000; i++)
		text_char(&t, 'x');
	text_pad(&t, 100010);
	text_format(&t, "%d", 5);
	cr_expect_eq(t.len, 100011);
	cr_expect_eq(t.data[99999], 'x');
	cr_expect_eq(t.data[100009], ' ');
	cr_expect_eq(t.data[100010], '5');
	cr_expect_eq(t.failed, 0);
	text_release(&t);
}
