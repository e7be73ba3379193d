/* SPDX-License-Identifier: MIT */
/*
 * Printing an argument by its descriptor: what every type of the spec means.
 */
#include <string.h>

#include "decode/array.h"

#define SIGSET_SIZE 8 /* the kernel's; it takes no other */

/* Families may be missing: their arguments are addresses then. */
#pragma weak decode_sockaddr
#pragma weak decode_msghdr
#pragma weak decode_mmsghdr

/* Bytes of one value of a scalar type, as arrays and references hold it. */
static size_t scalar_size(const struct arg_desc *a, unsigned int type)
{
	switch (type) {
	case ARG_LONG:
	case ARG_ULONG:
	case ARG_HEXLONG:
	case ARG_PTR:
	case ARG_SIZE:
	case ARG_OFF:
	case ARG_TIME:
	case ARG_PATH:
	case ARG_STR:
		return 8;
	case ARG_STRUCT:
		return a->desc ? a->desc->size : a->size;
	case ARG_FLAGS:
	case ARG_ENUM:
		return a->size == 1 || a->size == 2 || a->size == 8 ? a->size : 4;
	case ARG_CHAR:
	case ARG_BOOL:
		return 1;
	default:
		return 4;
	}
}

/* A set of flags is 32 bits wide unless the spec says 64. */
static uint64_t flags_value(const struct arg_desc *a, uint64_t v)
{
	return a->size == 8 ? v : (uint32_t)v;
}

static void print_named(struct decode *d, const struct arg_desc *a, unsigned int type, uint64_t v)
{
	v = flags_value(a, v);
	if (!a->xlat)
		decode_hex(d, v);
	else if (type == ARG_FLAGS)
		decode_flags(d, a->xlat, v);
	else
		decode_enum(d, a->xlat, v);
}

/* Values that are no pointers. False: type is none of them. */
static bool print_scalar(struct decode *d, const struct arg_desc *a, unsigned int type, uint64_t v)
{
	switch (type) {
	case ARG_INT:
	case ARG_PID:
		decode_int(d, (int32_t)v);
		return true;
	case ARG_UINT:
		decode_uint(d, (uint32_t)v);
		return true;
	case ARG_LONG:
	case ARG_OFF:
	case ARG_TIME:
		decode_int(d, (int64_t)v);
		return true;
	case ARG_ULONG:
	case ARG_SIZE:
		decode_uint(d, v);
		return true;
	case ARG_HEX:
		decode_hex(d, (uint32_t)v);
		return true;
	case ARG_HEXLONG:
		decode_hex(d, v);
		return true;
	case ARG_OCT:
		decode_oct(d, v);
		return true;
	case ARG_PTR:
	case ARG_FUNC:
		decode_addr(d, v);
		return true;
	case ARG_FD:
		decode_fd(d, (int32_t)v);
		return true;
	case ARG_DIRFD:
		decode_dirfd(d, (int32_t)v);
		return true;
	case ARG_MODE:
		decode_mode(d, (uint16_t)v);
		return true;
	case ARG_UID:
	case ARG_GID:
		decode_uid(d, (uint32_t)v);
		return true;
	case ARG_DEV:
		decode_dev(d, (uint32_t)v);
		return true;
	case ARG_SIGNAL:
		decode_signal(d, v);
		return true;
	case ARG_FLAGS:
	case ARG_ENUM:
		print_named(d, a, type, v);
		return true;
	case ARG_CLOCK:
		decode_clock(d, (int32_t)v);
		return true;
	case ARG_CHAR: {
		char c = (char)v;

		decode_quoted(d, &c, 1, false);
		return true;
	}
	case ARG_BOOL:
		text_string(d->out, v & 0xff ? "true" : "false");
		return true;
	default:
		return false;
	}
}

/* The length or count that goes with a. */
static uint64_t length_of(struct decode *d, const struct arg_desc *a, uint64_t none)
{
	uint64_t v;
	uint32_t pointed;

	if (a->len == ARG_LEN_NONE)
		return none;
	if (a->len == ARG_LEN_CONST)
		return a->count ? a->count : a->size;
	if (a->len == ARG_LEN_RET)
		return d->at_exit && d->rec->ret > 0 ? (uint64_t)d->rec->ret : 0;
	v = decode_arg(d, a->len);
	if (!a->len_ref)
		return v;
	return decode_read(d, v, &pointed, sizeof(pointed)) ? pointed : 0;
}

/* One value of elem type at data, which holds size bytes of it. */
static void print_element(struct decode *d, const struct arg_desc *a, const void *data, size_t size)
{
	uint64_t v = 0;

	if (a->elem == ARG_STRUCT) {
		if (a->desc && a->desc->print)
			a->desc->print(d, data, size);
		else
			text_lit(d->out, "{...}");
		return;
	}
	memcpy(&v, data, size < sizeof(v) ? size : sizeof(v));
	if (a->elem == ARG_PATH || a->elem == ARG_STR)
		decode_string(d, v, a->elem == ARG_PATH);
	else if (!print_scalar(d, a, a->elem, v))
		decode_hex(d, v);
}

static void print_reference(struct decode *d, const struct arg_desc *a, uint64_t addr)
{
	size_t size = scalar_size(a, a->elem), have;
	const void *data = addr ? decode_peek(d, addr, &have, NULL) : NULL;

	if (!data || have < size) {
		decode_addr(d, addr);
		return;
	}
	text_char(d->out, '[');
	print_element(d, a, data, size);
	text_char(d->out, ']');
}

static void print_array(struct decode *d, const struct arg_desc *a, uint64_t addr)
{
	size_t size = scalar_size(a, a->elem);
	struct array_walk w;
	const void *e;

	array_begin(d, &w, addr, length_of(d, a, 1), size);
	while ((e = array_next(d, &w)))
		print_element(d, a, e, size);
}

static void print_sigset(struct decode *d, const struct arg_desc *a, uint64_t addr)
{
	uint64_t len = length_of(d, a, 8);
	size_t have;
	const void *set = addr ? decode_peek(d, addr, &have, NULL) : NULL;

	if (len != SIGSET_SIZE || !set || have < len)
		decode_addr(d, addr);
	else
		decode_sigset(d, set, len);
}

/* {sigmask=[CHLD], sigsetsize=8} */
static void print_sigmask(struct decode *d, uint64_t addr)
{
	uint64_t pair[2];
	const void *set;
	size_t have;

	if (!decode_read(d, addr, pair, sizeof(pair))) {
		decode_addr(d, addr);
		return;
	}
	text_lit(d->out, "{sigmask=");
	set = pair[0] && pair[1] == SIGSET_SIZE ? decode_peek(d, pair[0], &have, NULL) : NULL;
	if (set && have >= SIGSET_SIZE)
		decode_sigset(d, set, SIGSET_SIZE);
	else
		decode_addr(d, pair[0]);
	text_lit(d->out, ", sigsetsize=");
	text_uint(d->out, pair[1]);
	text_char(d->out, '}');
}

static void print_fd_pair(struct decode *d, uint64_t addr)
{
	int32_t pair[2];

	if (!addr || !decode_read(d, addr, pair, sizeof(pair))) {
		decode_addr(d, addr);
		return;
	}
	text_char(d->out, '[');
	decode_fd(d, pair[0]);
	text_lit(d->out, ", ");
	decode_fd(d, pair[1]);
	text_char(d->out, ']');
}

/* What a failed call would have written: an address, unless it was captured all the same. */
static bool is_missing(struct decode *d, const struct arg_desc *a, uint64_t addr)
{
	size_t have;

	return a->dir == ARG_OUT && decode_failed(d) &&
	       !decode_peek_at(d, true, 0, addr, &have, NULL);
}

static void print_struct(struct decode *d, const struct arg_desc *a, uint64_t addr)
{
	size_t size = a->desc ? a->desc->size : a->size;
	uint64_t len = a->len == ARG_LEN_NONE ? size : length_of(d, a, size);

	decode_struct(d, a->desc, addr, len);
}

void decode_by_desc(struct decode *d, const struct arg_desc *a, uint64_t value)
{
	if (print_scalar(d, a, a->type, value))
		return;
	if (!value || is_missing(d, a, value)) {
		decode_addr(d, value);
		return;
	}
	switch (a->type) {
	case ARG_PATH:
	case ARG_STR:
		decode_string(d, value, a->type == ARG_PATH);
		break;
	case ARG_BYTES:
		decode_bytes(d, value, length_of(d, a, 0));
		break;
	case ARG_STRUCT:
		print_struct(d, a, value);
		break;
	case ARG_ARRAY:
		print_array(d, a, value);
		break;
	case ARG_REF:
		print_reference(d, a, value);
		break;
	case ARG_SOCKADDR:
		if (decode_sockaddr)
			decode_sockaddr(d, value, length_of(d, a, 0));
		else
			decode_addr(d, value);
		break;
	case ARG_IOVEC:
		decode_iovec(d, value, length_of(d, a, 0),
			     a->dir & ARG_OUT ? (uint64_t)d->rec->ret : UINT64_MAX);
		break;
	case ARG_MSGHDR:
		if (decode_msghdr)
			decode_msghdr(d, value,
				      a->dir & ARG_OUT ? (uint64_t)d->rec->ret : UINT64_MAX);
		else
			decode_addr(d, value);
		break;
	case ARG_MMSGHDR:
		if (decode_mmsghdr)
			decode_mmsghdr(d, value, length_of(d, a, 0));
		else
			decode_addr(d, value);
		break;
	case ARG_ARGV:
		decode_argv(d, value);
		break;
	case ARG_ENVP:
		decode_envp(d, value);
		break;
	case ARG_DIRENTS:
		decode_dirents(d, value, length_of(d, a, 0));
		break;
	case ARG_FDPAIR:
		print_fd_pair(d, value);
		break;
	case ARG_SIGSET:
		print_sigset(d, a, value);
		break;
	case ARG_SIGMASK:
		print_sigmask(d, value);
		break;
	default:
		decode_hex(d, value);
	}
}
