/* SPDX-License-Identifier: MIT */
#include "maps.h"

#include <asm/unistd.h>
#include <linux/fcntl.h>

#include "../memory.h"

#define BUFFER 4096
#define USER_END 0x7ffffffff000ull

static uint64_t number(const char **s, unsigned int base)
{
	uint64_t v = 0;

	for (;; (*s)++) {
		unsigned int c = (unsigned char)**s, digit;

		if (c >= '0' && c <= '9')
			digit = c - '0';
		else if (base == 16 && c >= 'a' && c <= 'f')
			digit = c - 'a' + 10;
		else
			return v;
		v = v * base + digit;
	}
}

/* "start-end rwxp offset major:minor inode ..." */
static void parse(const char *s, struct mapping *ret_m)
{
	ret_m->start = number(&s, 16);
	s++;
	ret_m->end = number(&s, 16);
	s++;
	ret_m->readable = s[0] == 'r';
	ret_m->writable = s[1] == 'w';
	ret_m->executable = s[2] == 'x';
	ret_m->shared = s[3] == 's';
	s += 5;
	ret_m->offset = number(&s, 16);
	s++;
	ret_m->device = number(&s, 16) << 32;
	s++;
	ret_m->device |= number(&s, 16);
	s++;
	ret_m->inode = number(&s, 10);
}

int maps_each(bool (*fn)(void *ctx, const struct mapping *m), void *ctx)
{
	char buf[BUFFER];
	size_t have = 0;
	bool rest = false; /* of a line longer than the buffer, of which the path is the end */
	long n, fd = raw4(__NR_openat, AT_FDCWD, (long)"/proc/self/maps", O_RDONLY | O_CLOEXEC, 0);

	if (fd < 0)
		return (int)fd;
	while ((n = raw3(__NR_read, fd, (long)(buf + have), (long)(sizeof(buf) - have))) > 0) {
		size_t line = 0;

		have += (size_t)n;
		for (size_t i = 0; i < have; i++) {
			struct mapping m;

			if (buf[i] != '\n' && !(i == sizeof(buf) - 1 && !line))
				continue;
			if (!rest) {
				parse(buf + line, &m);
				if (m.end > USER_END || !fn(ctx, &m))
					goto out;
			}
			rest = buf[i] != '\n';
			line = i + 1;
		}
		have -= line;
		memmove(buf, buf + line, have);
	}
out:
	raw3(__NR_close, fd, 0, 0);
	return n < 0 ? (int)n : 0;
}
