/* SPDX-License-Identifier: MIT */
/* Heartbeat, and descriptors by SCM_RIGHTS (unix(7)) to whoever knows the session's key. */
#include "service.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEARTBEAT_MS 50
#define PEER_PATIENCE_MS 200

static void descriptors_send(const struct launcher_session *s, int peer)
{
	int fds[2] = { s->ring_fd, s->lib_fd };
	size_t nr = s->lib_fd >= 0 ? 2 : 1;
	char control[CMSG_SPACE(sizeof(fds))] = { 0 };
	char byte = 0;
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = control,
			      .msg_controllen = CMSG_SPACE(nr * sizeof(int)) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(nr * sizeof(int));
	memcpy(CMSG_DATA(c), fds, nr * sizeof(int));
	sendmsg(peer, &msg, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void peer_serve(const struct launcher_session *s)
{
	int peer = accept4(s->socket_fd, NULL, NULL, SOCK_CLOEXEC);
	struct pollfd p = { .fd = peer, .events = POLLIN };
	uint64_t key[2];

	if (peer < 0)
		return;
	if (poll(&p, 1, PEER_PATIENCE_MS) == 1 &&
	    recv(peer, key, sizeof(key), MSG_DONTWAIT) == sizeof(key) &&
	    !memcmp(key, s->key, sizeof(key)))
		descriptors_send(s, peer);
	close(peer);
}

static void *service_run(void *arg)
{
	struct service *v = arg;
	struct pollfd fds[2] = {
		{ .fd = v->stop_fd, .events = POLLIN },
		{ .fd = v->session->socket_fd, .events = POLLIN },
	};

	for (;;) {
		session_heartbeat(v->session);
		poll(fds, 2, HEARTBEAT_MS);
		if (fds[0].revents)
			return NULL;
		if (fds[1].revents & POLLIN)
			peer_serve(v->session);
	}
}

int service_start(struct service *v, struct launcher_session *s)
{
	sigset_t all, old;
	int err;

	memset(v, 0, sizeof(*v));
	v->session = s;
	v->stop_fd = eventfd(0, EFD_CLOEXEC);
	if (v->stop_fd < 0)
		return -errno;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	err = pthread_create(&v->thread, NULL, service_run, v);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	v->running = !err;
	if (err)
		close(v->stop_fd);
	return -err;
}

void service_stop(struct service *v)
{
	uint64_t one = 1;

	if (!v->running)
		return;
	if (write(v->stop_fd, &one, sizeof(one)) == sizeof(one))
		pthread_join(v->thread, NULL);
	close(v->stop_fd);
	v->running = false;
}
