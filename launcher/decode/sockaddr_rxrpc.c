/* SPDX-License-Identifier: MIT */
/*
 * Socket addresses of RxRPC, which hold another address. Layout: linux/rxrpc.h.
 */
#include <linux/rxrpc.h>
#include <sys/socket.h>

#include "decode/fields.h"
#include "decode/sockaddr.h"
#include "xlat.h"

#define INET_MIN 16  /* sizeof(struct sockaddr_in) */
#define INET6_MIN 24 /* without its scope */
#define INET6_LEN 28

static void print_transport(struct decode *d, const char *data, size_t len)
{
	uint16_t family;
	bool in, in6;

	memcpy(&family, data, sizeof(family));
	in = family == AF_INET;
	in6 = family == AF_INET6;
	text_string(d->out, in ? "sin={sin_family=" : in6 ? "sin6={sin6_family=" : "family=");
	decode_enum(d, &xlat_address_families, family);
	if (in && len >= INET_MIN) {
		sockaddr_inet(d, data, len);
	} else if (in6 && len >= INET6_MIN) {
		/* its room is as large as this address, so the scope is there */
		sockaddr_inet6(d, data, len > INET6_MIN ? INET6_LEN : len);
	} else if (len > sizeof(family)) {
		text_lit(d->out, ", ");
		decode_quoted(d, data + sizeof(family), len - sizeof(family), false);
	}
	if (in || in6)
		text_char(d->out, '}');
}

void sockaddr_rxrpc(struct decode *d, const char *data, size_t len)
{
	const size_t head = offsetof(struct sockaddr_rxrpc, transport);
	struct sockaddr_rxrpc a;
	const char *service;

	FIELDS_LOAD(a, data, len);
	service = xlat_name(&xlat_rxrpc_services, a.srx_service);
	FIELD(d, a, srx_service, hex);
	decode_comment(d, service ? service : xlat_rxrpc_services.unknown);
	FIELD_SET(d, a, transport_type, enum, xlat_socket_types);
	FIELD(d, a, transport_len, uint);
	decode_field(d, "transport");
	text_char(d->out, '{');
	print_transport(d, data + head,
			a.transport_len < len - head ? a.transport_len : len - head);
	text_char(d->out, '}');
}
