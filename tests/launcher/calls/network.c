/* SPDX-License-Identifier: MIT */
/*
 * Makes network calls with typical, edge and failing arguments, for comparison of two traces of it.
 * Uses nothing outside the loopback interface and ends with status 0 whatever the calls return.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/errqueue.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/vm_sockets.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <net/if.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define BAD ((void *)8)

static char page[4096];

static void call_connect(const void *addr, long len)
{
	syscall(SYS_connect, -1, addr, len);
}

static void make_inet_addresses(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(80) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(443) };

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	call_connect(&in, sizeof(in));
	call_connect(&in, sizeof(in) - 1);
	call_connect(&in, 2);
	call_connect(&in, 1);
	call_connect(&in, 0);
	call_connect(&in, -1);
	call_connect(NULL, 16);
	call_connect(BAD, 16);
	inet_pton(AF_INET6, "fe80::1", &in6.sin6_addr);
	in6.sin6_scope_id = 1;
	in6.sin6_flowinfo = htonl(7);
	call_connect(&in6, sizeof(in6));
	call_connect(&in6, 24);
	call_connect(&in6, 23);
	in6.sin6_scope_id = 77;
	call_connect(&in6, sizeof(in6));
	inet_pton(AF_INET6, "2001:db8::1", &in6.sin6_addr);
	in6.sin6_scope_id = 1;
	call_connect(&in6, sizeof(in6));
	inet_pton(AF_INET6, "::ffff:1.2.3.4", &in6.sin6_addr);
	call_connect(&in6, sizeof(in6));
}

static void make_unix_addresses(void)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "/tmp/a\n\"socket" };

	call_connect(&un, sizeof(un));
	call_connect(&un, 5);
	call_connect(&un, 2);
	memset(un.sun_path, 0, sizeof(un.sun_path));
	call_connect(&un, 3);
	call_connect(&un, 4);
	memcpy(un.sun_path + 1, "abs\0tract", 9);
	call_connect(&un, 12);
	call_connect(&un, sizeof(un));
	memset(un.sun_path, 'A', sizeof(un.sun_path));
	call_connect(&un, sizeof(un));
}

/* Every family with bytes that count up, at several lengths. */
static void make_all_families(void)
{
	static const unsigned char lens[] = { 2, 3, 8, 10, 12, 14, 16, 18, 20, 24, 26, 28, 90 };
	unsigned char bytes[128];

	for (unsigned short family = 0; family < 48; family++) {
		for (unsigned int i = 0; i < sizeof(bytes); i++)
			bytes[i] = i + 1;
		memcpy(bytes, &family, sizeof(family));
		for (unsigned int i = 0; i < sizeof(lens); i++)
			call_connect(bytes, lens[i]);
		memset(bytes + 2, 0, sizeof(bytes) - 2);
		for (unsigned int i = 0; i < sizeof(lens); i++)
			call_connect(bytes, lens[i]);
	}
}

static void make_link_addresses(void)
{
	struct sockaddr_nl nl = { .nl_family = AF_NETLINK, .nl_pid = 5, .nl_groups = 0x11 };
	struct sockaddr_ll ll = { .sll_family = AF_PACKET,
				  .sll_protocol = htons(ETH_P_IP),
				  .sll_ifindex = 1,
				  .sll_hatype = 1,
				  .sll_halen = 6,
				  .sll_addr = { 1, 2, 3, 4, 5, 6 } };
	struct sockaddr_vm vm = { .svm_family = AF_VSOCK,
				  .svm_cid = VMADDR_CID_ANY,
				  .svm_port = VMADDR_PORT_ANY };

	call_connect(&nl, sizeof(nl));
	nl.nl_pad = 7;
	call_connect(&nl, sizeof(nl));
	call_connect(&ll, sizeof(ll));
	ll.sll_halen = 9;
	ll.sll_ifindex = 33;
	call_connect(&ll, sizeof(ll));
	ll.sll_halen = 0;
	call_connect(&ll, sizeof(ll));
	call_connect(&vm, sizeof(vm));
	for (unsigned int i = 0; i < 4; i++) {
		vm.svm_cid = vm.svm_port = i;
		vm.svm_flags = i;
		call_connect(&vm, sizeof(vm));
	}
}

static void make_sockets(void)
{
	static const int pairs[][3] = {
		{ AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0 },
		{ AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0 },
		{ AF_INET, SOCK_STREAM, 0 },
	};
	int fds[2];

	for (int family = -1; family < 48; family++)
		for (int protocol = 0; protocol < 8; protocol++)
			close(syscall(SYS_socket, family, SOCK_RAW | SOCK_CLOEXEC, protocol));
	for (int type = 0; type < 13; type++)
		close(syscall(SYS_socket, AF_INET, type | SOCK_NONBLOCK, IPPROTO_TCP));
	syscall(SYS_socket, AF_INET, 0xdeadbeef, 0x1234);
	close(syscall(SYS_socket, AF_PACKET, SOCK_RAW, htons(ETH_P_ALL)));
	close(syscall(SYS_socket, AF_PACKET, SOCK_RAW, htons(ETH_P_IP)));
	for (int protocol = 0; protocol < 264; protocol++)
		close(syscall(SYS_socket, AF_INET6, SOCK_STREAM, protocol));
	for (int protocol = 0; protocol < 24; protocol++)
		close(syscall(SYS_socket, AF_NETLINK, SOCK_RAW, protocol));
	for (unsigned int i = 0; i < 3; i++) {
		if (syscall(SYS_socketpair, pairs[i][0], pairs[i][1], pairs[i][2], fds) == 0) {
			close(fds[0]);
			close(fds[1]);
		}
	}
	syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, NULL);
	syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, BAD);
}

static void make_name_calls(int fd)
{
	struct sockaddr_storage ss;
	socklen_t len;

	for (long n = -1; n < 40; n += n < 4 ? 1 : n < 12 ? 2 : 10) {
		len = n;
		syscall(SYS_getsockname, fd, &ss, &len);
	}
	len = 128;
	syscall(SYS_getsockname, fd, &ss, &len);
	len = 128;
	syscall(SYS_getpeername, fd, &ss, &len);
	len = 128;
	syscall(SYS_getsockname, -1, &ss, &len);
	syscall(SYS_getsockname, fd, NULL, &len);
	syscall(SYS_getsockname, fd, BAD, &len);
	syscall(SYS_getsockname, fd, &ss, NULL);
	syscall(SYS_getsockname, fd, &ss, BAD);
}

static void make_datagrams(int fd, int peer, const struct sockaddr_in *to)
{
	struct sockaddr_storage from;
	socklen_t len = sizeof(from);
	char buf[64];

	syscall(SYS_sendto, peer, "hello", 5, MSG_DONTWAIT | MSG_NOSIGNAL, to, sizeof(*to));
	syscall(SYS_sendto, peer, page, 100, 0, to, sizeof(*to));
	syscall(SYS_sendto, peer, "\1\2", 2, 0xffffffff, NULL, 0);
	syscall(SYS_sendto, peer, NULL, 0, 0, to, sizeof(*to));
	syscall(SYS_sendto, -1, BAD, 5, MSG_MORE, BAD, 7);
	syscall(SYS_recvfrom, fd, buf, sizeof(buf), 0, &from, &len);
	len = 8;
	syscall(SYS_recvfrom, fd, buf, sizeof(buf), MSG_TRUNC, &from, &len);
	syscall(SYS_recvfrom, fd, buf, sizeof(buf), MSG_DONTWAIT, NULL, NULL);
	syscall(SYS_recvfrom, fd, buf, sizeof(buf), MSG_DONTWAIT | MSG_PEEK, &from, &len);
	syscall(SYS_recvfrom, -1, buf, 1, 0x80000000, &from, BAD);
}

static void make_streams(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_storage ss;
	socklen_t len = sizeof(in);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
	int client = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
	int server;

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	bind(listener, (struct sockaddr *)&in, sizeof(in));
	listen(listener, 5);
	syscall(SYS_listen, -1, 0xffffffff);
	getsockname(listener, (struct sockaddr *)&in, &len);
	connect(client, (struct sockaddr *)&in, sizeof(in));
	len = sizeof(ss);
	server = syscall(SYS_accept4, listener, &ss, &len, SOCK_CLOEXEC | SOCK_NONBLOCK);
	make_name_calls(server);
	syscall(SYS_accept4, -1, &ss, &len, SOCK_CLOEXEC | 0x10);
	syscall(SYS_accept, -1, NULL, NULL);
	syscall(SYS_accept4, server, NULL, NULL, 0);
	send(client, "data", 4, 0);
	recv(server, page, 2, MSG_PEEK);
	syscall(SYS_sendfile, client, -1, NULL, 10);
	shutdown(client, SHUT_WR);
	shutdown(client, SHUT_RDWR);
	syscall(SYS_shutdown, server, 5);
	close(client);
	close(server);
	client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_TCP);
	connect(client, (struct sockaddr *)&in, sizeof(in));
	len = sizeof(ss);
	server = syscall(SYS_accept, listener, &ss, &len);
	close(client);
	close(server);
	close(listener);
}

static void fill_control(struct msghdr *m, char *control, size_t room)
{
	struct cmsghdr *c;
	int fds[2] = { 0, 1 };
	struct ucred cred = { getpid(), getuid(), getgid() };

	memset(control, 0, room);
	m->msg_control = control;
	m->msg_controllen = room;
	c = CMSG_FIRSTHDR(m);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(fds));
	memcpy(CMSG_DATA(c), fds, sizeof(fds));
	c = CMSG_NXTHDR(m, c);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_CREDENTIALS;
	c->cmsg_len = CMSG_LEN(sizeof(cred));
	memcpy(CMSG_DATA(c), &cred, sizeof(cred));
	m->msg_controllen = CMSG_SPACE(sizeof(fds)) + CMSG_SPACE(sizeof(cred));
}

static void close_received(struct msghdr *m)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		int fds[2];

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		memcpy(fds, CMSG_DATA(c), sizeof(fds));
		close(fds[0]);
		close(fds[1]);
	}
}

static void make_messages(void)
{
	int on = 1, fds[2];
	char control[256], buf[16];
	struct iovec iov[3] = { { "ab", 2 }, { "cdef", 4 }, { NULL, 0 } };
	struct iovec in[2] = { { buf, 3 }, { buf + 3, 13 } };
	struct msghdr m = { .msg_iov = iov, .msg_iovlen = 3 };
	struct mmsghdr mm[3] = { 0 };

	socketpair(AF_UNIX, SOCK_DGRAM, 0, fds);
	setsockopt(fds[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on));
	fill_control(&m, control, sizeof(control));
	syscall(SYS_sendmsg, fds[0], &m, MSG_NOSIGNAL);
	m.msg_iov = in;
	m.msg_iovlen = 2;
	m.msg_controllen = sizeof(control);
	syscall(SYS_recvmsg, fds[1], &m, MSG_CMSG_CLOEXEC);
	close_received(&m);
	syscall(SYS_recvmsg, fds[1], &m, MSG_DONTWAIT);
	syscall(SYS_sendmsg, -1, NULL, 0);
	syscall(SYS_sendmsg, -1, BAD, 0);
	syscall(SYS_recvmsg, -1, &m, 0);
	for (unsigned int i = 0; i < 3; i++) {
		mm[i].msg_hdr.msg_iov = iov;
		mm[i].msg_hdr.msg_iovlen = i + 1;
	}
	syscall(SYS_sendmmsg, fds[0], mm, 3, MSG_DONTWAIT);
	for (unsigned int i = 0; i < 3; i++) {
		mm[i].msg_hdr.msg_iov = in;
		mm[i].msg_hdr.msg_iovlen = 2;
		mm[i].msg_hdr.msg_control = control;
		mm[i].msg_hdr.msg_controllen = i ? 0 : sizeof(control);
	}
	syscall(SYS_recvmmsg, fds[1], mm, 2, 0, &(struct timespec){ 1, 0 });
	syscall(SYS_recvmmsg, fds[1], mm, 3, MSG_WAITFORONE, NULL);
	syscall(SYS_recvmmsg, fds[1], mm, 3, MSG_DONTWAIT, NULL);
	syscall(SYS_recvmmsg, -1, BAD, 3, 0, BAD);
	syscall(SYS_sendmmsg, -1, BAD, 3, 0);
	syscall(SYS_sendmmsg, -1, mm, 0, 0);
	close(fds[0]);
	close(fds[1]);
}

/* Control messages of every level and type, with bytes that count up; the calls fail. */
static void make_controls(void)
{
	static const int levels[] = { SOL_SOCKET, SOL_IP, SOL_IPV6, SOL_TCP, IPPROTO_UDP, 1000 };
	char control[128];
	struct msghdr m = { .msg_control = control };

	for (unsigned int l = 0; l < sizeof(levels) / sizeof(*levels); l++) {
		for (int type = 0; type < 70; type++) {
			struct cmsghdr *c = (struct cmsghdr *)control;

			for (unsigned int i = 0; i < sizeof(control); i++)
				control[i] = i;
			c->cmsg_level = levels[l];
			c->cmsg_type = type;
			c->cmsg_len = type % 3 ? CMSG_LEN(24) : CMSG_LEN(4);
			m.msg_controllen = c->cmsg_len;
			syscall(SYS_sendmsg, -1, &m, 0);
		}
	}
	for (unsigned long n = 0; n < 40; n += 4) {
		struct cmsghdr *c = (struct cmsghdr *)control;

		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = n;
		m.msg_controllen = 40;
		syscall(SYS_sendmsg, -1, &m, 0);
		m.msg_controllen = n;
		c->cmsg_len = 24;
		syscall(SYS_sendmsg, -1, &m, 0);
	}
}

static void make_options(int fd, int level, int last)
{
	char val[256];

	for (int opt = 0; opt < last; opt++) {
		socklen_t len = sizeof(val);

		memset(val, 0, sizeof(val));
		syscall(SYS_getsockopt, fd, level, opt, val, &len);
		memset(val, 1, 8);
		len = 4;
		syscall(SYS_getsockopt, -1, level, opt, val, &len);
		syscall(SYS_setsockopt, -1, level, opt, val, 4);
		syscall(SYS_setsockopt, -1, level, opt, val, 1);
		syscall(SYS_setsockopt, -1, level, opt, val, 16);
		syscall(SYS_setsockopt, -1, level, opt, val, 0);
		syscall(SYS_setsockopt, -1, level, opt, NULL, 4);
		syscall(SYS_setsockopt, -1, level, opt, BAD, 4);
		syscall(SYS_setsockopt, -1, level, opt, val, -1);
	}
}

static void make_common_options(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
	struct linger linger = { 1, 5 };
	struct timeval tv = { 1, 500000 };
	socklen_t len = sizeof(linger);

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	getsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, &len);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	len = sizeof(tv);
	getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, &len);
	setsockopt(fd, SOL_TCP, TCP_NODELAY, &on, sizeof(on));
	len = 2;
	getsockopt(fd, SOL_TCP, TCP_NODELAY, &on, &len);
	syscall(SYS_getsockopt, fd, SOL_TCP, TCP_NODELAY, &on, NULL);
	syscall(SYS_getsockopt, fd, SOL_TCP, TCP_NODELAY, NULL, &len);
	syscall(SYS_getsockopt, fd, 1234, 5678, &on, &len);
	syscall(SYS_setsockopt, fd, 1234, 5678, &on, 4);
	setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3);
	len = 64;
	getsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, page, &len);
	close(fd);
}

static void make_membership(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct ip_mreq mreq = { 0 };
	struct ip_mreqn mreqn = { 0 };
	struct ipv6_mreq mreq6 = { .ipv6mr_interface = 1 };
	struct sock_filter code[] = { { 0x06, 0, 0, 0xffff } };
	struct sock_fprog prog = { 1, code };

	inet_pton(AF_INET, "224.0.0.9", &mreq.imr_multiaddr);
	inet_pton(AF_INET6, "ff01::c", &mreq6.ipv6mr_multiaddr);
	mreqn.imr_multiaddr = mreq.imr_multiaddr;
	mreqn.imr_ifindex = 1;
	setsockopt(fd, SOL_IP, IP_ADD_MEMBERSHIP, &mreq, sizeof(mreq));
	setsockopt(fd, SOL_IP, IP_DROP_MEMBERSHIP, &mreqn, sizeof(mreqn));
	setsockopt(fd, SOL_IPV6, IPV6_ADD_MEMBERSHIP, &mreq6, sizeof(mreq6));
	setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog));
	setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &prog, sizeof(prog));
	close(fd);
}

/* What asks for lists by a structure, without attributes. */
static void make_requests(int fd)
{
	struct {
		struct nlmsghdr n;
		union {
			struct ifinfomsg link;
			struct ifaddrmsg address;
			struct rtmsg route;
			struct ndmsg neighbour;
		};
	} req = { .n = { .nlmsg_flags = NLM_F_REQUEST, .nlmsg_seq = 2 } };
	static const struct {
		uint16_t type, size;
	} kinds[] = { { RTM_GETLINK, sizeof(struct ifinfomsg) },
		      { RTM_GETADDR, sizeof(struct ifaddrmsg) },
		      { RTM_GETROUTE, sizeof(struct rtmsg) },
		      { RTM_GETNEIGH, sizeof(struct ndmsg) } };

	for (unsigned int i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		req.n.nlmsg_len = NLMSG_LENGTH(kinds[i].size);
		req.n.nlmsg_type = kinds[i].type;
		for (unsigned int byte = 0; byte < 0x100; byte += 0x11) {
			memset(&req.link, (int)byte, sizeof(req.link));
			req.link.ifi_family = AF_INET;
			send(fd, &req, req.n.nlmsg_len, MSG_DONTWAIT);
		}
	}
}

static void make_netlink(void)
{
	struct {
		struct nlmsghdr n;
		struct rtgenmsg g;
	} req = { .n = { .nlmsg_len = NLMSG_LENGTH(sizeof(struct rtgenmsg)),
			 .nlmsg_type = RTM_GETLINK,
			 .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
			 .nlmsg_seq = 1 },
		  .g = { .rtgen_family = AF_UNSPEC } };
	struct sockaddr_nl nl = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	bind(fd, (struct sockaddr *)&nl, sizeof(nl));
	make_name_calls(fd);
	sendto(fd, &req, req.n.nlmsg_len, MSG_DONTROUTE, (struct sockaddr *)&nl, sizeof(nl));
	make_requests(fd);
	close(fd);
}

int main(void)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	socklen_t len = sizeof(in);
	int udp, peer, fds[2];

	make_inet_addresses();
	make_unix_addresses();
	make_link_addresses();
	make_all_families();
	make_sockets();
	make_streams();
	udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_IP);
	peer = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	bind(udp, (struct sockaddr *)&in, sizeof(in));
	getsockname(udp, (struct sockaddr *)&in, &len);
	make_datagrams(udp, peer, &in);
	close(udp);
	close(peer);
	make_messages();
	make_controls();
	make_common_options();
	make_membership();
	socketpair(AF_UNIX, SOCK_STREAM, 0, fds);
	make_name_calls(fds[0]);
	make_options(fds[0], SOL_SOCKET, 80);
	udp = socket(AF_INET6, SOCK_STREAM, 0);
	make_options(udp, SOL_IP, 70);
	make_options(udp, SOL_IPV6, 90);
	make_options(udp, SOL_TCP, 45);
	make_options(udp, IPPROTO_UDP, 110);
	make_options(udp, SOL_PACKET, 30);
	make_options(udp, SOL_NETLINK, 15);
	make_options(udp, SOL_RAW, 3);
	make_options(udp, 1000, 2);
	close(udp);
	make_netlink();
	return 0;
}
