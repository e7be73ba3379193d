/* SPDX-License-Identifier: MIT */
/* From a record to the descriptor that prints it. */
#ifndef ITRACE_DESC_OF_H
#define ITRACE_DESC_OF_H

#include "decode/call_desc.h"
#include "itrace/record.h"

/* The descriptor of a record of kind RECORD_CALL, its variant chosen; NULL if the number is in no
 * spec. */
const struct call_desc *call_desc_of(const struct record *rec);

#endif
