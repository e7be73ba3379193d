/* SPDX-License-Identifier: MIT */
/*
 * -P and --trace-fds: does a call touch one of these paths or descriptors? Either will do.
 *
 * Only what is known when the call is entered counts, so that a call that blocks is judged once. A
 * path matches as the program spelled it, a descriptor by the path that was captured with it.
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>

#include "decode/decode.h"
#include "filter.h"

static int append_path(struct filter *f, const char *path)
{
	char **paths = reallocarray(f->paths, f->nr_paths + 1, sizeof(*paths));

	if (!paths)
		return -ENOMEM;
	f->paths = paths;
	paths[f->nr_paths] = strdup(path);
	return paths[f->nr_paths++] ? 0 : -ENOMEM;
}

int filter_add_path(struct filter *f, const char *path, const char **ret_resolved)
{
	char resolved[PATH_MAX];
	int err = append_path(f, path);

	*ret_resolved = NULL;
	if (err || !realpath(path, resolved) || !strcmp(path, resolved))
		return err;
	err = append_path(f, resolved);
	*ret_resolved = err ? NULL : f->paths[f->nr_paths - 1];
	return err;
}

void filter_release(struct filter *f)
{
	for (size_t i = 0; i < f->nr_paths; i++)
		free(f->paths[i]);
	free(f->paths);
	number_set_release(&f->fds);
}

static bool has_path(const struct filter *f, const char *path, size_t len)
{
	for (size_t i = 0; i < f->nr_paths; i++) {
		if (strlen(f->paths[i]) == len && !memcmp(f->paths[i], path, len))
			return true;
	}
	return false;
}

static bool touches_path(const struct filter *f, struct decode *d, uint64_t addr)
{
	unsigned int flags;
	size_t len;
	const char *path = decode_peek_at(d, false, SEGMENT_STRING, addr, &len, &flags);

	return path && !(flags & SEGMENT_F_TRUNC) && has_path(f, path, strnlen(path, len));
}

static bool touches_fd(const struct filter *f, struct decode *d, int fd)
{
	const char *path;
	size_t len;

	if (fd < 0)
		return false;
	if (f->fds_given && number_set_has(&f->fds, fd))
		return true;
	path = decode_peek_at(d, false, SEGMENT_FD, (uint64_t)fd, &len, NULL);
	return path && has_path(f, path, len);
}

/* poll's and select's descriptors */
static bool touches_pollfds(const struct filter *f, struct decode *d, uint64_t addr)
{
	size_t len = 0;
	const char *fds = decode_peek_at(d, false, SEGMENT_MEM, addr, &len, NULL);
	struct pollfd one;

	for (size_t i = 0; fds && i < len / sizeof(one); i++) {
		/* the program's array may lie anywhere */
		memcpy(&one, fds + i * sizeof(one), sizeof(one));
		if (touches_fd(f, d, one.fd))
			return true;
	}
	return false;
}

static bool touches_fd_set(const struct filter *f, struct decode *d, uint64_t addr)
{
	int nr = (int)(d->rec->args[0] < FD_SETSIZE ? d->rec->args[0] : FD_SETSIZE);
	size_t len = 0;
	const unsigned char *set = decode_peek_at(d, false, SEGMENT_MEM, addr, &len, NULL);

	for (int fd = 0; set && fd < nr && (size_t)fd / 8 < len; fd++) {
		if ((set[fd / 8] >> fd % 8 & 1) && touches_fd(f, d, fd))
			return true;
	}
	return false;
}

static bool touches_argument(const struct filter *f, struct decode *d, unsigned int i)
{
	const struct arg_desc *a = &d->desc->args[i];
	uint64_t value = d->rec->args[i];

	switch (a->type) {
	case ARG_PATH:
		return touches_path(f, d, value);
	case ARG_FD:
	case ARG_DIRFD:
		return touches_fd(f, d, (int)value);
	case ARG_POLLFDS:
		return touches_pollfds(f, d, value);
	case ARG_FD_SET:
		return touches_fd_set(f, d, value);
	default:
		return false;
	}
}

bool filter_touches(const struct filter *f, const struct call_desc *desc, const struct record *rec)
{
	static const struct decode_options plain;
	struct decode d;

	if (!f->nr_paths && !f->fds_given)
		return true;
	d = (struct decode){ .desc = desc, .rec = rec, .opt = &plain, .exit_mark = SIZE_MAX };
	for (unsigned int i = 0; desc && i < desc->nr_args && i < RECORD_ARGS; i++) {
		if (touches_argument(f, &d, i))
			return true;
	}
	return false;
}
