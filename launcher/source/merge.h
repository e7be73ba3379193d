/* SPDX-License-Identifier: MIT */
/* The two ways through the streams; see ring.h on order. */
#ifndef ITRACE_SOURCE_MERGE_H
#define ITRACE_SOURCE_MERGE_H

#include "source/ring_private.h"

/* Delivers what happened up to the watermark (ticks), by time. */
void merge_ordered(struct ring_reader *r, uint64_t watermark);

/* Delivers what is there, in turns, so that no stream's writer waits for long while another's is
 * read. */
void merge_unordered(struct ring_reader *r);

#endif
