/* SPDX-License-Identifier: MIT */
/*
 * Structures of seccomp.
 */
#include "decode/fields.h"
#include "structs.h"

/* The program itself lies behind the pointer, which is not followed: as strace shows it without -v.
 */
void print_sock_fprog(struct decode *d, const void *data, size_t len)
{
	struct {
		uint16_t len;
		uint64_t filter;
	} p;

	FIELDS_LOAD(p, data, len);
	decode_begin(d);
	FIELD(d, p, len, uint);
	FIELD(d, p, filter, addr);
	decode_end(d);
}

void print_seccomp_notif_sizes(struct decode *d, const void *data, size_t len)
{
	struct {
		uint16_t seccomp_notif;
		uint16_t seccomp_notif_resp;
		uint16_t seccomp_data;
	} s;

	FIELDS_LOAD(s, data, len);
	decode_begin(d);
	FIELD(d, s, seccomp_notif, uint);
	FIELD(d, s, seccomp_notif_resp, uint);
	FIELD(d, s, seccomp_data, uint);
	decode_end(d);
}
