/* SPDX-License-Identifier: MIT */
/* From a record to the descriptor that prints it. */
#ifndef ITRACE_DESC_OF_H
#define ITRACE_DESC_OF_H

#include "decode/call_desc.h"
#include "itrace/record.h"

/* The descriptor of a call: of a system call with its variant chosen, NULL if the number is in no
 * spec; of a library call never NULL. */
const struct call_desc *call_desc_of(const struct record *rec);

#endif
