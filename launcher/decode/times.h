/* SPDX-License-Identifier: MIT */
/*
 * Times inside structures and vectors, for all families.
 */
#ifndef ITRACE_TIMES_H
#define ITRACE_TIMES_H

#include <sys/time.h>
#include <time.h>

#include "decode/decode.h"

/* {tv_sec=1, tv_nsec=5} */
void decode_timespec_value(struct decode *d, const struct timespec *ts);
void decode_timeval_value(struct decode *d, const struct timeval *tv);

/* " / * 2023-11-14T22:13:20.000000005+0000 * /"; nothing for the time 0. As text_time(). */
void decode_time_comment(struct decode *d, int64_t sec, uint64_t fraction, unsigned int digits);

#endif
