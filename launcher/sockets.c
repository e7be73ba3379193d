/* SPDX-License-Identifier: MIT */
/* A list: there are few netlink sockets at a time, in most programs none. See sockets.h. */
#include "sockets.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#define SOCKETS_MAX 4096 /* what a hostile program may make us keep */

struct socket_entry {
	int pid;
	int fd;
	unsigned int protocol;
};

void sockets_release(struct sockets *s)
{
	free(s->entries);
	*s = (struct sockets){ 0 };
}

static void add(struct sockets *s, int pid, int fd, unsigned int protocol)
{
	if (s->nr == SOCKETS_MAX)
		return;
	if (s->nr == s->room) {
		size_t room = s->room ? s->room * 2 : 8;
		struct socket_entry *e = reallocarray(s->entries, room, sizeof(*e));

		if (!e)
			return;
		s->entries = e;
		s->room = room;
	}
	s->entries[s->nr++] = (struct socket_entry){ pid, fd, protocol };
}

static const struct socket_entry *find(const struct sockets *s, int pid, int fd)
{
	for (size_t i = 0; i < s->nr; i++)
		if (s->entries[i].pid == pid && s->entries[i].fd == fd)
			return &s->entries[i];
	return NULL;
}

/* fd < 0: all of the process */
static void forget(struct sockets *s, int pid, int fd)
{
	for (size_t i = 0; i < s->nr;) {
		if (s->entries[i].pid == pid && (fd < 0 || s->entries[i].fd == fd))
			s->entries[i] = s->entries[--s->nr];
		else
			i++;
	}
}

static void copy(struct sockets *s, int pid, int fd, int to_pid, int to_fd)
{
	size_t nr = s->nr;

	for (size_t i = 0; i < nr; i++) {
		struct socket_entry e = s->entries[i];

		if (e.pid == pid && (fd < 0 || e.fd == fd))
			add(s, to_pid, fd < 0 ? e.fd : to_fd, e.protocol);
	}
}

void sockets_after_call(struct sockets *s, const struct task *task, const struct record *rec)
{
	int pid = task->process->pid, ret = (int)rec->ret;

	if (rec->ret < 0 || (!s->nr && rec->call != SYS_socket))
		return;
	switch (rec->call) {
	case SYS_socket:
		forget(s, pid, ret);
		if (rec->args[0] == AF_NETLINK)
			add(s, pid, ret, (unsigned int)rec->args[2]);
		break;
	case SYS_close:
		forget(s, pid, (int)rec->args[0]);
		break;
	case SYS_dup:
	case SYS_dup2:
	case SYS_dup3:
		if (ret == (int)rec->args[0])
			break;
		forget(s, pid, ret);
		copy(s, pid, (int)rec->args[0], pid, ret);
		break;
	case SYS_accept:
	case SYS_accept4:
	case SYS_openat:
		forget(s, pid, ret);
		break;
	case SYS_fork:
	case SYS_vfork:
	case SYS_clone:
	case SYS_clone3:
		/* a new thread's id is no process's */
		if (ret && ret != pid)
			copy(s, pid, -1, ret, -1);
		break;
	}
}

void sockets_after_exit(struct sockets *s, const struct task *task)
{
	if (s->nr)
		forget(s, task->tid, -1);
}

unsigned int sockets_netlink(const struct sockets *s, const struct task *task,
			     const struct record *rec)
{
	const struct socket_entry *e;

	if (!s->nr)
		return 0;
	e = find(s, task->process->pid, (int)rec->args[0]);
	return e ? e->protocol + 1 : 0;
}
