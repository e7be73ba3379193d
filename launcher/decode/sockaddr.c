/* SPDX-License-Identifier: MIT */
/*
 * Socket addresses, by family.
 *
 * An address shorter than its family needs is shown as bytes. Names of interfaces are those of the
 * launcher's network namespace.
 */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "decode/fields.h"
#include "decode/sockaddr.h"
#include "xlat.h"

#define ADDRESS_MAX sizeof(struct sockaddr_storage)
#define GROUPS_DIGITS 6

void sockaddr_htons(struct decode *d, const char *name, const void *be16)
{
	uint16_t v;

	memcpy(&v, be16, sizeof(v));
	decode_field(d, name);
	text_lit(d->out, "htons(");
	text_uint(d->out, ntohs(v));
	text_char(d->out, ')');
}

void sockaddr_byte(struct decode *d, unsigned char byte)
{
	if (byte)
		text_hex(d->out, byte);
	else
		text_lit(d->out, "00");
}

void sockaddr_bytes(struct decode *d, const unsigned char *bytes, size_t len, size_t have)
{
	text_char(d->out, '[');
	for (size_t i = 0; i < len && i < have; i++) {
		if (i)
			text_lit(d->out, ", ");
		sockaddr_byte(d, bytes[i]);
	}
	if (have < len)
		text_lit(d->out, ", ...");
	text_char(d->out, ']');
}

void decode_interface(struct decode *d, uint32_t index)
{
	char name[IF_NAMESIZE];

	if (!index || !if_indextoname(index, name)) {
		text_uint(d->out, index);
		return;
	}
	text_lit(d->out, "if_nametoindex(");
	decode_quoted(d, name, strlen(name), false);
	text_char(d->out, ')');
}

void decode_inet_addr(struct decode *d, const void *in_addr)
{
	char text[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, in_addr, text, sizeof(text));
	text_lit(d->out, "inet_addr(");
	decode_quoted(d, text, strlen(text), false);
	text_char(d->out, ')');
}

void decode_inet6_addr(struct decode *d, const void *in6_addr, const char *field)
{
	char text[INET6_ADDRSTRLEN];

	inet_ntop(AF_INET6, in6_addr, text, sizeof(text));
	text_lit(d->out, "inet_pton(AF_INET6, ");
	decode_quoted(d, text, strlen(text), false);
	text_lit(d->out, ", &");
	text_string(d->out, field);
	text_char(d->out, ')');
}

/* A path ends at its NUL, an abstract name where the address does. */
static void print_unix(struct decode *d, const char *data, size_t len)
{
	const size_t head = offsetof(struct sockaddr_un, sun_path);
	const char *path = data + head;

	len -= head;
	if (!len)
		return;
	if (len > sizeof(((struct sockaddr_un *)0)->sun_path))
		len = sizeof(((struct sockaddr_un *)0)->sun_path);
	decode_field(d, "sun_path");
	if (path[0]) {
		decode_quoted(d, path, strnlen(path, len), false);
	} else {
		text_char(d->out, '@');
		decode_quoted(d, path + 1, len - 1, false);
	}
}

void sockaddr_inet(struct decode *d, const char *data, size_t len)
{
	struct sockaddr_in in;

	FIELDS_LOAD(in, data, len);
	sockaddr_htons(d, "sin_port", &in.sin_port);
	decode_field(d, "sin_addr");
	decode_inet_addr(d, &in.sin_addr);
}

void sockaddr_inet6(struct decode *d, const char *data, size_t len)
{
	struct sockaddr_in6 in6;

	FIELDS_LOAD(in6, data, len);
	sockaddr_htons(d, "sin6_port", &in6.sin6_port);
	decode_field(d, "sin6_flowinfo");
	text_lit(d->out, "htonl(");
	text_uint(d->out, ntohl(in6.sin6_flowinfo));
	text_lit(d->out, "), ");
	decode_inet6_addr(d, &in6.sin6_addr, "sin6_addr");
	if (len <= offsetof(struct sockaddr_in6, sin6_scope_id))
		return;
	decode_field(d, "sin6_scope_id");
	if (IN6_IS_ADDR_LINKLOCAL(&in6.sin6_addr) || IN6_IS_ADDR_MC_LINKLOCAL(&in6.sin6_addr))
		decode_interface(d, in6.sin6_scope_id);
	else
		text_uint(d->out, in6.sin6_scope_id);
}

/* As %#08x: at least eight characters, the prefix included, which 0 has not. */
static void print_netlink(struct decode *d, const char *data, size_t len)
{
	struct sockaddr_nl nl;

	FIELDS_LOAD(nl, data, len);
	if (nl.nl_pad)
		FIELD(d, nl, nl_pad, hex);
	FIELD(d, nl, nl_pid, int);
	decode_field(d, "nl_groups");
	if (!nl.nl_groups || nl.nl_groups >> 4 * GROUPS_DIGITS) {
		if (nl.nl_groups)
			text_hex(d->out, nl.nl_groups);
		else
			text_hex_pad(d->out, 0, GROUPS_DIGITS + 2);
		return;
	}
	text_lit(d->out, "0x");
	text_hex_pad(d->out, nl.nl_groups, GROUPS_DIGITS);
}

static void print_packet(struct decode *d, const char *data, size_t len)
{
	const size_t head = offsetof(struct sockaddr_ll, sll_addr);
	struct sockaddr_ll ll;

	FIELDS_LOAD(ll, data, len);
	decode_field(d, "sll_protocol");
	text_lit(d->out, "htons(");
	decode_enum(d, &xlat_ethernet_protocols, ntohs(ll.sll_protocol));
	text_char(d->out, ')');
	decode_field(d, "sll_ifindex");
	decode_interface(d, (uint32_t)ll.sll_ifindex);
	FIELD_SET(d, ll, sll_hatype, enum, xlat_hardware_types);
	FIELD_SET(d, ll, sll_pkttype, enum, xlat_packet_types);
	FIELD(d, ll, sll_halen, uint);
	if (!ll.sll_halen)
		return;
	decode_field(d, "sll_addr");
	sockaddr_bytes(d, (const unsigned char *)data + head, ll.sll_halen, len - head);
}

struct family {
	uint16_t family;
	uint16_t min; /* a shorter address is shown as bytes */
	void (*print)(struct decode *d, const char *data, size_t len);
};

static const struct family families[] = {
	{ AF_UNIX, 2, print_unix },
	{ AF_INET, sizeof(struct sockaddr_in), sockaddr_inet },
	{ AF_INET6, offsetof(struct sockaddr_in6, sin6_scope_id), sockaddr_inet6 },
	{ AF_NETLINK, sizeof(struct sockaddr_nl), print_netlink },
	{ AF_PACKET, sizeof(struct sockaddr_ll), print_packet },
	{ AF_AX25, 16, sockaddr_ax25 },
	{ AF_IPX, 16, sockaddr_ipx },
	{ AF_X25, 18, sockaddr_x25 },
	{ AF_BLUETOOTH, 4, sockaddr_bluetooth },
	{ AF_RXRPC, 36, sockaddr_rxrpc },
	{ AF_IEEE802154, 20, sockaddr_ieee802154 },
	{ AF_ALG, 25, sockaddr_alg },
	{ AF_NFC, 16, sockaddr_nfc },
	{ AF_VSOCK, 16, sockaddr_vsock },
	{ 42 /* AF_QIPCRTR */, 12, sockaddr_qipcrtr },
	{ 44 /* AF_XDP */, 16, sockaddr_xdp },
	{ 45 /* AF_MCTP */, 12, sockaddr_mctp },
};

void sockaddr_raw(struct decode *d, const char *data, size_t len)
{
	decode_field(d, "sa_data");
	decode_quoted(d, data + 2, len - 2, false);
}

void decode_sockaddr_data(struct decode *d, const void *data, size_t len)
{
	const struct family *f = families, *end = f + sizeof(families) / sizeof(families[0]);
	uint16_t family;

	if (len > ADDRESS_MAX)
		len = ADDRESS_MAX;
	memcpy(&family, data, sizeof(family));
	decode_begin(d);
	decode_field(d, "sa_family");
	decode_enum(d, &xlat_address_families, family);
	while (f < end && f->family != family)
		f++;
	if (f < end && len >= f->min)
		f->print(d, data, len);
	else if (len > sizeof(family))
		sockaddr_raw(d, data, len);
	decode_end(d);
}

void decode_sockaddr(struct decode *d, uint64_t addr, uint64_t len)
{
	int32_t n = (int32_t)len;
	size_t have = 0, want = n < (int32_t)ADDRESS_MAX ? (size_t)n : ADDRESS_MAX;
	const void *data = addr && n >= 2 ? decode_peek_some(d, addr, want, &have) : NULL;

	if (!data || have < want)
		decode_addr(d, addr);
	else
		decode_sockaddr_data(d, data, want);
}
