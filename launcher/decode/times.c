/* SPDX-License-Identifier: MIT */
/*
 * The structures of times, intervals and clocks, and the calls that set the times of files.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/times.h>
#include <sys/timex.h>
#include <utime.h>

#include "decode/array.h"
#include "decode/fields.h"
#include "decode/time_text.h"
#include "decode/times.h"
#include "structs.h"
#include "xlat.h"

void decode_time_comment(struct decode *d, int64_t sec, uint64_t fraction, unsigned int digits)
{
	size_t start = d->out->len;

	if (!sec && !fraction)
		return;
	text_lit(d->out, " /* ");
	if (text_time(d->out, sec, fraction, digits))
		text_lit(d->out, " */");
	else
		d->out->len = start;
}

static void print_pair(struct decode *d, int64_t sec, const char *unit, uint64_t fraction)
{
	text_lit(d->out, "{tv_sec=");
	text_int(d->out, sec);
	text_string(d->out, unit);
	text_uint(d->out, fraction);
	text_char(d->out, '}');
}

void decode_timespec_value(struct decode *d, const struct timespec *ts)
{
	print_pair(d, ts->tv_sec, ", tv_nsec=", (uint64_t)ts->tv_nsec);
}

void decode_timeval_value(struct decode *d, const struct timeval *tv)
{
	print_pair(d, tv->tv_sec, ", tv_usec=", (uint64_t)tv->tv_usec);
}

void print_timespec(struct decode *d, const void *data, size_t len)
{
	struct timespec ts;

	FIELDS_LOAD(ts, data, len);
	decode_timespec_value(d, &ts);
}

void print_timeval(struct decode *d, const void *data, size_t len)
{
	struct timeval tv;

	FIELDS_LOAD(tv, data, len);
	decode_timeval_value(d, &tv);
}

void print_itimerval(struct decode *d, const void *data, size_t len)
{
	struct itimerval it;

	FIELDS_LOAD(it, data, len);
	text_lit(d->out, "{it_interval=");
	decode_timeval_value(d, &it.it_interval);
	text_lit(d->out, ", it_value=");
	decode_timeval_value(d, &it.it_value);
	text_char(d->out, '}');
}

void print_itimerspec(struct decode *d, const void *data, size_t len)
{
	struct itimerspec it;

	FIELDS_LOAD(it, data, len);
	text_lit(d->out, "{it_interval=");
	decode_timespec_value(d, &it.it_interval);
	text_lit(d->out, ", it_value=");
	decode_timespec_value(d, &it.it_value);
	text_char(d->out, '}');
}

void print_timezone(struct decode *d, const void *data, size_t len)
{
	struct timezone tz;

	FIELDS_LOAD(tz, data, len);
	decode_begin(d);
	FIELD(d, tz, tz_minuteswest, int);
	FIELD(d, tz, tz_dsttime, int);
	decode_end(d);
}

void print_tms(struct decode *d, const void *data, size_t len)
{
	struct tms tms;

	FIELDS_LOAD(tms, data, len);
	decode_begin(d);
	FIELD(d, tms, tms_utime, uint);
	FIELD(d, tms, tms_stime, uint);
	FIELD(d, tms, tms_cutime, uint);
	FIELD(d, tms, tms_cstime, uint);
	decode_end(d);
}

void print_timex(struct decode *d, const void *data, size_t len)
{
	struct timex tx;

	FIELDS_LOAD(tx, data, len);
	decode_begin(d);
	FIELD_SET(d, tx, modes, flags, xlat_adjtimex_modes);
	FIELD(d, tx, offset, int);
	FIELD(d, tx, freq, int);
	FIELD(d, tx, maxerror, uint);
	FIELD(d, tx, esterror, uint);
	FIELD_SET(d, tx, status, flags, xlat_adjtimex_status);
	FIELD(d, tx, constant, int);
	FIELD(d, tx, precision, uint);
	FIELD(d, tx, tolerance, int);
	decode_field(d, "time");
	decode_timeval_value(d, &tx.time);
	FIELD(d, tx, tick, int);
	FIELD(d, tx, ppsfreq, int);
	FIELD(d, tx, jitter, int);
	FIELD(d, tx, shift, int);
	FIELD(d, tx, stabil, int);
	FIELD(d, tx, jitcnt, int);
	FIELD(d, tx, calcnt, int);
	FIELD(d, tx, errcnt, int);
	FIELD(d, tx, stbcnt, int);
	FIELD(d, tx, tai, int);
	decode_end(d);
}

/* The state of the clock is the result. */
static void print_adjustment(struct decode *d)
{
	if (!decode_default(d, d->desc->nr_args) || decode_failed(d))
		return;
	d->result = ARG_LONG;
	d->comment = xlat_name(&xlat_adjtimex_states, (uint64_t)d->rec->ret);
}

void decode_adjtimex(struct decode *d)
{
	print_adjustment(d);
}

void decode_clock_adjtime(struct decode *d)
{
	print_adjustment(d);
}

/* time: the argument and the result are the same. */
void decode_time(struct decode *d)
{
	uint64_t addr = decode_next(d);
	int64_t sec;

	if (!decode_exit(d))
		return;
	if (decode_failed(d) || !addr || !decode_read(d, addr, &sec, sizeof(sec))) {
		decode_addr(d, addr);
		return;
	}
	text_char(d->out, '[');
	text_int(d->out, sec);
	decode_time_comment(d, sec, 0, 0);
	text_char(d->out, ']');
}

void print_utimbuf(struct decode *d, const void *data, size_t len)
{
	struct utimbuf ut;

	FIELDS_LOAD(ut, data, len);
	decode_begin(d);
	FIELD(d, ut, actime, int);
	decode_time_comment(d, ut.actime, 0, 0);
	FIELD(d, ut, modtime, int);
	decode_time_comment(d, ut.modtime, 0, 0);
	decode_end(d);
}

/* One of utimes()' two: with the date, where it is one. */
void print_file_timeval(struct decode *d, const void *data, size_t len)
{
	struct timeval tv;

	FIELDS_LOAD(tv, data, len);
	decode_timeval_value(d, &tv);
	if (tv.tv_usec >= 0 && tv.tv_usec < 1000000)
		decode_time_comment(d, tv.tv_sec, (uint64_t)tv.tv_usec, 6);
}

/* One of utimensat()'s two. */
void print_file_timespec(struct decode *d, const void *data, size_t len)
{
	const char *special = NULL;
	struct timespec ts;

	FIELDS_LOAD(ts, data, len);
	if (ts.tv_nsec == UTIME_NOW)
		special = "UTIME_NOW";
	else if (ts.tv_nsec == UTIME_OMIT)
		special = "UTIME_OMIT";
	if (special && !d->opt->xlat) {
		text_string(d->out, special);
		return;
	}
	decode_timespec_value(d, &ts);
	if (special && d->opt->xlat == 2)
		decode_comment(d, special);
	else if (ts.tv_nsec >= 0 && ts.tv_nsec < 1000000000)
		decode_time_comment(d, ts.tv_sec, (uint64_t)ts.tv_nsec, 9);
}

/* The remaining time is there only if a signal ended the sleep. */
static void print_remaining(struct decode *d)
{
	uint64_t addr = decode_next(d);

	if (!decode_exit(d))
		return;
	if (decode_interrupted(d))
		decode_struct(d, &struct_timespec, addr, sizeof(struct timespec));
	else
		decode_addr(d, addr);
}

void decode_nanosleep(struct decode *d)
{
	decode_default(d, 1);
	print_remaining(d);
}

void decode_clock_nanosleep(struct decode *d)
{
	decode_default(d, 3);
	if (decode_arg(d, 1) & TIMER_ABSTIME)
		decode_addr(d, decode_next(d));
	else
		print_remaining(d);
}
