/* SPDX-License-Identifier: MIT */
/*
 * Makes bpf(2) calls for comparison of two traces of it: each command with attributes of 0, of
 * small numbers, and of ones, at full length and cut short. Pointers in them lead nowhere. Ends
 * with status 0 whatever the calls return.
 */
#define _GNU_SOURCE
#include <linux/bpf.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FULL 128
#define BAD ((void *)8)

static uint32_t attr[FULL / 4 + 4];

static void call(int command, unsigned int size)
{
	long fd = syscall(SYS_bpf, command, attr, size);

	if (fd > 2)
		close((int)fd);
}

static void fill(uint32_t first, uint32_t step)
{
	for (unsigned int i = 0; i < sizeof(attr) / sizeof(attr[0]); i++)
		attr[i] = first + i * step;
}

/* Attribute word i of an attribute that is 0 otherwise. */
static void call_word(int command, unsigned int size, unsigned int i, uint32_t value)
{
	fill(0, 0);
	attr[i] = value;
	call(command, size);
}

static void make_all(void)
{
	for (int command = 0; command < BPF_ENABLE_STATS; command++) {
		fill(0, 0);
		call(command, FULL);
		fill(1, 1);
		call(command, FULL);
		fill(0xffffffff, 0);
		call(command, FULL);
	}
}

static void make_short(void)
{
	static const int commands[] = { BPF_MAP_CREATE,	      BPF_MAP_LOOKUP_ELEM,
					BPF_MAP_UPDATE_ELEM,  BPF_OBJ_PIN,
					BPF_PROG_ATTACH,      BPF_PROG_TEST_RUN,
					BPF_PROG_GET_NEXT_ID, BPF_MAP_GET_FD_BY_ID,
					BPF_MAP_FREEZE,	      BPF_MAP_DELETE_BATCH };

	for (unsigned int i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		for (unsigned int size = 4; size <= 80; size += 4) {
			fill(1, 1);
			call(commands[i], size);
		}
	for (unsigned int size = 28; size <= 140; size += 4) {
		fill(1, 1);
		call(BPF_PROG_LOAD, size);
	}
}

static void make_flags(void)
{
	for (uint32_t flag = 1; flag <= 8; flag *= 2) {
		call_word(BPF_MAP_CREATE, 72, 4, flag);
		call_word(BPF_MAP_LOOKUP_ELEM, 32, 6, flag);
		call_word(BPF_MAP_UPDATE_ELEM, 32, 6, flag);
		call_word(BPF_PROG_LOAD, FULL, 11, flag);
		call_word(BPF_OBJ_GET, 16, 3, flag);
		call_word(BPF_PROG_ATTACH, 20, 3, flag);
		call_word(BPF_PROG_QUERY, 28, 2, flag);
		call_word(BPF_PROG_TEST_RUN, 76, 16, flag);
		call_word(BPF_LINK_UPDATE, 16, 2, flag);
		call_word(BPF_MAP_LOOKUP_BATCH, 56, 10, flag);
	}
	for (uint32_t type = 0; type <= 43; type++)
		call_word(BPF_PROG_DETACH, 12, 2, type);
	for (uint32_t type = 0; type <= 30; type++) {
		call_word(BPF_MAP_GET_NEXT_KEY, 24, 0, type);
		call_word(BPF_TASK_FD_QUERY, 48, 7, type);
	}
	call_word(BPF_PROG_DETACH, 12, 2, 99);
}

static void make_names(void)
{
	fill(0, 0);
	memset(&attr[7], 'x', 16);
	call(BPF_MAP_CREATE, 72);
	memcpy(&attr[7], "a\"b\n", 5);
	call(BPF_MAP_CREATE, 72);
	fill(0, 0);
	attr[10] = 0x060102;
	memcpy(&attr[12], "name", 5);
	call(BPF_PROG_LOAD, FULL);
}

int main(void)
{
	make_all();
	make_short();
	make_flags();
	make_names();
	call(BPF_MAP_FREEZE, 0);
	call(BPF_MAP_FREEZE, 5000);
	syscall(SYS_bpf, BPF_MAP_FREEZE, NULL, 4);
	syscall(SYS_bpf, BPF_MAP_FREEZE, BAD, 4);
	syscall(SYS_bpf, 99, attr, 4);
	return 0;
}
