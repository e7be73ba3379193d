/* SPDX-License-Identifier: MIT */
/*
 * Landlock's structures. The first grows with the kernel: fields are shown as far as the caller
 * passes them.
 */
#include "decode/fields.h"
#include "structs.h"
#include "xlat.h"

/* include/uapi/linux/landlock.h, newer than the headers we build with */
struct ruleset {
	uint64_t handled_access_fs;
	uint64_t handled_access_net;
	uint64_t scoped;
};

struct net_port {
	uint64_t allowed_access;
	uint64_t port;
};

struct path_beneath {
	uint64_t allowed_access;
	int32_t parent_fd;
} __attribute__((packed));

void print_landlock_ruleset_attr(struct decode *d, const void *data, size_t len)
{
	struct ruleset r;

	if (len < offsetof(struct ruleset, handled_access_net)) {
		text_lit(d->out, "{...}");
		return;
	}
	FIELDS_LOAD(r, data, len);
	decode_begin(d);
	FIELD_SET(d, r, handled_access_fs, flags, xlat_landlock_fs_accesses);
	if (len >= offsetof(struct ruleset, scoped))
		FIELD_SET(d, r, handled_access_net, flags, xlat_landlock_net_accesses);
	if (len >= sizeof(r))
		FIELD_SET(d, r, scoped, flags, xlat_landlock_scopes);
	if (len % sizeof(uint64_t))
		decode_more(d);
	decode_end(d);
}

void print_landlock_path_beneath_attr(struct decode *d, const void *data, size_t len)
{
	struct path_beneath p;

	FIELDS_LOAD(p, data, len);
	decode_begin(d);
	FIELD_SET(d, p, allowed_access, flags, xlat_landlock_fs_accesses);
	FIELD(d, p, parent_fd, fd);
	decode_end(d);
}

void print_landlock_net_port_attr(struct decode *d, const void *data, size_t len)
{
	struct net_port p;

	FIELDS_LOAD(p, data, len);
	decode_begin(d);
	FIELD_SET(d, p, allowed_access, flags, xlat_landlock_net_accesses);
	FIELD(d, p, port, uint);
	decode_end(d);
}

/* Shorter than its first field it is no structure: the address. */
void decode_landlock_create_ruleset(struct decode *d)
{
	if (decode_arg(d, 1) < sizeof(uint64_t))
		decode_addr(d, decode_next(d));
	else
		decode_default(d, 1);
	decode_default(d, 2);
}
