/* SPDX-License-Identifier: MIT */
/*
 * Makes calls on descriptors with typical, edge and failing arguments, for comparison of two traces
 * of it: reading and writing, fcntl, pipes, polling, event sources, asynchronous I/O. Ends with
 * status 0 whatever the calls return.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/io_uring.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/fanotify.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define BAD ((void *)8)

static void make_reads_and_writes(void)
{
	char data[256], buf[64];
	int null = open("/dev/null", O_RDWR), zero = open("/dev/zero", O_RDONLY), p[2];

	for (int i = 0; i < 256; i++)
		data[i] = i;
	for (int i = 0; i < 256; i += 32)
		syscall(SYS_write, null, data + i, 32);
	syscall(SYS_write, null, data, 33);
	syscall(SYS_write, null, "\0001\0a\0\09\377\0018", 10);
	syscall(SYS_write, null, "\"\\'?\t\n\v\f\r", 9);
	syscall(SYS_write, null, "", 0);
	syscall(SYS_write, null, NULL, 0);
	syscall(SYS_write, null, NULL, 4);
	syscall(SYS_write, -1, BAD, 8);
	syscall(SYS_pipe, p);
	syscall(SYS_write, p[1], "0123456789012345678901234567890123456789", 40);
	syscall(SYS_read, p[0], buf, 8);
	syscall(SYS_read, p[0], buf, sizeof(buf));
	syscall(SYS_read, zero, buf, 3);
	syscall(SYS_read, null, buf, 3);
	syscall(SYS_read, -1, buf, 3);
	syscall(SYS_read, zero, BAD, 3);
	syscall(SYS_read, zero, NULL, 0);
	syscall(SYS_pread64, zero, buf, 3, 1L << 40);
	syscall(SYS_pread64, zero, buf, 3, -1L);
	syscall(SYS_pwrite64, null, "data", 4, 7);
	syscall(SYS_lseek, null, -5L, SEEK_END);
	syscall(SYS_lseek, p[0], 5L, SEEK_CUR);
	syscall(SYS_lseek, -1, 1L << 40, SEEK_DATA);
	syscall(SYS_lseek, null, 0, 9);
	syscall(SYS_close, p[0]);
	syscall(SYS_close, p[1]);
	syscall(SYS_close, null);
	syscall(SYS_close, zero);
	syscall(SYS_close, -1);
	syscall(SYS_close_range, 500, -1, 0);
	syscall(SYS_close_range, 500, 400, CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC | 8);
}

static void make_vectors(void)
{
	int null = open("/dev/null", O_RDWR), zero = open("/dev/zero", O_RDONLY), p[2];
	char buf[64];
	struct iovec v[40], r[3] = { { buf, 3 }, { buf + 3, 5 }, { buf + 8, 2 } };
	char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct iovec *edge;

	munmap(page + 4096, 4096);
	for (int i = 0; i < 40; i++)
		v[i] = (struct iovec){ "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
				       i < 3 ? i * 17 : 1 };
	syscall(SYS_writev, null, v, 3);
	syscall(SYS_writev, null, v, 40);
	syscall(SYS_writev, null, NULL, 0);
	syscall(SYS_writev, null, v, 0);
	syscall(SYS_writev, null, NULL, 2);
	syscall(SYS_writev, null, BAD, 2);
	v[1].iov_base = BAD;
	syscall(SYS_writev, null, v, 2);
	v[1].iov_base = NULL;
	syscall(SYS_writev, null, v, 2);
	syscall(SYS_readv, zero, r, 3);
	syscall(SYS_pipe2, p, O_CLOEXEC | O_NONBLOCK);
	syscall(SYS_write, p[1], "hello", 5);
	syscall(SYS_readv, p[0], r, 3);
	syscall(SYS_readv, p[0], r, 3);
	syscall(SYS_readv, null, r, 3);
	syscall(SYS_readv, -1, r, 3);
	edge = (struct iovec *)(page + 4096 - sizeof(*edge));
	*edge = r[0];
	syscall(SYS_readv, zero, edge, 2);
	syscall(SYS_readv, zero, edge, 1);
	memcpy(page + 4090, "abcdef", 6);
	syscall(SYS_write, null, page + 4090, 6);
	syscall(SYS_write, null, page + 4090, 10);
	syscall(SYS_open, page + 4090, O_RDONLY);
	syscall(SYS_preadv, zero, r, 2, 5, 0);
	syscall(SYS_preadv, -1, r, 2, -1L, -1L);
	syscall(SYS_pwritev, null, r, 2, 7, 0);
	syscall(SYS_preadv2, zero, r, 2, 5, 0, RWF_HIPRI);
	syscall(SYS_preadv2, zero, r, 2, -1L, -1L, 0);
	syscall(SYS_pwritev2, null, r, 2, 7, 0, RWF_DSYNC | RWF_APPEND | 0x200);
	syscall(SYS_vmsplice, p[1], v, 2, SPLICE_F_GIFT | SPLICE_F_MOVE);
	syscall(SYS_process_vm_readv, getpid(), r, 1, r, 1, 0);
	syscall(SYS_process_vm_writev, -1, r, 1, r, 2, 5);
	close(null);
	close(zero);
	close(p[0]);
	close(p[1]);
	munmap(page, 4096);
}

static void make_copies(void)
{
	int null = open("/dev/null", O_RDWR), p[2];
	loff_t from = 5, to = 7;

	syscall(SYS_pipe2, p, 0);
	syscall(SYS_pipe2, BAD, O_DIRECT);
	syscall(SYS_pipe2, p, 0x8);
	syscall(SYS_pipe, NULL);
	syscall(SYS_dup, null);
	syscall(SYS_dup, -1);
	syscall(SYS_dup2, null, 20);
	syscall(SYS_dup2, null, -1);
	syscall(SYS_dup3, null, 21, O_CLOEXEC);
	syscall(SYS_dup3, null, 21, 0x1);
	syscall(SYS_sendfile, null, null, &from, 5);
	syscall(SYS_sendfile, -1, -1, NULL, 5);
	syscall(SYS_sendfile, -1, -1, BAD, 5);
	syscall(SYS_splice, null, &from, p[1], NULL, 100, SPLICE_F_NONBLOCK);
	syscall(SYS_splice, -1, &from, -1, &to, 1, 0x100);
	syscall(SYS_tee, p[0], p[1], 10, SPLICE_F_MORE);
	syscall(SYS_copy_file_range, -1, &from, -1, &to, 10, 0);
	syscall(SYS_copy_file_range, -1, NULL, -1, BAD, 10, 3);
	syscall(SYS_fallocate, -1, FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE, 0, 4096);
	syscall(SYS_fallocate, -1, 0x100, -1L, 1L << 40);
	syscall(SYS_fadvise64, null, 0, 4096, POSIX_FADV_WILLNEED);
	syscall(SYS_fadvise64, -1, -1L, 5, 77);
	syscall(SYS_readahead, -1, 5, 7);
	syscall(SYS_sync_file_range, -1, 1, 2, 3);
	syscall(SYS_fsync, null);
	syscall(SYS_fdatasync, -1);
	syscall(SYS_syncfs, -1);
	syscall(SYS_flock, null, LOCK_EX | LOCK_NB);
	syscall(SYS_flock, null, LOCK_UN);
	syscall(SYS_flock, -1, 0x100);
	close(20);
	close(21);
	close(null);
	close(p[0]);
	close(p[1]);
}

static void make_fcntls(void)
{
	struct f_owner_ex owner = { F_OWNER_PID, getpid() };
	struct flock lock = { F_WRLCK, SEEK_SET, 0, 10, 0 };
	int p[2], fd;
	char path[] = "/tmp/calls-fcntl-XXXXXX";

	fd = mkstemp(path);
	unlink(path);
	if (pipe(p))
		return;
	syscall(SYS_fcntl, 1, F_GETFD);
	syscall(SYS_fcntl, p[0], F_GETFD);
	syscall(SYS_fcntl, p[0], F_SETFD, FD_CLOEXEC);
	syscall(SYS_fcntl, p[0], F_GETFD);
	syscall(SYS_fcntl, p[0], F_SETFD, 6);
	syscall(SYS_fcntl, p[0], F_SETFD, 0);
	syscall(SYS_fcntl, p[0], F_GETFL);
	syscall(SYS_fcntl, p[0], F_SETFL, O_RDONLY | O_NONBLOCK);
	syscall(SYS_fcntl, p[0], F_GETFL);
	syscall(SYS_fcntl, fd, F_GETFL);
	close(syscall(SYS_fcntl, p[0], F_DUPFD, 50));
	close(syscall(SYS_fcntl, p[0], F_DUPFD_CLOEXEC, 50));
	syscall(SYS_fcntl, p[0], F_DUPFD, -1);
	syscall(SYS_fcntl, fd, F_SETLK, &lock);
	syscall(SYS_fcntl, fd, F_GETLK, &lock);
	lock.l_type = F_UNLCK;
	syscall(SYS_fcntl, fd, F_SETLKW, &lock);
	syscall(SYS_fcntl, fd, F_OFD_SETLK, &lock);
	lock.l_type = F_RDLCK;
	lock.l_whence = 9;
	lock.l_start = -5;
	syscall(SYS_fcntl, fd, F_SETLK, &lock);
	syscall(SYS_fcntl, fd, F_OFD_GETLK, &lock);
	syscall(SYS_fcntl, fd, F_GETLK, BAD);
	syscall(SYS_fcntl, fd, F_SETLK, NULL);
	syscall(SYS_fcntl, p[0], F_SETOWN, getpid());
	syscall(SYS_fcntl, p[0], F_GETOWN);
	syscall(SYS_fcntl, p[0], F_SETOWN_EX, &owner);
	syscall(SYS_fcntl, p[0], F_GETOWN_EX, &owner);
	syscall(SYS_fcntl, p[0], F_SETSIG, SIGUSR1);
	syscall(SYS_fcntl, p[0], F_GETSIG);
	syscall(SYS_fcntl, p[0], F_SETPIPE_SZ, 65536);
	syscall(SYS_fcntl, p[0], F_GETPIPE_SZ);
	syscall(SYS_fcntl, fd, F_SETLEASE, F_RDLCK);
	syscall(SYS_fcntl, fd, F_GETLEASE);
	syscall(SYS_fcntl, fd, F_SETLEASE, F_UNLCK);
	syscall(SYS_fcntl, fd, F_NOTIFY, DN_ACCESS | DN_MULTISHOT);
	syscall(SYS_fcntl, fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_WRITE);
	syscall(SYS_fcntl, fd, F_GET_SEALS);
	syscall(SYS_fcntl, fd, 0x999, 5);
	syscall(SYS_fcntl, -1, F_GETFL);
	syscall(SYS_fcntl, -1, F_GETFD);
	fd = syscall(SYS_memfd_create, "sealed", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	syscall(SYS_fcntl, fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW);
	syscall(SYS_fcntl, fd, F_GET_SEALS);
	close(fd);
	close(p[0]);
	close(p[1]);
}

static void make_polls(void)
{
	struct pollfd p[40], two[2];
	struct timespec ts = { 0, 1000000 };
	struct timespec bad_ts = { -1, 2000000000 };
	sigset_t set;
	int fds[2];

	if (pipe(fds))
		return;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	two[0] = (struct pollfd){ fds[0], POLLIN, 0 };
	two[1] = (struct pollfd){ fds[1], POLLOUT | POLLPRI, 0 };
	syscall(SYS_poll, two, 1, 1);
	syscall(SYS_poll, two, 2, -1);
	syscall(SYS_poll, NULL, 0, 1);
	syscall(SYS_poll, two, 0, 0);
	syscall(SYS_poll, BAD, 2, 0);
	two[0].fd = -1;
	two[1].fd = 99;
	two[1].events = 0;
	syscall(SYS_poll, two, 2, -1);
	two[1].events = 0x4000;
	syscall(SYS_poll, two, 2, 0);
	for (int i = 0; i < 40; i++)
		p[i] = (struct pollfd){ fds[1], POLLIN | POLLOUT | POLLRDHUP, 0 };
	syscall(SYS_poll, p, 40, 5);
	two[0] = (struct pollfd){ fds[0], POLLIN | POLLRDNORM | POLLRDBAND, 0 };
	syscall(SYS_ppoll, two, 1, &ts, NULL, 8);
	ts = (struct timespec){ 0, 1000000 };
	syscall(SYS_ppoll, p, 2, &ts, &set, 8);
	syscall(SYS_ppoll, p, 2, NULL, &set, 8);
	syscall(SYS_ppoll, p, 2, &bad_ts, &set, 8);
	syscall(SYS_ppoll, p, 2, BAD, BAD, 4);
	ts = (struct timespec){ 0, 0 };
	syscall(SYS_ppoll, NULL, 0, &ts, &set, 8);
	close(fds[0]);
	close(fds[1]);
}

static void make_selects(void)
{
	struct timeval tv = { 0, 1000 };
	struct timespec ts = { 0, 1000000 };
	fd_set r, w, e;
	sigset_t set;
	struct {
		const void *set;
		size_t size;
	} mask = { &set, 8 };
	int p[2];

	if (pipe(p))
		return;
	sigemptyset(&set);
	FD_ZERO(&r);
	FD_ZERO(&w);
	FD_ZERO(&e);
	FD_SET(p[0], &r);
	syscall(SYS_select, p[0] + 1, &r, NULL, NULL, &tv);
	tv = (struct timeval){ 1, 0 };
	FD_SET(p[0], &r);
	FD_SET(p[1], &w);
	FD_SET(p[0], &e);
	syscall(SYS_select, p[1] + 1, &r, &w, &e, &tv);
	FD_SET(p[1], &w);
	syscall(SYS_select, p[1] + 1, NULL, &w, NULL, NULL);
	write(p[1], "x", 1);
	FD_SET(p[0], &r);
	syscall(SYS_select, p[1] + 1, &r, &w, NULL, NULL);
	tv = (struct timeval){ 0, 1000 }; /* what was left of it depends on the machine */
	syscall(SYS_select, 0, NULL, NULL, NULL, &tv);
	FD_SET(55, &r);
	syscall(SYS_select, 60, &r, NULL, NULL, &tv);
	syscall(SYS_select, -1, &r, NULL, NULL, &tv);
	syscall(SYS_select, 4, BAD, NULL, NULL, BAD);
	syscall(SYS_select, 4, NULL, NULL, NULL, &(struct timeval){ -1, 5 });
	FD_ZERO(&r);
	syscall(SYS_select, 10, &r, &r, NULL, &(struct timeval){ 0, 0 });
	FD_SET(p[0], &r);
	syscall(SYS_pselect6, p[1] + 1, &r, NULL, NULL, NULL, NULL);
	FD_SET(p[0], &r);
	syscall(SYS_pselect6, p[1] + 1, &r, NULL, NULL, &ts, &mask);
	FD_ZERO(&r);
	ts = (struct timespec){ 0, 1000000 };
	syscall(SYS_pselect6, p[1] + 1, &r, NULL, NULL, &ts, &mask);
	mask.set = NULL;
	syscall(SYS_pselect6, 0, NULL, NULL, NULL, &ts, &mask);
	mask.set = BAD;
	syscall(SYS_pselect6, 0, NULL, NULL, NULL, &ts, &mask);
	syscall(SYS_pselect6, 0, NULL, NULL, NULL, BAD, BAD);
	close(p[0]);
	close(p[1]);
}

static void make_epolls(void)
{
	struct epoll_event ev = { EPOLLIN | EPOLLET, { .u64 = 0x500000005 } }, out[40];
	struct timespec ts = { 0, 1000000 };
	sigset_t set;
	int ep = syscall(SYS_epoll_create1, EPOLL_CLOEXEC), p[2];

	sigfillset(&set);
	if (pipe(p))
		return;
	close(syscall(SYS_epoll_create, 5));
	syscall(SYS_epoll_create, -1);
	syscall(SYS_epoll_create1, 0x100);
	syscall(SYS_epoll_ctl, ep, EPOLL_CTL_ADD, p[0], &ev);
	ev.events = EPOLLOUT | EPOLLONESHOT | EPOLLRDHUP | EPOLLEXCLUSIVE | EPOLLWAKEUP;
	ev.data.u64 = 7;
	syscall(SYS_epoll_ctl, ep, EPOLL_CTL_MOD, p[0], &ev);
	ev.events = EPOLLOUT;
	syscall(SYS_epoll_ctl, ep, EPOLL_CTL_ADD, p[1], &ev);
	syscall(SYS_epoll_ctl, ep, 9, p[1], &ev);
	syscall(SYS_epoll_ctl, ep, EPOLL_CTL_ADD, -1, BAD);
	ev.events = 0x4000 | EPOLLIN;
	syscall(SYS_epoll_ctl, -1, EPOLL_CTL_MOD, -1, &ev);
	syscall(SYS_epoll_wait, ep, out, 8, -1);
	syscall(SYS_epoll_pwait, ep, out, 8, 1, NULL, 8);
	syscall(SYS_epoll_pwait, ep, out, 40, 1, &set, 8);
	syscall(SYS_epoll_pwait2, ep, out, 40, &ts, &set, 8);
	syscall(SYS_epoll_ctl, ep, EPOLL_CTL_DEL, p[1], NULL);
	syscall(SYS_epoll_ctl, ep, EPOLL_CTL_DEL, p[0], &ev);
	syscall(SYS_epoll_wait, ep, out, 8, 1);
	syscall(SYS_epoll_pwait2, ep, out, 8, &ts, NULL, 0);
	syscall(SYS_epoll_wait, ep, BAD, 0, 0);
	syscall(SYS_epoll_wait, -1, out, -1, 0);
	close(ep);
	close(p[0]);
	close(p[1]);
}

static void make_event_sources(void)
{
	struct itimerspec its = { { 0, 0 }, { 0, 1000 } }, old;
	uint64_t count = 5;
	sigset_t set;
	int fd;

	fd = syscall(SYS_eventfd2, 3, EFD_CLOEXEC | EFD_NONBLOCK);
	syscall(SYS_write, fd, &count, 8);
	syscall(SYS_read, fd, &count, 8);
	close(fd);
	close(syscall(SYS_eventfd, 7));
	syscall(SYS_eventfd2, -1, 0x100 | EFD_SEMAPHORE);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	fd = syscall(SYS_signalfd4, -1, &set, 8, SFD_CLOEXEC | SFD_NONBLOCK);
	syscall(SYS_signalfd4, fd, &set, 8, 0);
	close(fd);
	close(syscall(SYS_signalfd, -1, &set, 8));
	syscall(SYS_signalfd4, -1, BAD, 4, 0x100);
	fd = syscall(SYS_timerfd_create, CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	syscall(SYS_timerfd_settime, fd, 0, &its, NULL);
	its.it_value.tv_sec = 100;
	syscall(SYS_timerfd_settime, fd, TFD_TIMER_ABSTIME, &its, &old);
	syscall(SYS_timerfd_gettime, fd, &old);
	syscall(SYS_timerfd_settime, fd, 0x100, BAD, BAD);
	syscall(SYS_timerfd_gettime, -1, &old);
	syscall(SYS_timerfd_create, 99, 0x100);
	close(fd);
	fd = syscall(SYS_inotify_init1, IN_CLOEXEC | IN_NONBLOCK);
	syscall(SYS_inotify_add_watch, fd, "/tmp", IN_CREATE | IN_DELETE | IN_ONLYDIR);
	syscall(SYS_inotify_add_watch, fd, "/tmp", IN_ALL_EVENTS | IN_MASK_ADD);
	syscall(SYS_inotify_add_watch, fd, "missing", IN_MODIFY);
	syscall(SYS_inotify_add_watch, -1, BAD, 0x10000);
	syscall(SYS_inotify_rm_watch, fd, 1);
	syscall(SYS_inotify_rm_watch, fd, -1);
	close(fd);
	close(syscall(SYS_inotify_init));
	syscall(SYS_inotify_init1, 5);
	close(syscall(SYS_fanotify_init, FAN_CLASS_NOTIF | FAN_CLOEXEC, O_RDONLY | O_LARGEFILE));
	syscall(SYS_fanotify_init, FAN_CLASS_CONTENT | 0x10000, O_RDWR | O_CLOEXEC);
	syscall(SYS_fanotify_mark, -1, FAN_MARK_ADD | FAN_MARK_MOUNT, FAN_OPEN | FAN_ONDIR,
		AT_FDCWD, "missing");
	syscall(SYS_fanotify_mark, -1, 0x1000, 1ul << 40, -1, NULL);
}

static void make_aio(void)
{
	struct timespec ts = { 0, 1000 };
	struct io_event events[2];
	struct io_uring_params params = { .flags = 0 };
	char buf[16] = "data";
	struct iocb cb = { .aio_lio_opcode = IOCB_CMD_PWRITE,
			   .aio_fildes = 1,
			   .aio_buf = (uintptr_t)buf,
			   .aio_nbytes = 4,
			   .aio_data = 0x1234 };
	struct iocb *cbs[2] = { &cb, &cb };
	aio_context_t ctx = 0;
	int fd = open("/dev/null", O_RDWR);

	cb.aio_fildes = fd;
	syscall(SYS_io_setup, 4, &ctx);
	syscall(SYS_io_submit, ctx, 1, cbs);
	cb.aio_lio_opcode = IOCB_CMD_PREAD;
	syscall(SYS_io_submit, ctx, 2, cbs);
	syscall(SYS_io_getevents, ctx, 1, 2, events, &ts);
	syscall(SYS_io_getevents, ctx, 1, 2, events, NULL);
	syscall(SYS_io_getevents, ctx, 1, 2, events, &ts);
	cb.aio_lio_opcode = 99;
	syscall(SYS_io_submit, ctx, 1, cbs);
	syscall(SYS_io_submit, ctx, -1L, BAD);
	syscall(SYS_io_cancel, ctx, &cb, events);
	syscall(SYS_io_pgetevents, ctx, 0, 2, events, &ts, NULL);
	syscall(SYS_io_destroy, ctx);
	syscall(SYS_io_setup, -1, BAD);
	close(syscall(SYS_io_uring_setup, 4, &params));
	params.flags = 0x40000000;
	syscall(SYS_io_uring_setup, 4, &params);
	syscall(SYS_io_uring_setup, 4, BAD);
	syscall(SYS_io_uring_enter, -1, 1, 1, IORING_ENTER_GETEVENTS, NULL, 8);
	syscall(SYS_io_uring_register, -1, IORING_REGISTER_EVENTFD, &fd, 1);
	syscall(SYS_io_uring_register, -1, 99, BAD, 1);
	close(fd);
}

int main(void)
{
	make_reads_and_writes();
	make_vectors();
	make_copies();
	make_fcntls();
	make_polls();
	make_selects();
	make_epolls();
	make_event_sources();
	make_aio();
	return 0;
}
