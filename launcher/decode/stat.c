/* SPDX-License-Identifier: MIT */
/*
 * The stat family: what is known of a file, and of a file system.
 */
#include <fcntl.h>
#include <linux/stat.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "decode/fields.h"
#include "decode/times.h"
#include "structs.h"
#include "xlat.h"

/* name=sec / * date * /, name_nsec=nsec */
static void print_stat_time(struct decode *d, const char *name, const char *nsec_name,
			    const struct timespec *ts)
{
	decode_field(d, name);
	decode_int(d, ts->tv_sec);
	decode_time_comment(d, ts->tv_sec, (uint64_t)ts->tv_nsec, 9);
	decode_field(d, nsec_name);
	decode_uint(d, (uint64_t)ts->tv_nsec);
}

static bool is_device(uint32_t mode)
{
	return S_ISCHR(mode) || S_ISBLK(mode);
}

void print_stat(struct decode *d, const void *data, size_t len)
{
	struct stat st;

	FIELDS_LOAD(st, data, len);
	decode_begin(d);
	if (d->opt->no_abbrev) {
		FIELD(d, st, st_dev, dev);
		FIELD(d, st, st_ino, uint);
	}
	FIELD(d, st, st_mode, mode_type);
	if (d->opt->no_abbrev) {
		FIELD(d, st, st_nlink, uint);
		FIELD(d, st, st_uid, uid);
		FIELD(d, st, st_gid, uid);
		FIELD(d, st, st_blksize, uint);
		FIELD(d, st, st_blocks, uint);
	}
	if (is_device(st.st_mode))
		FIELD(d, st, st_rdev, dev);
	else
		FIELD(d, st, st_size, int);
	if (d->opt->no_abbrev) {
		print_stat_time(d, "st_atime", "st_atime_nsec", &st.st_atim);
		print_stat_time(d, "st_mtime", "st_mtime_nsec", &st.st_mtim);
		print_stat_time(d, "st_ctime", "st_ctime_nsec", &st.st_ctim);
	} else {
		decode_more(d);
	}
	decode_end(d);
}

static void print_statx_time(struct decode *d, const char *name, const struct statx_timestamp *ts)
{
	decode_field(d, name);
	text_lit(d->out, "{tv_sec=");
	text_int(d->out, ts->tv_sec);
	text_lit(d->out, ", tv_nsec=");
	text_uint(d->out, ts->tv_nsec);
	text_char(d->out, '}');
	decode_time_comment(d, ts->tv_sec, ts->tv_nsec, 9);
}

static void print_statx_rest(struct decode *d, const struct statx *stx)
{
	FIELD(d, *stx, stx_blocks, uint);
	FIELD_SET(d, *stx, stx_attributes_mask, flags, xlat_statx_attributes);
	if (stx->stx_mask & STATX_ATIME)
		print_statx_time(d, "stx_atime", &stx->stx_atime);
	if (stx->stx_mask & STATX_BTIME)
		print_statx_time(d, "stx_btime", &stx->stx_btime);
	if (stx->stx_mask & STATX_CTIME)
		print_statx_time(d, "stx_ctime", &stx->stx_ctime);
	if (stx->stx_mask & STATX_MTIME)
		print_statx_time(d, "stx_mtime", &stx->stx_mtime);
	FIELD(d, *stx, stx_rdev_major, uint);
	FIELD(d, *stx, stx_rdev_minor, uint);
	FIELD(d, *stx, stx_dev_major, uint);
	FIELD(d, *stx, stx_dev_minor, uint);
	if (stx->stx_mask & STATX_MNT_ID)
		FIELD(d, *stx, stx_mnt_id, hex);
}

void print_statx(struct decode *d, const void *data, size_t len)
{
	bool full = d->opt->no_abbrev;
	struct statx stx;

	FIELDS_LOAD(stx, data, len);
	decode_begin(d);
	FIELD_SET(d, stx, stx_mask, flags, xlat_statx_masks);
	if (full)
		FIELD(d, stx, stx_blksize, uint);
	FIELD_SET(d, stx, stx_attributes, flags, xlat_statx_attributes);
	if (full) {
		if (stx.stx_mask & STATX_NLINK)
			FIELD(d, stx, stx_nlink, uint);
		if (stx.stx_mask & STATX_UID)
			FIELD(d, stx, stx_uid, uid);
		if (stx.stx_mask & STATX_GID)
			FIELD(d, stx, stx_gid, uid);
	}
	if (stx.stx_mask & (STATX_TYPE | STATX_MODE))
		FIELD(d, stx, stx_mode, mode_type);
	if (full && (stx.stx_mask & STATX_INO))
		FIELD(d, stx, stx_ino, uint);
	if (stx.stx_mask & STATX_SIZE)
		FIELD(d, stx, stx_size, uint);
	if (full)
		print_statx_rest(d, &stx);
	else
		decode_more(d);
	decode_end(d);
}

/* include/uapi/linux/fcntl.h of the kernel */
#define SYNC_TYPE 0x6000u

/* Both bits at once: not a kind, but shown by their names. */
static void print_both_syncs(struct decode *d)
{
	static const char both[] = "AT_STATX_FORCE_SYNC|AT_STATX_DONT_SYNC";

	if (d->opt->xlat)
		text_hex(d->out, SYNC_TYPE);
	if (!d->opt->xlat)
		text_string(d->out, both);
	else if (d->opt->xlat == 2)
		decode_comment(d, both);
}

/* The kind of synchronisation is a number of two bits within the flags. */
static void print_statx_flags(struct decode *d, uint32_t flags)
{
	uint32_t rest = flags & ~SYNC_TYPE;

	if ((flags & SYNC_TYPE) != SYNC_TYPE)
		decode_enum(d, &xlat_statx_sync, flags & SYNC_TYPE);
	else
		print_both_syncs(d);
	if (rest) {
		text_char(d->out, '|');
		if (!decode_flag_names(d, &xlat_at_flags, rest))
			text_hex(d->out, rest);
	}
}

void decode_statx(struct decode *d)
{
	decode_default(d, 2);
	print_statx_flags(d, (uint32_t)decode_next(d));
	decode_default(d, 2);
}

void print_statfs(struct decode *d, const void *data, size_t len)
{
	struct statfs fs;
	uint32_t id[2];

	FIELDS_LOAD(fs, data, len);
	memcpy(id, &fs.f_fsid, sizeof(id));
	decode_begin(d);
	FIELD_SET(d, fs, f_type, enum, xlat_fs_magic);
	FIELD(d, fs, f_bsize, uint);
	FIELD(d, fs, f_blocks, uint);
	FIELD(d, fs, f_bfree, uint);
	FIELD(d, fs, f_bavail, uint);
	FIELD(d, fs, f_files, uint);
	FIELD(d, fs, f_ffree, uint);
	text_lit(d->out, ", f_fsid={val=[");
	decode_hex(d, id[0]);
	text_lit(d->out, ", ");
	decode_hex(d, id[1]);
	text_lit(d->out, "]}");
	FIELD(d, fs, f_namelen, uint);
	FIELD(d, fs, f_frsize, uint);
	FIELD_SET(d, fs, f_flags, flags, xlat_statfs_flags);
	decode_end(d);
}
