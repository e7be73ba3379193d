/* SPDX-License-Identifier: MIT */
/*
 * The flags of open(2), for every call that takes or returns them.
 */
#ifndef ITRACE_OPEN_FLAGS_H
#define ITRACE_OPEN_FLAGS_H

#include "decode/decode.h"

/* O_RDWR|O_CLOEXEC: the access mode, then the flags. */
void decode_open_flags(struct decode *d, uint64_t flags);
/* The same, whatever -X says. */
void decode_open_flag_names(struct decode *d, uint64_t flags);

#endif
