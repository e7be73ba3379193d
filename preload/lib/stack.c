/* SPDX-License-Identifier: MIT */
/*
 * glibc keeps a thread's control block (%fs:0 points to itself) at the high end of the stack that
 * it runs on, whoever allocated that; the main thread's stack is the mapping called [stack], which
 * the kernel lets grow down to the resource limit.
 */
#include "stack.h"

#include <asm/fcntl.h>
#include <linux/fcntl.h>
#include <linux/resource.h>
#include <sys/syscall.h>

#include "lib.h"

#define MAIN_STACK_MIN (8ull << 20)
#define MAIN_STACK_MAX (1ull << 30)

/* A line of maps, as far as it is read: "low-high ... path" */
struct parse {
	uint64_t low, high;
	uint64_t number;
	unsigned int field;   /* 0 = low, 1 = high, 2 = the rest */
	unsigned int matched; /* characters of "[stack]" seen */
};

struct want {
	uint64_t addr;	  /* the mapping that holds it ... */
	bool main_thread; /* ... or the one called [stack] */
};

/* One character. True: the line is over and is the one that is wanted. */
static bool parse_char(struct parse *p, const struct want *w, char c)
{
	static const char name[] = "[stack]";

	if (c == '\n') {
		bool found = w->main_thread ? p->matched == sizeof(name) - 1
					    : w->addr >= p->low && w->addr < p->high;

		p->field = p->matched = 0;
		p->number = 0;
		return found;
	}
	if (p->field == 2) {
		if (p->matched < sizeof(name) - 1)
			p->matched = c == name[p->matched] ? p->matched + 1 : 0;
		return false;
	}
	if (c == '-' || c == ' ') {
		*(p->field ? &p->high : &p->low) = p->number;
		p->number = 0;
		p->field++;
		return false;
	}
	p->number = p->number * 16 + (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
	return false;
}

static bool find_mapping(struct parse *p, const struct want *w)
{
	long fd = lib_api->syscall(SYS_open, (long)"/proc/self/maps", O_RDONLY | O_CLOEXEC, 0, 0, 0,
				   0);
	bool found = false;
	char buf[512];
	long n;

	if (fd < 0)
		return false;
	while (!found && (n = lib_api->syscall(SYS_read, fd, (long)buf, sizeof(buf), 0, 0, 0)) > 0)
		for (long i = 0; i < n && !found; i++)
			found = parse_char(p, w, buf[i]);
	lib_api->syscall(SYS_close, fd, 0, 0, 0, 0, 0);
	return found;
}

static uint64_t main_stack_size(void)
{
	struct rlimit64 {
		uint64_t cur, max;
	} limit = { 0, 0 };

	lib_api->syscall(SYS_prlimit64, 0, RLIMIT_STACK, 0, (long)&limit, 0, 0);
	if (limit.cur < MAIN_STACK_MIN)
		return MAIN_STACK_MIN;
	return limit.cur > MAIN_STACK_MAX ? MAIN_STACK_MAX : limit.cur;
}

void stack_bounds(uint64_t *low, uint64_t *high)
{
	struct parse p = { 0 };
	struct want w;

	w.main_thread = lib_api->syscall(SYS_gettid, 0, 0, 0, 0, 0, 0) ==
			lib_api->syscall(SYS_getpid, 0, 0, 0, 0, 0, 0);
	__asm__("mov %%fs:0, %0" : "=r"(w.addr));
	*low = *high = 1;
	if (!find_mapping(&p, &w))
		return;
	*low = w.main_thread ? p.high - main_stack_size() : p.low;
	*high = w.main_thread ? p.high : w.addr;
}
