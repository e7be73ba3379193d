/* SPDX-License-Identifier: MIT */
/*
 * The launcher's service to its tracees, on a thread of its own: the heartbeat, and the ring's
 * descriptors for those that cannot reach them through /proc.
 */
#ifndef ITRACE_SERVICE_H
#define ITRACE_SERVICE_H

#include <pthread.h>
#include <stdbool.h>

#include "session.h"

struct service {
	struct launcher_session *session;
	pthread_t thread;
	bool running;
	int stop_fd;
};

/* Returns 0 or -errno. */
int service_start(struct service *v, struct launcher_session *s);
void service_stop(struct service *v);

#endif
