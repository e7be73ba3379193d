/* SPDX-License-Identifier: MIT */
/* The request of an ioctl(): its name, or _IOC(...). */
#ifndef ITRACE_IOCTL_H
#define ITRACE_IOCTL_H

#include "decode/decode.h"

void decode_ioctl_request(struct decode *d, uint32_t request);

#endif
