/* SPDX-License-Identifier: MIT */
/*
 * Getting at the ring again. No descriptor of it is kept open, so a new image's has to come from
 * the launcher: by its /proc entry, or, where that cannot be seen (another pid namespace, no /proc,
 * another user), over its abstract socket. Whatever was opened is checked to be this session's.
 */
#include <asm/unistd.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/resource.h>
#include <linux/socket.h>
#include <linux/uio.h>
#include <linux/un.h>

#include "exec.h"
#include "memory.h"
#include "text.h"

#define AF_UNIX 1
#define SOCK_SEQPACKET 5
#define SOCK_CLOEXEC 02000000
#define SOL_SOCKET 1
#define SCM_RIGHTS 1
#define FD_OUT_OF_THE_WAY 240

struct fd_message {
	struct {
		uint64_t len;
		int32_t level, type;
	} header;
	int32_t fd[2];
};

struct user_msghdr_x {
	void *name;
	int32_t namelen;
	struct iovec *iov;
	uint64_t iovlen;
	void *control;
	uint64_t controllen;
	uint32_t flags;
};

static int open_launcher_fd(uint32_t fd, int flags)
{
	char path[64], *p = text_copy(path, "/proc/");

	p = text_put_number(p, core.pool.session->launcher_pid);
	p = text_copy(p, "/fd/");
	*text_put_number(p, fd) = 0;
	return (int)raw4(__NR_openat, AT_FDCWD, (long)path, flags, 0);
}

static bool is_our_ring(int fd)
{
	const struct session *s = core.pool.session;
	uint64_t key[2];

	return raw4(__NR_pread64, fd, (long)key, sizeof(key),
		    offsetof(struct session, session_key)) == sizeof(key) &&
	       !memcmp(key, s->session_key, sizeof(key));
}

static int receive(int sock, int32_t *ret_fds)
{
	const struct session *s = core.pool.session;
	struct fd_message m = { .fd = { -1, -1 } };
	char byte[16];
	struct iovec iov = { byte, sizeof(byte) };
	struct user_msghdr_x msg = {
		.iov = &iov, .iovlen = 1, .control = &m, .controllen = sizeof(m)
	};
	long ret;

	ret = raw6(__NR_sendto, sock, (long)s->session_key, sizeof(s->session_key), 0, 0, 0);
	if (ret < 0)
		return (int)ret;
	ret = raw3(__NR_recvmsg, sock, (long)&msg, 0);
	if (ret < 0)
		return (int)ret;
	if (msg.controllen < sizeof(m.header) + 4 || m.header.level != SOL_SOCKET ||
	    m.header.type != SCM_RIGHTS)
		return -EPROTO;
	ret_fds[0] = m.fd[0];
	ret_fds[1] = m.header.len >= sizeof(m) ? m.fd[1] : -1;
	return 0;
}

static int receive_fds(int32_t *ret_fds)
{
	const struct session *s = core.pool.session;
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	size_t len = text_length(s->socket_name);
	long sock, ret;

	sock = raw3(__NR_socket, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (sock < 0)
		return (int)sock;
	if (len > sizeof(s->socket_name))
		len = sizeof(s->socket_name);
	memcpy(addr.sun_path + 1, s->socket_name, len);
	ret = raw3(__NR_connect, sock, (long)&addr,
		   (long)(offsetof(struct sockaddr_un, sun_path) + 1 + len));
	if (!ret)
		ret = receive((int)sock, ret_fds);
	raw3(__NR_close, sock, 0, 0);
	return (int)ret;
}

static void close_fd(int32_t *fd)
{
	if (*fd >= 0)
		raw3(__NR_close, *fd, 0, 0);
	*fd = -1;
}

/*
 * Out of the way: the new image's loader opens its files before the constructor closes ours, and is
 * to be given the numbers that it would be given without us. Below 256, so that the kernel need not
 * enlarge the table of descriptors by more than a shell's own would.
 */
static void move_high(int32_t *fd)
{
	struct {
		uint64_t soft, hard;
	} limit;
	long moved;

	if (*fd < 0)
		return;
	moved = raw3(__NR_fcntl, *fd, F_DUPFD, FD_OUT_OF_THE_WAY);
	if (moved < 0 && !raw4(__NR_prlimit64, 0, RLIMIT_NOFILE, 0, (long)&limit) && limit.soft > 2)
		moved = raw3(__NR_fcntl, *fd, F_DUPFD, (long)limit.soft - 2);
	if (moved <= *fd) {
		if (moved >= 0)
			raw3(__NR_close, moved, 0, 0);
		return;
	}
	raw3(__NR_close, *fd, 0, 0);
	*fd = (int32_t)moved;
}

int exec_session_open(bool want_lib, int32_t *ret_ring, int32_t *ret_lib)
{
	const struct session *s = core.pool.session;
	int32_t fds[2] = { -1, -1 };
	int err;

	fds[0] = open_launcher_fd(s->ring_fd, O_RDWR);
	if (fds[0] >= 0 && !is_our_ring(fds[0]))
		close_fd(&fds[0]);
	if (fds[0] >= 0 && want_lib)
		fds[1] = open_launcher_fd(s->lib_fd, O_RDONLY);
	if (fds[0] < 0 || (want_lib && fds[1] < 0)) {
		close_fd(&fds[0]);
		err = receive_fds(fds);
		if (err)
			return err;
	}
	if (!want_lib)
		close_fd(&fds[1]);
	if (!is_our_ring(fds[0]) || (want_lib && fds[1] < 0)) {
		close_fd(&fds[0]);
		close_fd(&fds[1]);
		return -ENOENT;
	}
	move_high(&fds[0]);
	move_high(&fds[1]);
	*ret_ring = fds[0];
	*ret_lib = fds[1];
	return 0;
}
