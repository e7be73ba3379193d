/* SPDX-License-Identifier: MIT */
/*
 * Netlink messages: what is known to the last byte is shown by its parts, all else as data.
 */
#include <errno.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "call_builder.h"

#define A 0x7ffe0000

static struct call c;
static char data[512];
static size_t len;

static void release(void)
{
	call_release(&c);
}

static void start(void)
{
	len = 0;
}

TestSuite(netlink, .init = start, .fini = release);

/* Appends a message; the header's length is that of what is put. */
static struct nlmsghdr *put(int type, int flags, const void *payload, size_t size)
{
	struct nlmsghdr *h = (struct nlmsghdr *)(data + len);

	memset(h, 0, NLMSG_SPACE(size));
	h->nlmsg_len = (uint32_t)NLMSG_LENGTH(size);
	h->nlmsg_type = (uint16_t)type;
	h->nlmsg_flags = (uint16_t)flags;
	h->nlmsg_seq = 5;
	memcpy(NLMSG_DATA(h), payload, size);
	len += NLMSG_SPACE(size);
	return h;
}

static void sent(unsigned int protocol)
{
	call_init(&c, SYS_sendto, 3, A, len, 0, 0, 0);
	c.netlink = protocol + 1;
	call_in(&c, A, data, len);
}

static void expect_sent(const char *message)
{
	char line[1024];

	sent(NETLINK_ROUTE);
	snprintf(line, sizeof(line), "sendto(3, %s, %zu, 0, NULL, 0", message, len);
	call_expect(&c, line);
}

static void expect_data(void)
{
	sent(NETLINK_ROUTE);
	cr_expect(!strncmp(call_line(&c), "sendto(3, \"", 11), "%s", c.text.data);
}

Test(netlink, a_header_alone_has_no_brackets)
{
	put(NLMSG_NOOP, NLM_F_REQUEST | NLM_F_ACK, "", 0);
	expect_sent("{nlmsg_len=16, nlmsg_type=NLMSG_NOOP, nlmsg_flags=NLM_F_REQUEST|NLM_F_ACK, "
		    "nlmsg_seq=5, nlmsg_pid=0}");
}

Test(netlink, who_asks_for_a_list_gives_a_family)
{
	static const struct {
		int type;
		const char *name, *family;
	} lists[] = {
		{ RTM_GETLINK, "RTM_GETLINK", "ifi_family" },
		{ RTM_GETADDR, "RTM_GETADDR", "ifa_family" },
		{ RTM_GETROUTE, "RTM_GETROUTE", "rtm_family" },
		{ RTM_GETNEIGH, "RTM_GETNEIGH", "ndm_family" },
	};
	struct rtgenmsg g = { AF_INET };

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		char line[512];

		len = 0;
		put(lists[i].type, NLM_F_REQUEST | NLM_F_DUMP, &g, sizeof(g));
		snprintf(line, sizeof(line),
			 "[{nlmsg_len=17, nlmsg_type=%s, nlmsg_flags=NLM_F_REQUEST|NLM_F_DUMP, "
			 "nlmsg_seq=5, nlmsg_pid=0}, {%s=AF_INET, ...}]",
			 lists[i].name, lists[i].family);
		expect_sent(line);
	}
}

Test(netlink, a_link_is_shown_whole)
{
	struct ifinfomsg m = {
		.ifi_type = 772, .ifi_index = 77, .ifi_flags = IFF_UP, .ifi_change = 1
	};

	put(RTM_GETLINK, NLM_F_REQUEST, &m, sizeof(m));
	expect_sent("[{nlmsg_len=32, nlmsg_type=RTM_GETLINK, nlmsg_flags=NLM_F_REQUEST, "
		    "nlmsg_seq=5, nlmsg_pid=0}, {ifi_family=AF_UNSPEC, ifi_type=ARPHRD_LOOPBACK, "
		    "ifi_index=77, ifi_flags=IFF_UP, ifi_change=0x1}]");
}

Test(netlink, addresses_routes_and_neighbours_are_shown_whole)
{
	struct ifaddrmsg a = { AF_INET, 8, IFA_F_PERMANENT, RT_SCOPE_HOST, 77 };
	struct rtmsg r = { .rtm_family = AF_INET,
			   .rtm_dst_len = 32,
			   .rtm_tos = 0x12,
			   .rtm_table = RT_TABLE_MAIN,
			   .rtm_protocol = RTPROT_KERNEL,
			   .rtm_scope = 9,
			   .rtm_type = RTN_UNICAST,
			   .rtm_flags = RTM_F_NOTIFY };
	struct ndmsg n = { .ndm_family = AF_INET, .ndm_ifindex = 77, .ndm_flags = NTF_PROXY };

	put(RTM_GETADDR, NLM_F_REQUEST, &a, sizeof(a));
	expect_sent("[{nlmsg_len=24, nlmsg_type=RTM_GETADDR, nlmsg_flags=NLM_F_REQUEST, "
		    "nlmsg_seq=5, nlmsg_pid=0}, {ifa_family=AF_INET, ifa_prefixlen=8, "
		    "ifa_flags=IFA_F_PERMANENT, ifa_scope=RT_SCOPE_HOST, ifa_index=77}]");
	len = 0;
	put(RTM_GETROUTE, NLM_F_REQUEST, &r, sizeof(r));
	expect_sent("[{nlmsg_len=28, nlmsg_type=RTM_GETROUTE, nlmsg_flags=NLM_F_REQUEST, "
		    "nlmsg_seq=5, nlmsg_pid=0}, {rtm_family=AF_INET, rtm_dst_len=32, "
		    "rtm_src_len=0, rtm_tos=IPTOS_LOWDELAY|IPTOS_MINCOST, "
		    "rtm_table=RT_TABLE_MAIN, rtm_protocol=RTPROT_KERNEL, rtm_scope=0x9, "
		    "rtm_type=RTN_UNICAST, rtm_flags=RTM_F_NOTIFY}]");
	len = 0;
	put(RTM_GETNEIGH, NLM_F_REQUEST, &n, sizeof(n));
	expect_sent("[{nlmsg_len=28, nlmsg_type=RTM_GETNEIGH, nlmsg_flags=NLM_F_REQUEST, "
		    "nlmsg_seq=5, nlmsg_pid=0}, {ndm_family=AF_INET, ndm_ifindex=77, "
		    "ndm_state=NUD_NONE, ndm_flags=NTF_PROXY, ndm_type=RTN_UNSPEC}]");
}

Test(netlink, an_acknowledgement_has_the_header_it_answers)
{
	struct nlmsgerr e = { .msg = { .nlmsg_len = 32,
				       .nlmsg_type = RTM_GETLINK,
				       .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
				       .nlmsg_seq = 5 } };

	put(NLMSG_ERROR, NLM_F_CAPPED, &e, sizeof(e));
	expect_sent(
		"[{nlmsg_len=36, nlmsg_type=NLMSG_ERROR, nlmsg_flags=NLM_F_CAPPED, nlmsg_seq=5, "
		"nlmsg_pid=0}, {error=0, msg={nlmsg_len=32, nlmsg_type=RTM_GETLINK, "
		"nlmsg_flags=NLM_F_REQUEST|NLM_F_ACK, nlmsg_seq=5, nlmsg_pid=0}}]");
	e.error = -ENODEV;
	len = 0;
	put(NLMSG_ERROR, 0, &e, sizeof(e));
	sent(NETLINK_ROUTE);
	cr_expect(strstr(call_line(&c), "nlmsg_flags=0, "), "%s", c.text.data);
	cr_expect(strstr(call_line(&c), "{error=-ENODEV, msg={"), "%s", c.text.data);
}

Test(netlink, several_messages_are_an_array)
{
	int32_t status = 0;

	put(NLMSG_DONE, NLM_F_MULTI, &status, sizeof(status));
	put(NLMSG_NOOP, 0, "", 0);
	expect_sent("[[{nlmsg_len=20, nlmsg_type=NLMSG_DONE, nlmsg_flags=NLM_F_MULTI, nlmsg_seq=5, "
		    "nlmsg_pid=0}, 0], {nlmsg_len=16, nlmsg_type=NLMSG_NOOP, nlmsg_flags=0, "
		    "nlmsg_seq=5, nlmsg_pid=0}]");
}

Test(netlink, what_is_not_known_to_the_last_byte_is_data)
{
	struct rtgenmsg g = { AF_INET };
	struct ifinfomsg link[2] = { 0 };

	put(NLMSG_DONE, 0, "\5", 2);
	expect_data();
	len = 0;
	put(RTM_GETLINK, 0, link, sizeof(link));
	expect_data();
	len = 0;
	put(0xffff, 0, &g, sizeof(g));
	expect_data();
	len = 0;
	put(RTM_GETLINK, 0, &g, sizeof(g))->nlmsg_len = 40;
	expect_data();
	len = 0;
	put(RTM_GETLINK, 0, &g, sizeof(g))->nlmsg_len = 10;
	expect_data();
	len = 0;
	put(NLMSG_NOOP, 0, "", 0);
	len -= 1;
	expect_data();
}

Test(netlink, of_other_protocols_only_data_is_shown)
{
	put(NLMSG_NOOP, 0, "", 0);
	sent(NETLINK_AUDIT);
	cr_expect(!strncmp(call_line(&c), "sendto(3, \"\\20", 14), "%s", c.text.data);
	c.netlink = 0;
	cr_expect(!strncmp(call_line(&c), "sendto(3, \"\\20", 14), "%s", c.text.data);
}

Test(netlink, what_was_not_captured_is_an_address_and_what_is_not_to_be_followed_is_data)
{
	put(NLMSG_NOOP, 0, "", 0);
	call_init(&c, SYS_sendto, 3, A, len, 0, 0, 0);
	c.netlink = NETLINK_ROUTE + 1;
	call_expect(&c, "sendto(3, 0x7ffe0000, 16, 0, NULL, 0");
	sent(NETLINK_ROUTE);
	c.opt.no_deref = true;
	cr_expect(!strncmp(call_line(&c), "sendto(3, \"\\20", 14), "%s", c.text.data);
}

Test(netlink, what_is_received_is_as_long_as_the_result_says)
{
	int32_t status = 0;

	put(NLMSG_DONE, NLM_F_MULTI, &status, sizeof(status));
	call_init(&c, SYS_recvfrom, 3, A, 400, 0, 0, 0);
	c.netlink = NETLINK_ROUTE + 1;
	call_out(&c, A, data, len);
	call_return(&c, (int64_t)len);
	call_expect(&c, "recvfrom(3, [{nlmsg_len=20, nlmsg_type=NLMSG_DONE, "
			"nlmsg_flags=NLM_F_MULTI, nlmsg_seq=5, nlmsg_pid=0}, 0], 400, 0, NULL, "
			"NULL) = 20");
}
