/* SPDX-License-Identifier: MIT */
/*
 * Addresses of the network: whole socket addresses and their parts.
 */
#ifndef ITRACE_SOCKADDR_H
#define ITRACE_SOCKADDR_H

#include "decode/decode.h"

/* {sa_family=AF_INET, ...}: len >= 2 bytes at data, in the launcher's memory. */
void decode_sockaddr_data(struct decode *d, const void *data, size_t len);

/* if_nametoindex("lo"), or the number. */
void decode_interface(struct decode *d, uint32_t index);
/* inet_addr("127.0.0.1"); inet_pton(AF_INET6, "::1", &field) */
void decode_inet_addr(struct decode *d, const void *in_addr);
void decode_inet6_addr(struct decode *d, const void *in6_addr, const char *field);

/* For printers of families: 0x1, 0 as 00; name=htons(80); [0x1, 0x2] of have bytes, ", ..." if len
 * is more; sa_data="..." */
void sockaddr_byte(struct decode *d, unsigned char byte);
void sockaddr_htons(struct decode *d, const char *name, const void *be16);
void sockaddr_bytes(struct decode *d, const unsigned char *bytes, size_t len, size_t have);
void sockaddr_raw(struct decode *d, const char *data, size_t len);

/* Families: all of the address but its family. */
void sockaddr_inet(struct decode *d, const char *data, size_t len);
void sockaddr_inet6(struct decode *d, const char *data, size_t len);
void sockaddr_ax25(struct decode *d, const char *data, size_t len);
void sockaddr_ipx(struct decode *d, const char *data, size_t len);
void sockaddr_x25(struct decode *d, const char *data, size_t len);
void sockaddr_bluetooth(struct decode *d, const char *data, size_t len);
void sockaddr_ieee802154(struct decode *d, const char *data, size_t len);
void sockaddr_alg(struct decode *d, const char *data, size_t len);
void sockaddr_nfc(struct decode *d, const char *data, size_t len);
void sockaddr_vsock(struct decode *d, const char *data, size_t len);
void sockaddr_qipcrtr(struct decode *d, const char *data, size_t len);
void sockaddr_xdp(struct decode *d, const char *data, size_t len);
void sockaddr_rxrpc(struct decode *d, const char *data, size_t len);
void sockaddr_mctp(struct decode *d, const char *data, size_t len);

#endif
