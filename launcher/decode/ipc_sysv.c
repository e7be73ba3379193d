/* SPDX-License-Identifier: MIT */
/*
 * System V IPC: keys, permissions within flags, versions within commands, and messages.
 */
#include <linux/ipc.h>
#include <linux/msg.h>
#include <linux/sem.h>
#include <linux/shm.h>

#include "decode/fields.h"
#include "structs.h"
#include "xlat.h"

#define PERMISSIONS 0777u
#define HUGE_SIZE (0x3fu << 26) /* SHM_HUGE_MASK << SHM_HUGE_SHIFT of the kernel */

/* IPC_64|IPC_STAT */
static void print_command(struct decode *d, const struct xlat *commands)
{
	uint32_t cmd = (uint32_t)decode_next(d);

	if (cmd & IPC_64) {
		decode_flags(d, &xlat_ipc_versions, IPC_64);
		text_char(d->out, '|');
		cmd &= ~(uint32_t)IPC_64;
	}
	decode_enum(d, commands, cmd);
}

void decode_shmctl(struct decode *d)
{
	decode_default(d, 1);
	print_command(d, &xlat_shmctl_commands);
	decode_default(d, 1);
}

void decode_semctl(struct decode *d)
{
	decode_default(d, 2);
	print_command(d, &xlat_semctl_commands);
	decode_default(d, 1);
}

void decode_msgctl(struct decode *d)
{
	decode_default(d, 1);
	print_command(d, &xlat_msgctl_commands);
	decode_default(d, 1);
}

/* Names, what they do not know, then the permissions in octal. */
static void print_get_flags(struct decode *d, const struct xlat *names, uint32_t v)
{
	uint32_t flags = v & ~PERMISSIONS;

	if (flags && decode_flag_names(d, names, flags)) {
		text_char(d->out, '|');
	} else if (flags) {
		text_hex(d->out, flags);
	}
	decode_mode(d, v & PERMISSIONS);
}

void decode_semget(struct decode *d)
{
	decode_default(d, 2);
	print_get_flags(d, &xlat_ipc_flags, (uint32_t)decode_next(d));
}

void decode_msgget(struct decode *d)
{
	decode_default(d, 1);
	print_get_flags(d, &xlat_ipc_flags, (uint32_t)decode_next(d));
}

/* The size of huge pages is a number within the flags. */
void decode_shmget(struct decode *d)
{
	uint32_t v, flags, huge;

	decode_default(d, 2);
	v = (uint32_t)decode_next(d);
	flags = v & ~PERMISSIONS & ~HUGE_SIZE;
	huge = v & HUGE_SIZE;
	if (flags) {
		if (!decode_flag_names(d, &xlat_shmget_flags, flags))
			text_hex(d->out, flags);
		text_char(d->out, '|');
	}
	if (huge) {
		text_uint(d->out, huge >> 26);
		text_lit(d->out, "<<SHM_HUGE_SHIFT|");
	}
	decode_mode(d, v & PERMISSIONS);
}

static void print_perm(struct decode *d, const char *name, const struct ipc64_perm *perm, bool all)
{
	decode_field(d, name);
	decode_begin(d);
	FIELD(d, *perm, uid, uid);
	FIELD(d, *perm, gid, uid);
	FIELD(d, *perm, mode, mode);
	if (all) {
		FIELD(d, *perm, key, int);
		FIELD(d, *perm, cuid, uid);
		FIELD(d, *perm, cgid, uid);
	}
	decode_end(d);
}

void print_shmid_ds(struct decode *d, const void *data, size_t len)
{
	struct shmid64_ds s;

	FIELDS_LOAD(s, data, len);
	decode_begin(d);
	print_perm(d, "shm_perm", &s.shm_perm, true);
	FIELD(d, s, shm_segsz, uint);
	FIELD(d, s, shm_cpid, int);
	FIELD(d, s, shm_lpid, int);
	FIELD(d, s, shm_nattch, uint);
	FIELD(d, s, shm_atime, uint);
	FIELD(d, s, shm_dtime, uint);
	FIELD(d, s, shm_ctime, uint);
	decode_end(d);
}

void print_shmid_set(struct decode *d, const void *data, size_t len)
{
	struct shmid64_ds s;

	FIELDS_LOAD(s, data, len);
	decode_begin(d);
	print_perm(d, "shm_perm", &s.shm_perm, false);
	decode_end(d);
}

void print_shminfo(struct decode *d, const void *data, size_t len)
{
	struct shminfo64 s;

	FIELDS_LOAD(s, data, len);
	decode_begin(d);
	FIELD(d, s, shmmax, uint);
	FIELD(d, s, shmmin, uint);
	FIELD(d, s, shmmni, uint);
	FIELD(d, s, shmseg, uint);
	FIELD(d, s, shmall, uint);
	decode_end(d);
}

void print_shm_info(struct decode *d, const void *data, size_t len)
{
	struct shm_info s;

	FIELDS_LOAD(s, data, len);
	decode_begin(d);
	FIELD(d, s, used_ids, int);
	FIELD(d, s, shm_tot, uint);
	FIELD(d, s, shm_rss, uint);
	FIELD(d, s, shm_swp, uint);
	FIELD(d, s, swap_attempts, uint);
	FIELD(d, s, swap_successes, uint);
	decode_end(d);
}

void print_semid_ds(struct decode *d, const void *data, size_t len)
{
	struct semid64_ds s;

	FIELDS_LOAD(s, data, len);
	decode_begin(d);
	print_perm(d, "sem_perm", &s.sem_perm, true);
	FIELD(d, s, sem_otime, uint);
	FIELD(d, s, sem_ctime, uint);
	FIELD(d, s, sem_nsems, uint);
	decode_end(d);
}

void print_semid_set(struct decode *d, const void *data, size_t len)
{
	struct semid64_ds s;

	FIELDS_LOAD(s, data, len);
	decode_begin(d);
	print_perm(d, "sem_perm", &s.sem_perm, false);
	decode_end(d);
}

void print_seminfo(struct decode *d, const void *data, size_t len)
{
	struct seminfo s;

	FIELDS_LOAD(s, data, len);
	decode_begin(d);
	FIELD(d, s, semmap, int);
	FIELD(d, s, semmni, int);
	FIELD(d, s, semmns, int);
	FIELD(d, s, semmnu, int);
	FIELD(d, s, semmsl, int);
	FIELD(d, s, semopm, int);
	FIELD(d, s, semume, int);
	FIELD(d, s, semusz, int);
	FIELD(d, s, semvmx, int);
	FIELD(d, s, semaem, int);
	decode_end(d);
}

void print_sembuf(struct decode *d, const void *data, size_t len)
{
	struct sembuf s;

	FIELDS_LOAD(s, data, len);
	decode_begin(d);
	FIELD(d, s, sem_num, uint);
	FIELD(d, s, sem_op, int);
	decode_field(d, "sem_flg");
	decode_flags(d, &xlat_sem_flags, (uint16_t)s.sem_flg);
	decode_end(d);
}

void print_msqid_ds(struct decode *d, const void *data, size_t len)
{
	struct msqid64_ds s;

	FIELDS_LOAD(s, data, len);
	decode_begin(d);
	print_perm(d, "msg_perm", &s.msg_perm, true);
	FIELD(d, s, msg_stime, uint);
	FIELD(d, s, msg_rtime, uint);
	FIELD(d, s, msg_ctime, uint);
	FIELD(d, s, msg_qnum, uint);
	FIELD(d, s, msg_qbytes, uint);
	FIELD(d, s, msg_lspid, int);
	FIELD(d, s, msg_lrpid, int);
	decode_end(d);
}

void print_msqid_set(struct decode *d, const void *data, size_t len)
{
	struct msqid64_ds s;

	FIELDS_LOAD(s, data, len);
	decode_begin(d);
	print_perm(d, "msg_perm", &s.msg_perm, false);
	FIELD(d, s, msg_qbytes, uint);
	decode_end(d);
}

void print_msginfo(struct decode *d, const void *data, size_t len)
{
	struct msginfo s;

	FIELDS_LOAD(s, data, len);
	decode_begin(d);
	FIELD(d, s, msgpool, int);
	FIELD(d, s, msgmap, int);
	FIELD(d, s, msgmax, int);
	FIELD(d, s, msgmnb, int);
	FIELD(d, s, msgmni, int);
	FIELD(d, s, msgssz, int);
	FIELD(d, s, msgtql, int);
	FIELD(d, s, msgseg, uint);
	decode_end(d);
}

static void print_message(struct decode *d, uint64_t addr, uint64_t size)
{
	int64_t type;

	if (!addr || !decode_read(d, addr, &type, sizeof(type))) {
		decode_addr(d, addr);
		return;
	}
	decode_begin(d);
	decode_field(d, "mtype");
	decode_int(d, type);
	decode_field(d, "mtext");
	decode_bytes(d, addr + sizeof(type), size);
	decode_end(d);
}

void decode_msgsnd(struct decode *d)
{
	uint64_t addr;

	decode_default(d, 1);
	addr = decode_next(d);
	print_message(d, addr, decode_arg(d, 2));
	decode_default(d, 2);
}

void decode_msgrcv(struct decode *d)
{
	uint64_t addr;

	decode_default(d, 1);
	addr = decode_next(d);
	if (!decode_exit(d))
		return;
	if (decode_failed(d))
		decode_addr(d, addr);
	else
		print_message(d, addr, decode_arg(d, 2));
	decode_default(d, 3);
}
