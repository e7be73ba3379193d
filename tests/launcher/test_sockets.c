/* SPDX-License-Identifier: MIT */
/* Which descriptor is a netlink socket: followed through calls, processes and threads. */
#include <criterion/criterion.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "sockets.h"

static struct process parent = { .pid = 100 }, child = { .pid = 200 };
static struct task leader = { .tid = 100, .process = &parent },
		   thread = { .tid = 101, .process = &parent },
		   of_child = { .tid = 200, .process = &child };
static struct sockets sockets;

static void finish(void)
{
	sockets_release(&sockets);
}

TestSuite(sockets, .fini = finish);

static void called(const struct task *task, unsigned int nr, int64_t ret, uint64_t arg0,
		   uint64_t arg1, uint64_t arg2)
{
	struct record rec = {
		.kind = RECORD_CALL, .call = nr, .ret = ret, .args = { arg0, arg1, arg2 }
	};

	sockets_after_call(&sockets, task, &rec);
}

static void opened(const struct task *task, int fd, unsigned int protocol)
{
	called(task, SYS_socket, fd, AF_NETLINK, SOCK_RAW, protocol);
}

static unsigned int protocol_of(const struct task *task, int fd)
{
	struct record rec = { .kind = RECORD_CALL, .call = SYS_sendto, .args = { (uint64_t)fd } };

	return sockets_netlink(&sockets, task, &rec);
}

Test(sockets, a_netlink_socket_is_known_until_it_is_closed)
{
	opened(&leader, 3, NETLINK_ROUTE);
	opened(&leader, 4, NETLINK_AUDIT);
	cr_expect_eq(protocol_of(&leader, 3), NETLINK_ROUTE + 1);
	cr_expect_eq(protocol_of(&leader, 4), NETLINK_AUDIT + 1);
	cr_expect_eq(protocol_of(&leader, 5), 0);
	called(&leader, SYS_close, 0, 3, 0, 0);
	cr_expect_eq(protocol_of(&leader, 3), 0);
	cr_expect_eq(protocol_of(&leader, 4), NETLINK_AUDIT + 1);
}

Test(sockets, what_failed_changes_nothing)
{
	opened(&leader, -24, NETLINK_ROUTE);
	cr_expect_eq(sockets.nr, 0);
	opened(&leader, 3, NETLINK_ROUTE);
	called(&leader, SYS_close, -4, 3, 0, 0);
	called(&leader, SYS_dup2, -9, 3, 7, 0);
	cr_expect_eq(protocol_of(&leader, 3), 1);
	cr_expect_eq(protocol_of(&leader, 7), 0);
}

Test(sockets, duplicates_are_sockets_too)
{
	opened(&leader, 3, NETLINK_ROUTE);
	called(&leader, SYS_dup, 4, 3, 0, 0);
	called(&leader, SYS_dup2, 3, 3, 3, 0);
	called(&leader, SYS_dup3, 9, 3, 9, 0);
	called(&leader, SYS_close, 0, 3, 0, 0);
	cr_expect_eq(protocol_of(&leader, 3), 0);
	cr_expect_eq(protocol_of(&leader, 4), 1);
	cr_expect_eq(protocol_of(&leader, 9), 1);
	/* 5 is none: neither is what takes its place */
	called(&leader, SYS_dup2, 9, 5, 9, 0);
	cr_expect_eq(protocol_of(&leader, 9), 0);
}

Test(sockets, a_number_that_is_used_again_is_another_descriptor)
{
	static const unsigned int opens[] = { SYS_openat, SYS_accept, SYS_accept4 };

	for (size_t i = 0; i < sizeof(opens) / sizeof(opens[0]); i++) {
		opened(&leader, 3, NETLINK_ROUTE);
		called(&leader, opens[i], 3, 0, 0, 0);
		cr_expect_eq(protocol_of(&leader, 3), 0, "call %u", opens[i]);
	}
	opened(&leader, 3, NETLINK_ROUTE);
	called(&leader, SYS_socket, 3, AF_INET, SOCK_STREAM, 0);
	cr_expect_eq(protocol_of(&leader, 3), 0);
}

Test(sockets, threads_share_descriptors_and_children_have_copies)
{
	static const unsigned int forks[] = { SYS_fork, SYS_vfork, SYS_clone, SYS_clone3 };

	for (size_t i = 0; i < sizeof(forks) / sizeof(forks[0]); i++) {
		opened(&leader, 3, NETLINK_ROUTE);
		cr_expect_eq(protocol_of(&thread, 3), 1);
		called(&thread, forks[i], 200, 0, 0, 0);
		called(&leader, SYS_close, 0, 3, 0, 0);
		cr_expect_eq(protocol_of(&thread, 3), 0);
		cr_expect_eq(protocol_of(&of_child, 3), 1, "call %u", forks[i]);
		sockets_after_exit(&sockets, &of_child);
		cr_expect_eq(protocol_of(&of_child, 3), 0);
	}
}

Test(sockets, a_threads_end_is_not_that_of_its_process)
{
	opened(&leader, 3, NETLINK_ROUTE);
	sockets_after_exit(&sockets, &thread);
	cr_expect_eq(protocol_of(&leader, 3), 1);
	sockets_after_exit(&sockets, &leader);
	cr_expect_eq(sockets.nr, 0);
}

Test(sockets, a_hostile_program_does_not_make_us_keep_everything)
{
	for (int fd = 0; fd < 100000; fd++)
		opened(&leader, fd, NETLINK_ROUTE);
	cr_expect_leq(sockets.nr, 4096);
	cr_expect_eq(protocol_of(&leader, 0), 1);
}
