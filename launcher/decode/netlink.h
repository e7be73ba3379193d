/* SPDX-License-Identifier: MIT */
/*
 * Messages of netlink sockets.
 */
#ifndef ITRACE_NETLINK_H
#define ITRACE_NETLINK_H

#include "decode/decode.h"

/*
 * Prints the messages in len bytes at addr if the call's descriptor is a netlink socket's
 * (decode.netlink), all of them were captured and nothing but what is known here is in them.
 * False: nothing was printed.
 */
bool decode_netlink(struct decode *d, uint64_t addr, uint64_t len);

#endif
