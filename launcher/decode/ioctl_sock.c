/* SPDX-License-Identifier: MIT */
/*
 * ioctl() on sockets: the settings of interfaces.
 */
#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/sockios.h>

#include "decode/fields.h"
#include "decode/ioctl.h"
#include "decode/sockaddr.h"
#include "structs.h"
#include "xlat.h"

static void print_if_name(struct decode *d, const char *field, const char *name)
{
	size_t n = strnlen(name, IFNAMSIZ);

	decode_field(d, field);
	decode_quoted(d, name, n < IFNAMSIZ ? n : IFNAMSIZ - 1, n == IFNAMSIZ);
}

/* Bytes of a hardware address, by the kind of hardware. */
static size_t hardware_len(uint16_t type, size_t room)
{
	switch (type) {
	case ARPHRD_ARCNET:
		return 1;
	case ARPHRD_TUNNEL:
	case ARPHRD_SIT:
	case ARPHRD_IPGRE:
		return 4;
	case ARPHRD_ETHER:
	case ARPHRD_IEEE802:
	case ARPHRD_LOOPBACK:
	case ARPHRD_IEEE80211:
		return 6;
	case ARPHRD_NETROM:
	case ARPHRD_AX25:
		return 7;
	case ARPHRD_EUI64:
		return 8;
	default:
		return room;
	}
}

static void print_hardware(struct decode *d, const struct sockaddr *a)
{
	size_t len = hardware_len(a->sa_family, sizeof(a->sa_data));

	text_lit(d->out, "{sa_family=");
	decode_enum(d, &xlat_hardware_types, a->sa_family);
	text_lit(d->out, ", sa_data=");
	for (size_t i = 0; i < len; i++) {
		if (i)
			text_char(d->out, ':');
		text_hex_pad(d->out, (unsigned char)a->sa_data[i], 2);
	}
	text_char(d->out, '}');
}

static void print_map(struct decode *d, const struct ifmap *m)
{
	text_lit(d->out, "{mem_start=");
	decode_hex(d, m->mem_start);
	text_lit(d->out, ", mem_end=");
	decode_hex(d, m->mem_end);
	text_lit(d->out, ", base_addr=");
	decode_hex(d, m->base_addr);
	text_lit(d->out, ", irq=");
	decode_hex(d, m->irq);
	text_lit(d->out, ", dma=");
	decode_hex(d, m->dma);
	text_lit(d->out, ", port=");
	decode_hex(d, m->port);
	text_char(d->out, '}');
}

static void print_number(struct decode *d, const char *field, int32_t v)
{
	decode_field(d, field);
	text_int(d->out, v);
}

static void print_address(struct decode *d, const char *field, const struct sockaddr *a)
{
	decode_field(d, field);
	decode_sockaddr_data(d, a, sizeof(*a));
}

/* What the request sets or asks for. */
static void print_setting(struct decode *d, uint32_t request, const struct ifreq *r)
{
	switch (request) {
	case SIOCSIFADDR:
	case SIOCGIFADDR:
		print_address(d, "ifr_addr", &r->ifr_addr);
		break;
	case SIOCSIFDSTADDR:
	case SIOCGIFDSTADDR:
		print_address(d, "ifr_dstaddr", &r->ifr_dstaddr);
		break;
	case SIOCSIFBRDADDR:
	case SIOCGIFBRDADDR:
		print_address(d, "ifr_broadaddr", &r->ifr_broadaddr);
		break;
	case SIOCSIFNETMASK:
	case SIOCGIFNETMASK:
		print_address(d, "ifr_netmask", &r->ifr_netmask);
		break;
	case SIOCSIFHWADDR:
	case SIOCGIFHWADDR:
	case SIOCADDMULTI:
	case SIOCDELMULTI:
		decode_field(d, "ifr_hwaddr");
		print_hardware(d, &r->ifr_hwaddr);
		break;
	case SIOCSIFFLAGS:
	case SIOCGIFFLAGS:
		decode_field(d, "ifr_flags");
		decode_flags(d, &xlat_interface_flags, (uint16_t)r->ifr_flags);
		break;
	case SIOCSIFMETRIC:
	case SIOCGIFMETRIC:
		print_number(d, "ifr_metric", r->ifr_metric);
		break;
	case SIOCSIFMTU:
	case SIOCGIFMTU:
		print_number(d, "ifr_mtu", r->ifr_mtu);
		break;
	case SIOCSIFTXQLEN:
	case SIOCGIFTXQLEN:
		print_number(d, "ifr_qlen", r->ifr_qlen);
		break;
	case SIOCGIFINDEX:
		print_number(d, "ifr_ifindex", r->ifr_ifindex);
		break;
	case SIOCSIFSLAVE:
	case SIOCGIFSLAVE:
		print_if_name(d, "ifr_slave", r->ifr_slave);
		break;
	case SIOCSIFNAME:
		print_if_name(d, "ifr_newname", r->ifr_newname);
		break;
	case SIOCSIFMAP:
	case SIOCGIFMAP:
		decode_field(d, "ifr_map");
		print_map(d, &r->ifr_map);
		break;
	}
}

static bool load(struct decode *d, bool out, struct ifreq *ret)
{
	uint64_t addr = decode_arg(d, 2);

	return addr && decode_read_at(d, out, addr, ret, sizeof(*ret));
}

static bool print_head(struct decode *d, struct ifreq *ret)
{
	uint64_t addr;

	decode_fd(d, (int32_t)decode_next(d));
	decode_ioctl_request(d, (uint32_t)decode_next(d));
	addr = decode_next(d);
	if (load(d, false, ret)) {
		decode_begin(d);
		return true;
	}
	decode_addr(d, addr);
	return false;
}

void decode_ioctl_ifset(struct decode *d)
{
	struct ifreq r;

	if (!print_head(d, &r))
		return;
	print_if_name(d, "ifr_name", r.ifr_name);
	print_setting(d, (uint32_t)decode_arg(d, 1), &r);
	decode_end(d);
}

/* The name is asked with, the rest is the answer. */
void decode_ioctl_ifget(struct decode *d)
{
	struct ifreq r;

	if (!print_head(d, &r))
		return;
	print_if_name(d, "ifr_name", r.ifr_name);
	if (!decode_exit(d))
		return;
	if (!decode_failed(d) && load(d, true, &r))
		print_setting(d, (uint32_t)decode_arg(d, 1), &r);
	decode_end(d);
}

/* The other way round: the index is asked with. */
void decode_ioctl_ifname(struct decode *d)
{
	struct ifreq r;

	if (!print_head(d, &r))
		return;
	print_number(d, "ifr_ifindex", r.ifr_ifindex);
	if (!decode_exit(d))
		return;
	if (!decode_failed(d) && load(d, true, &r))
		print_if_name(d, "ifr_name", r.ifr_name);
	decode_end(d);
}

static void print_conf_len(struct decode *d, int32_t len)
{
	text_int(d->out, len);
	if (len < (int32_t)sizeof(struct ifreq))
		return;
	text_lit(d->out, " /* ");
	text_uint(d->out, (uint32_t)len / sizeof(struct ifreq));
	text_lit(d->out, " * sizeof(struct ifreq) */");
}

static void print_interface(struct decode *d, const void *data, size_t len)
{
	struct ifreq r;

	FIELDS_LOAD(r, data, len);
	decode_begin(d);
	print_if_name(d, "ifr_name", r.ifr_name);
	print_address(d, "ifr_addr", &r.ifr_addr);
	decode_end(d);
}

/* The list lies behind a pointer; it is shown where it was captured. */
void decode_ioctl_ifconf(struct decode *d)
{
	struct ifconf in, out;
	uint64_t addr;

	decode_fd(d, (int32_t)decode_next(d));
	decode_ioctl_request(d, (uint32_t)decode_next(d));
	addr = decode_next(d);
	if (!addr || !decode_read_at(d, false, addr, &in, sizeof(in))) {
		decode_addr(d, addr);
		return;
	}
	text_lit(d->out, "{ifc_len=");
	if (in.ifc_buf)
		print_conf_len(d, in.ifc_len);
	if (!decode_exit(d))
		return;
	out = in;
	if (!decode_failed(d))
		decode_read_at(d, true, addr, &out, sizeof(out));
	if (!in.ifc_buf) {
		print_conf_len(d, out.ifc_len);
	} else if (out.ifc_len != in.ifc_len) {
		text_lit(d->out, " => ");
		print_conf_len(d, out.ifc_len);
	}
	text_lit(d->out, ", ifc_buf=");
	if (out.ifc_buf && !decode_failed(d) && out.ifc_len > 0)
		decode_array(d, (uintptr_t)out.ifc_buf,
			     (uint32_t)out.ifc_len / sizeof(struct ifreq), sizeof(struct ifreq),
			     print_interface);
	else
		decode_addr(d, (uintptr_t)out.ifc_buf);
	text_char(d->out, '}');
}
