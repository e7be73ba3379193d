/* SPDX-License-Identifier: MIT */
/*
 * ioctl(): the request's name, and the argument it makes of it.
 */
#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <errno.h>
#include <linux/if.h>
#include <linux/sockios.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "call_builder.h"

#define A 0x7ffe0000

static struct call c;

static void release(void)
{
	call_release(&c);
}

TestSuite(ioctl, .fini = release);

Test(ioctl, a_request_without_a_name_is_taken_to_pieces)
{
	call_init(&c, SYS_ioctl, 3, 0xc0ff7701, 0x5);
	call_return(&c, -ENOTTY);
	call_expect(&c, "ioctl(3, _IOC(_IOC_READ|_IOC_WRITE, 0x77, 0x1, 0xff), 0x5) = -1 ENOTTY "
			"(Inappropriate ioctl for device)");
	call_init(&c, SYS_ioctl, 3, 0, 0);
	call_return(&c, 0);
	call_expect(&c, "ioctl(3, _IOC(_IOC_NONE, 0, 0, 0), 0) = 0");
}

Test(ioctl, a_request_with_a_name_may_have_no_argument)
{
	call_init(&c, SYS_ioctl, 3, FIOCLEX, 0x5);
	call_return(&c, 0);
	call_expect(&c, "ioctl(3, FIOCLEX) = 0");
	call_init(&c, SYS_ioctl, 3, TIOCSTI, 0);
	call_return(&c, 0);
	call_expect(&c, "ioctl(3, TIOCSTI, NULL) = 0");
}

Test(ioctl, modes_of_a_terminal)
{
	struct termios t = { .c_cflag = B38400 | CS8 | PARENB, .c_lflag = ICANON };

	call_init(&c, SYS_ioctl, 3, TCGETS, A);
	call_expect(&c, "ioctl(3, TCGETS, ");
	call_out(&c, A, &t, sizeof(t));
	call_return(&c, 0);
	call_expect(&c, "ioctl(3, TCGETS, {c_iflag=, c_oflag=NL0|CR0|TAB0|BS0|VT0|FF0|, "
			"c_cflag=B38400|CS8|PARENB, c_lflag=ICANON, ...}) = 0");
	c.opt.no_abbrev = true;
	cr_expect_not_null(strstr(call_line(&c), ", c_line=N_TTY, c_cc=[[VINTR]=0, [VQUIT]=0, "));
	cr_expect_not_null(strstr(call_line(&c), ", [VEOL2]=0, [17]=0, [18]=0]}) = 0"));
}

Test(ioctl, an_interface_is_asked_by_name)
{
	struct ifreq r = { .ifr_name = "lo" };

	call_init(&c, SYS_ioctl, 3, SIOCGIFMTU, A);
	call_in(&c, A, &r, sizeof(r));
	call_expect(&c, "ioctl(3, SIOCGIFMTU, {ifr_name=\"lo\"");
	r.ifr_mtu = 65536;
	call_out(&c, A, &r, sizeof(r));
	call_return(&c, 0);
	call_expect(&c, "ioctl(3, SIOCGIFMTU, {ifr_name=\"lo\", ifr_mtu=65536}) = 0");
	call_return(&c, -ENODEV);
	call_expect(&c, "ioctl(3, SIOCGIFMTU, {ifr_name=\"lo\"}) = -1 ENODEV (No such device)");
	memset(r.ifr_name, 'x', sizeof(r.ifr_name));
	r.ifr_flags = IFF_UP;
	call_init(&c, SYS_ioctl, 3, SIOCSIFFLAGS, A);
	call_in(&c, A, &r, sizeof(r));
	call_expect(&c, "ioctl(3, SIOCSIFFLAGS, {ifr_name=\"xxxxxxxxxxxxxxx\"..., "
			"ifr_flags=IFF_UP}");
}
