// SPDX-License-Identifier: MIT
// Cancels threads in blocking calls: the unwinder must get through the call, and run what is to be destroyed.
#include <cerrno>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "mark.h"

static int destroyed, cleaned;
static sem_t ready;

struct Witness {
	int *count;
	~Witness() { ++*count; }
};

static void cleanup(void *) { cleaned++; }

struct Block {
	const char *name;
	void (*enter)(int fd);
};

static void in_read(int fd)
{
	char c;
	(void)!read(fd, &c, 1);
}
static void in_poll(int fd)
{
	pollfd p = { fd, POLLIN, 0 };
	poll(&p, 1, -1);
}
static void in_sleep(int) { sleep(1000); }
static void in_pause(int) { pause(); }
static void in_recv(int fd)
{
	char c;
	(void)!recv(fd, &c, 1, 0);
}
static void in_wait(int)
{
	siginfo_t info;
	waitid(P_PID, (id_t)getppid(), &info, WEXITED); // ECHILD: reaches the next cancellation point
	pause();
}
static void in_sem(int)
{
	sem_t never;
	sem_init(&never, 0, 0);
	sem_wait(&never);
}

static const Block blocks[] = {
	{ "read", in_read },   { "poll", in_poll }, { "sleep", in_sleep }, { "pause", in_pause },
	{ "recv", in_recv }, { "waitid", in_wait }, { "sem_wait", in_sem },
};

struct Job {
	const Block *block;
	int fd;
};

static void *blocked(void *arg)
{
	Job *job = static_cast<Job *>(arg);
	Witness witness = { &destroyed };

	pthread_cleanup_push(cleanup, nullptr);
	sem_post(&ready);
	job->block->enter(job->fd);
	pthread_cleanup_pop(0);
	return nullptr;
}

int main()
{
	int pair[2];

	CHECK(!socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	sem_init(&ready, 0, 0);
	for (const Block &block : blocks) {
		destroyed = cleaned = 0;
		for (int i = 0; i < 40; i++) {
			Job job = { &block, pair[0] };
			pthread_t thread;
			void *result;

			CHECK(!pthread_create(&thread, nullptr, blocked, &job));
			while (sem_wait(&ready))
				;
			if (i % 2)
				usleep(300); // half of them in the call, half on their way to it
			CHECK(!pthread_cancel(thread));
			CHECK(!pthread_join(thread, &result));
			CHECK(result == PTHREAD_CANCELED);
			mark(1);
		}
		printf("%s: destroyed %d, cleaned %d\n", block.name, destroyed, cleaned);
	}
	return 0;
}
