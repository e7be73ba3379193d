/* SPDX-License-Identifier: MIT */
/*
 * Options of sockets.
 *
 * A value is a number if it is as long as one and nothing better is known, else bytes; options that
 * are known to be numbers are shown as an address when they are too short to set.
 */
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "decode/fields.h"
#include "decode/sockaddr.h"
#include "structs.h"
#include "xlat.h"

/* Levels that have named options; get, set: names that hold for one direction. */
static const struct level {
	uint32_t level;
	const struct xlat *options;
	const struct xlat *get;
	const struct xlat *set;
} levels[] = {
	{ 0, &xlat_ip_options, &xlat_ip_get_options, &xlat_ip_set_options },
	{ 1, &xlat_socket_options, &xlat_socket_get_options, &xlat_socket_set_options },
	{ 6, &xlat_tcp_options, NULL, NULL },
	{ 17, &xlat_udp_options, NULL, NULL },
	{ 41, &xlat_ipv6_options, &xlat_ipv6_get_options, &xlat_ipv6_set_options },
	{ 101, &xlat_can_raw_options, NULL, NULL },
	{ 132, &xlat_sctp_options, NULL, NULL },
	{ 255, &xlat_raw_options, NULL, NULL },
	{ 256, &xlat_ipx_options, NULL, NULL },
	{ 257, &xlat_ax25_options, NULL, NULL },
	{ 263, &xlat_packet_options, NULL, NULL },
	{ 266, &xlat_irda_options, NULL, NULL },
	{ 268, &xlat_llc_options, NULL, NULL },
	{ 269, &xlat_dccp_options, NULL, NULL },
	{ 270, &xlat_netlink_options, NULL, NULL },
	{ 271, &xlat_tipc_options, NULL, NULL },
	{ 272, &xlat_rxrpc_options, NULL, NULL },
	{ 273, &xlat_pppol2tp_options, NULL, NULL },
	{ 274, &xlat_bluetooth_options, NULL, NULL },
	{ 275, &xlat_pnpipe_options, NULL, NULL },
	{ 276, &xlat_rds_options, NULL, NULL },
	{ 277, &xlat_iucv_options, NULL, NULL },
	{ 278, &xlat_caif_options, NULL, NULL },
	{ 279, &xlat_alg_options, NULL, NULL },
	{ 280, &xlat_nfc_options, NULL, NULL },
	{ 281, &xlat_kcm_options, NULL, NULL },
	{ 282, &xlat_tls_options, NULL, NULL },
	{ 283, &xlat_xdp_options, NULL, NULL },
};

/* What a value is, by level and option. */
enum value_kind {
	VALUE_ANY,
	VALUE_INT,
	VALUE_LINGER,
	VALUE_FILTER,
	VALUE_FILTER_LEN, /* get: a number of instructions */
	VALUE_CREDENTIALS,
	VALUE_ERROR,
	VALUE_TXREHASH,
	VALUE_MREQ,
	VALUE_MREQ6,
	VALUE_GROUP,
	VALUE_PACKET_MREQ,
	VALUE_PACKET_RING,
	VALUE_ICMP_FILTER,
};

/* Options of SOL_SOCKET that are numbers, one bit each. */
static bool is_socket_int(uint32_t option)
{
	static const uint8_t options[] = { 1,  2,  5,  6,  7,  8,  9,  10, 11, 12, 14,
					   15, 16, 18, 19, 27, 29, 30, 32, 33, 34, 35,
					   36, 37, 40, 41, 42, 43, 44, 45, 46, 49, 53,
					   56, 60, 63, 64, 65, 68, 69, 70, 73, 75 };

	for (size_t i = 0; i < sizeof(options); i++)
		if (options[i] == option)
			return true;
	return false;
}

static enum value_kind socket_kind(uint32_t option, bool set)
{
	switch (option) {
	case SO_LINGER:
		return VALUE_LINGER;
	case SO_ATTACH_FILTER:
		return set ? VALUE_FILTER : VALUE_FILTER_LEN;
	case SO_ATTACH_REUSEPORT_CBPF:
		return set ? VALUE_FILTER : VALUE_ANY;
	case SO_PEERCRED:
		return set ? VALUE_ANY : VALUE_CREDENTIALS;
	case SO_ERROR:
		return set ? VALUE_ANY : VALUE_ERROR;
	case 74: /* SO_TXREHASH */
		return VALUE_TXREHASH;
	default:
		return is_socket_int(option) ? VALUE_INT : VALUE_ANY;
	}
}

static enum value_kind kind_of(uint32_t level, uint32_t option, bool set)
{
	bool group = option == MCAST_JOIN_GROUP || option == MCAST_LEAVE_GROUP;

	switch (level) {
	case SOL_SOCKET:
		return socket_kind(option, set);
	case SOL_NETLINK:
		return VALUE_INT;
	case SOL_IP:
		if (set && (option == IP_ADD_MEMBERSHIP || option == IP_DROP_MEMBERSHIP))
			return VALUE_MREQ;
		return set && group ? VALUE_GROUP : VALUE_ANY;
	case SOL_IPV6:
		if (set && (option == IPV6_ADD_MEMBERSHIP || option == IPV6_DROP_MEMBERSHIP ||
			    option == IPV6_JOIN_ANYCAST || option == IPV6_LEAVE_ANYCAST))
			return VALUE_MREQ6;
		return set && group ? VALUE_GROUP : VALUE_ANY;
	case SOL_PACKET:
		if (set && (option == PACKET_ADD_MEMBERSHIP || option == PACKET_DROP_MEMBERSHIP))
			return VALUE_PACKET_MREQ;
		if (set && (option == PACKET_RX_RING || option == PACKET_TX_RING))
			return VALUE_PACKET_RING;
		return VALUE_ANY;
	case SOL_RAW:
		return option == 1 ? VALUE_ICMP_FILTER : VALUE_ANY;
	default:
		return VALUE_ANY;
	}
}

static void print_option(struct decode *d, uint32_t level, uint32_t option, bool set)
{
	const struct level *l = levels, *end = l + sizeof(levels) / sizeof(levels[0]);
	const struct xlat *more;

	while (l < end && l->level != level)
		l++;
	if (l == end) {
		decode_uint(d, option);
		return;
	}
	more = set ? l->set : l->get;
	decode_enum(d, more && xlat_name(more, option) ? more : l->options, option);
}

/* Field name of a structure; one that is cut is shown as what is left of it. False: no more. */
static bool print_int_field(struct decode *d, const char *name, const char *data, size_t at,
			    size_t len)
{
	int32_t v;

	if (at >= len)
		return false;
	decode_field(d, name);
	if (len - at < sizeof(v)) {
		decode_quoted_hex(d, data + at, len - at, false);
		return false;
	}
	memcpy(&v, data + at, sizeof(v));
	text_int(d->out, v);
	return true;
}

static void print_linger(struct decode *d, const char *data, size_t len)
{
	decode_begin(d);
	if (print_int_field(d, "l_onoff", data, 0, len))
		print_int_field(d, "l_linger", data, 4, len);
	decode_end(d);
}

static void print_credentials(struct decode *d, const char *data, size_t len)
{
	decode_begin(d);
	if (print_int_field(d, "pid", data, 0, len) && print_int_field(d, "uid", data, 4, len))
		print_int_field(d, "gid", data, 8, len);
	decode_end(d);
}

static void print_int(struct decode *d, const char *data)
{
	int32_t v;

	memcpy(&v, data, sizeof(v));
	text_char(d->out, '[');
	text_int(d->out, v);
	text_char(d->out, ']');
}

static void print_txrehash(struct decode *d, const char *data)
{
	int32_t v;
	const char *name;

	memcpy(&v, data, sizeof(v));
	name = xlat_name(&xlat_txrehash_modes, (uint32_t)v);
	text_char(d->out, '[');
	if (name)
		text_string(d->out, name);
	else
		text_int(d->out, v);
	if (!name)
		decode_comment(d, xlat_txrehash_modes.unknown);
	text_char(d->out, ']');
}

static void print_error(struct decode *d, const char *data)
{
	int32_t v;
	const char *name;

	memcpy(&v, data, sizeof(v));
	name = errno_name(v);
	text_char(d->out, '[');
	if (name)
		text_string(d->out, name);
	else
		text_int(d->out, v);
	text_char(d->out, ']');
}

/* The address of an interface, even where its index is said as well. */
static void print_mreq(struct decode *d, const char *data)
{
	decode_begin(d);
	decode_field(d, "imr_multiaddr");
	decode_inet_addr(d, data);
	decode_field(d, "imr_interface");
	decode_inet_addr(d, data + 4);
	decode_end(d);
}

static void print_mreq6(struct decode *d, const char *data)
{
	uint32_t index;

	memcpy(&index, data + 16, sizeof(index));
	decode_begin(d);
	decode_inet6_addr(d, data, "ipv6mr_multiaddr");
	decode_field(d, "ipv6mr_interface");
	decode_interface(d, index);
	decode_end(d);
}

static void print_group(struct decode *d, const char *data)
{
	uint32_t index;

	memcpy(&index, data, sizeof(index));
	decode_begin(d);
	decode_field(d, "gr_interface");
	decode_interface(d, index);
	decode_field(d, "gr_group");
	decode_sockaddr_data(d, data + 8, sizeof(struct sockaddr_storage));
	decode_end(d);
}

static void print_packet_mreq(struct decode *d, const char *data)
{
	struct packet_mreq m;
	size_t n;

	memcpy(&m, data, sizeof(m));
	n = m.mr_alen < sizeof(m.mr_address) ? m.mr_alen : sizeof(m.mr_address);
	decode_begin(d);
	decode_field(d, "mr_ifindex");
	decode_interface(d, (uint32_t)m.mr_ifindex);
	FIELD_SET(d, m, mr_type, enum, xlat_packet_memberships);
	FIELD(d, m, mr_alen, uint);
	decode_field(d, "mr_address");
	for (size_t i = 0; i < n; i++) {
		if (i)
			text_char(d->out, ':');
		text_hex_pad(d->out, m.mr_address[i], 2);
	}
	decode_end(d);
}

static void print_packet_ring(struct decode *d, const char *data)
{
	struct tpacket_req r;

	memcpy(&r, data, sizeof(r));
	decode_begin(d);
	FIELD(d, r, tp_block_size, uint);
	FIELD(d, r, tp_block_nr, uint);
	FIELD(d, r, tp_frame_size, uint);
	FIELD(d, r, tp_frame_nr, uint);
	decode_end(d);
}

/* A set of ICMP types, the smaller half of it: [A B], ~[A B] */
static void print_icmp_filter(struct decode *d, uint32_t set)
{
	bool invert = __builtin_popcount(set) > 16, any = false;

	if (invert) {
		set = ~set;
		text_char(d->out, '~');
	}
	text_char(d->out, '[');
	for (uint32_t i = 0; i < 32; i++) {
		if (!(set >> i & 1))
			continue;
		if (any)
			text_char(d->out, ' ');
		decode_enum(d, &xlat_icmp_types, i);
		any = true;
	}
	text_char(d->out, ']');
}

static void print_fprog(struct decode *d, const char *data)
{
	struct_sock_fprog.print(d, data, struct_sock_fprog.size);
}

/* The least length of a value that is shown as what it is. */
static size_t least_of(enum value_kind kind)
{
	switch (kind) {
	case VALUE_LINGER:
	case VALUE_MREQ:
		return 8;
	case VALUE_FILTER:
	case VALUE_PACKET_MREQ:
	case VALUE_PACKET_RING:
		return 16;
	case VALUE_MREQ6:
		return sizeof(struct ipv6_mreq);
	case VALUE_GROUP:
		return sizeof(struct group_req);
	case VALUE_ICMP_FILTER:
		return 1;
	default:
		return 4;
	}
}

static void print_known(struct decode *d, enum value_kind kind, const char *data, size_t len)
{
	uint32_t set = 0;

	switch (kind) {
	case VALUE_LINGER:
		print_linger(d, data, sizeof(struct linger));
		break;
	case VALUE_FILTER:
		print_fprog(d, data);
		break;
	case VALUE_MREQ:
		print_mreq(d, data);
		break;
	case VALUE_MREQ6:
		print_mreq6(d, data);
		break;
	case VALUE_GROUP:
		print_group(d, data);
		break;
	case VALUE_PACKET_MREQ:
		print_packet_mreq(d, data);
		break;
	case VALUE_PACKET_RING:
		print_packet_ring(d, data);
		break;
	case VALUE_TXREHASH:
		print_txrehash(d, data);
		break;
	case VALUE_ERROR:
		print_error(d, data);
		break;
	case VALUE_ICMP_FILTER:
		memcpy(&set, data, len < sizeof(set) ? len : sizeof(set));
		print_icmp_filter(d, set);
		break;
	default:
		print_int(d, data);
	}
}

static void print_bytes(struct decode *d, const char *data, uint64_t len)
{
	size_t shown = len < d->opt->string_limit ? len : d->opt->string_limit;

	decode_quoted(d, data, shown, shown < len);
}

/* What is to be set: len bytes at addr. */
static void print_set_value(struct decode *d, enum value_kind kind, uint64_t addr, int32_t len)
{
	uint64_t n = (uint32_t)len, want;
	size_t have = 0;
	const char *data;

	if (kind == VALUE_ANY && n == sizeof(int32_t))
		kind = VALUE_INT;
	if (kind == VALUE_ANY)
		want = n < d->opt->string_limit ? n : d->opt->string_limit;
	else
		want = least_of(kind);
	if (kind == VALUE_ANY && !n && addr) {
		text_lit(d->out, "\"\"");
		return;
	}
	data = addr && (kind == VALUE_ANY || len >= (int32_t)want)
		       ? decode_peek_some(d, addr, want, &have)
		       : NULL;
	if (!data || have < want)
		decode_addr(d, addr);
	else if (kind == VALUE_ANY)
		print_bytes(d, data, n);
	else
		print_known(d, kind, data, have < n ? have : n);
}

/* What was got: len bytes at addr. Structures and numbers may be cut. */
static void print_got_value(struct decode *d, enum value_kind kind, uint64_t addr, int32_t len)
{
	size_t have = 0, want = len > 0 ? (size_t)len : 0;
	const char *data = addr && want ? decode_peek_some(d, addr, want, &have) : NULL;

	if (have > want)
		have = want;
	if (!data || (have < want && have < d->opt->string_limit)) {
		decode_addr(d, addr);
		return;
	}
	if (kind == VALUE_LINGER)
		print_linger(d, data, have);
	else if (kind == VALUE_CREDENTIALS)
		print_credentials(d, data, have);
	else if (kind == VALUE_ANY && want != sizeof(int32_t))
		print_bytes(d, data, want);
	else if (kind != VALUE_ANY && have < least_of(kind))
		decode_quoted_hex(d, data, have, false);
	else
		print_known(d, kind, data, have);
}

static void print_level_and_option(struct decode *d, bool set)
{
	uint32_t level;

	decode_fd(d, (int32_t)decode_next(d));
	level = (uint32_t)decode_next(d);
	decode_enum(d, &xlat_sockopt_levels, level);
	print_option(d, level, (uint32_t)decode_next(d), set);
}

void decode_setsockopt(struct decode *d)
{
	enum value_kind kind =
		kind_of((uint32_t)decode_arg(d, 1), (uint32_t)decode_arg(d, 2), true);

	print_level_and_option(d, true);
	print_set_value(d, kind, decode_next(d), (int32_t)decode_arg(d, 4));
	decode_int(d, (int32_t)decode_next(d));
}

void decode_getsockopt(struct decode *d)
{
	enum value_kind kind =
		kind_of((uint32_t)decode_arg(d, 1), (uint32_t)decode_arg(d, 2), false);
	uint64_t addr, len_addr;
	int32_t asked, given;

	print_level_and_option(d, false);
	addr = decode_next(d);
	if (!decode_exit(d))
		return;
	len_addr = decode_arg(d, 4);
	if (!len_addr || !decode_read_at(d, false, len_addr, &asked, sizeof(asked))) {
		decode_addr(d, addr);
		decode_addr(d, decode_next(d));
		return;
	}
	if (decode_failed(d) || !decode_read_at(d, true, len_addr, &given, sizeof(given))) {
		decode_addr(d, addr);
		given = asked;
	} else {
		print_got_value(d, kind, addr, given);
	}
	decode_next(d);
	text_char(d->out, '[');
	text_int(d->out, asked);
	if (given != asked) {
		text_lit(d->out, " => ");
		text_int(d->out, given);
	}
	text_char(d->out, ']');
}
