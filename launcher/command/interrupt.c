/* SPDX-License-Identifier: MIT */
#include "command/interrupt.h"

#include <signal.h>
#include <string.h>

static volatile sig_atomic_t first_signal;
static bool handled;

static void on_signal(int sig)
{
	if (!first_signal)
		first_signal = sig;
}

/* With -o FILE PROG strace leaves signals from the terminal to the program. */
static bool signals_are_the_programs(const struct options *o)
{
	if (o->interruptible != INTERRUPT_DEFAULT)
		return o->interruptible >= INTERRUPT_NEVER;
	return o->program && (o->output || o->output_command);
}

void interrupt_init(const struct options *o)
{
	static const int fatal[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };
	struct sigaction act;

	memset(&act, 0, sizeof(act));
	act.sa_handler = signals_are_the_programs(o) ? SIG_IGN : on_signal;
	for (size_t i = 0; i < sizeof(fatal) / sizeof(fatal[0]); i++)
		sigaction(fatal[i], &act, NULL);
	act.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &act, NULL);
}

bool interrupt_handle(struct ptrace_source *src)
{
	if (!first_signal)
		return false;
	if (!handled)
		ptrace_source_interrupt(src, 0);
	handled = true;
	return true;
}

int interrupt_signal(void)
{
	return first_signal;
}
