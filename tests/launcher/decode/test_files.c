/* SPDX-License-Identifier: MIT */
/*
 * Decoders of files, descriptors, memory and time, where arguments depend on each other or are
 * known at different moments.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "call_builder.h"

#define A 0x7ffe0000
#define B 0x7ffe1000
#define PATH 0x7ffe2000

static struct call c;

static void release(void)
{
	call_release(&c);
}

TestSuite(files, .fini = release);

Test(files, the_mode_of_open_is_there_only_where_a_file_may_be_created)
{
	call_init(&c, SYS_openat, AT_FDCWD, PATH, O_RDONLY | O_CLOEXEC, 0644);
	call_string(&c, PATH, "f");
	call_return(&c, 3);
	call_expect(&c, "openat(AT_FDCWD, \"f\", O_RDONLY|O_CLOEXEC) = 3");

	call_init(&c, SYS_openat, (uint32_t)AT_FDCWD, PATH, O_RDWR | O_CREAT, 0644);
	call_string(&c, PATH, "f");
	call_return(&c, 3);
	call_expect(&c, "openat(AT_FDCWD, \"f\", O_RDWR|O_CREAT, 0644) = 3");

	call_init(&c, SYS_open, PATH, O_TMPFILE | O_WRONLY, 0);
	call_string(&c, PATH, ".");
	call_return(&c, -ENOENT);
	call_expect(&c, "open(\".\", O_WRONLY|O_TMPFILE, 000) = -1 ENOENT (No such file or "
			"directory)");

	call_init(&c, SYS_open, PATH, O_DIRECTORY, 0);
	call_string(&c, PATH, ".");
	call_return(&c, 3);
	call_expect(&c, "open(\".\", O_RDONLY|O_DIRECTORY) = 3");
	c.opt.xlat = 2;
	call_expect(&c, "open(\".\", 0x10000 /* O_RDONLY|O_DIRECTORY */) = 3");
}

Test(files, stat_shows_size_or_device)
{
	struct stat st = { .st_mode = S_IFREG | 0644, .st_size = 1234 };

	call_init(&c, SYS_fstat, 3, A);
	call_out(&c, A, &st, sizeof(st));
	call_return(&c, 0);
	call_expect(&c, "fstat(3, {st_mode=S_IFREG|0644, st_size=1234, ...}) = 0");

	st.st_mode = S_IFCHR | 0666;
	st.st_rdev = makedev(1, 3);
	call_init(&c, SYS_fstat, 3, A);
	call_out(&c, A, &st, sizeof(st));
	call_return(&c, 0);
	call_expect(&c, "fstat(3, {st_mode=S_IFCHR|0666, st_rdev=makedev(0x1, 0x3), ...}) = 0");
}

Test(files, a_structure_cut_short_is_an_address)
{
	struct stat st = { .st_mode = S_IFREG };

	call_init(&c, SYS_fstat, 3, A);
	call_out(&c, A, &st, sizeof(st) - 1);
	call_return(&c, 0);
	call_expect(&c, "fstat(3, 0x7ffe0000) = 0");
}

Test(files, poll_says_what_happened_behind_its_result)
{
	struct pollfd in[2] = { { 3, POLLIN, 0 }, { -1, POLLIN, 0 } };
	struct pollfd out[2] = { { 3, POLLIN, POLLIN | POLLHUP }, { -1, POLLIN, 0 } };

	call_init(&c, SYS_poll, A, 2, 100);
	call_in(&c, A, in, sizeof(in));
	call_expect(&c, "poll([{fd=3, events=POLLIN}, {fd=-1}], 2, 100");
	call_out(&c, A, out, sizeof(out));
	call_return(&c, 1);
	call_expect(&c, "poll([{fd=3, events=POLLIN}, {fd=-1}], 2, 100) = 1 ([{fd=3, "
			"revents=POLLIN|POLLHUP}])");
	cr_expect_eq(c.exit_mark, strlen("poll([{fd=3, events=POLLIN}, {fd=-1}], 2, 100"));
	call_return(&c, 0);
	call_expect(&c, "poll([{fd=3, events=POLLIN}, {fd=-1}], 2, 100) = 0 (Timeout)");
	call_return(&c, -EINTR);
	call_expect(&c, "poll([{fd=3, events=POLLIN}, {fd=-1}], 2, 100) = -1 EINTR (Interrupted "
			"system call)");
}

Test(files, select_says_what_happened_behind_its_result)
{
	uint64_t in = 1 << 3 | 1 << 5, out = 1 << 5;
	struct timeval tv = { 1, 0 }, left = { 0, 999 };

	call_init(&c, SYS_select, 6, A, 0, 0, B);
	call_in(&c, A, &in, sizeof(in));
	call_in(&c, B, &tv, sizeof(tv));
	call_out(&c, A, &out, sizeof(out));
	call_out(&c, B, &left, sizeof(left));
	call_return(&c, 1);
	call_expect(&c, "select(6, [3 5], NULL, NULL, {tv_sec=1, tv_usec=0}) = 1 (in [5], left "
			"{tv_sec=0, tv_usec=999})");
}

Test(files, fcntl_by_command)
{
	call_init(&c, SYS_fcntl, 3, F_GETFL);
	call_return(&c, 0x8002);
	call_expect(&c, "fcntl(3, F_GETFL) = 0x8002 (flags O_RDWR|O_LARGEFILE)");
	call_init(&c, SYS_fcntl, 3, F_GETFD);
	call_return(&c, 1);
	call_expect(&c, "fcntl(3, F_GETFD) = 0x1 (flags FD_CLOEXEC)");
	call_return(&c, 0);
	call_expect(&c, "fcntl(3, F_GETFD) = 0");
	call_init(&c, SYS_fcntl, 3, F_SETFL, O_NONBLOCK);
	call_return(&c, 0);
	call_expect(&c, "fcntl(3, F_SETFL, O_RDONLY|O_NONBLOCK) = 0");
	call_init(&c, SYS_fcntl, 3, 0x999, 5);
	call_return(&c, -EINVAL);
	call_expect(&c, "fcntl(3, 0x999 /* F_??? */, 0x5) = -1 EINVAL (Invalid argument)");
}

Test(files, mmap_flags_hold_a_type_and_a_page_size)
{
	call_init(&c, SYS_mmap, 0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		  (uint64_t)-1, 0);
	call_return(&c, 0x7f0000001000);
	call_expect(&c, "mmap(NULL, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) "
			"= 0x7f0000001000");
	call_init(&c, SYS_mmap, 0, 0, PROT_NONE, MAP_SHARED | MAP_HUGETLB | 21 << 26, 3, 4096);
	call_return(&c, -EINVAL);
	call_expect(&c, "mmap(NULL, 0, PROT_NONE, MAP_SHARED|MAP_HUGETLB|21<<MAP_HUGE_SHIFT, 3, "
			"0x1000) = -1 EINVAL (Invalid argument)");
}

Test(files, the_rest_of_a_sleep_is_there_only_if_it_was_interrupted)
{
	struct timespec ts = { 3, 0 }, left = { 1, 5 };

	call_init(&c, SYS_nanosleep, A, B);
	call_in(&c, A, &ts, sizeof(ts));
	call_expect(&c, "nanosleep({tv_sec=3, tv_nsec=0}, ");
	call_out(&c, B, &left, sizeof(left));
	call_return(&c, 0);
	call_expect(&c, "nanosleep({tv_sec=3, tv_nsec=0}, 0x7ffe1000) = 0");
	call_return(&c, -516);
	call_expect(&c, "nanosleep({tv_sec=3, tv_nsec=0}, {tv_sec=1, tv_nsec=5}) = ? "
			"ERESTART_RESTARTBLOCK (Interrupted by signal)");
}

Test(files, a_sleep_into_its_own_request_shows_both)
{
	struct timespec ts = { 3, 0 }, left = { 1, 5 };

	call_init(&c, SYS_nanosleep, A, A);
	call_in(&c, A, &ts, sizeof(ts));
	call_out(&c, A, &left, sizeof(left));
	call_return(&c, -516);
	call_expect(&c, "nanosleep({tv_sec=3, tv_nsec=0}, {tv_sec=1, tv_nsec=5}) = ? "
			"ERESTART_RESTARTBLOCK (Interrupted by signal)");
}

Test(files, directories_are_counted)
{
	uint64_t n = 3;

	call_init(&c, SYS_getdents64, 3, A, 32768);
	call_segment(&c, true, SEGMENT_COUNT, A, &n, sizeof(n), 0);
	call_return(&c, 80);
	call_expect(&c, "getdents64(3, 0x7ffe0000 /* 3 entries */, 32768) = 80");
	call_return(&c, -EBADF);
	call_expect(&c, "getdents64(3, 0x7ffe0000, 32768) = -1 EBADF (Bad file descriptor)");
}

Test(files, arrays_are_shortened_and_end_where_memory_does)
{
	struct {
		uint64_t base;
		uint64_t len;
	} v[3] = { { 0, 1 }, { 0, 2 }, { 0, 3 } };

	call_init(&c, SYS_writev, 1, A, 3);
	call_in(&c, A, v, sizeof(v));
	call_return(&c, 0);
	c.opt.string_limit = 2;
	call_expect(&c, "writev(1, [{iov_base=NULL, iov_len=1}, {iov_base=NULL, iov_len=2}, ...], "
			"3) = 0");
	call_init(&c, SYS_writev, 1, A, 3);
	call_segment(&c, false, SEGMENT_MEM, A, v, 16, SEGMENT_F_FAULT);
	call_return(&c, -EFAULT);
	call_expect(&c, "writev(1, [{iov_base=NULL, iov_len=1}, ... /* 0x7ffe0010 */], 3) = -1 "
			"EFAULT (Bad address)");
}
