/* SPDX-License-Identifier: MIT */
/*
 * Redirects calls: wherever an object holds the address of a function that is asked for, it gets
 * the address of that function's entry stub.
 *
 * These words are the same ones that the loader fills in when it relocates an object, so this
 * catches lazily bound calls, `-z now`, `-fno-plt` and `-z ibtplt` alike, calls between libraries,
 * and function pointers in tables. It does not see calls inside an object that no relocation
 * stands for.
 */
#ifndef ITRACE_LIB_GOT_H
#define ITRACE_LIB_GOT_H

#include "object.h"

/* Looks at all objects that are new since the last call. With the lib lock held. */
void got_redirect_new(void);

/* What a program is to be given that looked up `name` at run time and found addr (in caller, NULL
 * if unknown). With the lib lock held. */
uint64_t got_redirected(const struct object *caller, const char *name, uint64_t addr);

#endif
