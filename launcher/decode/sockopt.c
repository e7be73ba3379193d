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

#include "decode/sockopt.h"
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
		want = sockopt_least(kind);
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
		sockopt_print(d, kind, data, have < n ? have : n);
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
		sockopt_linger(d, data, have);
	else if (kind == VALUE_CREDENTIALS)
		sockopt_credentials(d, data, have);
	else if (kind == VALUE_ANY && want != sizeof(int32_t))
		print_bytes(d, data, want);
	else if (kind != VALUE_ANY && have < sockopt_least(kind))
		decode_quoted_hex(d, data, have, false);
	else
		sockopt_print(d, kind, data, have);
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
