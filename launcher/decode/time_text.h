/* SPDX-License-Identifier: MIT */
/*
 * Points in time as text: 2023-11-14T22:13:20.123456789+0000, local time.
 */
#ifndef ITRACE_TIME_TEXT_H
#define ITRACE_TIME_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "sink/text.h"

/* Appends the time; fraction in units of 10^-digits s, left out if 0. False, and nothing appended,
 * if there is no such year. */
bool text_time(struct text *t, int64_t sec, uint64_t fraction, unsigned int digits);

#endif
