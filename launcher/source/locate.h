/* SPDX-License-Identifier: MIT */
/*
 * Which process is meant by the ids in a chunk: a tracee names itself as its own PID namespace
 * does. Any tracee can write any id into the ring, so only a process that has the ring mapped is
 * ever found.
 */
#ifndef ITRACE_SOURCE_LOCATE_H
#define ITRACE_SOURCE_LOCATE_H

#include <stdbool.h>
#include <sys/types.h>

#include "session.h"

/* The thread that calls itself tid, of process pid, by the id it has here; 0 = not found. *ret_pid
 * (may be NULL): its process. Reads /proc: up to milliseconds. Any thread. */
pid_t locate_thread(const struct launcher_session *s, pid_t pid, pid_t tid, pid_t *ret_pid);

/* Whether the program that process pid (an id it has here) runs has not mapped the ring; true too
 * if that is not to be seen, false if there is no such process. Reads /proc. Any thread. */
bool locate_has_left_ring(const struct launcher_session *s, pid_t pid);

#endif
