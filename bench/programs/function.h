/* SPDX-License-Identifier: MIT */
/* A function of a shared library that does nothing: what a traced call of one costs. */
#ifndef BENCH_FUNCTION_H
#define BENCH_FUNCTION_H

/* Returns n + 1. */
int bench_function(int n);

#endif
