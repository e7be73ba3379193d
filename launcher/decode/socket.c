/* SPDX-License-Identifier: MIT */
/*
 * Sockets: their kinds, and the calls that give an address with its length.
 */
#include <arpa/inet.h>
#include <sys/socket.h>

#include "decode/netlink.h"
#include "structs.h"
#include "xlat.h"

#define TYPE_MASK 0xf

/* SOCK_STREAM|SOCK_CLOEXEC. Without a type that has a name, the flags are all there is. */
static void print_type(struct decode *d, uint32_t v)
{
	uint32_t flags = v & (SOCK_CLOEXEC | SOCK_NONBLOCK), rest = v & ~flags;
	const char *type = xlat_name(&xlat_socket_types, v & TYPE_MASK);
	bool any = false;

	if (!v) {
		decode_hex(d, v);
		return;
	}
	if (!type && !flags) {
		decode_enum(d, &xlat_socket_types, v);
		return;
	}
	if (type) {
		text_string(d->out, type);
		rest &= ~(uint32_t)TYPE_MASK;
		any = true;
	}
	if (flags) {
		if (any)
			text_char(d->out, '|');
		decode_flag_names(d, &xlat_socket_flags, flags);
	}
	if (rest) {
		text_char(d->out, '|');
		text_hex(d->out, rest);
	}
}

static const struct xlat *protocols_of(uint32_t family)
{
	switch (family) {
	case AF_INET:
	case AF_INET6:
		return &xlat_ip_protocols;
	case AF_AX25:
		return &xlat_ax25_protocols;
	case AF_NETLINK:
		return &xlat_netlink_protocols;
	case AF_IRDA:
		return &xlat_irda_protocols;
	case AF_CAN:
		return &xlat_can_protocols;
	case AF_BLUETOOTH:
		return &xlat_bluetooth_protocols;
	case AF_RXRPC:
		return &xlat_address_families;
	case AF_ISDN:
		return &xlat_isdn_protocols;
	case AF_PHONET:
		return &xlat_phonet_protocols;
	case AF_CAIF:
		return &xlat_caif_protocols;
	case AF_NFC:
		return &xlat_nfc_socket_protocols;
	case AF_KCM:
		return &xlat_kcm_protocols;
	case AF_SMC:
		return &xlat_smc_protocols;
	default:
		return NULL;
	}
}

/* Numbers of AX.25 are shown as such, their names beside them. */
static void print_protocol(struct decode *d, uint32_t family, uint64_t value)
{
	const struct xlat *protocols = protocols_of(family);
	uint32_t protocol = (uint32_t)value;
	const char *name = protocols ? xlat_name(protocols, protocol) : NULL;

	if (family == AF_PACKET) {
		text_lit(d->out, "htons(");
		decode_enum(d, &xlat_ethernet_protocols, ntohs((uint16_t)protocol));
		text_char(d->out, ')');
	} else if (family == AF_AX25 && name) {
		decode_hex(d, protocol);
		decode_comment(d, name);
	} else if (protocols) {
		decode_enum(d, protocols, protocol);
	} else {
		decode_uint(d, value);
	}
}

static uint32_t print_family_and_type(struct decode *d)
{
	uint32_t family = (uint32_t)decode_next(d);

	decode_enum(d, &xlat_address_families, family);
	print_type(d, (uint32_t)decode_next(d));
	return family;
}

void decode_socket(struct decode *d)
{
	uint32_t family = print_family_and_type(d);

	print_protocol(d, family, decode_next(d));
}

void decode_socketpair(struct decode *d)
{
	print_family_and_type(d);
	decode_default(d, 2);
}

static void print_length(struct decode *d, int32_t asked, int32_t given)
{
	text_char(d->out, '[');
	text_int(d->out, asked);
	if (given != asked) {
		text_lit(d->out, " => ");
		text_int(d->out, given);
	}
	text_char(d->out, ']');
}

/* An address and the pointer to its length, [128 => 16] where the kernel changed it. */
static bool print_name(struct decode *d)
{
	uint64_t addr = decode_next(d), len_addr = decode_arg(d, d->arg);
	int32_t asked, given;

	if (!decode_exit(d))
		return false;
	if (!addr || !len_addr || !decode_read_at(d, false, len_addr, &asked, sizeof(asked))) {
		decode_addr(d, addr);
		decode_addr(d, decode_next(d));
		return true;
	}
	if (decode_failed(d) || !decode_read_at(d, true, len_addr, &given, sizeof(given))) {
		decode_addr(d, addr);
		given = asked;
	} else {
		decode_sockaddr(d, addr, (uint64_t)(asked < given ? asked : given));
	}
	decode_next(d);
	print_length(d, asked, given);
	return true;
}

static void print_fd_and_name(struct decode *d)
{
	decode_fd(d, (int32_t)decode_next(d));
	print_name(d);
}

void decode_getsockname(struct decode *d)
{
	print_fd_and_name(d);
}

void decode_getpeername(struct decode *d)
{
	print_fd_and_name(d);
}

void decode_accept(struct decode *d)
{
	print_fd_and_name(d);
}

void decode_accept4(struct decode *d)
{
	decode_fd(d, (int32_t)decode_next(d));
	if (print_name(d))
		decode_default(d, 1);
}

/* len bytes at the next argument. */
static void print_data(struct decode *d, uint64_t len)
{
	uint64_t addr = decode_next(d);

	if (!decode_netlink(d, addr, len))
		decode_by_desc(d, &d->desc->args[d->arg - 1], addr);
}

void decode_sendto(struct decode *d)
{
	decode_default(d, 1);
	print_data(d, decode_arg(d, 2));
	decode_default(d, 4);
}

void decode_recvfrom(struct decode *d)
{
	decode_default(d, 1);
	if (!decode_exit(d))
		return;
	print_data(d, decode_failed(d) ? 0 : (uint64_t)d->rec->ret);
	decode_default(d, 2);
	print_name(d);
}
