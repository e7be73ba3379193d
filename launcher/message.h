/* SPDX-License-Identifier: MIT */
/*
 * Messages to the user: a line on stderr behind the name that the program was invoked by.
 */
#ifndef ITRACE_MESSAGE_H
#define ITRACE_MESSAGE_H

/* "NAME: FORMAT", and a newline. errno is kept. */
void message_error(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
