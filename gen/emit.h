/* SPDX-License-Identifier: MIT */
/*
 * The generator's outputs: one function per file. Each writes the text of its file for a resolved
 * spec; the order of lines depends on nothing but the spec. Descriptor 0 stands for "no such call",
 * descriptor i + 1 for spec->sorted[i].
 */
#ifndef ITRACE_EMIT_H
#define ITRACE_EMIT_H

#include <stdio.h>

#include "spec.h"

void emit_plan_table(FILE *f, const struct spec *spec);
void emit_call_table(FILE *f, const struct spec *spec);
void emit_call_class(FILE *f, const struct spec *spec);
void emit_structs(FILE *f, const struct spec *spec);
void emit_xlat_table(FILE *f, const struct spec *spec);
void emit_xlat_header(FILE *f, const struct spec *spec);
void emit_shims(FILE *f, const struct spec *spec);
void emit_lib_table(FILE *f, const struct spec *spec);

/* "SPDX, generated, role" at the top of each output. */
void emit_head(FILE *f, const char *role);

/* All headers that the spec includes. */
void emit_includes(FILE *f, const struct spec *spec);

/* The value as a C constant. c->has_value. */
void emit_value(FILE *f, const struct spec_const *c);

/* Behind emit_const_macro(). Asserts (or defines) the constant as the spec states it, if the spec
 * does. */
void emit_const_value(FILE *f, const struct spec *spec, const char *name);

/* The macro CONST(x): a constant as uint64_t. A 32-bit constant is not sign-extended, because
 * arguments of 32 bits are compared as such. */
void emit_const_macro(FILE *f);

/* "file.spec:12", without directories. */
void emit_pos(FILE *f, const struct spec_pos *pos);

#endif
