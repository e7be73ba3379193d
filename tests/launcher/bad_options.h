/* SPDX-License-Identifier: MIT */
/*
 * Bad command lines and what strace says to them: test_options.c expects it of our parser, and
 * test_options_strace.c of strace itself, so that the table cannot drift from what it copies.
 */
#ifndef ITRACE_BAD_OPTIONS_H
#define ITRACE_BAD_OPTIONS_H

#define BAD_OPTIONS_NAME "strace"
#define BAD_OPTIONS_WORDS 16

/* One line of a message; and the line that follows where the usage is at fault. */
#define SAYS(message) BAD_OPTIONS_NAME ": " message "\n"
#define TRY "Try '" BAD_OPTIONS_NAME " -h' for more information.\n"

struct bad_option {
	const char *line; /* words, separated by one blank: two blanks hold an empty word */
	const char *messages;
};

static const struct bad_option bad_options[] = {
	/* no program */
	{ "-f", SAYS("must have PROG [ARGS] or -p PID") TRY },
	{ "--", SAYS("must have PROG [ARGS] or -p PID") TRY },
	{ "-A", SAYS("must have PROG [ARGS] or -p PID") TRY },
	{ "-p ", SAYS("must have PROG [ARGS] or -p PID") TRY },
	{ "-t --absolute-timestamps=unix", SAYS("must have PROG [ARGS] or -p PID") TRY },

	/* unknown and ill-formed options */
	{ "-Q true", SAYS("invalid option -- 'Q'") TRY },
	{ "-fQ true", SAYS("invalid option -- 'Q'") TRY },
	{ "-? true", SAYS("invalid option -- '?'") TRY },
	{ "-e", SAYS("option requires an argument -- 'e'") TRY },
	{ "-fo", SAYS("option requires an argument -- 'o'") TRY },
	{ "--foo true", SAYS("unrecognized option '--foo'") TRY },
	{ "--foo=bar true", SAYS("unrecognized option '--foo=bar'") TRY },
	{ "--summary=1 true", SAYS("option '--summary' doesn't allow an argument") TRY },
	{ "--stack-tr=1 true", SAYS("option '--stack-traces' doesn't allow an argument") TRY },
	{ "--string-limit", SAYS("option '--string-limit' requires an argument") TRY },
	{ "--trace", SAYS("option '--trace' requires an argument") TRY },
	{ "--si true",
	  SAYS("option '--si' is ambiguous; possibilities: '--signals' '--silent' '--silence'")
		  TRY },
	{ "--v true",
	  SAYS("option '--v' is ambiguous; possibilities: '--version' '--verbose'") TRY },
	{ "--out true", SAYS("option '--out' is ambiguous; possibilities: '--output-append-mode' "
			     "'--output-separately' '--output'") TRY },
	{ "--a=foo true", SAYS("option '--a=foo' is ambiguous; possibilities: '--attach' "
			       "'--absolute-timestamps' '--abbrev'") TRY },

	/* -e */
	{ "-e foo true", SAYS("invalid system call 'foo'") },
	{ "-e  true", SAYS("invalid system call ''") },
	{ "-e trace=%foo true", SAYS("invalid system call '%foo'") },
	{ "-e trace= true", SAYS("invalid system call ''") },
	{ "-e trace=! true", SAYS("invalid system call '!'") },
	{ "-e trace=, true", SAYS("invalid system call ','") },
	{ "-e trace=open,bar true", SAYS("invalid system call 'bar'") },
	{ "-e trace=none,open true", SAYS("invalid system call 'none'") },
	{ "-e trace=file,!desc true", SAYS("invalid system call '!desc'") },
	{ "-e trace=OPEN true", SAYS("invalid system call 'OPEN'") },
	{ "-e trace=0x1 true", SAYS("invalid system call '0x1'") },
	{ "-e trace=-1 true", SAYS("invalid system call '-1'") },
	{ "-e trace=511 true", SAYS("invalid system call '511'") },
	{ "-e trace=9999 true", SAYS("invalid system call '9999'") },
	{ "-e trace=520@64 true", SAYS("invalid system call '520@64'") },
	{ "-e trace=waitpid@64 true", SAYS("invalid system call 'waitpid@64'") },
	{ "-e trace=/zzz true", SAYS("invalid system call '/zzz'") },
	{ "-e trace=/( true", SAYS("regcomp: (: Unmatched ( or \\(") },
	{ "-e trace=open@foo true",
	  SAYS("incorrect personality designator 'foo' in qualification 'open@foo'") TRY },
	{ "-e trace=?open@ true",
	  SAYS("incorrect personality designator '' in qualification 'open@'") TRY },
	{ "-e zork=foo true", SAYS("invalid system call 'zork=foo'") },
	{ "-e creds true", SAYS("invalid system call 'creds'") },
	{ "-e abbrev=foo true", SAYS("invalid system call 'foo'") },
	{ "-e verbose=foo true", SAYS("invalid system call 'foo'") },
	{ "--raw=foo true", SAYS("invalid system call 'foo'") },
	{ "-e signal=foo true", SAYS("invalid signal 'foo'") },
	{ "-e signal=256 true", SAYS("invalid signal '256'") },
	{ "-e signal=-1 true", SAYS("invalid signal '-1'") },
	{ "-e signal=all,int true", SAYS("invalid signal 'all'") },
	{ "-e s= true", SAYS("invalid signal ''") },
	{ "-e status=foo true", SAYS("invalid status 'foo'") },
	{ "--status=failed,foo true", SAYS("invalid status 'foo'") },
	{ "-e quiet=foo true", SAYS("invalid quiet 'foo'") },
	{ "--silent= true", SAYS("invalid quiet ''") },
	{ "--decode-fds=foo true", SAYS("invalid decode-fds 'foo'") },

	/* arguments */
	{ "-s foo true", SAYS("invalid -s argument: 'foo'") TRY },
	{ "-s -1 true", SAYS("invalid -s argument: '-1'") TRY },
	{ "-s 1073741824 true", SAYS("invalid -s argument: '1073741824'") TRY },
	{ "-s  true", SAYS("invalid -s argument: ''") TRY },
	{ "--string-l 1k true", SAYS("invalid --string-limit argument: '1k'") TRY },
	{ "-a foo true", SAYS("invalid -a argument: 'foo'") TRY },
	{ "-a 2147483648 true", SAYS("invalid -a argument: '2147483648'") TRY },
	{ "--columns=-1 true", SAYS("invalid --columns argument: '-1'") TRY },
	{ "-p foo", SAYS("Invalid process id: 'foo'") },
	{ "-p 0", SAYS("Invalid process id: '0'") },
	{ "-p -1", SAYS("Invalid process id: '-1'") },
	{ "-p 2147483648", SAYS("Invalid process id: '2147483648'") },
	{ "-p 1,foo", SAYS("Invalid process id: 'foo'") },
	{ "-p ,", SAYS("Invalid process id: ''") },
	{ "-O foo true", SAYS("invalid -O argument: 'foo'") TRY },
	{ "-O -1 true", SAYS("invalid -O argument: '-1'") TRY },
	{ "-O 1x true", SAYS("invalid -O argument: '1x'") TRY },
	{ "-O inf true", SAYS("invalid -O argument: 'inf'") TRY },
	{ "-O 0x10 true", SAYS("invalid -O argument: '0x10'") TRY },
	{ "-S foo true", SAYS("invalid sortby: 'foo'") TRY },
	{ "-U foo true", SAYS("unknown column name: 'foo'") TRY },
	{ "-c -U name, true", SAYS("unknown column name: ''") TRY },
	{ "-c -U name,calls,count true",
	  SAYS("call summary column has been provided more than once: 'count' "
	       "(-U option residual: 'count')") TRY },
	{ "-X foo true", SAYS("invalid -X argument: 'foo'") TRY },
	{ "-X RAW true", SAYS("invalid -X argument: 'RAW'") TRY },
	{ "--relative-timestamps=foo true",
	  SAYS("invalid --relative-timestamps argument: 'foo'") TRY },
	{ "--timestamps=time,foo true", SAYS("invalid --timestamps argument: 'time,foo'") TRY },
	{ "--absolute-timestamps=precision:unix true",
	  SAYS("invalid --absolute-timestamps argument: 'precision:unix'") TRY },
	{ "--syscall-times= true", SAYS("invalid --syscall-times argument: ''") TRY },
	{ "--strings-in-hex=foo true", SAYS("invalid --strings-in-hex argument: 'foo'") TRY },

	/* together; where there are two faults, the one that is reported */
	{ "-c -C true", SAYS("-c/--summary-only and -C/--summary are mutually exclusive") TRY },
	{ "-C -s foo -c true", SAYS("invalid -s argument: 'foo'") TRY },
	{ "-c -ff true", SAYS("(-c/--summary-only or -C/--summary) and -ff/--output-separately "
			      "are mutually exclusive") TRY },
	{ "-C --output-separately true",
	  SAYS("(-c/--summary-only or -C/--summary) and -ff/--output-separately "
	       "are mutually exclusive") TRY },
	{ "-ff -o|cat true", SAYS("piping the output and -ff/--output-separately "
				  "are mutually exclusive") TRY },
	{ "-w true", SAYS("-w/--summary-wall-clock must be given with "
			  "(-c/--summary-only or -C/--summary)") TRY },
	{ "-U name -w true", SAYS("-w/--summary-wall-clock must be given with "
				  "(-c/--summary-only or -C/--summary)") TRY },
	{ "-U name true", SAYS("-U/--summary-columns must be given with "
			       "(-c/--summary-only or -C/--summary)") TRY },
	{ "-t --timestamps true",
	  SAYS("-t and --absolute-timestamps cannot be provided simultaneously") },
	{ "-x --strings-in-hex -f --follow-forks true",
	  SAYS("-x and --strings-in-hex cannot be provided simultaneously") },
	{ "-f --follow-forks true",
	  SAYS("-f and --follow-forks cannot be provided simultaneously") },
	{ "-y --decode-fds=path true",
	  SAYS("-y and --decode-fds cannot be provided simultaneously") },
	{ "-q -e quiet=exit true",
	  SAYS("-q and -e quiet/--quiet cannot be provided simultaneously") },
	{ "-F -w true", SAYS("option -F is deprecated, please use -f/--follow-forks instead")
				SAYS("-w/--summary-wall-clock must be given with "
				     "(-c/--summary-only or -C/--summary)") TRY },
};

/* Command lines that are carried out all the same, with the trace sent away. */
static const struct bad_option vain_options[] = {
	{ "-A -c -o /dev/null true", "" },
	{ "-o /dev/null -S time true", SAYS("-S/--summary-sort-by has no effect without "
					    "(-c/--summary-only or -C/--summary)") },
	{ "-o /dev/null -c -Tnti true",
	  SAYS("-i/--instruction-pointer has no effect with -c/--summary-only")
		  SAYS("-n/--syscall-number has no effect with -c/--summary-only")
			  SAYS("-t/--absolute-timestamps has no effect with -c/--summary-only")
				  SAYS("-T/--syscall-times has no effect with -c/--summary-only") },
	{ "-o /dev/null -zZ true",
	  SAYS("Only the last of -z/--successful-only/-Z/--failed-only options will take effect. "
	       "See status qualifier for more complex filters.") },
	{ "-o /dev/null -f -F true", SAYS("deprecated option -F ignored") },
	{ "-o /dev/null -e trace=stat64,?zzz,520,waitpid@32 true", "" },
	{ "-o /dev/null --fo --strings=none --tim=none,ns -e decode-fds=none true", "" },
};

/* Splits a copy of line (room: as long) into words behind the name; argv: BAD_OPTIONS_WORDS. */
static inline int bad_options_split(const char *line, char *room, char **argv)
{
	static char name[] = BAD_OPTIONS_NAME;
	int argc = 0;

	argv[argc++] = name;
	for (char *at = strcpy(room, line); at; argc++)
		argv[argc] = strsep(&at, " ");
	argv[argc] = NULL;
	return argc;
}

#endif
