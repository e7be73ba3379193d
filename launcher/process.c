/* SPDX-License-Identifier: MIT */
/*
 * The table of traced processes and threads. A list is enough: look-ups happen per thread and
 * death, not per call.
 */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* linux/pidfd.h, Linux 6.13 (ioctl) and 6.15 (exit information) */
struct pidfd_exit_info {
	uint64_t mask;
	uint64_t cgroupid;
	uint32_t ids[11]; /* pid, tgid, ppid and the user and group ids */
	int32_t exit_code;
};

_Static_assert(sizeof(struct pidfd_exit_info) == 64, "PIDFD_INFO_SIZE_VER0");
#define PIDFD_GET_INFO_REQUEST _IOWR(0xFF, 11, struct pidfd_exit_info)
#define PIDFD_INFO_EXIT_BIT (1ull << 3)

int process_table_init(struct process_table *t)
{
	memset(t, 0, sizeof(*t));
	t->epoll = epoll_create1(EPOLL_CLOEXEC);
	return t->epoll < 0 ? -errno : 0;
}

static void process_free(struct process *p)
{
	struct task *next;

	for (struct task *task = p->tasks; task; task = next) {
		next = task->next;
		free(task->printer);
		free(task);
	}
	if (p->pidfd >= 0)
		close(p->pidfd);
	free(p);
}

void process_table_release(struct process_table *t)
{
	struct process *next;

	for (struct process *p = t->processes; p; p = next) {
		next = p->next;
		process_free(p);
	}
	for (struct process *p = t->graves; p; p = next) {
		next = p->next;
		process_free(p);
	}
	if (t->epoll >= 0)
		close(t->epoll);
	memset(t, 0, sizeof(*t));
	t->epoll = -1;
}

struct process *process_find(const struct process_table *t, int pid)
{
	for (struct process *p = t->processes; p; p = p->next)
		if (p->pid == pid)
			return p;
	return NULL;
}

struct task *process_task(const struct process *p, int tid)
{
	for (struct task *task = p->tasks; task; task = task->next)
		if (task->tid == tid && !task->dead)
			return task;
	return NULL;
}

static void process_watch(struct process_table *t, struct process *p)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = p };

	p->pidfd = (int)syscall(SYS_pidfd_open, p->pid, 0);
	p->gone = p->pidfd < 0 && errno == ESRCH;
	if (p->pidfd >= 0)
		epoll_ctl(t->epoll, EPOLL_CTL_ADD, p->pidfd, &ev);
}

void process_unwatch(struct process *p)
{
	if (p->pidfd >= 0)
		close(p->pidfd);
	p->pidfd = -1;
	p->gone = true;
}

struct process *process_get(struct process_table *t, int pid)
{
	struct process *p = process_find(t, pid);

	if (p)
		return p;
	p = calloc(1, sizeof(*p));
	if (!p)
		return NULL;
	p->pid = pid;
	process_watch(t, p);
	p->next = t->processes;
	t->processes = p;
	t->nr++;
	return p;
}

struct task *process_task_get(struct process_table *t, struct process *p, int tid, bool *ret_new)
{
	struct task *task = process_task(p, tid);

	*ret_new = !task;
	if (task)
		return task;
	task = calloc(1, sizeof(*task));
	if (!task)
		return NULL;
	task->tid = tid;
	task->process = p;
	task->next = p->tasks;
	p->tasks = task;
	p->nr_tasks++;
	t->nr_tasks++;
	return task;
}

void process_task_end(struct process_table *t, struct task *task)
{
	struct process *p = task->process;

	if (task->dead)
		return;
	task->dead = true;
	p->nr_tasks--;
	t->nr_tasks--;
	if (p->nr_tasks)
		return;
	for (struct process **link = &t->processes; *link; link = &(*link)->next) {
		if (*link != p)
			continue;
		*link = p->next;
		p->next = t->graves;
		t->graves = p;
		t->nr--;
		break;
	}
	if (p->pidfd >= 0)
		close(p->pidfd);
	p->pidfd = -1;
}

int process_poll(struct process_table *t)
{
	struct epoll_event events[32];
	int n = epoll_wait(t->epoll, events, 32, 0), died = 0;

	for (int i = 0; i < n; i++) {
		struct process *p = events[i].data.ptr;

		if (p->gone)
			continue;
		p->gone = true;
		died++;
		epoll_ctl(t->epoll, EPOLL_CTL_DEL, p->pidfd, NULL);
	}
	return died;
}

/* Known once the parent has waited for it. */
static bool status_of_reaped(const struct process *p, int *ret_status)
{
	struct pidfd_exit_info info = { .mask = PIDFD_INFO_EXIT_BIT };

	if (p->pidfd < 0 || ioctl(p->pidfd, PIDFD_GET_INFO_REQUEST, &info))
		return false;
	if (!(info.mask & PIDFD_INFO_EXIT_BIT))
		return false;
	*ret_status = info.exit_code;
	return true;
}

/* Whether its stat shows us what is not for everybody: the kernel asks the same of this link. */
static bool may_look(const struct process *p)
{
	char path[32], link[32];

	snprintf(path, sizeof(path), "/proc/%d/ns/user", p->pid);
	return readlink(path, link, sizeof(link)) > 0;
}

/*
 * Until then: the last field of its stat, which is 0 for whom it is kept from. The name may hold
 * anything; no field behind it holds a parenthesis.
 */
static bool status_of_zombie(const struct process *p, int *ret_status)
{
	char path[32], buf[1024], *fields, *last;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", p->pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, buf, sizeof(buf) - 1);
	close(fd);
	if (n <= 0)
		return false;
	buf[n] = '\0';
	fields = strrchr(buf, ')');
	/* a zombie, or one that is being waited for at this moment */
	if (!fields || (strncmp(fields, ") Z ", 4) && strncmp(fields, ") X ", 4)))
		return false;
	last = strrchr(fields, ' ');
	*ret_status = atoi(last);
	return *ret_status || may_look(p);
}

bool process_status(const struct process *p, int *ret_status)
{
	int zombie;
	bool known;

	if (status_of_reaped(p, ret_status))
		return true;
	known = status_of_zombie(p, &zombie);
	/* it may have been waited for meanwhile, and its number be another's */
	if (status_of_reaped(p, ret_status))
		return true;
	if (known)
		*ret_status = zombie;
	return known;
}
