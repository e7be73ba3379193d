/* SPDX-License-Identifier: MIT */
/*
 * Netlink: headers, acknowledgements, and what asks the kernel's routing tables for a list: a
 * family, or the structure of a link, an address, a route or a neighbour.
 *
 * Messages with attributes are longer than what is captured of data (-s), so they are shown as
 * data. Layouts: linux/netlink.h, linux/rtnetlink.h.
 */
#include <linux/netlink.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include "decode/fields.h"
#include "decode/netlink.h"
#include "decode/sockaddr.h"
#include "xlat.h"

#define VERB_MASK 3 /* of a type of NETLINK_ROUTE: RTM_NEW, RTM_DEL, RTM_GET, RTM_SET */

static void print_link(struct decode *d, const char *data)
{
	struct ifinfomsg m;

	memcpy(&m, data, sizeof(m));
	FIELD_SET(d, m, ifi_type, enum, xlat_hardware_types);
	decode_field(d, "ifi_index");
	decode_interface(d, (uint32_t)m.ifi_index);
	FIELD_SET(d, m, ifi_flags, flags, xlat_interface_flags);
	FIELD(d, m, ifi_change, hex);
}

static void print_address(struct decode *d, const char *data)
{
	struct ifaddrmsg m;

	memcpy(&m, data, sizeof(m));
	FIELD(d, m, ifa_prefixlen, uint);
	FIELD_SET(d, m, ifa_flags, flags, xlat_address_flags);
	FIELD_SET(d, m, ifa_scope, enum, xlat_route_scopes);
	decode_field(d, "ifa_index");
	decode_interface(d, m.ifa_index);
}

static void print_way(struct decode *d, const char *data)
{
	struct rtmsg m;

	memcpy(&m, data, sizeof(m));
	FIELD(d, m, rtm_dst_len, uint);
	FIELD(d, m, rtm_src_len, uint);
	FIELD_SET(d, m, rtm_tos, flags, xlat_ip_services);
	FIELD_SET(d, m, rtm_table, enum, xlat_route_tables);
	FIELD_SET(d, m, rtm_protocol, enum, xlat_route_protocols);
	FIELD_SET(d, m, rtm_scope, enum, xlat_route_scopes);
	FIELD_SET(d, m, rtm_type, enum, xlat_route_kinds);
	FIELD_SET(d, m, rtm_flags, flags, xlat_route_flags);
}

static void print_neighbour(struct decode *d, const char *data)
{
	struct ndmsg m;

	memcpy(&m, data, sizeof(m));
	decode_field(d, "ndm_ifindex");
	decode_interface(d, (uint32_t)m.ndm_ifindex);
	FIELD_SET(d, m, ndm_state, flags, xlat_neighbour_states);
	FIELD_SET(d, m, ndm_flags, flags, xlat_neighbour_flags);
	FIELD_SET(d, m, ndm_type, enum, xlat_route_kinds);
}

/* The structures that the types of NETLINK_ROUTE begin with, four types each: RTM_NEWLINK and so
 * on. */
static const struct head {
	const char *family; /* the name of its first field */
	size_t size;
	void (*print)(struct decode *d, const char *data); /* the other fields; NULL: not known */
} heads[] = {
	{ "ifi_family", sizeof(struct ifinfomsg), print_link },
	{ "ifa_family", sizeof(struct ifaddrmsg), print_address },
	{ "rtm_family", sizeof(struct rtmsg), print_way },
	{ "ndm_family", sizeof(struct ndmsg), print_neighbour },
	{ "family", 12, NULL },
	{ "tcm_family", sizeof(struct tcmsg), NULL },
	{ "tcm_family", sizeof(struct tcmsg), NULL },
	{ "tcm_family", sizeof(struct tcmsg), NULL },
};

#define HEADS (sizeof(heads) / sizeof(heads[0]))

static bool is_route(uint16_t type)
{
	return type >= RTM_BASE && type < RTM_BASE + 4 * HEADS &&
	       xlat_name(&xlat_route_types, type);
}

static void load_header(const char *data, struct nlmsghdr *ret)
{
	memcpy(ret, data, sizeof(*ret));
}

/* Whether all that follows the header is known. */
static bool payload_is_known(const struct nlmsghdr *h, size_t len)
{
	const struct head *head;

	if (!len)
		return true;
	if (h->nlmsg_type == NLMSG_DONE)
		return len == sizeof(int32_t);
	if (h->nlmsg_type == NLMSG_ERROR)
		return len == sizeof(struct nlmsgerr);
	if (!is_route(h->nlmsg_type))
		return false;
	head = &heads[(h->nlmsg_type - RTM_BASE) / 4];
	return len < head->size || (head->print && len == head->size);
}

static bool is_known(const char *data, size_t len)
{
	struct nlmsghdr h;

	while (len >= sizeof(h)) {
		size_t size;

		load_header(data, &h);
		if (h.nlmsg_len < sizeof(h) || h.nlmsg_len > len ||
		    (h.nlmsg_type >= RTM_BASE && !is_route(h.nlmsg_type)) ||
		    !payload_is_known(&h, h.nlmsg_len - sizeof(h)))
			return false;
		size = NLMSG_ALIGN(h.nlmsg_len);
		if (size >= len)
			return true;
		data += size;
		len -= size;
	}
	return false;
}

/* The flags behind the first byte mean something else for each kind of message. */
static const struct xlat *flags_of(uint16_t type)
{
	if (type == NLMSG_ERROR)
		return &xlat_netlink_ack_flags;
	if (type < RTM_BASE)
		return &xlat_netlink_flags;
	switch (type & VERB_MASK) {
	case 0:
		return &xlat_netlink_new_flags;
	case 1:
		return &xlat_netlink_delete_flags;
	case 2:
		return &xlat_netlink_get_flags;
	default:
		return &xlat_netlink_flags;
	}
}

static void print_header(struct decode *d, const struct nlmsghdr *h)
{
	decode_begin(d);
	FIELD(d, *h, nlmsg_len, uint);
	decode_field(d, "nlmsg_type");
	decode_enum(d, h->nlmsg_type < RTM_BASE ? &xlat_netlink_types : &xlat_route_types,
		    h->nlmsg_type);
	decode_field(d, "nlmsg_flags");
	decode_flags(d, flags_of(h->nlmsg_type), h->nlmsg_flags);
	FIELD(d, *h, nlmsg_seq, uint);
	FIELD(d, *h, nlmsg_pid, uint);
	decode_end(d);
}

static void print_route(struct decode *d, uint16_t type, const char *data, size_t len)
{
	const struct head *head = &heads[(type - RTM_BASE) / 4];

	decode_begin(d);
	decode_field(d, head->family);
	decode_enum(d, &xlat_address_families, (unsigned char)data[0]);
	if (len < head->size)
		decode_more(d);
	else
		head->print(d, data);
	decode_end(d);
}

static void print_error(struct decode *d, const char *data)
{
	struct nlmsgerr e;
	const char *name;

	memcpy(&e, data, sizeof(e));
	name = e.error < 0 ? errno_name(-e.error) : NULL;
	text_lit(d->out, "{error=");
	if (name) {
		text_char(d->out, '-');
		text_string(d->out, name);
	} else {
		decode_int(d, e.error);
	}
	text_lit(d->out, ", msg=");
	print_header(d, &e.msg);
	text_char(d->out, '}');
}

static void print_payload(struct decode *d, uint16_t type, const char *data, size_t len)
{
	int32_t status;

	if (type == NLMSG_ERROR) {
		print_error(d, data);
	} else if (type == NLMSG_DONE) {
		memcpy(&status, data, sizeof(status));
		decode_int(d, status);
	} else {
		print_route(d, type, data, len);
	}
}

static size_t print_message(struct decode *d, const char *data)
{
	struct nlmsghdr h;

	load_header(data, &h);
	if (h.nlmsg_len > sizeof(h))
		text_char(d->out, '[');
	print_header(d, &h);
	if (h.nlmsg_len > sizeof(h)) {
		text_lit(d->out, ", ");
		print_payload(d, h.nlmsg_type, data + sizeof(h), h.nlmsg_len - sizeof(h));
		text_char(d->out, ']');
	}
	return NLMSG_ALIGN(h.nlmsg_len);
}

bool decode_netlink(struct decode *d, uint64_t addr, uint64_t len)
{
	const char *data;
	bool several;
	size_t have = 0, size;
	uint32_t first;

	if (d->netlink != NETLINK_ROUTE + 1 || !addr || d->opt->no_deref)
		return false;
	data = decode_peek_some(d, addr, len, &have);
	if (!data || have < len || !is_known(data, len))
		return false;
	memcpy(&first, data, sizeof(first));
	several = NLMSG_ALIGN(first) < len;
	if (several)
		text_char(d->out, '[');
	for (size_t at = 0; at < len; at += size) {
		if (at)
			text_lit(d->out, ", ");
		size = print_message(d, data + at);
	}
	if (several)
		text_char(d->out, ']');
	return true;
}
