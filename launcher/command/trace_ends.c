/* SPDX-License-Identifier: MIT */
#include "command/trace_ends.h"

#include <errno.h>
#include <libgen.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "message.h"
#include "output.h"

/* Whether FILE.PID can be made; the message names no process, since there is none yet. */
static int separate_check(const struct options *o)
{
	char *copy = strdup(o->output);
	int err = !copy ? -ENOMEM : access(dirname(copy), W_OK | X_OK) ? -errno : 0;

	free(copy);
	if (err)
		message_error(o->name, "Can't fopen '%s.PID': %s", o->output, strerror(-err));
	return err;
}

int trace_output_open(const struct options *o, pid_t *ret_pid, bool *ret_owned)
{
	int fd = STDERR_FILENO;

	*ret_owned = (o->output && !o->output_separately) || o->output_command;
	if (o->output_command) {
		fd = output_popen(o->output_command, ret_pid);
		if (fd < 0)
			message_error(o->name, "popen: %s", strerror(-fd));
	} else if (o->output_separately) {
		int err = separate_check(o);

		fd = err ? err : STDERR_FILENO;
	} else if (o->output) {
		fd = output_open(o->output, o->append);
		if (fd < 0)
			message_error(o->name, "Can't fopen '%s': %s", o->output, strerror(-fd));
	}
	return fd;
}

int trace_mirror(int status)
{
	struct rlimit none = { 0, 0 };
	sigset_t set;

	if (!WIFSIGNALED(status))
		return WEXITSTATUS(status);
	setrlimit(RLIMIT_CORE, &none);
	signal(WTERMSIG(status), SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, WTERMSIG(status));
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(WTERMSIG(status));
	return 128 + WTERMSIG(status);
}
