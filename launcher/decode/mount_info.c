/* SPDX-License-Identifier: MIT */
/*
 * Asking the kernel about mounts and namespaces: statmount(), listmount(), listns(); and the
 * attributes of files. All newer than the headers we build with: the layouts are those of
 * include/uapi/linux/mount.h, nsfs.h, xattr.h and fs.h.
 */
#include "decode/fields.h"
#include "structs.h"
#include "xlat.h"

struct mnt_id_request {
	uint32_t size;
	uint32_t mnt_ns_fd;
	uint64_t mnt_id;
	uint64_t param;
	uint64_t mnt_ns_id;
};

#define MNT_ID_SIZE_0 24 /* MNT_ID_REQ_SIZE_VER0: without mnt_ns_id */

static void print_request(struct decode *d, const void *data, size_t len, bool list)
{
	struct mnt_id_request r;

	FIELDS_LOAD(r, data, len);
	decode_begin(d);
	FIELD(d, r, size, uint);
	if (r.mnt_ns_fd)
		FIELD(d, r, mnt_ns_fd, fd);
	FIELD_SET(d, r, mnt_id, enum, xlat_mount_ids);
	if (list)
		FIELD(d, r, param, hex);
	else
		FIELD_SET(d, r, param, flags, xlat_statmount_masks);
	if (r.size > MNT_ID_SIZE_0)
		FIELD(d, r, mnt_ns_id, hex);
	decode_end(d);
}

void print_mnt_id_req(struct decode *d, const void *data, size_t len)
{
	print_request(d, data, len, false);
}

void print_mnt_list_req(struct decode *d, const void *data, size_t len)
{
	print_request(d, data, len, true);
}

/* The part that tells which mount it is; strings follow the structure, at offsets it holds. */
struct mount_status {
	uint32_t size;
	uint32_t mnt_opts;
	uint64_t mask;
	uint32_t sb_dev_major;
	uint32_t sb_dev_minor;
	uint64_t sb_magic;
	uint32_t sb_flags;
	uint32_t fs_type;
	uint64_t mnt_id;
	uint64_t mnt_parent_id;
};

void print_statmount(struct decode *d, const void *data, size_t len)
{
	struct mount_status s;

	FIELDS_LOAD(s, data, len);
	decode_begin(d);
	FIELD(d, s, size, uint);
	FIELD_SET(d, s, mask, flags, xlat_statmount_masks);
	FIELD(d, s, sb_dev_major, uint);
	FIELD(d, s, sb_dev_minor, uint);
	FIELD_SET(d, s, sb_magic, enum, xlat_fs_magic);
	FIELD_SET(d, s, sb_flags, flags, xlat_mount_flags);
	FIELD(d, s, mnt_id, hex);
	FIELD(d, s, mnt_parent_id, hex);
	decode_more(d);
	decode_end(d);
}

struct ns_id_request {
	uint32_t size;
	uint32_t spare;
	uint64_t ns_id;
	uint32_t ns_type;
	uint32_t spare2;
	uint64_t user_ns_id;
};

void print_ns_id_req(struct decode *d, const void *data, size_t len)
{
	struct ns_id_request r;

	FIELDS_LOAD(r, data, len);
	decode_begin(d);
	FIELD(d, r, size, uint);
	FIELD(d, r, ns_id, hex);
	FIELD_SET(d, r, ns_type, flags, xlat_ns_types);
	FIELD(d, r, user_ns_id, hex);
	decode_end(d);
}

struct xattr_arguments {
	uint64_t value;
	uint32_t size;
	uint32_t flags;
};

void print_xattr_args(struct decode *d, const void *data, size_t len)
{
	struct xattr_arguments a;

	FIELDS_LOAD(a, data, len);
	decode_begin(d);
	FIELD(d, a, value, addr);
	FIELD(d, a, size, uint);
	FIELD_SET(d, a, flags, flags, xlat_xattr_flags);
	decode_end(d);
}

struct file_attributes {
	uint64_t fa_xflags;
	uint32_t fa_extsize;
	uint32_t fa_nextents;
	uint32_t fa_projid;
	uint32_t fa_cowextsize;
};

void print_file_attr(struct decode *d, const void *data, size_t len)
{
	struct file_attributes a;

	FIELDS_LOAD(a, data, len);
	decode_begin(d);
	FIELD_SET(d, a, fa_xflags, flags, xlat_file_xflags);
	FIELD(d, a, fa_extsize, uint);
	FIELD(d, a, fa_nextents, uint);
	FIELD(d, a, fa_projid, uint);
	FIELD(d, a, fa_cowextsize, uint);
	decode_end(d);
}
