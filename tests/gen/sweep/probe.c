// SPDX-License-Identifier: MIT
/*
 * Makes system calls with given arguments: one call per argument of the program, "NR A B C D E F",
 * numbers as 0x.. or decimal, perhaps negative. No libc: nothing but what is asked for, then exit.
 */
#include <stddef.h>

static long raw(long nr, const unsigned long *a)
{
	register long r10 __asm__("r10") = a[3];
	register long r8 __asm__("r8") = a[4];
	register long r9 __asm__("r9") = a[5];
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"(nr), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return ret;
}

static unsigned int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? (unsigned int)c - 'a' + 10 : 99;
}

static const char *parse(const char *s, unsigned long *ret_value)
{
	unsigned int base = 10;
	unsigned long v = 0;
	int negative;

	while (*s == ' ')
		s++;
	negative = *s == '-';
	s += negative;
	if (s[0] == '0' && s[1] == 'x') {
		base = 16;
		s += 2;
	}
	for (; digit(*s) < base; s++)
		v = v * base + digit(*s);
	*ret_value = negative ? -v : v;
	return s;
}

__attribute__((used, noreturn)) void start(long *stack)
{
	char **argv = (char **)(stack + 1);
	unsigned long none[6] = { 0 };

	for (int i = 1; argv[i]; i++) {
		const char *s = argv[i];
		unsigned long v[7];

		for (int j = 0; j < 7; j++)
			s = parse(s, &v[j]);
		raw((long)v[0], v + 1);
	}
	raw(231, none);
	__builtin_unreachable();
}

__asm__(".globl _start\n_start:\n\tmov %rsp, %rdi\n\tand $-16, %rsp\n\tcall start\n");
