/* SPDX-License-Identifier: MIT */
/*
 * Values of socket options.
 */
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "decode/fields.h"
#include "decode/sockaddr.h"
#include "decode/sockopt.h"
#include "structs.h"
#include "xlat.h"

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

void sockopt_linger(struct decode *d, const char *data, size_t len)
{
	decode_begin(d);
	if (print_int_field(d, "l_onoff", data, 0, len))
		print_int_field(d, "l_linger", data, 4, len);
	decode_end(d);
}

void sockopt_credentials(struct decode *d, const char *data, size_t len)
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

size_t sockopt_least(enum value_kind kind)
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

void sockopt_print(struct decode *d, enum value_kind kind, const char *data, size_t len)
{
	uint32_t set = UINT32_MAX; /* what is not given counts as set */

	switch (kind) {
	case VALUE_LINGER:
		sockopt_linger(d, data, sizeof(struct linger));
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
