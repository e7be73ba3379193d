/* SPDX-License-Identifier: MIT */
/*
 * See environment.h. What the program's own environment holds is never changed: a new image gets a
 * copy of the pointers, and new strings for ours.
 */
#include <linux/errno.h>

#include "environment.h"
#include "memory.h"
#include "text.h"

#include "itrace/handoff.h"

#define PRELOAD "LD_PRELOAD="
#define FD_PATH "/proc/self/fd/"
#define AT_IGNORE 1 /* elf.h */
#define VARS_OURS 4 /* LD_PRELOAD, the session, the pad, NULL */
#define VARS_MAX (1u << 20)

bool environment_read(char **envp, struct handoff *ret_h)
{
	uint64_t v[4];

	for (; *envp; envp++) {
		const char *s = text_after(*envp, HANDOFF_VARIABLE "=");

		if (!s)
			continue;
		for (int i = 0; i < 4; i++) {
			s = text_number(s, &v[i]);
			if (!s || *s != (i < 3 ? ',' : 0))
				return false;
			s++;
		}
		*ret_h = (struct handoff){ (int32_t)v[0], (uint32_t)v[1], (int32_t)v[2],
					   (uint32_t)v[3] };
		return true;
	}
	return false;
}

/* One of the libraries that we put there: by name, or by descriptor (exec_session.c). */
static bool is_our_library(const char *entry, size_t len, int *ret_fd)
{
	const char *digits = text_after(entry, FD_PATH), *base = entry;
	uint64_t fd;

	if (digits && text_number(digits, &fd) == entry + len) {
		*ret_fd = (int)fd;
		return true;
	}
	for (size_t i = 0; i < len; i++) {
		if (entry[i] == '/')
			base = entry + i + 1;
	}
	return text_after(base, "libitrace") != NULL;
}

/* LD_PRELOAD as the program had it: false if it had none. */
static bool restore_preload(char *value, int *ret_fd)
{
	char *rest = value;

	for (;;) {
		size_t len = 0;

		while (rest[len] && rest[len] != ':')
			len++;
		if (!is_our_library(rest, len, ret_fd))
			break;
		if (!rest[len])
			return false;
		rest += len + 1;
	}
	memmove(value, rest, text_length(rest) + 1);
	return true;
}

void environment_clean(char **envp, int *ret_fd)
{
	char **to = envp, **from;

	*ret_fd = -1;
	for (from = envp; *from; from++) {
		bool ours = text_after(*from, HANDOFF_VARIABLE) != NULL;

		if (!ours && text_after(*from, PRELOAD))
			ours = !restore_preload(*from + sizeof(PRELOAD) - 1, ret_fd);
		if (ours)
			memset(*from, 0, text_length(*from));
		else
			*to++ = *from;
	}
	/* Some look for the auxiliary vector right behind the NULL: what is left in between has to
	 * be entries that they skip. */
	*to++ = NULL;
	for (bool even = (from + 1 - to) % 2 == 0; to <= from; to++)
		*to = even && (from - to) % 2 ? (char *)AT_IGNORE : NULL;
}

static uint64_t read_pointer(struct thread *t, uint64_t addr, bool *ok)
{
	uint64_t p = 0;

	*ok = memory_read(t, &p, addr, 8) == 8;
	return p;
}

/* The number of variables; -1 if they cannot be read. */
static long count_vars(struct thread *t, uint64_t envp)
{
	bool ok;

	if (!envp)
		return 0;
	for (long n = 0; n < VARS_MAX; n++) {
		if (!read_pointer(t, envp + 8 * (uint64_t)n, &ok) && ok)
			return n;
		if (!ok)
			return -1;
	}
	return -1;
}

/* The bytes of the program's own LD_PRELOAD, NUL included; 0 if it has none. Copies if dst. */
static size_t own_preload(struct thread *t, uint64_t var, char *dst, size_t max)
{
	char name[sizeof(PRELOAD)];
	char chunk[256];
	size_t n = 0, got;
	bool nul = false;

	if (memory_read(t, name, var, sizeof(PRELOAD) - 1) != sizeof(PRELOAD) - 1 ||
	    memcmp(name, PRELOAD, sizeof(PRELOAD) - 1))
		return 0;
	for (var += sizeof(PRELOAD) - 1; !nul; n += got) {
		got = memory_string(t, chunk, var + n, sizeof(chunk), &nul);
		if (!got)
			return 0;
		if (dst && n + got <= max)
			memcpy(dst + n, chunk, got);
	}
	return n;
}

size_t environment_size(struct thread *t, uint64_t envp)
{
	long n = count_vars(t, envp);
	size_t size = sizeof(core.pool.session->preload) + 256;
	bool ok;

	if (n < 0)
		return 0;
	for (long i = 0; i < n; i++)
		size += own_preload(t, read_pointer(t, envp + 8 * (uint64_t)i, &ok), NULL, 0);
	return size + ((size_t)n + VARS_OURS) * sizeof(char *);
}

int environment_build(struct thread *t, uint64_t envp, const struct handoff *h,
		      const char *preload_list, void *buffer, size_t size, char ***ret_envp)
{
	long n = count_vars(t, envp);
	char **out = buffer, *pos, *end = (char *)buffer + size, *preload = NULL;
	long k = 0;
	bool ok;

	if (n < 0)
		return -EFAULT;
	if (((size_t)n + VARS_OURS) * sizeof(char *) + 256 > size)
		return -E2BIG;
	pos = (char *)(out + n + VARS_OURS);
	for (; k < n; k++) {
		uint64_t var = read_pointer(t, envp + 8 * (uint64_t)k, &ok);
		size_t len = preload ? 0 : own_preload(t, var, NULL, 0);

		out[k] = (char *)var;
		if (!len)
			continue;
		if ((size_t)(end - pos) < len + sizeof(core.pool.session->preload) + 128)
			return -E2BIG;
		preload = out[k] = pos;
		pos = text_copy(pos, PRELOAD);
		pos = text_copy(pos, preload_list);
		if (len > 1) {
			*pos++ = ':';
			own_preload(t, var, pos, len);
			pos += len - 1;
		}
		*pos++ = 0;
	}
	if (!preload) {
		out[k++] = pos;
		pos = text_copy(pos, PRELOAD);
		pos = text_copy(pos, preload_list);
		*pos++ = 0;
	} else {
		out[k++] = pos;
		pos = text_copy(pos, HANDOFF_PAD_VARIABLE);
		*pos++ = 0;
	}
	out[k++] = pos;
	pos = text_copy(pos, HANDOFF_VARIABLE "=");
	pos = text_put_number(pos, (uint64_t)h->fd);
	*pos++ = ',';
	pos = text_put_number(pos, h->uid);
	*pos++ = ',';
	pos = text_put_number(pos, (uint64_t)h->tid);
	*pos++ = ',';
	pos = text_put_number(pos, h->flags);
	*pos = 0;
	out[k] = NULL;
	*ret_envp = out;
	return 0;
}
