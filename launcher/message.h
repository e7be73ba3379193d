/* SPDX-License-Identifier: MIT */
/*
 * Messages to the user: one line on stderr behind the name that the program was invoked by. Only
 * main and the commands print.
 */
#ifndef ITRACE_MESSAGE_H
#define ITRACE_MESSAGE_H

/* name: kept, not copied. */
void message_set_name(const char *name);

/* "NAME: FORMAT" */
void message_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* "NAME: FORMAT: No such file or directory"; err: an errno value, of either sign. */
void message_print_errno(int err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
