// SPDX-License-Identifier: MIT
// Calls whose lines ltrace and itrace agree on, once addresses are normalised.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

int main(void)
{
	int numbers[4] = { 3, 1, 2, 0 };
	char line[64], *p = malloc(1024);
	FILE *f;

	strcpy(p, "a string that is longer than the thirty-two characters shown");
	printf("%d %s %c %5.2f %x %o %ld %.3s\n", 3, p, 'y', 3.14159, 255, 8, -5L, "abcdef");
	snprintf(line, sizeof(line), "%d-%s", 4, "hey");
	puts(p);
	free(p);
	p = calloc(4, 4);
	p = realloc(p, 100);
	free(p);
	getenv("PLAIN_HOME");
	setenv("PLAIN_HOME", "x", 1);
	strcmp("left", "right");
	qsort(numbers, 4, sizeof(numbers[0]), compare);
	f = fopen("/etc/passwd", "r");
	if (f) {
		fgets(line, 20, f);
		fclose(f);
	}
	exit(2);
}
