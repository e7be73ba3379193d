/* SPDX-License-Identifier: MIT */
/*
 * Work whose result shows whether every call did what it should, whoever watches it.
 *
 *     worker FILE ROUNDS [THREADS]   writes its process id to FILE first
 *
 * Each round writes to a pipe, reads it back, forks now and then. Prints a checksum that depends on
 * all of it.
 */
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/wait.h>

#include "mark.h"

static int rounds;

static void *work(void *arg)
{
	unsigned long sum = (unsigned long)arg;
	int fds[2];

	CHECK(!pipe(fds));
	for (int i = 0; i < rounds; i++) {
		unsigned int out = (unsigned int)i * 2654435761u, in;

		CHECK(write(fds[1], &out, sizeof(out)) == sizeof(out));
		CHECK(read(fds[0], &in, sizeof(in)) == sizeof(in));
		sum = sum * 31 + in;
		if (i % 2000 == 1000) {
			int status;
			pid_t pid = fork();

			if (!pid)
				_exit(i / 2000 % 100);
			CHECK(waitpid(pid, &status, 0) == pid &&
			      WEXITSTATUS(status) == i / 2000 % 100);
		}
	}
	close(fds[0]);
	close(fds[1]);
	return (void *)sum;
}

int main(int argc, char **argv)
{
	int nr = argc > 3 ? atoi(argv[3]) : 4, fd;
	unsigned long sum = 0;
	pthread_t threads[64];
	char text[16];

	CHECK(argc > 2 && nr <= 64);
	rounds = atoi(argv[2]);
	fd = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC, 0600);
	snprintf(text, sizeof(text), "%d\n", getpid());
	CHECK(fd >= 0 && write(fd, text, strlen(text)) > 0 && !close(fd));
	for (long i = 0; i < nr; i++)
		CHECK(!pthread_create(&threads[i], NULL, work, (void *)i));
	for (int i = 0; i < nr; i++) {
		void *part;

		CHECK(!pthread_join(threads[i], &part));
		sum += (unsigned long)part;
	}
	printf("%lu\n", sum);
	return 17;
}
