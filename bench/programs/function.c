/* SPDX-License-Identifier: MIT */
#include "function.h"

int bench_function(int n)
{
	return n + 1;
}
