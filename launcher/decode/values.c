/* SPDX-License-Identifier: MIT */
/*
 * Single values: numbers, modes, descriptors, devices, clocks, and the punctuation of structures.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>

#include "decode/decode.h"

void decode_int(struct decode *d, int64_t v)
{
	text_int(d->out, v);
}

void decode_uint(struct decode *d, uint64_t v)
{
	text_uint(d->out, v);
}

void decode_hex(struct decode *d, uint64_t v)
{
	if (v)
		text_hex(d->out, v);
	else
		text_char(d->out, '0');
}

void decode_oct(struct decode *d, uint64_t v)
{
	text_oct(d->out, v);
}

/* printf's %#03o */
void decode_mode(struct decode *d, uint64_t v)
{
	if (v >= 010) {
		text_oct(d->out, v);
	} else {
		text_lit(d->out, "00");
		text_char(d->out, (char)('0' + v));
	}
}

static const char *file_type_name(uint64_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return "S_IFREG";
	case S_IFDIR:
		return "S_IFDIR";
	case S_IFLNK:
		return "S_IFLNK";
	case S_IFCHR:
		return "S_IFCHR";
	case S_IFBLK:
		return "S_IFBLK";
	case S_IFIFO:
		return "S_IFIFO";
	case S_IFSOCK:
		return "S_IFSOCK";
	default:
		return NULL;
	}
}

static void print_mode_names(struct decode *d, const char *type, uint64_t v)
{
	if (type) {
		text_string(d->out, type);
		text_char(d->out, '|');
	}
	if (v & S_ISUID)
		text_lit(d->out, "S_ISUID|");
	if (v & S_ISGID)
		text_lit(d->out, "S_ISGID|");
	if (v & S_ISVTX)
		text_lit(d->out, "S_ISVTX|");
	decode_mode(d, v & 0777);
}

void decode_mode_type(struct decode *d, uint64_t v)
{
	const char *type = file_type_name(v);

	v &= 0xffff;
	if (d->opt->xlat || (!type && (v & S_IFMT))) {
		decode_mode(d, v);
		if (d->opt->xlat == 1 || (!type && (v & S_IFMT)))
			return;
		text_lit(d->out, " /* ");
		print_mode_names(d, type, v);
		text_lit(d->out, " */");
		return;
	}
	print_mode_names(d, type, v);
}

void decode_addr(struct decode *d, uint64_t v)
{
	if (v)
		text_hex(d->out, v);
	else
		text_lit(d->out, "NULL");
}

/* The target of a descriptor's link in /proc. */
static void print_fd_path(struct decode *d, const char *path, size_t len)
{
	static const char deleted[] = " (deleted)";
	const size_t tail = sizeof(deleted) - 1;
	bool gone = len > tail && path[0] == '/' && !memcmp(path + len - tail, deleted, tail);

	if (gone)
		len -= tail;
	decode_in_angles(d, path, len);
	if (gone)
		text_lit(d->out, "(deleted)");
}

/* The path captured for addr, at exit rather than at entry if out is set. */
static void print_path_of(struct decode *d, unsigned int kind, uint64_t addr, bool out)
{
	const char *path = NULL;
	size_t len;

	if (out)
		path = decode_peek_at(d, true, kind, addr, &len, NULL);
	if (!path)
		path = decode_peek_at(d, false, kind, addr, &len, NULL);
	if (path && len)
		print_fd_path(d, path, len);
}

static void print_fd(struct decode *d, int64_t fd, bool out)
{
	text_int(d->out, (int32_t)fd);
	if (d->opt->fd_paths && (int32_t)fd >= 0)
		print_path_of(d, SEGMENT_FD, (uint32_t)fd, out);
}

void decode_fd(struct decode *d, int64_t fd)
{
	print_fd(d, fd, d->exit_mark != SIZE_MAX);
}

void decode_fd_result(struct decode *d, int64_t fd)
{
	print_fd(d, fd, true);
}

void decode_dirfd(struct decode *d, int64_t fd)
{
	if ((int32_t)fd != AT_FDCWD) {
		decode_fd(d, fd);
		return;
	}
	if (d->opt->xlat)
		text_int(d->out, AT_FDCWD);
	if (d->opt->xlat == 2)
		decode_comment(d, "AT_FDCWD");
	else if (!d->opt->xlat)
		text_lit(d->out, "AT_FDCWD");
	if (d->opt->fd_paths)
		print_path_of(d, SEGMENT_CWD, (uint64_t)(int64_t)AT_FDCWD, false);
}

void decode_uid(struct decode *d, uint32_t id)
{
	if (id == UINT32_MAX)
		text_lit(d->out, "-1");
	else
		text_uint(d->out, id);
}

static void print_makedev(struct decode *d, uint64_t dev)
{
	text_lit(d->out, "makedev(");
	decode_hex(d, major(dev));
	text_lit(d->out, ", ");
	decode_hex(d, minor(dev));
	text_char(d->out, ')');
}

void decode_dev(struct decode *d, uint64_t dev)
{
	if (!d->opt->xlat) {
		print_makedev(d, dev);
		return;
	}
	decode_hex(d, dev);
	if (d->opt->xlat == 2) {
		text_lit(d->out, " /* ");
		print_makedev(d, dev);
		text_lit(d->out, " */");
	}
}

static const struct xlat_entry clock_entries[] = {
	{ CLOCK_REALTIME, "CLOCK_REALTIME" },
	{ CLOCK_MONOTONIC, "CLOCK_MONOTONIC" },
	{ CLOCK_PROCESS_CPUTIME_ID, "CLOCK_PROCESS_CPUTIME_ID" },
	{ CLOCK_THREAD_CPUTIME_ID, "CLOCK_THREAD_CPUTIME_ID" },
	{ CLOCK_MONOTONIC_RAW, "CLOCK_MONOTONIC_RAW" },
	{ CLOCK_REALTIME_COARSE, "CLOCK_REALTIME_COARSE" },
	{ CLOCK_MONOTONIC_COARSE, "CLOCK_MONOTONIC_COARSE" },
	{ CLOCK_BOOTTIME, "CLOCK_BOOTTIME" },
	{ CLOCK_REALTIME_ALARM, "CLOCK_REALTIME_ALARM" },
	{ CLOCK_BOOTTIME_ALARM, "CLOCK_BOOTTIME_ALARM" },
	{ 10, "CLOCK_SGI_CYCLE" },
	{ CLOCK_TAI, "CLOCK_TAI" },
};

static const struct xlat clocks = {
	.unknown = "CLOCK_???",
	.entries = clock_entries,
	.nr = sizeof(clock_entries) / sizeof(clock_entries[0]),
	.sorted = 1,
};

void decode_clock(struct decode *d, int32_t clock)
{
	decode_enum(d, &clocks, (uint32_t)clock);
}

void decode_begin(struct decode *d)
{
	text_char(d->out, '{');
}

void decode_end(struct decode *d)
{
	text_char(d->out, '}');
}

void decode_field(struct decode *d, const char *name)
{
	struct text *t = d->out;

	if (t->len && t->data[t->len - 1] != '{')
		text_lit(t, ", ");
	text_string(t, name);
	text_char(t, '=');
}

void decode_more(struct decode *d)
{
	text_lit(d->out, ", ...");
}

void decode_comment(struct decode *d, const char *text)
{
	text_lit(d->out, " /* ");
	text_string(d->out, text);
	text_lit(d->out, " */");
}
