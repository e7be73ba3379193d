/* SPDX-License-Identifier: MIT */
/* libFuzzer's entry, and the word on what has been tried. */
#include <inttypes.h>
#include <stdio.h>

#include "harness.h"

static uint64_t inputs, bytes;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	inputs++;
	bytes += size;
	return fuzz_one(data, size);
}

__attribute__((destructor)) static void tell(void)
{
	fprintf(stderr, "tried: %" PRIu64 " inputs, %" PRIu64 " bytes\n", inputs, bytes);
}
