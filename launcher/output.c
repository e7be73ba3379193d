/* SPDX-License-Identifier: MIT */
/* Gathers text and writes it in large pieces. */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

void output_init(struct output *o, int fd, bool owned)
{
	memset(o, 0, sizeof(*o));
	o->fd = fd;
	o->owned = owned;
}

void output_release(struct output *o)
{
	output_flush(o);
	text_release(&o->text);
	if (o->owned && o->fd >= 0)
		close(o->fd);
	o->fd = -1;
}

/*
 * In a folder like /tmp anybody may leave a link for us to write through: only our own, and those
 * of the folder's owner, are followed, as fs.protected_symlinks has it (proc_sys_fs(5)) where it is
 * on. Returns what open() needs in addition, or -EACCES.
 */
static int link_flags(const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) + 1 : 0;
	struct stat folder, link;
	char name[PATH_MAX];

	if (len >= sizeof(name))
		return 0;
	memcpy(name, path, len);
	strcpy(name + len, ".");
	if (stat(name, &folder) || ~folder.st_mode & (S_ISVTX | S_IWOTH))
		return 0;
	/* what is no link now must not become one before it is opened */
	if (lstat(path, &link) || !S_ISLNK(link.st_mode))
		return O_NOFOLLOW;
	return link.st_uid == geteuid() || link.st_uid == folder.st_uid ? 0 : -EACCES;
}

int output_open(const char *path, bool append)
{
	int flags = link_flags(path), fd;

	if (flags < 0)
		return flags;
	flags |= O_WRONLY | O_CREAT | O_CLOEXEC | (append ? O_APPEND : O_TRUNC);
	fd = open(path, flags, 0666);
	return fd < 0 ? -errno : fd;
}

int output_popen(const char *command, pid_t *ret_pid)
{
	char *argv[] = { "sh", "-c", (char *)command, NULL };
	posix_spawn_file_actions_t actions;
	int pipes[2], err;

	if (pipe2(pipes, O_CLOEXEC))
		return -errno;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, pipes[0], 0);
	err = posix_spawn(ret_pid, "/bin/sh", &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(pipes[0]);
	if (err) {
		close(pipes[1]);
		return -err;
	}
	return pipes[1];
}

void output_flush(struct output *o)
{
	size_t done = 0;

	while (done < o->text.len && !o->error) {
		ssize_t n = write(o->fd, o->text.data + done, o->text.len - done);

		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR && errno != EAGAIN)
			o->error = errno;
	}
	if (o->text.failed && !o->error)
		o->error = ENOMEM;
	o->line_flushed += o->text.len - o->line_start;
	o->line_start = 0;
	text_clear(&o->text);
}

void output_line(struct output *o)
{
	o->line_start = o->text.len;
	o->line_flushed = 0;
}

size_t output_column(const struct output *o)
{
	return o->text.len - o->line_start + o->line_flushed;
}
