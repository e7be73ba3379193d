/* SPDX-License-Identifier: MIT */
/*
 * The engine: arguments by descriptor, results, both halves of a call, and hostile segments.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "call_builder.h"

#define BUF 0x7ffe0000

static struct call c;

static void release(void)
{
	call_release(&c);
}

TestSuite(engine, .fini = release);

Test(engine, prints_a_read)
{
	call_init(&c, SYS_read, 3, BUF, 1);
	call_out(&c, BUF, "x", 1);
	call_return(&c, 1);
	call_expect(&c, "read(3, \"x\", 1) = 1");
}

Test(engine, splits_a_call_where_its_exit_begins)
{
	call_init(&c, SYS_read, 3, BUF, 1);
	call_expect(&c, "read(3, ");
	cr_expect_eq(c.exit_mark, SIZE_MAX);

	call_out(&c, BUF, "x", 1);
	call_return(&c, 1);
	call_expect(&c, "read(3, \"x\", 1) = 1");
	cr_expect_eq(c.exit_mark, strlen("read(3, "));
}

Test(engine, a_failed_call_shows_the_address_of_its_output)
{
	call_init(&c, SYS_read, 3, BUF, 1);
	call_return(&c, -EBADF);
	call_expect(&c, "read(3, 0x7ffe0000, 1) = -1 EBADF (Bad file descriptor)");
}

Test(engine, data_that_was_not_captured_is_an_address)
{
	call_init(&c, SYS_write, 1, BUF, 5);
	call_return(&c, 5);
	call_expect(&c, "write(1, 0x7ffe0000, 5) = 5");
}

Test(engine, data_longer_than_the_limit_ends_in_dots)
{
	call_init(&c, SYS_write, 1, BUF, 40);
	call_in(&c, BUF, "0123456789012345678901234567890123456789", 32);
	call_return(&c, 40);
	call_expect(&c, "write(1, \"01234567890123456789012345678901\"..., 40) = 40");
}

Test(engine, escapes_are_the_shortest_that_are_unambiguous)
{
	call_init(&c, SYS_write, 1, BUF, 12);
	call_in(&c, BUF, "\0001\0a\0009\377\t\"\\\x7f\n", 12);
	call_return(&c, 12);
	call_expect(&c, "write(1, \"\\0001\\0a\\09\\377\\t\\\"\\\\\\177\\n\", 12) = 12");
}

Test(engine, hex_strings)
{
	call_init(&c, SYS_write, 1, BUF, 3);
	call_in(&c, BUF, "a\n\1", 3);
	call_return(&c, 3);
	c.opt.hex_strings = 1;
	call_expect(&c, "write(1, \"\\x61\\x0a\\x01\", 3) = 3");

	call_init(&c, SYS_write, 1, BUF, 2);
	call_in(&c, BUF, "a\n", 2);
	call_return(&c, 2);
	c.opt.hex_strings = 1;
	call_expect(&c, "write(1, \"a\\n\", 2) = 2");
	c.opt.hex_strings = 2;
	call_expect(&c, "write(1, \"\\x61\\x0a\", 2) = 2");
}

Test(engine, a_string_that_faults_before_its_end_is_an_address)
{
	call_init(&c, SYS_chdir, BUF);
	call_segment(&c, false, SEGMENT_STRING, BUF, "abc", 3, SEGMENT_F_FAULT);
	call_return(&c, -EFAULT);
	call_expect(&c, "chdir(0x7ffe0000) = -1 EFAULT (Bad address)");
}

Test(engine, interrupted_calls_show_the_kernels_restart_code)
{
	call_init(&c, SYS_read, 3, BUF, 1);
	call_return(&c, -512);
	call_expect(&c, "read(3, 0x7ffe0000, 1) = ? ERESTARTSYS (To be restarted if SA_RESTART "
			"is set)");
	call_return(&c, -EINTR);
	call_record(&c)->flags = RECORD_F_EINTR;
	call_expect(&c, "read(3, 0x7ffe0000, 1) = ? ERESTARTSYS (To be restarted if SA_RESTART "
			"is set)");
}

Test(engine, calls_that_do_not_return)
{
	call_init(&c, SYS_exit_group, 3);
	call_record(&c)->flags = RECORD_F_NORETURN;
	call_return(&c, 0);
	call_expect(&c, "exit_group(3) = ?");
}

Test(engine, unknown_numbers_show_all_registers)
{
	call_init(&c, 1000, 1, 2, 0, 4, 5, UINT64_MAX);
	call_return(&c, -ENOSYS);
	call_expect(&c, "syscall_0x3e8(0x1, 0x2, 0, 0x4, 0x5, 0xffffffffffffffff) = -1 ENOSYS "
			"(Function not implemented)");
}

Test(engine, raw_arguments_are_registers)
{
	call_init(&c, SYS_close, (uint64_t)-1);
	call_return(&c, 16);
	c.opt.raw = true;
	call_expect(&c, "close(0xffffffffffffffff) = 0x10");
}

Test(engine, argument_names)
{
	call_init(&c, SYS_close, 3);
	call_return(&c, 0);
	c.opt.arg_names = true;
	call_expect(&c, "close(fd=3) = 0");
}

Test(engine, paths_of_descriptors)
{
	call_init(&c, SYS_dup, 3);
	call_segment(&c, false, SEGMENT_FD, 3, "/tmp/<a>\n (deleted)", 19, 0);
	call_segment(&c, true, SEGMENT_FD, 4, "pipe:[12]", 9, 0);
	call_return(&c, 4);
	call_expect(&c, "dup(3) = 4");
	c.opt.fd_paths = true;
	call_expect(&c, "dup(3</tmp/\\74a\\76\\n>(deleted)) = 4<pipe:[12]>");
}

Test(engine, memory_at_entry_is_not_memory_at_exit)
{
	uint64_t in = 5, out = 9;

	call_init(&c, SYS_sendfile, 4, 3, BUF, 10);
	call_in(&c, BUF, &in, sizeof(in));
	call_out(&c, BUF, &out, sizeof(out));
	call_return(&c, 4);
	call_expect(&c, "sendfile(4, 3, [5] => [9], 10) = 4");
}

Test(engine, the_longest_of_several_pieces_is_taken)
{
	struct {
		uint64_t base;
		uint64_t len;
	} v[2] = { { 0x1000, 1 }, { 0x1000, 3 } };

	call_init(&c, SYS_writev, 1, BUF, 2);
	call_in(&c, BUF, v, sizeof(v));
	call_in(&c, 0x1000, "a", 1);
	call_in(&c, 0x1000, "abc", 3);
	call_return(&c, 4);
	call_expect(&c, "writev(1, [{iov_base=\"a\", iov_len=1}, {iov_base=\"abc\", iov_len=3}], "
			"2) = 4");
}

/* Whatever a segment's header says, nothing outside the record is read: ASan is the judge. */
Test(engine, lengths_beyond_the_record_are_not_believed)
{
	struct segment *s;

	call_init(&c, SYS_write, 1, BUF, 5);
	call_in(&c, BUF, "hello", 5);
	s = (struct segment *)(call_record(&c) + 1);
	call_return(&c, 5);
	s->len = 9;
	call_expect(&c, "write(1, 0x7ffe0000, 5) = 5");
	s->len = UINT32_MAX;
	call_expect(&c, "write(1, 0x7ffe0000, 5) = 5");
	s->len = 5;
	call_record(&c)->in_len = sizeof(*s) - 1;
	call_expect(&c, "write(1, 0x7ffe0000, 5) = 5");
	call_record(&c)->in_len = 0;
	call_expect(&c, "write(1, 0x7ffe0000, 5) = 5");
}

Test(engine, addresses_at_the_end_of_the_address_space)
{
	call_init(&c, SYS_write, 1, UINT64_MAX - 1, 2);
	call_in(&c, UINT64_MAX - 1, "ab", 2);
	call_return(&c, 2);
	call_expect(&c, "write(1, \"ab\", 2) = 2");
}

/* Every call of the table with every kind of garbage in its segments: no crash, no endless line. */
Test(engine, any_bytes_are_decoded, .timeout = 100)
{
	uint32_t seed = 1;

	for (unsigned int nr = 0; nr < 512; nr++) {
		for (int round = 0; round < 8; round++) {
			uint64_t args[6];
			uint8_t junk[600];

			for (size_t i = 0; i < sizeof(junk); i++) {
				seed = seed * 1664525 + 1013904223;
				junk[i] = (uint8_t)(seed >> 24);
			}
			for (int i = 0; i < 6; i++)
				args[i] = round & 1 ? 0x1000 + junk[i] % 64 : junk[i] % 8;
			call_init_args(&c, nr, args);
			c.opt.no_abbrev = round & 2;
			c.opt.fd_paths = true;
			for (int i = 0; i < 6; i++)
				call_in(&c, args[i], junk + 16 * i, 300);
			for (int i = 0; i < 6; i++)
				call_out(&c, args[i], junk + 8 * i, (size_t)junk[i]);
			call_return(&c, junk[40] % 3 ? junk[41] : -(int64_t)junk[42]);
			cr_assert(strlen(call_line(&c)) < 1u << 20);
			call_release(&c);
		}
	}
}
