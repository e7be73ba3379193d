/* SPDX-License-Identifier: MIT */
/*
 * shims.c: the wrappers of method shim.
 */
#include "emit.h"

void emit_shims(FILE *f, const struct spec *spec)
{
	(void)spec;
	emit_head(f, "wrappers of libc's functions");
	fputs("typedef int shims_none;\n", f);
}
