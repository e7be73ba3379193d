/* SPDX-License-Identifier: MIT */
/*
 * Limits and usage of resources, and what the system tells of itself.
 */
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>

#include "decode/fields.h"
#include "decode/times.h"
#include "structs.h"
#include "xlat.h"

/* Multiples of 1024 are shown as such. */
static void print_limit(struct decode *d, const char *name, uint64_t v)
{
	bool has_name = v == UINT64_MAX || (v > 1024 && v % 1024 == 0);

	decode_field(d, name);
	if (!has_name || d->opt->xlat)
		text_uint(d->out, v);
	if (!has_name || d->opt->xlat == 1)
		return;
	if (d->opt->xlat)
		text_lit(d->out, " /* ");
	if (v == UINT64_MAX) {
		text_lit(d->out, "RLIM64_INFINITY");
	} else {
		text_uint(d->out, v / 1024);
		text_lit(d->out, "*1024");
	}
	if (d->opt->xlat)
		text_lit(d->out, " */");
}

void print_rlimit(struct decode *d, const void *data, size_t len)
{
	struct rlimit lim;

	FIELDS_LOAD(lim, data, len);
	decode_begin(d);
	print_limit(d, "rlim_cur", lim.rlim_cur);
	print_limit(d, "rlim_max", lim.rlim_max);
	decode_end(d);
}

void print_rusage(struct decode *d, const void *data, size_t len)
{
	struct rusage ru;

	FIELDS_LOAD(ru, data, len);
	decode_begin(d);
	decode_field(d, "ru_utime");
	decode_timeval_value(d, &ru.ru_utime);
	decode_field(d, "ru_stime");
	decode_timeval_value(d, &ru.ru_stime);
	if (!d->opt->no_abbrev) {
		decode_more(d);
		decode_end(d);
		return;
	}
	FIELD(d, ru, ru_maxrss, uint);
	FIELD(d, ru, ru_ixrss, uint);
	FIELD(d, ru, ru_idrss, uint);
	FIELD(d, ru, ru_isrss, uint);
	FIELD(d, ru, ru_minflt, uint);
	FIELD(d, ru, ru_majflt, uint);
	FIELD(d, ru, ru_nswap, uint);
	FIELD(d, ru, ru_inblock, uint);
	FIELD(d, ru, ru_oublock, uint);
	FIELD(d, ru, ru_msgsnd, uint);
	FIELD(d, ru, ru_msgrcv, uint);
	FIELD(d, ru, ru_nsignals, uint);
	FIELD(d, ru, ru_nvcsw, uint);
	FIELD(d, ru, ru_nivcsw, uint);
	decode_end(d);
}

void print_sysinfo(struct decode *d, const void *data, size_t len)
{
	struct sysinfo si;

	FIELDS_LOAD(si, data, len);
	decode_begin(d);
	FIELD(d, si, uptime, int);
	text_lit(d->out, ", loads=[");
	for (int i = 0; i < 3; i++) {
		if (i)
			text_lit(d->out, ", ");
		text_uint(d->out, si.loads[i]);
	}
	text_char(d->out, ']');
	FIELD(d, si, totalram, uint);
	FIELD(d, si, freeram, uint);
	FIELD(d, si, sharedram, uint);
	FIELD(d, si, bufferram, uint);
	FIELD(d, si, totalswap, uint);
	FIELD(d, si, freeswap, uint);
	FIELD(d, si, procs, uint);
	FIELD(d, si, totalhigh, uint);
	FIELD(d, si, freehigh, uint);
	FIELD(d, si, mem_unit, uint);
	decode_end(d);
}

static void print_name(struct decode *d, const char *field, const char *name, size_t size)
{
	size_t len = strnlen(name, size);

	decode_field(d, field);
	decode_quoted(d, name, len, len == size);
}

void print_utsname(struct decode *d, const void *data, size_t len)
{
	struct utsname uts;

	FIELDS_LOAD(uts, data, len);
	decode_begin(d);
	print_name(d, "sysname", uts.sysname, sizeof(uts.sysname));
	print_name(d, "nodename", uts.nodename, sizeof(uts.nodename));
	if (d->opt->no_abbrev) {
		print_name(d, "release", uts.release, sizeof(uts.release));
		print_name(d, "version", uts.version, sizeof(uts.version));
		print_name(d, "machine", uts.machine, sizeof(uts.machine));
		print_name(d, "domainname", uts.domainname, sizeof(uts.domainname));
	} else {
		decode_more(d);
	}
	decode_end(d);
}

/* Random bytes: always in hex. */
void decode_getrandom(struct decode *d)
{
	uint64_t addr = decode_next(d), len, want;
	const void *data = NULL;
	size_t have = 0;

	if (!decode_exit(d))
		return;
	len = decode_failed(d) ? 0 : (uint64_t)d->rec->ret;
	want = len < d->opt->string_limit ? len : d->opt->string_limit;
	if (addr && want)
		data = decode_peek(d, addr, &have, NULL);
	if (!decode_failed(d) && addr && !len)
		text_lit(d->out, "\"\"");
	else if (data && have >= want)
		decode_quoted_hex(d, data, want, len > want);
	else
		decode_addr(d, addr);
	decode_default(d, 2);
}
