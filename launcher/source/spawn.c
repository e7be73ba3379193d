/* SPDX-License-Identifier: MIT */
#include "source/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "itrace/handoff.h"

extern char **environ;

#define INHERIT_FD_HIGHEST 1023 /* where the ring's descriptor goes, out of the program's way */
#define PRELOAD_VARIABLE "LD_PRELOAD="

/* Signals as this process was given them: before main changes any. */
static struct {
	sigset_t mask;
	sigset_t ignored;
} signals_given;

static __attribute__((constructor)) void signals_save(void)
{
	struct sigaction act;

	sigprocmask(SIG_BLOCK, NULL, &signals_given.mask);
	sigemptyset(&signals_given.ignored);
	for (int sig = 1; sig < NSIG; sig++) {
		if (!sigaction(sig, NULL, &act) && act.sa_handler == SIG_IGN)
			sigaddset(&signals_given.ignored, sig);
	}
}

static bool is_variable(const char *entry, const char *name, size_t len)
{
	return !strncmp(entry, name, len) && entry[len] == '=';
}

/* Index of variable name (len bytes) in vars, nr if it is not there. */
static size_t variable_find(char **vars, size_t nr, const char *name, size_t len)
{
	size_t i = 0;

	while (i < nr && !is_variable(vars[i], name, len))
		i++;
	return i;
}

/* Applies one -E to vars; returns how many there are then. */
static size_t variable_apply(char **vars, size_t nr, const char *setting)
{
	size_t len = strcspn(setting, "=");
	size_t i = variable_find(vars, nr, setting, len);

	if (setting[len]) {
		vars[i] = (char *)setting;
		return i == nr ? nr + 1 : nr;
	}
	while (i < nr) {
		memmove(&vars[i], &vars[i + 1], (nr - i - 1) * sizeof(*vars));
		nr--;
		i = variable_find(vars, nr, setting, len);
	}
	return nr;
}

/* The program's own environment, NULL-terminated. Returns the number of variables or -ENOMEM. */
static ssize_t environment_make(struct spawn *sp)
{
	const struct options *o = sp->options;
	size_t nr = 0;

	while (environ && environ[nr])
		nr++;
	sp->environment = calloc(nr + o->nr_env + 1, sizeof(char *));
	if (!sp->environment)
		return -ENOMEM;
	if (nr)
		memcpy(sp->environment, environ, nr * sizeof(char *));
	for (size_t i = 0; i < o->nr_env; i++)
		nr = variable_apply(sp->environment, nr, o->env[i]);
	sp->environment[nr] = NULL;
	return (ssize_t)nr;
}

/* A number for the ring's descriptor in the program that nobody uses there. */
static int inherit_fd_choose(void)
{
	struct rlimit limit;
	int fd = INHERIT_FD_HIGHEST;

	if (!getrlimit(RLIMIT_NOFILE, &limit) && limit.rlim_cur <= (rlim_t)fd)
		fd = (int)limit.rlim_cur - 1;
	while (fd > 2 && fcntl(fd, F_GETFD) >= 0)
		fd--;
	return fd;
}

/* What handoff.h says: the environment with the variables of the preload library behind it. */
static int environment_hand_over(struct spawn *sp, size_t nr, const struct launcher_session *s,
				 bool ptraced)
{
	const char *preload = s->shared->preload;
	size_t own =
		variable_find(sp->environment, nr, PRELOAD_VARIABLE, sizeof(PRELOAD_VARIABLE) - 2);
	char **vars = calloc(nr + 3, sizeof(char *));
	bool has_own = own < nr;
	int len;

	if (!vars)
		return -ENOMEM;
	sp->handed_over = vars;
	memcpy(vars, sp->environment, nr * sizeof(char *));
	len = asprintf(&sp->texts[0], HANDOFF_VARIABLE "=%d,0,0,%d", sp->inherit_fd,
		       ptraced ? HANDOFF_F_PTRACE : 0);
	if (len < 0)
		return -ENOMEM;
	len = asprintf(&sp->texts[1], PRELOAD_VARIABLE "%s%s%s", preload, has_own ? ":" : "",
		       has_own ? vars[own] + sizeof(PRELOAD_VARIABLE) - 1 : "");
	if (len < 0)
		return -ENOMEM;
	vars[nr] = sp->texts[0];
	vars[nr + 1] = has_own ? (char *)HANDOFF_PAD_VARIABLE : sp->texts[1];
	if (has_own)
		vars[own] = sp->texts[1];
	return 0;
}

static int groups_find(struct spawn *sp)
{
	const struct options *o = sp->options;
	int nr = 64;

	if (!o->user || !o->user_name)
		return 0;
	for (;;) {
		int room = nr;
		gid_t *groups = realloc(sp->groups, (size_t)nr * sizeof(gid_t));

		if (!groups)
			return -ENOMEM;
		sp->groups = groups;
		if (getgrouplist(o->user_name, o->gid, groups, &nr) >= 0)
			break;
		if (nr <= room)
			nr = room * 2;
	}
	sp->nr_groups = nr;
	return 0;
}

/* --argv0 stands in for the first word. */
static int argv_make(struct spawn *sp)
{
	const struct options *o = sp->options;
	size_t nr = 0;

	while (o->program[nr])
		nr++;
	sp->argv = calloc(nr + 1, sizeof(char *));
	if (!sp->argv)
		return -ENOMEM;
	memcpy(sp->argv, o->program, nr * sizeof(char *));
	if (o->argv0)
		sp->argv[0] = (char *)o->argv0;
	return 0;
}

static int program_find(struct spawn *sp, struct text *error)
{
	const char *name = sp->options->program[0];
	int err = spawn_find(name, sp->path);

	if (err == -ENAMETOOLONG)
		text_format(error, "exec: %s", strerror(-err));
	else if (err)
		text_format(error, "Can't stat '%s': %s", name, strerror(-err));
	return err;
}

int spawn_prepare(struct spawn *sp, const struct options *o, const struct launcher_session *session,
		  bool ptraced, struct text *error)
{
	ssize_t nr;
	int err;

	memset(sp, 0, sizeof(*sp));
	sp->options = o;
	sp->ptraced = ptraced;
	sp->ring_fd = sp->gate[0] = sp->gate[1] = -1;
	err = program_find(sp, error);
	if (err)
		return err;
	err = argv_make(sp);
	if (!err)
		err = groups_find(sp);
	nr = err ? err : environment_make(sp);
	if (nr >= 0 && session) {
		sp->ring_fd = session->ring_fd;
		sp->inherit_fd = inherit_fd_choose();
		err = environment_hand_over(sp, (size_t)nr, session, ptraced);
	} else if (nr < 0) {
		err = (int)nr;
	}
	if (!err && pipe2(sp->gate, O_CLOEXEC))
		err = -errno;
	if (err)
		text_format(error, "cannot start '%s': %s", o->program[0], strerror(-err));
	return err;
}

void spawn_release(struct spawn *sp)
{
	for (size_t i = 0; i < sizeof(sp->texts) / sizeof(sp->texts[0]); i++)
		free(sp->texts[i]);
	free(sp->argv);
	free(sp->environment);
	free(sp->handed_over);
	free(sp->groups);
	if (sp->gate[0] >= 0)
		close(sp->gate[0]);
	if (sp->gate[1] >= 0)
		close(sp->gate[1]);
	memset(sp, 0, sizeof(*sp));
	sp->gate[0] = sp->gate[1] = -1;
}

/* From here on in the child of a process with threads: async-signal-safe functions only. */

static void child_fail(const struct spawn *sp, const char *what, int err)
{
	const char *words[] = { sp->options->name, ": ", what, ": ", strerrordesc_np(err), "\n" };
	char line[512];
	size_t used = 0;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t len = words[i] ? strlen(words[i]) : 0;

		if (len > sizeof(line) - used)
			len = sizeof(line) - used;
		memcpy(line + used, words[i], len);
		used += len;
	}
	if (write(STDERR_FILENO, line, used) < 0)
		_exit(1);
	_exit(1);
}

/* The child may be traced already: each call that it makes costs two stops. */
static void child_signals(const sigset_t *changed)
{
	struct sigaction act;

	memset(&act, 0, sizeof(act));
	for (int sig = 1; sig < NSIG; sig++) {
		if (sigismember(changed, sig) != 1)
			continue;
		act.sa_handler = sigismember(&signals_given.ignored, sig) == 1 ? SIG_IGN : SIG_DFL;
		sigaction(sig, &act, NULL);
	}
}

static void child_user(const struct spawn *sp)
{
	const struct options *o = sp->options;

	if (!o->user)
		return;
	if (setgroups((size_t)sp->nr_groups, sp->groups) || setresgid(o->gid, o->gid, o->gid))
		child_fail(sp, "setgid", errno);
	if (setresuid(o->uid, o->uid, o->uid))
		child_fail(sp, "setuid", errno);
}

/* Sets the program's mask, and stops for who traces this process. */
static void child_stop(void)
{
	bool blocked = sigismember(&signals_given.mask, SPAWN_GATE_SIGNAL) == 1;
	sigset_t mask = signals_given.mask;

	sigdelset(&mask, SPAWN_GATE_SIGNAL);
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
	kill(getpid(), SPAWN_GATE_SIGNAL);
	if (blocked)
		pthread_sigmask(SIG_SETMASK, &signals_given.mask, NULL);
}

static void __attribute__((noreturn)) child_run(struct spawn *sp, const sigset_t *changed)
{
	char byte;
	int err;

	child_signals(changed);
	close(sp->gate[1]);
	/* end of file: the launcher has gone */
	if (read(sp->gate[0], &byte, 1) != 1)
		_exit(1);
	child_user(sp);
	if (sp->ring_fd >= 0 && dup2(sp->ring_fd, sp->inherit_fd) < 0)
		child_fail(sp, "dup2", errno);
	if (sp->ptraced)
		child_stop();
	else
		pthread_sigmask(SIG_SETMASK, &signals_given.mask, NULL);
	execve(sp->path, sp->argv, sp->handed_over ? sp->handed_over : sp->environment);
	err = errno;
	/* the trace tells of the failed call first */
	if (sp->ptraced && read(sp->gate[0], &byte, 1) < 0)
		child_fail(sp, "read", errno);
	child_fail(sp, "exec", err);
	_exit(1);
}

/* The signals whose disposition is not what the program is to find. */
static void signals_changed(sigset_t *ret_set)
{
	struct sigaction act;

	sigemptyset(ret_set);
	for (int sig = 1; sig < NSIG; sig++) {
		bool ignored = sigismember(&signals_given.ignored, sig) == 1;

		if (!sigaction(sig, NULL, &act) && act.sa_handler != (ignored ? SIG_IGN : SIG_DFL))
			sigaddset(ret_set, sig);
	}
}

pid_t spawn_fork(struct spawn *sp)
{
	sigset_t all, old, changed;
	pid_t pid;

	signals_changed(&changed);
	/* no handler of ours may run in the child */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	pid = fork();
	if (!pid)
		child_run(sp, &changed);
	pid = pid < 0 ? -errno : pid;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return pid;
}

void spawn_go(struct spawn *sp)
{
	ssize_t n;

	do
		n = write(sp->gate[1], "", 1);
	while (n < 0 && errno == EINTR);
}
