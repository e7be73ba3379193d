/* SPDX-License-Identifier: MIT */
/*
 * Which descriptors of the traced processes are netlink sockets: what they carry is printed as
 * messages. Followed through the calls that are traced; a socket that was made before is unknown.
 */
#ifndef ITRACE_SOCKETS_H
#define ITRACE_SOCKETS_H

#include "event.h"

struct sockets {
	struct socket_entry *entries;
	size_t nr, room;
};

void sockets_release(struct sockets *s);

/* Takes note of a call that has returned. */
void sockets_after_call(struct sockets *s, const struct task *task, const struct record *rec);

/* A process is gone. */
void sockets_after_exit(struct sockets *s, const struct task *task);

/* 1 + the netlink protocol of the socket that the call is given as its first argument; 0: none. */
unsigned int sockets_netlink(const struct sockets *s, const struct task *task,
			     const struct record *rec);

#endif
