/* SPDX-License-Identifier: MIT */
/*
 * How long an x86-64 instruction is. Pure: bytes in, length out; what it means is nobody's business
 * here. (AMD64 Architecture Programmer's Manual, volume 3, appendix A; Intel SDM, volume 2,
 * chapters 2 and appendix A.)
 */
#ifndef ITRACE_INSN_H
#define ITRACE_INSN_H

#include <stddef.h>
#include <stdint.h>

#define INSN_MAX 15

/* The length of the instruction that begins at p, of which n bytes can be read. 0: it does not end
 * within them, or there is no such instruction in 64-bit mode. Any context. */
unsigned int insn_length(const uint8_t *p, size_t n);

#endif
