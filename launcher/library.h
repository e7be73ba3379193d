/* SPDX-License-Identifier: MIT */
/*
 * Library calls in one session: what the command line asks for, made ready.
 */
#ifndef ITRACE_LIBRARY_H
#define ITRACE_LIBRARY_H

#include <stddef.h>

#include "options.h"
#include "sink/text.h"

struct library {
	struct lib_protos protos;
	struct lib_filter filter; /* what is asked for, and what a heap report needs */
	void *area;		  /* for struct session_options; NULL: no library calls */
	size_t len;
};

/* Reads the prototype files, checks the filters. Returns 0, or -errno with the message in *error.
 */
int library_init(struct library *l, const struct options *o, struct text *error);
void library_release(struct library *l);

#endif
