/* SPDX-License-Identifier: MIT */
/*
 * Control messages of sockets.
 */
#ifndef ITRACE_CMSG_H
#define ITRACE_CMSG_H

#include "decode/decode.h"

/* [{cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[3]}]: len bytes at addr */
void decode_cmsgs(struct decode *d, uint64_t addr, uint64_t len);

#endif
