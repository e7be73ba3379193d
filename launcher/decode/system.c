/* SPDX-License-Identifier: MIT */
/*
 * Calls on the system as a whole whose arguments depend on each other.
 */
#include <linux/quota.h>

#include "decode/decode.h"
#include "xlat.h"

/* include/uapi/linux/dqblk_xfs.h of the kernel: commands of XFS */
#define XQM_ON 0x5801
#define XQM_OFF 0x5802
#define XQM_STAT 0x5805
#define XQM_REMOVE 0x5806
#define XQM_SYNC 0x5807
#define XQM_STATV 0x5808

#define PRIORITY_MASK 0x7fffu /* SWAP_FLAG_PRIO_MASK of the kernel */

/* The priority is a number within the flags. */
void decode_swapon(struct decode *d)
{
	uint32_t flags, names;

	decode_default(d, 1);
	flags = (uint32_t)decode_next(d);
	names = flags & ~PRIORITY_MASK;
	if (names) {
		decode_flags(d, &xlat_swap_flags, names);
		text_char(d->out, '|');
	}
	text_uint(d->out, flags & PRIORITY_MASK);
}

static void print_quota_name(struct decode *d, const struct xlat *x, uint32_t v)
{
	const char *name = xlat_name(x, v);

	if (name) {
		text_string(d->out, name);
	} else {
		decode_hex(d, v);
		decode_comment(d, x->unknown);
	}
}

static void print_quota_command(struct decode *d, uint32_t cmd)
{
	if (d->opt->xlat)
		text_uint(d->out, cmd);
	if (d->opt->xlat == 1)
		return;
	text_string(d->out, d->opt->xlat ? " /* QCMD(" : "QCMD(");
	print_quota_name(d, &xlat_quota_commands, cmd >> SUBCMDSHIFT);
	text_lit(d->out, ", ");
	print_quota_name(d, &xlat_quota_types, cmd & SUBCMDMASK);
	text_string(d->out, d->opt->xlat ? ") */" : ")");
}

/* What follows the device depends on the command: an identifier, a format, an address. */
void decode_quotactl(struct decode *d)
{
	uint32_t cmd = (uint32_t)decode_next(d);

	print_quota_command(d, cmd);
	decode_default(d, 1);
	switch (cmd >> SUBCMDSHIFT) {
	case Q_SYNC:
	case Q_QUOTAOFF:
	case XQM_SYNC:
		return;
	case Q_GETFMT:
	case Q_GETINFO:
	case Q_SETINFO:
	case XQM_ON:
	case XQM_OFF:
	case XQM_STAT:
	case XQM_STATV:
	case XQM_REMOVE:
		d->arg++;
		break;
	case Q_QUOTAON:
		decode_enum(d, &xlat_quota_formats, (uint32_t)decode_next(d));
		break;
	default:
		decode_uid(d, (uint32_t)decode_next(d));
	}
	decode_addr(d, decode_next(d));
}

void decode_quotactl_fd(struct decode *d)
{
	decode_default(d, 1);
	print_quota_command(d, (uint32_t)decode_next(d));
	decode_default(d, 2);
}

/* 10 / * SYSLOG_ACTION_SIZE_BUFFER * /: the number always, and no buffer where none is used */
void decode_syslog(struct decode *d)
{
	int32_t action = (int32_t)decode_next(d);
	const char *name = xlat_name(&xlat_syslog_actions, (uint32_t)action);

	text_int(d->out, action);
	decode_comment(d, name ? name : xlat_syslog_actions.unknown);
	switch (action) {
	case 0:	 /* CLOSE */
	case 1:	 /* OPEN */
	case 5:	 /* CLEAR */
	case 6:	 /* CONSOLE_OFF */
	case 7:	 /* CONSOLE_ON */
	case 9:	 /* SIZE_UNREAD */
	case 10: /* SIZE_BUFFER */
		return;
	case 8: /* CONSOLE_LEVEL */
		decode_addr(d, decode_next(d));
		decode_default(d, 1);
		name = xlat_name(&xlat_log_levels, decode_arg(d, 2));
		decode_comment(d, name ? name : xlat_log_levels.unknown);
		return;
	default:
		decode_default(d, 2);
	}
}
