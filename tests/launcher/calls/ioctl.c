/* SPDX-License-Identifier: MIT */
/*
 * Makes ioctl calls on terminals, sockets and descriptors in general with typical, edge and failing
 * arguments, for comparison of two traces of it. Ends with status 0 whatever the calls return.
 */
#define _GNU_SOURCE
#include <asm/termbits.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/sockios.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <asm/ioctls.h>
#include <asm/termios.h>

#define BAD ((void *)8)

int ptsname_r(int fd, char *buf, unsigned long size);

static void call(int fd, unsigned long request, void *arg)
{
	syscall(SYS_ioctl, fd, request, arg);
}

static void make_modes(int fd)
{
	struct termios t = { 0 };
	struct termios2 t2 = { 0 };
	struct termio old = { 0 };

	call(fd, TCGETS, &t);
	call(fd, TCSETS, &t);
	t.c_iflag = ~0u;
	t.c_oflag = ~0u;
	t.c_cflag = ~0u;
	t.c_lflag = ~0u;
	t.c_line = 3;
	memset(t.c_cc, 'x', sizeof(t.c_cc));
	call(-1, TCSETSW, &t);
	memset(&t, 0, sizeof(t));
	call(-1, TCSETSF, &t);
	t.c_cflag = 017 | 060 | 0400;
	t.c_lflag = 2;
	call(-1, TCSETS, &t);
	call(fd, TCGETS2, &t2);
	call(fd, TCSETS2, &t2);
	call(fd, TCGETA, &old);
	call(-1, TCSETA, &old);
	call(-1, TCGETS, &t);
	call(fd, TCGETS, BAD);
	call(fd, TCGETS, NULL);
	call(-1, TCSETS, BAD);
}

static void make_terminal(int fd)
{
	struct winsize ws = { 24, 80, 7, 8 };
	int n = 0;

	call(fd, TIOCSWINSZ, &ws);
	call(fd, TIOCGWINSZ, &ws);
	call(-1, TIOCGWINSZ, &ws);
	call(-1, TIOCSWINSZ, BAD);
	call(fd, TIOCGPGRP, &n);
	call(fd, TIOCSPGRP, &n);
	call(fd, TIOCGSID, &n);
	call(fd, FIONREAD, &n);
	call(fd, TIOCOUTQ, &n);
	call(fd, TIOCGPTN, &n);
	n = 0;
	call(fd, TIOCSPTLCK, &n);
	call(fd, TIOCGPTLCK, &n);
	call(fd, TIOCGPKT, &n);
	call(fd, TIOCPKT, &n);
	call(fd, TIOCGETD, &n);
	call(-1, TIOCSETD, &n);
	call(fd, TIOCMGET, &n);
	n = TIOCM_DTR | TIOCM_RTS | 0x10000;
	call(-1, TIOCMSET, &n);
	call(-1, TIOCMBIS, &n);
	call(-1, TIOCMBIC, &n);
	call(fd, TIOCGSOFTCAR, &n);
	call(-1, TIOCSTI, "x");
	call(fd, TCFLSH, (void *)TCIOFLUSH);
	call(fd, TCXONC, (void *)TCOON);
	call(-1, TCFLSH, (void *)77);
	call(fd, TCSBRK, (void *)1);
	call(-1, TCSBRKP, (void *)1);
	call(-1, TIOCSCTTY, (void *)1);
	call(fd, TIOCNOTTY, NULL);
	call(fd, TIOCEXCL, NULL);
	call(fd, TIOCNXCL, NULL);
	call(fd, TIOCGEXCL, &n);
	call(fd, TIOCGDEV, &n);
	call(-1, TIOCGRS485, BAD);
	call(-1, TIOCGPTPEER, (void *)(O_RDWR | O_NOCTTY));
	call(-1, TIOCVHANGUP, NULL);
}

static void make_descriptor(int fd)
{
	int n = 1;

	call(fd, FIONBIO, &n);
	n = 0;
	call(fd, FIONBIO, &n);
	call(fd, FIOASYNC, &n);
	call(fd, FIOCLEX, NULL);
	call(fd, FIONCLEX, NULL);
	call(fd, FIOQSIZE, &n);
	call(fd, FIONREAD, BAD);
	call(fd, FIONBIO, BAD);
}

static void make_request(int fd, unsigned long request, const char *name)
{
	struct ifreq r;

	memset(&r, 0, sizeof(r));
	strncpy(r.ifr_name, name, sizeof(r.ifr_name) - 1);
	call(fd, request, &r);
}

static void make_interfaces(void)
{
	static const unsigned long requests[] = {
		SIOCGIFNAME,	SIOCGIFFLAGS,  SIOCGIFADDR,  SIOCGIFDSTADDR, SIOCGIFBRDADDR,
		SIOCGIFNETMASK, SIOCGIFMETRIC, SIOCGIFMTU,   SIOCGIFHWADDR,  SIOCGIFINDEX,
		SIOCGIFMAP,	SIOCGIFTXQLEN, SIOCGIFSLAVE,
	};
	static const unsigned long settings[] = {
		SIOCSIFFLAGS,  SIOCSIFADDR,  SIOCSIFDSTADDR, SIOCSIFBRDADDR, SIOCSIFNETMASK,
		SIOCSIFMETRIC, SIOCSIFMTU,   SIOCSIFHWADDR,  SIOCSIFNAME,    SIOCSIFTXQLEN,
		SIOCADDMULTI,  SIOCDELMULTI, SIOCSIFMAP,     SIOCSIFSLAVE,
	};
	int fd = socket(AF_INET, SOCK_DGRAM, 0), n = 0;
	struct ifreq list[4];
	struct ifconf conf = { .ifc_len = sizeof(list), .ifc_req = list };
	long stamp[2];

	for (unsigned int i = 0; i < sizeof(requests) / sizeof(*requests); i++) {
		make_request(fd, requests[i], "lo");
		make_request(fd, requests[i], "none");
		call(fd, requests[i], BAD);
	}
	for (unsigned int i = 0; i < sizeof(settings) / sizeof(*settings); i++)
		make_request(-1, settings[i], "lo");
	call(fd, SIOCGIFCONF, &conf);
	conf.ifc_req = NULL;
	call(fd, SIOCGIFCONF, &conf);
	call(fd, SIOCGIFCONF, BAD);
	call(fd, SIOCGPGRP, &n);
	call(fd, SIOCSPGRP, &n);
	call(fd, FIOGETOWN, &n);
	call(fd, SIOCATMARK, &n);
	call(fd, SIOCINQ, &n);
	call(fd, SIOCGSTAMP, stamp);
	call(fd, SIOCGSTAMPNS, stamp);
	close(fd);
}

/* Every request of the types that are told by name, and some that nobody knows. */
static void make_unknown(void)
{
	static const unsigned char types[] = { 0x54, 0x89, 0x12, 'f', 'X', 'r', 'v', 'k', 0xff };

	for (unsigned int t = 0; t < sizeof(types); t++)
		for (unsigned int nr = 0; nr < 256; nr++)
			call(-1, types[t] << 8 | nr, (void *)0x1234);
	call(-1, 0x80045430, (void *)0x1234);
	call(-1, 0x40ff7700, NULL);
	call(-1, 0xc0ff7701, NULL);
	call(-1, 0x12345, (void *)1);
	call(-1, 0, NULL);
	call(-1, ~0ul, (void *)-1);
	call(-1, 0x100005401, BAD);
}

int main(void)
{
	char name[64];
	int master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC), lock = 0, slave, null;

	call(master, TIOCSPTLCK, &lock);
	ptsname_r(master, name, sizeof(name));
	slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	make_modes(slave);
	make_modes(null);
	make_terminal(slave);
	make_terminal(master);
	make_terminal(null);
	make_descriptor(slave);
	make_descriptor(null);
	make_interfaces();
	make_unknown();
	return 0;
}
