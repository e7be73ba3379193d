/* SPDX-License-Identifier: MIT */
/*
 * The core's side of method shim (core_shim.h).
 */
#ifndef ITRACE_SHIM_CORE_H
#define ITRACE_SHIM_CORE_H

#include "core.h"

/* Hands the interface to the shims. Returns 0, or -ENOSYS if they were not preloaded. */
int shim_core_start(void);

/* The main thread begins its trace, before its first call. */
void shim_core_attach(void);

#endif
