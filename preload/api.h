/* SPDX-License-Identifier: MIT */
/*
 * Starts the sibling library (core_api.h) if it was loaded beside us.
 */
#ifndef ITRACE_API_H
#define ITRACE_API_H

/* Once, with the main thread armed. */
void api_start(void);

#endif
