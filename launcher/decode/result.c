/* SPDX-License-Identifier: MIT */
/*
 * What stands behind the "=".
 */
#include "decode/decode.h"
#include "decode/lib.h"
#include "decode/time_text.h"

#define RESTART_FIRST 512
#define RESTART_LAST 516
#define ENOIOCTLCMD_KERNEL 515

static void print_errno(struct decode *d, int err, bool restart)
{
	const char *name = errno_name(err), *text = errno_text(err);

	text_string(d->out, restart ? "? " : "-1 ");
	if (name) {
		text_string(d->out, name);
		text_lit(d->out, " (");
		text_string(d->out, text);
		text_char(d->out, ')');
	} else {
		text_lit(d->out, "(errno ");
		text_int(d->out, err);
		text_char(d->out, ')');
	}
}

/*
 * The error number to show, 0 for none. A call that a signal interrupted shows the code that the
 * kernel gave it inside, whatever the program is given in the end; the methods that see only the
 * end know it from the spec.
 */
static int shown_error(const struct decode *d, bool *ret_restart)
{
	int err = decode_failed(d) ? (int)-d->rec->ret : 0;
	int restart = d->desc ? d->desc->restart : 0;

	*ret_restart = err >= RESTART_FIRST && err <= RESTART_LAST && err != ENOIOCTLCMD_KERNEL;
	if (*ret_restart || d->rec->kind != RECORD_CALL)
		return err;
	if (d->rec->flags & RECORD_F_RESTART)
		restart = restart ? restart : RESTART_FIRST;
	else if (!(d->rec->flags & RECORD_F_EINTR))
		restart = 0;
	if (!restart)
		return err;
	*ret_restart = true;
	return restart;
}

/* 0x8002 (flags O_RDWR|O_LARGEFILE) */
static void print_flags_result(struct decode *d, uint64_t v)
{
	decode_hex(d, v);
	if (!d->result_xlat)
		return;
	if (!v && !xlat_name(d->result_xlat, 0))
		return;
	text_lit(d->out, " (flags ");
	decode_flags(d, d->result_xlat, v);
	text_char(d->out, ')');
}

static void print_enum_result(struct decode *d, uint64_t v)
{
	const char *name = d->result_xlat ? xlat_name(d->result_xlat, v) : NULL;

	decode_hex(d, v);
	if (name) {
		text_lit(d->out, " (");
		text_string(d->out, name);
		text_char(d->out, ')');
	}
}

static void print_time_result(struct decode *d, int64_t v)
{
	text_int(d->out, v);
	text_lit(d->out, " (");
	if (!text_time(d->out, v, 0, 0))
		text_lit(d->out, "?");
	text_char(d->out, ')');
}

static void print_value(struct decode *d, int64_t v)
{
	switch (d->result) {
	case ARG_FD:
	case ARG_DIRFD:
		decode_fd_result(d, v);
		break;
	case ARG_HEX:
	case ARG_HEXLONG:
	case ARG_PTR:
	case ARG_FUNC:
		decode_hex(d, (uint64_t)v);
		break;
	case ARG_OCT:
	case ARG_MODE:
		decode_mode(d, (uint64_t)v);
		break;
	case ARG_UID:
	case ARG_GID:
	case ARG_UINT:
		text_uint(d->out, (uint32_t)v);
		break;
	case ARG_ULONG:
		text_uint(d->out, (uint64_t)v);
		break;
	case ARG_TIME:
		print_time_result(d, v);
		break;
	case ARG_FLAGS:
		print_flags_result(d, (uint64_t)v);
		break;
	case ARG_ENUM:
		print_enum_result(d, (uint64_t)v);
		break;
	case ARG_STR:
	case ARG_PATH:
		decode_string(d, (uint64_t)v, d->result == ARG_PATH);
		break;
	default:
		text_int(d->out, v);
	}
}

void decode_result(struct decode *d)
{
	bool restart;
	int err;

	text_lit(d->out, "= ");
	if (!d->at_exit || (d->rec->flags & RECORD_F_NORETURN)) {
		text_char(d->out, '?');
		return;
	}
	err = shown_error(d, &restart);
	if (err) {
		print_errno(d, err, restart);
		return;
	}
	if (d->rec->kind == RECORD_LIB) {
		lib_print_result(d);
		return;
	}
	if (d->opt->raw)
		decode_hex(d, (uint64_t)d->rec->ret);
	else
		print_value(d, d->rec->ret);
	if (!d->comment && !d->print_comment)
		return;
	text_lit(d->out, " (");
	if (d->comment)
		text_string(d->out, d->comment);
	else
		d->print_comment(d);
	text_char(d->out, ')');
}
