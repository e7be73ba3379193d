/* SPDX-License-Identifier: MIT */
/*
 * Library calls, as the launcher sees them: names by index (they come as records while the program
 * runs), and printing as ltrace does. One table per launcher.
 */
#ifndef ITRACE_DECODE_LIB_H
#define ITRACE_DECODE_LIB_H

#include <stdbool.h>
#include <stdint.h>

#include "decode/decode.h"
#include "lib_filter.h"
#include "lib_proto.h"

/* p and f live as long as the table. demangle: C++ names are shown as they were written. */
void lib_names_init(const struct lib_protos *p, const struct lib_filter *f, bool demangle);
void lib_names_release(void);

/* Takes in a RECORD_NAME. Reader thread. */
void lib_names_note(const struct record *rec);

/* The descriptor of the function with that index: never NULL. Its name is what is to be shown. */
const struct call_desc *lib_desc(uint32_t index);

/* The function's symbol without library, "" if the index was never named. */
const char *lib_symbol(uint32_t index);

/* As decode_result(), for a library call: "= 0x55...", "= <void>", "= \"text\"". */
void lib_print_result(struct decode *d);

#endif
