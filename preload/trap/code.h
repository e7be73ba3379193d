/* SPDX-License-Identifier: MIT */
/* Writing into the program's code. */
#ifndef ITRACE_CODE_H
#define ITRACE_CODE_H

#include <stdint.h>

/* Stores two bytes of code at once, other threads running it: atomic for them unless they lie in
 * two cache lines (patch.h). Signals blocked. Returns 0 or -errno: the code may not be written. */
int code_store(uint64_t addr, uint16_t word);

#endif
