/* SPDX-License-Identifier: MIT */
/* Values of socket options: what they are, and how each is shown. */
#ifndef ITRACE_SOCKOPT_H
#define ITRACE_SOCKOPT_H

#include "decode/decode.h"

enum value_kind {
	VALUE_ANY,
	VALUE_INT,
	VALUE_LINGER,
	VALUE_FILTER,
	VALUE_FILTER_LEN, /* get: a number of instructions */
	VALUE_CREDENTIALS,
	VALUE_ERROR,
	VALUE_TXREHASH,
	VALUE_MREQ,
	VALUE_MREQ6,
	VALUE_GROUP,
	VALUE_PACKET_MREQ,
	VALUE_PACKET_RING,
	VALUE_ICMP_FILTER,
};

/* The least length of a value that is shown as what it is. */
size_t sockopt_least(enum value_kind kind);

/* A value of at least that length; VALUE_ANY as a number. len: how many bytes there are. */
void sockopt_print(struct decode *d, enum value_kind kind, const char *data, size_t len);

/* These may be cut at any byte. */
void sockopt_linger(struct decode *d, const char *data, size_t len);
void sockopt_credentials(struct decode *d, const char *data, size_t len);

#endif
