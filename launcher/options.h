/* SPDX-License-Identifier: MIT */
/*
 * The command line: strace's options, and ours.
 *
 * Parsing never prints, exits or changes the process: it fills struct options, or says what is to
 * be shown instead. Everything in struct options is final after parsing and lives as long as argv
 * and the struct.
 */
#ifndef ITRACE_OPTIONS_H
#define ITRACE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "filter.h"
#include "lib_filter.h"
#include "sink/summary.h"
#include "sink/text.h"

enum options_outcome {
	OPTIONS_RUN,  /* trace; messages: warnings for stderr, may be empty */
	OPTIONS_SHOW, /* messages go to stdout, exit status 0 (--help, --version) */
	OPTIONS_BAD,  /* messages go to stderr, exit status 1 */
};

enum option_method {
	OPTION_METHOD_AUTO,
	OPTION_METHOD_SHIM,
	OPTION_METHOD_TRAP,
	OPTION_METHOD_PTRACE,
};

enum option_summary {
	SUMMARY_OFF,
	SUMMARY_ONLY, /* -c */
	SUMMARY_TOO,  /* -C: behind the trace */
};

enum timestamp_format {
	TIMESTAMP_NONE,
	TIMESTAMP_TIME, /* 23:59:59 */
	TIMESTAMP_UNIX, /* seconds since the epoch */
};

/* Same numbers as decode_options.hex_strings */
enum hex_strings {
	HEX_STRINGS_NONE,
	HEX_STRINGS_NON_ASCII,	     /* -x: strings with a non-ASCII byte, whole */
	HEX_STRINGS_ALL,	     /* -xx */
	HEX_STRINGS_NON_ASCII_CHARS, /* only in place of octal escapes */
};

/* Same numbers as decode_options.xlat */
enum option_xlat {
	OPTION_XLAT_ABBREV,
	OPTION_XLAT_RAW,
	OPTION_XLAT_VERBOSE,
};

enum option_daemonize {
	DAEMONIZE_NO,
	DAEMONIZE_GRANDCHILD, /* -D */
	DAEMONIZE_PGROUP,     /* -DD */
	DAEMONIZE_SESSION,    /* -DDD */
};

/* -I */
enum option_interruptible {
	INTERRUPT_DEFAULT,
	INTERRUPT_ANYWHERE,
	INTERRUPT_WAITING,
	INTERRUPT_NEVER,
	INTERRUPT_NEVER_TSTP,
};

/* Library calls */
struct lib_options {
	struct lib_filter filter; /* -x, -l, and library functions named by -e */
	const char **files;	  /* -F FILE: prototypes, in order */
	size_t nr_files;
	bool heap;	  /* --heap */
	bool demangle;	  /* --demangle */
	uint32_t indent;  /* -n N: columns per level of nesting */
	bool calls_named; /* -e trace= was given a set of system calls */
};

struct options {
	const char *name; /* basename of argv[0]: stands before every message */

	/* what is traced */
	char **program;	   /* PROG and its arguments, ends in NULL; NULL: only pids */
	const char *argv0; /* --argv0; NULL: PROG itself */
	pid_t *pids;	   /* -p, in order */
	size_t nr_pids;
	const char **env; /* -E, in order: "VAR=VAL" sets, "VAR" removes */
	size_t nr_env;
	const char *user;      /* -u, as given; NULL: as ourselves */
	const char *user_name; /* whose groups user has: for initgroups(); NULL: none */
	uid_t uid;	       /* with user */
	gid_t gid;
	bool follow;	       /* -f */
	bool detach_on_execve; /* -b execve */
	enum option_daemonize daemonize;
	enum option_interruptible interruptible;
	enum option_method method;
	bool no_patch;
	uint32_t seal_after; /* --seal-after: struct session */
	bool no_sud;
	bool seccomp_bpf;   /* a wish to stop less often under method ptrace */
	uint32_t on_full;   /* enum session_on_full */
	uint64_t ring_size; /* bytes, 0 = default */
	uint32_t debug;	    /* -d: how often */
	bool diagnose;	    /* --diagnose */

	/* what is shown */
	struct filter filter;
	const char **paths; /* -P, in order; filter.paths has them resolved */
	size_t nr_paths;
	struct number_set dump_read;  /* -e read= */
	struct number_set dump_write; /* -e write= */
	uint32_t quiet;		      /* QUIET_* */

	/* where to */
	const char *output;	    /* -o FILE; NULL: stderr */
	const char *output_command; /* -o '|CMD' or '!CMD': CMD. output is then NULL */
	bool append;		    /* -A */
	bool output_separately;	    /* FILE.PID for each process; only with output */

	/* how it is printed */
	uint32_t column;	      /* -a */
	uint32_t string_limit;	      /* -s */
	enum hex_strings hex_strings; /* -x */
	enum option_xlat xlat;	      /* -X */
	uint32_t fd_details;	      /* -y: FD_DETAIL_* */
	uint32_t pid_details;	      /* -Y: PID_DETAIL_* */
	bool arg_names;		      /* -N */
	bool instruction_pointer;     /* -i */
	bool call_number;	      /* -n */
	bool stack_traces;	      /* -k */
	bool always_show_pid;
	enum timestamp_format timestamp; /* -t */
	uint8_t timestamp_digits;	 /* digits behind the point: 0, 3, 6, 9 */
	bool relative;			 /* -r */
	uint8_t relative_digits;
	bool call_times; /* -T */
	uint8_t call_times_digits;

	/* statistics */
	enum option_summary summary;
	struct summary_options summary_options;
	struct lib_options lib;

	const char *count; /* --count=CALL:ARGUMENT, checked; see sink/count.h */
};

/* argv[0] names the program in messages. Whatever is returned, options_release() frees *o;
 * *messages ends in a newline unless it is empty. */
enum options_outcome options_parse(struct options *o, int argc, char **argv, struct text *messages);

void options_release(struct options *o);

#endif
