/* SPDX-License-Identifier: MIT */
/* Words for what processes tell of their call sites. */
#ifndef ITRACE_SOURCE_NOTE_H
#define ITRACE_SOURCE_NOTE_H

/* Why a site is left to the trap, by enum site_reason; NULL if there is no such reason. */
const char *note_site_reason(unsigned int reason);

#endif
