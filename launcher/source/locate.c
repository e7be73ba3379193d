/* SPDX-License-Identifier: MIT */
#include "source/locate.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The ids of the "NSpid:" and "NStgid:" lines (proc(5)) end in the innermost namespace's. */
static bool namespace_ids(pid_t tid, pid_t *ret_tid, pid_t *ret_tgid)
{
	char path[64], line[256];
	FILE *f;

	*ret_tid = *ret_tgid = 0;
	snprintf(path, sizeof(path), "/proc/%d/status", tid);
	f = fopen(path, "re");
	if (!f)
		return false;
	while (fgets(line, sizeof(line), f)) {
		char *last = strrchr(line, '\t');

		if (last && !strncmp(line, "NSpid:", 6))
			*ret_tid = atoi(last);
		else if (last && !strncmp(line, "NStgid:", 7))
			*ret_tgid = atoi(last);
	}
	fclose(f);
	return *ret_tid && *ret_tgid;
}

/* Returns 1 if the process has our ring mapped, 0 if not, -errno if that is not to be seen. */
static int maps_ring(const struct launcher_session *s, pid_t pid)
{
	char path[64], line[512], inode[32];
	int found = 0, lines = 0;
	struct stat st;
	FILE *f;

	if (fstat(s->ring_fd, &st))
		return -errno;
	snprintf(inode, sizeof(inode), " %lu ", (unsigned long)st.st_ino);
	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	f = fopen(path, "re");
	if (!f)
		return -errno;
	while (!found && fgets(line, sizeof(line), f)) {
		found = strstr(line, "/memfd:itrace") && strstr(line, inode);
		lines++;
	}
	fclose(f);
	/* a process that is dead has no memory */
	return lines ? found : -ESRCH;
}

/* An unprivileged launcher cannot reach what is not its user's, and may not be able to read the
 * maps of what is. */
static bool maps_our_ring(const struct launcher_session *s, pid_t pid)
{
	return geteuid() || maps_ring(s, pid) == 1;
}

bool locate_has_left_ring(const struct launcher_session *s, pid_t pid)
{
	int maps = maps_ring(s, pid);

	return !maps || maps == -EACCES || maps == -EPERM;
}

/* The thread of process host that calls itself tid. */
static pid_t thread_within(pid_t host, pid_t tid)
{
	char path[64];
	struct dirent *de;
	pid_t found = 0, t, g;
	DIR *tasks;

	snprintf(path, sizeof(path), "/proc/%d/task", host);
	tasks = opendir(path);
	while (tasks && !found && (de = readdir(tasks))) {
		pid_t task = atoi(de->d_name);

		if (task > 0 && namespace_ids(task, &t, &g) && t == tid)
			found = task;
	}
	if (tasks)
		closedir(tasks);
	return found;
}

pid_t locate_thread(const struct launcher_session *s, pid_t pid, pid_t tid, pid_t *ret_pid)
{
	DIR *proc;
	struct dirent *de;
	pid_t found = 0, t, g;

	if (ret_pid)
		*ret_pid = pid;
	if (namespace_ids(tid, &t, &g) && t == tid && g == pid && maps_our_ring(s, tid))
		return tid;
	proc = opendir("/proc");
	while (proc && !found && (de = readdir(proc))) {
		pid_t host = atoi(de->d_name);

		if (host <= 0 || !namespace_ids(host, &t, &g) || g != pid ||
		    !maps_our_ring(s, host))
			continue;
		found = thread_within(host, tid);
		if (ret_pid)
			*ret_pid = host;
	}
	if (proc)
		closedir(proc);
	return found;
}
