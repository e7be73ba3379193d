/* SPDX-License-Identifier: MIT */
/* A program that no library can be preloaded into; it runs long enough to be noticed. */
#include <time.h>

int main(void)
{
	struct timespec wait = { 0, 50000000 };

	nanosleep(&wait, NULL);
	return 0;
}
