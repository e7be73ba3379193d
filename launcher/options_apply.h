/* SPDX-License-Identifier: MIT */
/*
 * What the rows of the option table do with their arguments. One signature for all: see
 * option_row.apply.
 */
#ifndef ITRACE_OPTIONS_APPLY_H
#define ITRACE_OPTIONS_APPLY_H

#include "options_row.h"

typedef enum options_outcome option_fn(struct option_parse *p, const char *argument);

/* options_apply.c. Generic: row.field says what is set. */
option_fn apply_flag;	/* bool: true */
option_fn apply_word;	/* uint32_t: the value of the word */
option_fn apply_string; /* const char *: the argument */
option_fn apply_count;	/* uint32_t: + 1 */
option_fn apply_number; /* uint32_t: 0..INT32_MAX */

option_fn apply_string_limit;
option_fn apply_pids;
option_fn apply_env;
option_fn apply_path;
option_fn apply_detach_on;
option_fn apply_output;
option_fn apply_follow;
option_fn apply_daemonize;
option_fn apply_strings_in_hex;
option_fn apply_fd_letters;
option_fn apply_ring_size;
option_fn apply_count_by;
option_fn apply_help;
option_fn apply_version;

/* options_time.c */
option_fn apply_timestamps;
option_fn apply_relative;
option_fn apply_call_times;
option_fn apply_overhead;
option_fn apply_duration;

/* options_summary.c */
option_fn apply_summary_only;
option_fn apply_summary_too;
option_fn apply_sort_by;
option_fn apply_columns;
option_fn apply_wall_clock;

/* options_expr.c: -e, and the long options that it also spells */
option_fn apply_library;
option_fn apply_library_calls;
option_fn apply_prototypes;

/* Adds the library functions among a set's members to the library filter; the other members, as a
 * string, go to rest (to be released). */
enum options_outcome option_take_functions(struct option_parse *p, const char *set,
					   struct text *rest);

option_fn apply_expr;
option_fn apply_trace;
option_fn apply_calls; /* struct call_set */
option_fn apply_trace_fds;
option_fn apply_fds; /* struct number_set */
option_fn apply_no_abbrev;
option_fn apply_signals;
option_fn apply_status;
option_fn apply_successful;
option_fn apply_failed;
option_fn apply_quiet;
option_fn apply_decode_fds;
option_fn apply_decode_pids;
option_fn apply_comm;
option_fn apply_pidns;

/* Replaces row.field's set by the words of argument. */
enum options_outcome apply_words(struct option_parse *p, const struct filter_word *words,
				 const char *what, const char *argument);

#endif
