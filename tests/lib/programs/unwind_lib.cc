// SPDX-License-Identifier: MIT
// The traced library of unwind.cc: calls back, throws, jumps, and takes arguments of every kind.
#include <csetjmp>
#include <execinfo.h>
#include <stdexcept>

extern "C" {

typedef void callback(int);

struct large {
	long v[40];
};

static jmp_buf target;

long sum_large(struct large b, int a, double d)
{
	long sum = a + (long)d;

	for (long x : b.v)
		sum += x;
	return sum;
}

long sum_many(long a, long b, long c, long d, long e, long f, long g, long h, long i, long j, long k, long l)
{
	return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h + 9 * i + 10 * j + 11 * k + 12 * l;
}

double mixed(double a, float b, int c, long double d)
{
	return a + b + c + (double)d;
}

long double twice(long double x)
{
	return x * 2;
}

void call_back(callback *f, int n)
{
	f(n);
	asm volatile("");
}

void throw_error(int n)
{
	throw std::runtime_error(n > 1 ? "two" : "one");
}

static void jump(int n)
{
	longjmp(target, n);
}

int jump_inside(int n)
{
	int r = setjmp(target);

	if (!r)
		call_back(jump, n);
	return r;
}

void tail_second(int n)
{
	if (n == 7)
		throw std::runtime_error("tail");
	asm volatile("" ::"r"(n));
}

void tail_first(int n)
{
	tail_second(n + 1);
}

int frames(void)
{
	void *p[64];

	return backtrace(p, 64);
}
}
