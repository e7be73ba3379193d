/* SPDX-License-Identifier: MIT */
/*
 * Makes System V and POSIX message queue, semaphore, shared memory and key calls with typical, edge
 * and failing arguments, for comparison of two traces of it. Removes what it makes; status 0.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/keyctl.h>
#include <mqueue.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define BAD ((void *)8)

static void make_shared_memory(void)
{
	struct shmid_ds ds;
	int id = syscall(SYS_shmget, IPC_PRIVATE, 4096, IPC_CREAT | 0600);
	void *p = (void *)syscall(SYS_shmat, id, NULL, 0);

	syscall(SYS_shmdt, p);
	syscall(SYS_shmat, id, BAD, SHM_RDONLY | 1);
	syscall(SYS_shmat, -1, NULL, SHM_REMAP | SHM_EXEC);
	syscall(SYS_shmctl, id, IPC_STAT, &ds);
	syscall(SYS_shmctl, id, IPC_SET, &ds);
	syscall(SYS_shmctl, id, SHM_STAT, &ds);
	syscall(SYS_shmctl, 0, IPC_INFO, &ds);
	syscall(SYS_shmctl, 0, SHM_INFO, &ds);
	syscall(SYS_shmctl, id, SHM_LOCK, NULL);
	syscall(SYS_shmctl, id, IPC_RMID, NULL);
	syscall(SYS_shmctl, -1, IPC_STAT, BAD);
	syscall(SYS_shmctl, -1, 99, BAD);
	syscall(SYS_shmget, 0x1234abcd, 1ul << 40, SHM_HUGETLB | IPC_EXCL | 0777);
	syscall(SYS_shmget, 0x1234abcd, 0, SHM_NORESERVE | (21 << 26) | 0x10000);
	syscall(SYS_shmdt, BAD);
}

static void make_semaphores(void)
{
	unsigned short values[4] = { 1, 2, 3, 4 };
	struct sembuf ops[3] = { { 0, 1, 0 },
				 { 1, -1, IPC_NOWAIT | SEM_UNDO },
				 { 2, 0, IPC_NOWAIT | 0x400 } };
	struct timespec ts = { 0, 1000 };
	struct semid_ds ds;
	int id = syscall(SYS_semget, IPC_PRIVATE, 4, IPC_CREAT | 0600);

	syscall(SYS_semctl, id, 0, SETALL, values);
	syscall(SYS_semctl, id, 0, GETALL, values);
	syscall(SYS_semctl, id, 1, SETVAL, 7);
	syscall(SYS_semctl, id, 1, GETVAL, 0);
	syscall(SYS_semctl, id, 1, GETPID, 0);
	syscall(SYS_semctl, id, 1, GETNCNT, 0);
	syscall(SYS_semctl, id, 1, GETZCNT, 0);
	syscall(SYS_semctl, id, 0, IPC_STAT, &ds);
	syscall(SYS_semctl, id, 0, IPC_SET, &ds);
	syscall(SYS_semctl, 0, 0, IPC_INFO, &ds);
	syscall(SYS_semctl, 0, 0, SEM_INFO, &ds);
	syscall(SYS_semop, id, ops, 2);
	syscall(SYS_semop, id, ops, 3);
	syscall(SYS_semop, id, ops, 0);
	syscall(SYS_semop, -1, BAD, 1);
	syscall(SYS_semtimedop, id, ops + 1, 1, &ts);
	syscall(SYS_semtimedop, id, ops + 2, 1, NULL);
	syscall(SYS_semtimedop, -1, BAD, 1, BAD);
	syscall(SYS_semctl, id, 0, IPC_RMID, 0);
	syscall(SYS_semctl, -1, -1, 99, 0x1234);
	syscall(SYS_semget, 0x77, -1, IPC_EXCL | 0x8000);
}

static void make_messages(void)
{
	struct {
		long type;
		char text[64];
	} m = { 5, "hello\n" };
	struct msqid_ds ds;
	int id = syscall(SYS_msgget, IPC_PRIVATE, IPC_CREAT | 0600);

	syscall(SYS_msgsnd, id, &m, 6, IPC_NOWAIT);
	syscall(SYS_msgsnd, id, &m, 64, 0);
	syscall(SYS_msgsnd, id, &m, 0, 0);
	syscall(SYS_msgsnd, -1, BAD, 6, 0x8000);
	syscall(SYS_msgsnd, -1, NULL, 6, 0);
	syscall(SYS_msgrcv, id, &m, 64, 0, 0);
	syscall(SYS_msgrcv, id, &m, 10, 5, MSG_NOERROR | IPC_NOWAIT);
	syscall(SYS_msgrcv, id, &m, 64, -9, MSG_EXCEPT | IPC_NOWAIT);
	syscall(SYS_msgrcv, id, &m, 64, 0, IPC_NOWAIT);
	syscall(SYS_msgrcv, -1, BAD, 64, 0, MSG_COPY | 0x1);
	syscall(SYS_msgctl, id, IPC_STAT, &ds);
	syscall(SYS_msgctl, id, IPC_SET, &ds);
	syscall(SYS_msgctl, 0, IPC_INFO, &ds);
	syscall(SYS_msgctl, 0, MSG_INFO, &ds);
	syscall(SYS_msgctl, id, IPC_RMID, NULL);
	syscall(SYS_msgctl, -1, 99, BAD);
	syscall(SYS_msgget, 0x42, IPC_EXCL | 0777);
}

static void make_queues(void)
{
	struct mq_attr attr = { .mq_maxmsg = 4, .mq_msgsize = 32 }, old;
	struct sigevent ev = { .sigev_notify = SIGEV_NONE };
	struct timespec ts = { 1, 5 };
	unsigned int prio;
	char buf[64];
	int q = syscall(SYS_mq_open, "itrace-test", O_RDWR | O_CREAT | O_NONBLOCK, 0600, &attr);

	syscall(SYS_mq_timedsend, q, "hello", 5, 3, NULL);
	syscall(SYS_mq_timedsend, q, "\0\1", 2, 4294967295u, &ts);
	syscall(SYS_mq_timedreceive, q, buf, 64, &prio, NULL);
	syscall(SYS_mq_timedreceive, q, buf, 64, &prio, &ts);
	syscall(SYS_mq_timedreceive, -1, BAD, 64, BAD, BAD);
	syscall(SYS_mq_timedsend, -1, BAD, 64, 0, BAD);
	syscall(SYS_mq_getsetattr, q, &attr, &old);
	syscall(SYS_mq_getsetattr, q, NULL, &old);
	syscall(SYS_mq_getsetattr, -1, BAD, BAD);
	syscall(SYS_mq_notify, q, &ev);
	ev.sigev_notify = SIGEV_SIGNAL;
	ev.sigev_signo = SIGUSR1;
	syscall(SYS_mq_notify, q, &ev);
	ev.sigev_notify = 9;
	syscall(SYS_mq_notify, q, &ev);
	syscall(SYS_mq_notify, q, NULL);
	syscall(SYS_mq_notify, -1, BAD);
	syscall(SYS_mq_unlink, "itrace-test");
	syscall(SYS_mq_unlink, BAD);
	syscall(SYS_mq_open, "none", O_RDONLY);
	syscall(SYS_mq_open, "none", O_WRONLY | O_CREAT, 0, BAD);
	close(q);
}

static void make_keys(void)
{
	char buf[64];

	syscall(SYS_add_key, "user", "itrace:test", "secret", 6, KEY_SPEC_PROCESS_KEYRING);
	syscall(SYS_add_key, "user", NULL, NULL, 0, 0);
	syscall(SYS_add_key, BAD, BAD, BAD, 5, 12345);
	syscall(SYS_request_key, "user", "itrace:none", NULL, KEY_SPEC_SESSION_KEYRING);
	syscall(SYS_request_key, BAD, BAD, BAD, -99);
	for (int i = 0; i < 34; i++)
		if (i != KEYCTL_SESSION_TO_PARENT)
			syscall(SYS_keyctl, i, 0x7fffff00, 0, 0, 0);
	syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_THREAD_KEYRING, 0);
	syscall(SYS_keyctl, KEYCTL_DESCRIBE, KEY_SPEC_PROCESS_KEYRING, buf, sizeof(buf));
	syscall(SYS_keyctl, KEYCTL_READ, KEY_SPEC_PROCESS_KEYRING, buf, sizeof(buf));
	syscall(SYS_keyctl, KEYCTL_SETPERM, KEY_SPEC_PROCESS_KEYRING, 0x3f010000);
	syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_PROCESS_KEYRING, "user", "none", 0);
}

int main(void)
{
	make_shared_memory();
	make_semaphores();
	make_messages();
	make_queues();
	make_keys();
	return 0;
}
