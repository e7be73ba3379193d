/* SPDX-License-Identifier: MIT */
/*
 * The heap report (--heap): made of the allocator's library calls, printed when the program is
 * done.
 *
 * An allocation counts from the moment its call returned, a release from the moment its call was
 * entered: between these two nobody else can be given the address. Events come in the order of
 * their entry, so what returned later than the event at hand is kept back until then.
 *
 * An allocation that another one makes inside (operator new calls malloc) is the outer one's.
 */
#ifndef ITRACE_SINK_HEAP_H
#define ITRACE_SINK_HEAP_H

#include "event.h"
#include "sink/text.h"

/* What has to be traced, as a filter. */
extern const char heap_functions[];

struct heap;

/* NULL if memory is out. */
struct heap *heap_new(void);
void heap_free(struct heap *h);

void heap_event(struct heap *h, const struct event *ev);

/* Appends the report: one part per process. */
void heap_print(struct heap *h, struct text *out);

#endif
