/* SPDX-License-Identifier: MIT */
/* What each harness is: one function, called for every input. Inputs and bytes are counted around
 * it. */
#ifndef TESTS_FUZZ_HARNESS_H
#define TESTS_FUZZ_HARNESS_H

#include <stddef.h>
#include <stdint.h>

/* Tries one input. Returns 0, or -1 if it is not worth keeping. */
int fuzz_one(const uint8_t *data, size_t size);

#endif
