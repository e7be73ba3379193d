// SPDX-License-Identifier: MIT
/*
 * The values of the spec against libc's headers. The tables are compiled with the kernel's headers,
 * which lack the constants of sockets and others; there the spec states values. This is where they
 * are checked: constants.h holds a line per constant of the spec, for the compiler to fill in where
 * libc defines a macro of that name.
 */
#include <criterion/criterion.h>
#include <stdbool.h>
#include <string.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/fanotify.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/personality.h>
#include <sys/quota.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "lib_table.h"

/* libc's headers name the requests of these terminals, but not their settings. */
struct termios2 {
	char bytes[44];
};

#define CONST(x) (sizeof(x) == 4 ? (uint64_t)(uint32_t)(x) : (uint64_t)(x))

static const struct xlat_entry libc[] = {
#include "constants.h"
};

/* Where libc's value is not the kernel's: on x86-64 its off_t is always 64 bits wide, so it maps
 * the large-file names to the plain ones. */
static const char *const differ[] = { "O_LARGEFILE", "F_GETLK64", "F_SETLK64", "F_SETLKW64" };

static bool is_known_to_differ(const char *name)
{
	for (size_t i = 0; i < sizeof(differ) / sizeof(differ[0]); i++)
		if (!strcmp(differ[i], name))
			return true;
	return false;
}

static unsigned int check(const struct xlat_entry *wanted)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < nr_lib_sets; i++) {
		const struct xlat *x = lib_sets[i].xlat;

		for (uint32_t j = 0; j < x->nr; j++) {
			if (strcmp(x->entries[j].name, wanted->name) != 0)
				continue;
			cr_expect_eq(x->entries[j].value, wanted->value, "%s is %#lx in libc",
				     wanted->name, (unsigned long)wanted->value);
			nr++;
		}
	}
	return nr;
}

Test(constants, are_those_of_libc)
{
	size_t nr = sizeof(libc) / sizeof(libc[0]);

	cr_assert_gt(nr, 400);
	for (size_t i = 0; i < nr; i++)
		if (!is_known_to_differ(libc[i].name))
			cr_expect(check(&libc[i]) > 0, "%s is in no set", libc[i].name);
}
