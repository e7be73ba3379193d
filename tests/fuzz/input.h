/* SPDX-License-Identifier: MIT */
/* Taking values off a fuzzer's input: behind its end everything is 0. */
#ifndef TESTS_FUZZ_INPUT_H
#define TESTS_FUZZ_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct input {
	const uint8_t *at, *end;
};

static inline size_t input_left(const struct input *in)
{
	return (size_t)(in->end - in->at);
}

static inline void input_take(struct input *in, void *dst, size_t len)
{
	size_t n = len < input_left(in) ? len : input_left(in);

	memset(dst, 0, len);
	memcpy(dst, in->at, n);
	in->at += n;
}

static inline uint8_t input_u8(struct input *in)
{
	uint8_t v;

	input_take(in, &v, sizeof(v));
	return v;
}

static inline uint16_t input_u16(struct input *in)
{
	uint16_t v;

	input_take(in, &v, sizeof(v));
	return v;
}

static inline uint32_t input_u32(struct input *in)
{
	uint32_t v;

	input_take(in, &v, sizeof(v));
	return v;
}

static inline uint64_t input_u64(struct input *in)
{
	uint64_t v;

	input_take(in, &v, sizeof(v));
	return v;
}

#endif
