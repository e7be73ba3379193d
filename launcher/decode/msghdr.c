/* SPDX-License-Identifier: MIT */
/*
 * Messages: struct msghdr and vectors of it.
 */
#include <sys/socket.h>

#include "decode/cmsg.h"
#include "decode/fields.h"
#include "structs.h"
#include "xlat.h"

/* The kernel's struct user_msghdr and mmsghdr. */
struct kernel_msghdr {
	uint64_t name;
	int32_t namelen;
	uint32_t pad;
	uint64_t iov;
	uint64_t iovlen;
	uint64_t control;
	uint64_t controllen;
	uint32_t flags;
	uint32_t pad2;
};

struct kernel_mmsghdr {
	struct kernel_msghdr hdr;
	uint32_t len;
	uint32_t pad;
};

_Static_assert(sizeof(struct kernel_mmsghdr) == 64, "the kernel's layout");

/* asked: msg_namelen as it was at entry; data_len: bytes of data there are, UINT64_MAX all. */
static void print_message(struct decode *d, const struct kernel_msghdr *m, int32_t asked,
			  uint64_t data_len)
{
	decode_begin(d);
	decode_field(d, "msg_name");
	decode_sockaddr(d, m->name, (uint64_t)(asked < m->namelen ? asked : m->namelen));
	decode_field(d, "msg_namelen");
	text_int(d->out, asked);
	if (m->namelen != asked) {
		text_lit(d->out, " => ");
		text_int(d->out, m->namelen);
	}
	decode_field(d, "msg_iov");
	decode_iovec(d, m->iov, m->iovlen, data_len);
	decode_field(d, "msg_iovlen");
	text_uint(d->out, m->iovlen);
	if (m->controllen) {
		decode_field(d, "msg_control");
		decode_cmsgs(d, m->control, m->controllen);
	}
	decode_field(d, "msg_controllen");
	text_uint(d->out, m->controllen);
	decode_field(d, "msg_flags");
	decode_flags(d, &xlat_msg_flags, m->flags);
	decode_end(d);
}

void decode_msghdr(struct decode *d, uint64_t addr, uint64_t data_len)
{
	struct kernel_msghdr m;

	if (addr && decode_read(d, addr, &m, sizeof(m)))
		print_message(d, &m, m.namelen, data_len);
	else
		decode_addr(d, addr);
}

void decode_sendmsg(struct decode *d)
{
	decode_default(d, 1);
	decode_msghdr(d, decode_next(d), UINT64_MAX);
	decode_default(d, 1);
}

void decode_recvmsg(struct decode *d)
{
	struct kernel_msghdr in, out;
	uint64_t addr;

	decode_default(d, 1);
	addr = decode_next(d);
	if (!decode_exit(d))
		return;
	if (!addr || !decode_read_at(d, false, addr, &in, sizeof(in))) {
		decode_addr(d, addr);
	} else if (decode_failed(d) || !decode_read_at(d, true, addr, &out, sizeof(out))) {
		text_lit(d->out, "{msg_namelen=");
		text_int(d->out, in.namelen);
		text_char(d->out, '}');
	} else {
		print_message(d, &out, in.namelen, (uint64_t)d->rec->ret);
	}
	decode_default(d, 1);
}

/* Element i of the vector at addr, at entry or at exit. */
static bool load_element(struct decode *d, bool out, uint64_t addr, uint64_t i,
			 struct kernel_mmsghdr *ret)
{
	return decode_read_at(d, out, addr + i * sizeof(*ret), ret, sizeof(*ret));
}

/*
 * n messages, of which done were sent or received; only these have a length. Data of a received
 * message is as long as that length says.
 */
static void print_vector(struct decode *d, uint64_t addr, uint64_t n, uint64_t done, bool received)
{
	uint64_t limit = d->opt->no_abbrev ? UINT64_MAX : d->opt->string_limit;
	struct kernel_mmsghdr in, out;

	if (!addr || (n && !load_element(d, false, addr, 0, &in))) {
		decode_addr(d, addr);
		return;
	}
	text_char(d->out, '[');
	for (uint64_t i = 0; i < n; i++) {
		bool is_done = i < done && load_element(d, true, addr, i, &out);

		if (i)
			text_lit(d->out, ", ");
		if (i == limit) {
			text_lit(d->out, "...");
			break;
		}
		if (!load_element(d, false, addr, i, &in)) {
			text_lit(d->out, "... /* ");
			text_hex(d->out, addr + i * sizeof(in));
			text_lit(d->out, " */");
			break;
		}
		text_lit(d->out, "{msg_hdr=");
		print_message(d, is_done ? &out.hdr : &in.hdr, in.hdr.namelen,
			      received && is_done ? out.len : UINT64_MAX);
		if (is_done) {
			text_lit(d->out, ", msg_len=");
			text_uint(d->out, out.len);
		}
		text_char(d->out, '}');
	}
	text_char(d->out, ']');
}

void decode_mmsghdr(struct decode *d, uint64_t addr, uint64_t n)
{
	print_vector(d, addr, n, 0, false);
}

void decode_sendmmsg(struct decode *d)
{
	uint64_t addr, done;

	decode_default(d, 1);
	addr = decode_next(d);
	if (!decode_exit(d))
		return;
	done = decode_failed(d) ? 0 : (uint64_t)d->rec->ret;
	print_vector(d, addr, (uint32_t)decode_arg(d, 2), done, false);
	decode_default(d, 2);
}

/* What is left of the timeout. */
static void print_left(struct decode *d)
{
	text_lit(d->out, "left ");
	decode_struct(d, &struct_timespec, decode_arg(d, 4), struct_timespec.size);
}

void decode_recvmmsg(struct decode *d)
{
	uint64_t addr, timeout;
	size_t have = 0;
	const void *ts;

	decode_default(d, 1);
	addr = decode_next(d);
	if (!decode_exit(d))
		return;
	if (decode_failed(d))
		decode_addr(d, addr);
	else
		print_vector(d, addr, (uint64_t)d->rec->ret, (uint64_t)d->rec->ret, true);
	decode_default(d, 2);
	timeout = decode_next(d);
	ts = timeout ? decode_peek_at(d, false, 0, timeout, &have, NULL) : NULL;
	if (!ts || have < struct_timespec.size) {
		decode_addr(d, timeout);
		return;
	}
	struct_timespec.print(d, ts, struct_timespec.size);
	if (d->rec->ret == 0)
		d->comment = "Timeout";
	else if (!decode_failed(d))
		d->print_comment = print_left;
}
