/* SPDX-License-Identifier: MIT */
/*
 * Control messages of sockets.
 *
 * The tracee's lengths are not trusted: each is clipped by what was captured.
 */
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>

#include "decode/cmsg.h"
#include "decode/fields.h"
#include "decode/sockaddr.h"
#include "decode/times.h"
#include "xlat.h"

#define ALIGN_UP(n) (((n) + 7) & ~(uint64_t)7) /* CMSG_ALIGN */
#define HEAD sizeof(struct cmsghdr)

/* Types of SOL_SOCKET that have no name in every libc. */
enum { TIMESTAMP_OLD = 29, TIMESTAMPNS_OLD = 35, TIMESTAMPING_OLD = 37 };
enum { TIMESTAMP_NEW = 63, TIMESTAMPNS_NEW = 64, TIMESTAMPING_NEW = 65 };
enum { WIFI_STATUS = 41, OPT_STATS = 54, TXTIME = 61 };
enum { IP_CHECKSUM_TYPE = 23 };

static void print_too_short(struct decode *d)
{
	text_lit(d->out, "???");
}

/* Whether element i of an array is to be shown; its comma, or what stands for the rest. */
static bool begin_element(struct decode *d, size_t i)
{
	if (i)
		text_lit(d->out, ", ");
	if (d->opt->no_abbrev || i < d->opt->string_limit)
		return true;
	text_lit(d->out, "...");
	return false;
}

static void print_words(struct decode *d, const char *data, size_t len, bool fds)
{
	text_char(d->out, '[');
	for (size_t i = 0; (i + 1) * sizeof(uint32_t) <= len; i++) {
		uint32_t v;

		if (!begin_element(d, i))
			break;
		memcpy(&v, data + i * sizeof(v), sizeof(v));
		if (fds)
			decode_fd(d, (int32_t)v);
		else
			text_uint(d->out, v);
	}
	text_char(d->out, ']');
}

static void print_octets(struct decode *d, const char *data, size_t len)
{
	text_char(d->out, '[');
	for (size_t i = 0; i < len && begin_element(d, i); i++)
		decode_hex(d, (unsigned char)data[i]);
	text_char(d->out, ']');
}

static void print_credentials(struct decode *d, const char *data, size_t len)
{
	struct ucred c;

	if (len < sizeof(c)) {
		print_too_short(d);
		return;
	}
	memcpy(&c, data, sizeof(c));
	decode_begin(d);
	FIELD(d, c, pid, int);
	FIELD(d, c, uid, uid);
	FIELD(d, c, gid, uid);
	decode_end(d);
}

static void print_timeval_data(struct decode *d, const char *data, size_t len)
{
	struct timeval tv;

	if (len < sizeof(tv)) {
		print_too_short(d);
		return;
	}
	memcpy(&tv, data, sizeof(tv));
	decode_timeval_value(d, &tv);
}

/* n times; more than one in brackets */
static void print_timespecs(struct decode *d, const char *data, size_t len, unsigned int n)
{
	struct timespec ts;

	if (len < n * sizeof(ts)) {
		print_too_short(d);
		return;
	}
	if (n > 1)
		text_char(d->out, '[');
	for (unsigned int i = 0; i < n; i++) {
		if (i)
			text_lit(d->out, ", ");
		memcpy(&ts, data + i * sizeof(ts), sizeof(ts));
		decode_timespec_value(d, &ts);
	}
	if (n > 1)
		text_char(d->out, ']');
}

static void print_string(struct decode *d, const char *data, size_t len)
{
	size_t shown = len < d->opt->string_limit ? len : d->opt->string_limit;

	decode_quoted(d, data, shown, shown < len);
}

/* Of other types nothing is shown. */
static void print_socket_data(struct decode *d, int type, const char *data, size_t len)
{
	if (type == WIFI_STATUS || (type >= OPT_STATS && type <= TXTIME) ||
	    !xlat_name(&xlat_socket_controls, (uint32_t)type))
		return;
	text_lit(d->out, ", cmsg_data=");
	switch (type) {
	case SCM_RIGHTS:
		print_words(d, data, len, true);
		break;
	case SCM_CREDENTIALS:
		print_credentials(d, data, len);
		break;
	case TIMESTAMP_OLD:
	case TIMESTAMP_NEW:
		print_timeval_data(d, data, len);
		break;
	case TIMESTAMPNS_OLD:
	case TIMESTAMPNS_NEW:
		print_timespecs(d, data, len, 1);
		break;
	case TIMESTAMPING_OLD:
	case TIMESTAMPING_NEW:
		print_timespecs(d, data, len, 3);
		break;
	default:
		print_string(d, data, len);
	}
}

static void print_packet_info(struct decode *d, const char *data, size_t len)
{
	struct in_pktinfo p;

	if (len < sizeof(p)) {
		print_too_short(d);
		return;
	}
	memcpy(&p, data, sizeof(p));
	text_lit(d->out, "{ipi_ifindex=");
	decode_interface(d, (uint32_t)p.ipi_ifindex);
	text_lit(d->out, ", ipi_spec_dst=");
	decode_inet_addr(d, &p.ipi_spec_dst);
	text_lit(d->out, ", ipi_addr=");
	decode_inet_addr(d, &p.ipi_addr);
	text_char(d->out, '}');
}

/* struct sock_extended_err and the address of who complained (linux/errqueue.h). */
static void print_error(struct decode *d, const char *data, size_t len)
{
	struct {
		uint32_t ee_errno;
		uint8_t ee_origin;
		uint8_t ee_type;
		uint8_t ee_code;
		uint8_t ee_pad;
		uint32_t ee_info;
		uint32_t ee_data;
	} e;

	memcpy(&e, data, sizeof(e));
	decode_begin(d);
	FIELD(d, e, ee_errno, uint);
	FIELD(d, e, ee_origin, uint);
	FIELD(d, e, ee_type, uint);
	FIELD(d, e, ee_code, uint);
	FIELD(d, e, ee_info, uint);
	FIELD(d, e, ee_data, uint);
	decode_field(d, "offender");
	decode_sockaddr_data(d, data + sizeof(e), len - sizeof(e));
	decode_end(d);
}

#define ERROR_MIN 32 /* the error and an IPv4 address */

static void print_ip_data(struct decode *d, int type, const char *data, size_t len)
{
	if (type == IP_RECVERR && len < ERROR_MIN)
		return;
	if (!xlat_name(&xlat_ip_controls, (uint32_t)type))
		return;
	text_lit(d->out, ", cmsg_data=");
	switch (type) {
	case IP_PKTINFO:
		print_packet_info(d, data, len);
		break;
	case IP_TTL:
	case IP_CHECKSUM_TYPE:
		print_words(d, data, len, false);
		break;
	case IP_TOS:
	case IP_RECVOPTS:
	case IP_RETOPTS:
		print_octets(d, data, len);
		break;
	case IP_RECVERR:
		print_error(d, data, len);
		break;
	case IP_ORIGDSTADDR:
		if (len >= 2)
			decode_sockaddr_data(d, data, len);
		else
			print_too_short(d);
		break;
	default:
		print_string(d, data, len);
	}
}

static void print_type(struct decode *d, int level, int type)
{
	decode_field(d, "cmsg_type");
	if (level == SOL_SOCKET)
		decode_enum(d, &xlat_socket_controls, (uint32_t)type);
	else if (level == SOL_IP)
		decode_enum(d, &xlat_ip_controls, (uint32_t)type);
	else
		decode_hex(d, (uint32_t)type);
}

static void print_cmsg(struct decode *d, const struct cmsghdr *c, const char *data, size_t len)
{
	text_lit(d->out, "{cmsg_len=");
	text_uint(d->out, c->cmsg_len);
	decode_field(d, "cmsg_level");
	decode_enum(d, &xlat_socket_levels, (uint32_t)c->cmsg_level);
	print_type(d, c->cmsg_level, c->cmsg_type);
	if (len && c->cmsg_level == SOL_SOCKET)
		print_socket_data(d, c->cmsg_type, data, len);
	else if (len && c->cmsg_level == SOL_IP)
		print_ip_data(d, c->cmsg_type, data, len);
	text_char(d->out, '}');
}

static void print_rest(struct decode *d, uint64_t addr)
{
	text_lit(d->out, ", ... /* ");
	text_hex(d->out, addr);
	text_lit(d->out, " */");
}

void decode_cmsgs(struct decode *d, uint64_t addr, uint64_t len)
{
	size_t have = 0;
	const char *data = addr && len >= HEAD ? decode_peek_some(d, addr, len, &have) : NULL;
	uint64_t at = 0;

	if (!data || have < HEAD) {
		decode_addr(d, addr);
		return;
	}
	if (have < len)
		len = have;
	text_char(d->out, '[');
	for (;;) {
		struct cmsghdr c;
		uint64_t left = len - at;

		memcpy(&c, data + at, HEAD);
		if (at)
			text_lit(d->out, ", ");
		if (c.cmsg_len < HEAD) {
			print_cmsg(d, &c, NULL, 0);
			print_rest(d, addr + at + HEAD);
			break;
		}
		print_cmsg(d, &c, data + at + HEAD, (c.cmsg_len < left ? c.cmsg_len : left) - HEAD);
		if (c.cmsg_len >= left || ALIGN_UP(c.cmsg_len) >= left)
			break;
		at += ALIGN_UP(c.cmsg_len);
		if (len - at < HEAD) {
			print_rest(d, addr + at);
			break;
		}
	}
	text_char(d->out, ']');
}
