/* SPDX-License-Identifier: MIT */
/*
 * Printing the arguments and the result of a library call.
 */
#ifndef ITRACE_DECODE_LIB_ARGS_H
#define ITRACE_DECODE_LIB_ARGS_H

#include "decode/decode.h"

/* A decoder: every argument of d->desc, and what a format asks for. */
void lib_print_args(struct decode *d);

/* Value i of the call: its arguments by position, the variable ones behind them. False if it was
 * not recorded. */
bool lib_value(struct decode *d, unsigned int i, uint64_t *ret_value);

/* 'c', as ltrace prints a character. */
void lib_print_char(struct decode *d, unsigned char c);

/* The bits of a double. */
void lib_print_double(struct decode *d, uint64_t bits);

/* The variable arguments, from value i on, of the printf format at address format. */
void lib_print_format(struct decode *d, uint64_t format, unsigned int i);

#endif
