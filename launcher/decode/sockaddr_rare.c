/* SPDX-License-Identifier: MIT */
/*
 * Socket addresses of the families that are rarely met. Layouts: linux/ipx.h,
 * linux/x25.h, net/bluetooth, linux/if_alg.h, linux/nfc.h, linux/vm_sockets.h, linux/qrtr.h,
 * linux/if_xdp.h, linux/mctp.h.
 */
#include <arpa/inet.h>

#include "decode/fields.h"
#include "decode/sockaddr.h"
#include "xlat.h"

#define XDP_SHARED_UMEM 1
#define L2CAP_PSM_LE_DYN_START 0x80
#define L2CAP_PSM_LE_DYN_END 0xff
#define L2CAP_PSM_DYN_START 0x1001
#define L2CAP_PSM_AUTO_END 0x10ff
#define L2CAP_PSM_DYN_END 0xffff
#define L2CAP_CID_DYN_START 0x40
#define L2CAP_CID_DYN_END 0xffff

static uint16_t load16(const char *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static uint32_t load32(const char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static void field_hex(struct decode *d, const char *name, uint64_t v)
{
	decode_field(d, name);
	decode_hex(d, v);
}

/* 03:04:05:06:07:08 */
static void print_mac(struct decode *d, const char *mac, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (i)
			text_char(d->out, ':');
		text_hex_pad(d->out, (unsigned char)mac[i], 2);
	}
}

void sockaddr_ipx(struct decode *d, const char *data, size_t len)
{
	(void)len;
	sockaddr_htons(d, "sipx_port", data + 2);
	decode_field(d, "sipx_network");
	text_lit(d->out, "htonl(");
	decode_hex(d, ntohl(load32(data + 4)));
	text_lit(d->out, "), sipx_node=");
	sockaddr_bytes(d, (const unsigned char *)data + 8, 6, 6);
	decode_field(d, "sipx_type");
	sockaddr_byte(d, (unsigned char)data[14]);
	if (data[15])
		field_hex(d, "sipx_zero", (unsigned char)data[15]);
}

void sockaddr_x25(struct decode *d, const char *data, size_t len)
{
	const size_t room = 16;
	size_t n = strnlen(data + 2, room);

	(void)len;
	decode_field(d, "sx25_addr");
	text_lit(d->out, "{x25_addr=");
	decode_quoted(d, data + 2, n < room ? n : room - 1, n == room);
	text_char(d->out, '}');
}

/* A number above one that has a name. */
static void print_from(struct decode *d, const char *start, uint32_t v)
{
	text_string(d->out, start);
	if (v) {
		text_char(d->out, '+');
		text_uint(d->out, v);
	}
}

static void print_psm(struct decode *d, uint16_t v)
{
	text_lit(d->out, "htobs(");
	if (xlat_name(&xlat_l2cap_psms, v))
		decode_enum(d, &xlat_l2cap_psms, v);
	else if (v >= L2CAP_PSM_LE_DYN_START && v <= L2CAP_PSM_LE_DYN_END)
		print_from(d, "L2CAP_PSM_LE_DYN_START", v - L2CAP_PSM_LE_DYN_START);
	else if (v >= L2CAP_PSM_DYN_START)
		print_from(d, "L2CAP_PSM_DYN_START", v - L2CAP_PSM_DYN_START);
	else
		decode_enum(d, &xlat_l2cap_psms, v);
	text_char(d->out, ')');
}

static void print_cid(struct decode *d, uint16_t v)
{
	text_lit(d->out, "htobs(");
	if (v >= L2CAP_CID_DYN_START && v != L2CAP_CID_DYN_END)
		print_from(d, "L2CAP_CID_DYN_START", v - L2CAP_CID_DYN_START);
	else
		decode_enum(d, &xlat_l2cap_cids, v);
	text_char(d->out, ')');
}

/* Its length tells the protocol: HCI, SCO, RFCOMM, L2CAP. */
void sockaddr_bluetooth(struct decode *d, const char *data, size_t len)
{
	switch (len) {
	case 4:
	case 6:
		decode_field(d, "hci_dev");
		text_lit(d->out, "htobs(");
		text_uint(d->out, load16(data + 2));
		text_char(d->out, ')');
		if (len == 6) {
			decode_field(d, "hci_channel");
			decode_enum(d, &xlat_hci_channels, load16(data + 4));
		}
		break;
	case 8:
		decode_field(d, "sco_bdaddr");
		print_mac(d, data + 2, 6);
		break;
	case 10:
		decode_field(d, "rc_bdaddr");
		print_mac(d, data + 2, 6);
		decode_field(d, "rc_channel");
		text_uint(d->out, (unsigned char)data[8]);
		break;
	case 12:
	case 14:
		decode_field(d, "l2_psm");
		print_psm(d, load16(data + 2));
		decode_field(d, "l2_bdaddr");
		print_mac(d, data + 4, 6);
		decode_field(d, "l2_cid");
		print_cid(d, load16(data + 10));
		if (len == 14) {
			decode_field(d, "l2_bdaddr_type");
			decode_enum(d, &xlat_bluetooth_types, (unsigned char)data[12]);
		}
		break;
	default:
		sockaddr_raw(d, data, len);
	}
}

void sockaddr_ieee802154(struct decode *d, const char *data, size_t len)
{
	enum { ADDR_NONE = 0, ADDR_SHORT = 2 };
	uint32_t type = load32(data + 4);
	const char *name = xlat_name(&xlat_ieee802154_types, type);

	(void)len;
	decode_field(d, "addr");
	decode_begin(d);
	field_hex(d, "addr_type", type);
	decode_comment(d, name ? name : xlat_ieee802154_types.unknown);
	field_hex(d, "pan_id", load16(data + 8));
	if (type == ADDR_SHORT) {
		field_hex(d, "short_addr", load16(data + 10));
	} else if (type != ADDR_NONE) {
		decode_field(d, "hwaddr");
		print_mac(d, data + 10, 8);
	}
	decode_end(d);
}

static void print_alg_flags(struct decode *d, const char *name, uint32_t v)
{
	size_t start;

	field_hex(d, name, v);
	if (!v)
		return;
	start = d->out->len;
	text_lit(d->out, " /* ");
	if (!decode_flag_names(d, &xlat_alg_flags, v)) {
		d->out->len = start;
		decode_comment(d, xlat_alg_flags.unknown);
	} else {
		text_lit(d->out, " */");
	}
}

static void print_name(struct decode *d, const char *field, const char *name, size_t room)
{
	size_t n = strnlen(name, room);

	decode_field(d, field);
	decode_quoted(d, name, n < room ? n : room - 1, n == room);
}

void sockaddr_alg(struct decode *d, const char *data, size_t len)
{
	print_name(d, "salg_type", data + 2, 14);
	print_alg_flags(d, "salg_feat", load32(data + 16));
	print_alg_flags(d, "salg_mask", load32(data + 20));
	print_name(d, "salg_name", data + 24, len - 24);
}

void sockaddr_nfc(struct decode *d, const char *data, size_t len)
{
	decode_field(d, "dev_idx");
	text_uint(d->out, load32(data + 4));
	field_hex(d, "target_idx", load32(data + 8));
	decode_field(d, "nfc_protocol");
	decode_enum(d, &xlat_nfc_protocols, load32(data + 12));
	if (len > 16)
		text_lit(d->out, ", ...");
}

void sockaddr_vsock(struct decode *d, const char *data, size_t len)
{
	uint32_t port = load32(data + 4), cid = load32(data + 8);

	(void)len;
	if (load16(data + 2))
		field_hex(d, "svm_reserved1", load16(data + 2));
	decode_field(d, "svm_cid");
	if (xlat_name(&xlat_vsock_cids, cid))
		decode_enum(d, &xlat_vsock_cids, cid);
	else
		decode_hex(d, cid);
	decode_field(d, "svm_port");
	if (port == UINT32_MAX)
		text_lit(d->out, "VMADDR_PORT_ANY");
	else
		decode_hex(d, port);
	decode_field(d, "svm_flags");
	decode_flags(d, &xlat_vsock_flags, (unsigned char)data[12]);
	if (data[13] || data[14] || data[15]) {
		decode_field(d, "svm_zero");
		decode_quoted_hex(d, data + 13, 3, false);
	}
}

void sockaddr_qipcrtr(struct decode *d, const char *data, size_t len)
{
	(void)len;
	field_hex(d, "sq_node", load32(data + 4));
	field_hex(d, "sq_port", load32(data + 8));
}

void sockaddr_xdp(struct decode *d, const char *data, size_t len)
{
	(void)len;
	decode_field(d, "sxdp_flags");
	decode_flags(d, &xlat_xdp_flags, load16(data + 2));
	decode_field(d, "sxdp_ifindex");
	decode_interface(d, load32(data + 4));
	decode_field(d, "sxdp_queue_id");
	text_uint(d->out, load32(data + 8));
	if (!(load16(data + 2) & XDP_SHARED_UMEM))
		return;
	decode_field(d, "sxdp_shared_umem_fd");
	decode_fd(d, (int32_t)load32(data + 12));
}

void sockaddr_mctp(struct decode *d, const char *data, size_t len)
{
	(void)len;
	if (load16(data + 2))
		field_hex(d, "__smctp_pad0", load16(data + 2));
	decode_field(d, "smctp_network");
	if (load32(data + 4))
		decode_hex(d, load32(data + 4));
	else
		text_lit(d->out, "MCTP_NET_ANY");
	decode_field(d, "smctp_addr");
	text_lit(d->out, "{s_addr=");
	if (xlat_name(&xlat_mctp_addresses, (unsigned char)data[8]))
		decode_enum(d, &xlat_mctp_addresses, (unsigned char)data[8]);
	else
		decode_hex(d, (unsigned char)data[8]);
	text_char(d->out, '}');
	field_hex(d, "smctp_type", (unsigned char)data[9]);
	field_hex(d, "smctp_tag", (unsigned char)data[10]);
	if (data[11])
		field_hex(d, "__smctp_pad1", (unsigned char)data[11]);
}
