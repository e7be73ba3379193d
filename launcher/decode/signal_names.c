/* SPDX-License-Identifier: MIT */
/*
 * Signals: names, sets, wait statuses.
 *
 * Real-time signals are counted from the kernel's first one, 32, as strace does: SIGRTMIN, SIGRT_1
 * ... SIGRT_32.
 */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "decode/decode.h"

#define KERNEL_RTMIN 32
#define KERNEL_NSIG 64

static const char *const names[KERNEL_RTMIN] = {
	[SIGHUP] = "SIGHUP",	 [SIGINT] = "SIGINT",	    [SIGQUIT] = "SIGQUIT",
	[SIGILL] = "SIGILL",	 [SIGTRAP] = "SIGTRAP",	    [SIGABRT] = "SIGABRT",
	[SIGBUS] = "SIGBUS",	 [SIGFPE] = "SIGFPE",	    [SIGKILL] = "SIGKILL",
	[SIGUSR1] = "SIGUSR1",	 [SIGSEGV] = "SIGSEGV",	    [SIGUSR2] = "SIGUSR2",
	[SIGPIPE] = "SIGPIPE",	 [SIGALRM] = "SIGALRM",	    [SIGTERM] = "SIGTERM",
	[16] = "SIGSTKFLT",	 [SIGCHLD] = "SIGCHLD",	    [SIGCONT] = "SIGCONT",
	[SIGSTOP] = "SIGSTOP",	 [SIGTSTP] = "SIGTSTP",	    [SIGTTIN] = "SIGTTIN",
	[SIGTTOU] = "SIGTTOU",	 [SIGURG] = "SIGURG",	    [SIGXCPU] = "SIGXCPU",
	[SIGXFSZ] = "SIGXFSZ",	 [SIGVTALRM] = "SIGVTALRM", [SIGPROF] = "SIGPROF",
	[SIGWINCH] = "SIGWINCH", [SIGIO] = "SIGIO",	    [SIGPWR] = "SIGPWR",
	[SIGSYS] = "SIGSYS",
};

const char *signal_name(int sig, char *buf)
{
	if (sig > 0 && sig < KERNEL_RTMIN)
		return names[sig];
	if (sig == KERNEL_RTMIN)
		return "SIGRTMIN";
	if (sig < KERNEL_RTMIN || sig > KERNEL_NSIG)
		return NULL;
	sig -= KERNEL_RTMIN;
	memcpy(buf, "SIGRT_", 6);
	if (sig < 10) {
		buf[6] = (char)('0' + sig);
		buf[7] = '\0';
	} else {
		buf[6] = (char)('0' + sig / 10);
		buf[7] = (char)('0' + sig % 10);
		buf[8] = '\0';
	}
	return buf;
}

void decode_signal(struct decode *d, uint64_t sig)
{
	char buf[16];
	const char *name = signal_name((int)sig, buf);

	if (!name || d->opt->xlat == 1) {
		text_int(d->out, (int)sig);
		return;
	}
	if (d->opt->xlat == 2) {
		text_int(d->out, (int)sig);
		decode_comment(d, name);
		return;
	}
	text_string(d->out, name);
}

/* Printed as its complement from two thirds of all signals on. */
void decode_sigset(struct decode *d, const void *set, size_t len)
{
	const unsigned char *bytes = set;
	unsigned int nr, count = 0;
	bool invert, first = true;

	if (len > KERNEL_NSIG / 8)
		len = KERNEL_NSIG / 8;
	nr = (unsigned int)len * 8;
	for (size_t i = 0; i < len; i++)
		count += (unsigned int)__builtin_popcount(bytes[i]);
	invert = nr && count >= nr * 2 / 3;
	if (invert)
		text_char(d->out, '~');
	text_char(d->out, '[');
	for (unsigned int i = 0; i < nr; i++) {
		char buf[16];
		bool is_set = bytes[i / 8] >> (i % 8) & 1;

		if (is_set == invert)
			continue;
		if (!first)
			text_char(d->out, ' ');
		first = false;
		if (d->opt->xlat)
			text_uint(d->out, i + 1);
		if (d->opt->xlat == 2)
			decode_comment(d, signal_name((int)i + 1, buf) + 3);
		else if (!d->opt->xlat)
			text_string(d->out, signal_name((int)i + 1, buf) + 3);
	}
	text_char(d->out, ']');
}

static void print_status_signal(struct decode *d, int sig)
{
	char buf[16];
	const char *name = signal_name(sig, buf);

	if (name)
		text_string(d->out, name);
	else
		text_int(d->out, sig);
}

void decode_wait_status(struct decode *d, int status)
{
	unsigned int event = (unsigned int)status >> 16;

	if (WIFSTOPPED(status)) {
		int sig = WSTOPSIG(status);

		text_lit(d->out, "{WIFSTOPPED(s) && WSTOPSIG(s) == ");
		print_status_signal(d, sig & 0x7f);
		if (sig & 0x80)
			text_lit(d->out, " | 0x80");
		text_char(d->out, '}');
		status &= ~W_STOPCODE(sig);
	} else if (WIFSIGNALED(status)) {
		text_lit(d->out, "{WIFSIGNALED(s) && WTERMSIG(s) == ");
		print_status_signal(d, WTERMSIG(status));
		if (WCOREDUMP(status))
			text_lit(d->out, " && WCOREDUMP(s)");
		text_char(d->out, '}');
		status &= ~(W_EXITCODE(0, WTERMSIG(status)) | WCOREFLAG);
	} else if (WIFEXITED(status)) {
		text_lit(d->out, "{WIFEXITED(s) && WEXITSTATUS(s) == ");
		text_int(d->out, WEXITSTATUS(status));
		text_char(d->out, '}');
		status &= ~W_EXITCODE(WEXITSTATUS(status), 0);
	} else {
		text_lit(d->out, "{WIFCONTINUED(s)}");
		status &= ~0xffff;
	}
	if (event) {
		text_lit(d->out, " | ");
		text_hex(d->out, event);
		text_lit(d->out, " << 16");
	}
}
