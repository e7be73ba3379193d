// SPDX-License-Identifier: MIT
// What late.c loads: calls its own exported function through its own table, and libc.
#include <stdlib.h>
#include <string.h>

int plugin_inner(const char *s)
{
	return (int)strlen(s);
}

int plugin_work(int n)
{
	char *p = malloc(77);
	int sum = 0;

	for (int i = 0; i < n; i++)
		sum += plugin_inner(i % 2 ? "odd" : "even");
	free(p);
	return sum;
}
