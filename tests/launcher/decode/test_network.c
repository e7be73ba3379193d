/* SPDX-License-Identifier: MIT */
/*
 * Decoders of sockets: addresses at every length, lengths that the kernel changes, options,
 * messages with control data.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include "call_builder.h"

#define A 0x7ffe0000
#define B 0x7ffe1000
#define C 0x7ffe2000
#define D 0x7ffe3000

static struct call c;

static void release(void)
{
	call_release(&c);
}

TestSuite(network, .fini = release);

static void expect_address(const void *addr, uint64_t len, const char *arguments)
{
	call_init(&c, SYS_connect, 3, A, len);
	if (addr)
		call_in(&c, A, addr, len < 128 ? len : 128);
	call_expect(&c, arguments);
}

Test(network, an_internet_address_is_shown_by_its_parts_if_it_is_whole)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(80) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(443) };

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	expect_address(&in, 16,
		       "connect(3, {sa_family=AF_INET, sin_port=htons(80), "
		       "sin_addr=inet_addr(\"127.0.0.1\")}, 16");
	expect_address(&in, 8, "connect(3, {sa_family=AF_INET, sa_data=\"\\0P\\177\\0\\0\\1\"}, 8");
	expect_address(&in, 2, "connect(3, {sa_family=AF_INET}, 2");
	expect_address(&in, 1, "connect(3, 0x7ffe0000, 1");
	expect_address(NULL, 16, "connect(3, 0x7ffe0000, 16");
	in6.sin6_scope_id = 7;
	inet_pton(AF_INET6, "2001:db8::1", &in6.sin6_addr);
	expect_address(&in6, 28,
		       "connect(3, {sa_family=AF_INET6, sin6_port=htons(443), "
		       "sin6_flowinfo=htonl(0), inet_pton(AF_INET6, \"2001:db8::1\", &sin6_addr), "
		       "sin6_scope_id=7}, 28");
}

Test(network, a_unix_address_is_a_path_or_an_abstract_name)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "/tmp/s" };

	expect_address(&un, 110, "connect(3, {sa_family=AF_UNIX, sun_path=\"/tmp/s\"}, 110");
	expect_address(&un, 6, "connect(3, {sa_family=AF_UNIX, sun_path=\"/tmp\"}, 6");
	expect_address(&un, 2, "connect(3, {sa_family=AF_UNIX}, 2");
	memcpy(un.sun_path, "\0abc", 5);
	expect_address(&un, 6, "connect(3, {sa_family=AF_UNIX, sun_path=@\"abc\"}, 6");
	expect_address(&un, 3, "connect(3, {sa_family=AF_UNIX, sun_path=@\"\"}, 3");
}

Test(network, a_family_that_nobody_knows_is_shown_as_bytes)
{
	const char bytes[] = { 0x34, 0x12, 1, 2 };

	expect_address(bytes, 4,
		       "connect(3, {sa_family=0x1234 /* AF_??? */, sa_data=\"\\1\\2\"}, 4");
}

Test(network, a_length_that_the_kernel_changed_is_shown_twice)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int32_t asked = 128, given = 2;

	call_init(&c, SYS_accept4, 4, A, B, SOCK_CLOEXEC);
	call_in(&c, B, &asked, sizeof(asked));
	call_expect(&c, "accept4(4, ");
	call_out(&c, A, &un, sizeof(un));
	call_out(&c, B, &given, sizeof(given));
	call_return(&c, 5);
	call_expect(&c, "accept4(4, {sa_family=AF_UNIX}, [128 => 2], SOCK_CLOEXEC) = 5");
	call_return(&c, -EAGAIN);
	call_expect(&c, "accept4(4, 0x7ffe0000, [128], SOCK_CLOEXEC) = -1 EAGAIN (Resource "
			"temporarily unavailable)");
	call_init(&c, SYS_accept4, 4, 0, 0, 0);
	call_return(&c, 5);
	call_expect(&c, "accept4(4, NULL, NULL, 0) = 5");
}

Test(network, the_protocol_belongs_to_the_family)
{
	call_init(&c, SYS_socket, AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
	call_expect(&c, "socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_TCP");
	call_init(&c, SYS_socket, AF_PACKET, SOCK_RAW, htons(0x800));
	call_expect(&c, "socket(AF_PACKET, SOCK_RAW, htons(ETH_P_IP)");
	call_init(&c, SYS_socket, AF_NETLINK, SOCK_RAW, 0);
	call_expect(&c, "socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE");
	call_init(&c, SYS_socket, AF_INET, SOCK_NONBLOCK | 7, 300);
	call_expect(&c, "socket(AF_INET, SOCK_NONBLOCK|0x7, 0x12c /* IPPROTO_??? */");
	call_init(&c, SYS_socket, 99, 7, 1);
	call_expect(&c, "socket(0x63 /* AF_??? */, 0x7 /* SOCK_??? */, 1");
}

Test(network, an_option_is_a_number_a_structure_or_bytes)
{
	struct linger linger = { 1, 5 };
	int32_t on = 1;

	call_init(&c, SYS_setsockopt, 3, SOL_SOCKET, SO_REUSEADDR, A, 4);
	call_in(&c, A, &on, 4);
	call_expect(&c, "setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4");
	call_init(&c, SYS_setsockopt, 3, SOL_SOCKET, SO_REUSEADDR, A, 2);
	call_in(&c, A, &on, 2);
	call_expect(&c, "setsockopt(3, SOL_SOCKET, SO_REUSEADDR, 0x7ffe0000, 2");
	call_init(&c, SYS_setsockopt, 3, SOL_TCP, TCP_NODELAY, A, 2);
	call_in(&c, A, &on, 2);
	call_expect(&c, "setsockopt(3, SOL_TCP, TCP_NODELAY, \"\\1\\0\", 2");
	call_init(&c, SYS_setsockopt, 3, SOL_SOCKET, SO_LINGER, A, 8);
	call_in(&c, A, &linger, 8);
	call_expect(&c, "setsockopt(3, SOL_SOCKET, SO_LINGER, {l_onoff=1, l_linger=5}, 8");
	call_init(&c, SYS_setsockopt, 3, 1234, 77, A, 4);
	call_in(&c, A, &on, 4);
	call_expect(&c, "setsockopt(3, 0x4d2 /* SOL_?? */, 77, [1], 4");
}

Test(network, an_option_that_was_got_may_be_shorter_than_asked)
{
	int32_t asked = 256, given = 4, error = ECONNREFUSED;
	struct linger linger = { 1, 5 };

	call_init(&c, SYS_getsockopt, 3, SOL_SOCKET, SO_ERROR, A, B);
	call_in(&c, B, &asked, 4);
	call_expect(&c, "getsockopt(3, SOL_SOCKET, SO_ERROR, ");
	call_out(&c, A, &error, 4);
	call_out(&c, B, &given, 4);
	call_return(&c, 0);
	call_expect(&c, "getsockopt(3, SOL_SOCKET, SO_ERROR, [ECONNREFUSED], [256 => 4]) = 0");
	call_return(&c, -EBADF);
	call_expect(&c, "getsockopt(3, SOL_SOCKET, SO_ERROR, 0x7ffe0000, [256]) = -1 EBADF (Bad "
			"file descriptor)");
	asked = given = 6;
	call_init(&c, SYS_getsockopt, 3, SOL_SOCKET, SO_LINGER, A, B);
	call_in(&c, B, &asked, 4);
	call_out(&c, A, &linger, 6);
	call_out(&c, B, &given, 4);
	call_return(&c, 0);
	call_expect(&c, "getsockopt(3, SOL_SOCKET, SO_LINGER, {l_onoff=1, "
			"l_linger=\"\\x05\\x00\"}, [6]) = 0");
}

struct message {
	struct msghdr m;
	struct iovec iov;
	_Alignas(8) char control[64];
};

static void build_message(struct message *m, int type, const void *data, size_t len)
{
	struct cmsghdr *h = (struct cmsghdr *)m->control;

	*m = (struct message){ .iov = { (void *)C, 5 } };
	h->cmsg_level = SOL_SOCKET;
	h->cmsg_type = type;
	h->cmsg_len = CMSG_LEN(len);
	memcpy(CMSG_DATA(h), data, len);
	m->m.msg_iov = (void *)B;
	m->m.msg_iovlen = 1;
	m->m.msg_control = (void *)D;
	m->m.msg_controllen = CMSG_SPACE(len);
}

static void add_message(bool out, const struct message *m, const char *text)
{
	call_segment(&c, out, SEGMENT_MEM, A, &m->m, sizeof(m->m), 0);
	call_segment(&c, out, SEGMENT_MEM, D, m->control, m->m.msg_controllen, 0);
	call_segment(&c, out, SEGMENT_MEM, B, &m->iov, sizeof(m->iov), 0);
	call_segment(&c, out, SEGMENT_MEM, C, text, strlen(text), 0);
}

Test(network, descriptors_travel_in_control_data)
{
	static const int fds[] = { 7, 8 };
	struct message m;

	build_message(&m, SCM_RIGHTS, fds, sizeof(fds));
	call_init(&c, SYS_sendmsg, 3, A, MSG_NOSIGNAL);
	add_message(false, &m, "hello");
	call_expect(&c, "sendmsg(3, {msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base=\"hello\", "
			"iov_len=5}], msg_iovlen=1, msg_control=[{cmsg_len=24, "
			"cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[7, 8]}], "
			"msg_controllen=24, msg_flags=0}, MSG_NOSIGNAL");
}

Test(network, a_received_message_has_as_much_data_as_the_result_says)
{
	static const int fds[] = { 7, 8 };
	struct message m;

	build_message(&m, SCM_RIGHTS, fds, sizeof(fds));
	m.m.msg_flags = MSG_CTRUNC;
	call_init(&c, SYS_recvmsg, 3, A, 0);
	call_in(&c, A, &m.m, sizeof(m.m));
	call_expect(&c, "recvmsg(3, ");
	add_message(true, &m, "hello");
	call_return(&c, 2);
	call_expect(&c, "recvmsg(3, {msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base=\"he\", "
			"iov_len=5}], msg_iovlen=1, msg_control=[{cmsg_len=24, "
			"cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[7, 8]}], "
			"msg_controllen=24, msg_flags=MSG_CTRUNC}, 0) = 2");
	call_return(&c, -EAGAIN);
	call_expect(&c, "recvmsg(3, {msg_namelen=0}, 0) = -1 EAGAIN (Resource temporarily "
			"unavailable)");
}

/* Lengths are the tracee's: none of them may lead outside what was captured. */
Test(network, control_data_lies_about_its_length)
{
	static const int fds[] = { 7 };
	struct message m;
	struct cmsghdr *h = (struct cmsghdr *)m.control;

	build_message(&m, SCM_RIGHTS, fds, sizeof(fds));
	h->cmsg_len = UINT64_MAX;
	call_init(&c, SYS_sendmsg, 3, A, 0);
	add_message(false, &m, "hello");
	cr_expect_not_null(strstr(call_line(&c), "cmsg_len=18446744073709551615"));
	h->cmsg_len = 3;
	call_init(&c, SYS_sendmsg, 3, A, 0);
	add_message(false, &m, "hello");
	cr_expect_not_null(strstr(call_line(&c), "cmsg_type=SCM_RIGHTS}, ... /* 0x7ffe3010 */]"));
}
