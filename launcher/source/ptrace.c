/* SPDX-License-Identifier: MIT */
/*
 * The ptrace thread: sits in waitpid and does what comes. Other threads wake it through the bell,
 * after they have left their command.
 *
 * waitpid has __WNOTHREAD: children of other threads are none of its business.
 */
#include "source/ptrace.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "message.h"
#include "source/ptrace_private.h"

#define STOP_PATIENCE_NS 1000000000 /* for tracees that do not stop to be let go */

/* Nothing will be asked of the thread any more, and it holds no tracee. */
static bool is_over(const struct ptrace_source *src)
{
	return atomic_load(&src->stopping) && (!src->nr_tracees || atomic_load(&src->leaving));
}

static void commands_run(struct ptrace_source *src)
{
	int sig;

	for (;;) {
		struct command *c;

		pthread_mutex_lock(&src->lock);
		c = src->commands;
		if (c) {
			src->commands = c->next;
			src->asked[c->chunk] = 0;
		}
		pthread_mutex_unlock(&src->lock);
		if (!c)
			break;
		attach_answer(src, c->chunk, c->pid);
		free(c);
	}
	if (!atomic_load(&src->letting_go))
		return;
	sig = atomic_exchange(&src->interrupt, 0);
	if (sig && src->program && !src->program_ended) {
		kill(src->program, SIGCONT);
		kill(src->program, sig);
	}
	tracee_each(src, let_go_ask);
}

static void bell_rang(struct ptrace_source *src, int status)
{
	if (!WIFSTOPPED(status)) {
		/* by ptrace_source_stop(), or by somebody who kills what he finds */
		src->bell = is_over(src) ? 0 : bell_start(&src->permitted);
	} else if (src->permitted) {
		/* the stop before SIGSTOP is delivered, which it then is not */
		ptrace(PTRACE_CONT, src->bell, 0, 0);
	} else {
		kill(src->bell, SIGCONT);
	}
	/* whoever rings from now on causes another stop */
	commands_run(src);
}

static void idle_update(struct ptrace_source *src)
{
	bool idle = !src->nr_tracees && (!src->program || src->program_ended ||
					 src->program_let_go || atomic_load(&src->letting_go));

	if (atomic_exchange(&src->idle, idle) != idle)
		write_doorbell_now(src);
}

static void source_loop(struct ptrace_source *src)
{
	for (;;) {
		int status;
		pid_t tid;

		idle_update(src);
		if (is_over(src))
			return;
		tid = waitpid(-1, &status, __WALL | __WNOTHREAD | WUNTRACED);
		if (tid == src->bell)
			bell_rang(src, status);
		else if (tid > 0)
			event_wait(src, tid, status);
		else if (errno != EINTR)
			return;
	}
}

/* Seizes the child behind its gate. It runs on until it stops in front of its execve (spawn.h). */
static int program_seize(struct ptrace_source *src)
{
	struct tracee *t;

	if (ptrace(PTRACE_SEIZE, src->program, 0, (void *)attach_options(src)))
		return -errno;
	t = tracee_add(src, src->program, src->program, TRACEE_GATED);
	if (!t)
		return -ENOMEM;
	src->shown_environment = (uint64_t)src->spawn.environment;
	if (src->spawn.handed_over)
		cpu_pair(src, t);
	return 0;
}

static int program_start(struct ptrace_source *src)
{
	const struct options *o = src->options;
	char path[PATH_MAX + 2];
	bool ptraced = src->permitted, preloaded = src->preloading;
	pid_t pid;
	int err;

	if (preloaded && !spawn_find(o->program[0], path))
		preloaded = spawn_preloadable(path, o->user ? o->uid : geteuid(),
					      o->user ? o->gid : getegid());
	if (o->method == OPTION_METHOD_SHIM && preloaded)
		ptraced = false;
	err = spawn_prepare(&src->spawn, o, preloaded ? src->session : NULL, ptraced, src->error);
	if (err)
		return err;
	if (!preloaded && !ptraced)
		text_format(src->error,
			    "'%s' cannot be traced: it does not load the preload library, and "
			    "ptrace is not permitted",
			    src->spawn.path);
	pid = spawn_fork(&src->spawn);
	if (pid < 0) {
		text_format(src->error, "fork: %s", strerror(-pid));
		return pid;
	}
	src->program = pid;
	err = ptraced ? program_seize(src) : 0;
	if (err)
		text_format(src->error, "attach: ptrace(PTRACE_SEIZE, %d): %s", pid,
			    strerror(-err));
	else
		spawn_go(&src->spawn);
	return err;
}

/* Before the program starts: it reads the flags, and may write to where messages go. */
static void without_ptrace(struct ptrace_source *src)
{
	src->session->shared->flags &= ~SESSION_F_PTRACE;
	src->flags &= ~SESSION_F_PTRACE;
	if (src->options->method == OPTION_METHOD_AUTO)
		message_error(src->options->name,
			      "ptrace is not permitted here: the trace begins when "
			      "the preload library starts");
}

static int source_begin(struct ptrace_source *src)
{
	const struct options *o = src->options;
	int err = 0;

	src->bell = bell_start(&src->permitted);
	if (src->bell < 0) {
		text_format(src->error, "fork: %s", strerror(-src->bell));
		return src->bell;
	}
	if (!src->permitted)
		without_ptrace(src);
	if (o->program)
		err = program_start(src);
	if (!err && o->nr_pids && !attach_pids(src, o->pids, o->nr_pids, src->error) && !o->program)
		err = -ESRCH;
	return err;
}

static void *source_run(void *arg)
{
	struct ptrace_source *src = arg;
	int err = source_begin(src);

	pthread_mutex_lock(&src->lock);
	src->start_error = err;
	src->started = true;
	pthread_cond_signal(&src->started_cond);
	pthread_mutex_unlock(&src->lock);
	if (!err)
		source_loop(src);
	spawn_release(&src->spawn);
	bell_end(src->bell);
	return NULL;
}

static int source_init(struct ptrace_source *src, struct launcher_session *s,
		       const struct options *o)
{
	const struct session *sh = s->shared;

	src->session = s;
	src->options = o;
	src->flags = sh->flags;
	src->follow = o->follow;
	src->preloading = o->method != OPTION_METHOD_PTRACE && s->lib_fd >= 0;
	src->spawn.gate[0] = src->spawn.gate[1] = -1;
	memcpy(src->traced, sh->traced, sizeof(src->traced));
	memcpy(src->preload, sh->preload, sizeof(src->preload));
	src->settings = call_settings_new(sh);
	src->asked = calloc(s->nr_chunks, 1);
	if (!src->settings || !src->asked)
		return -ENOMEM;
	if (chunk_pool_init(&src->pool, s->shared, s->total_size))
		return -EINVAL;
	pthread_mutex_init(&src->lock, NULL);
	pthread_cond_init(&src->started_cond, NULL);
	return 0;
}

static void source_free(struct ptrace_source *src)
{
	for (unsigned int i = 0; i < TRACEE_BUCKETS; i++)
		while (src->table[i])
			tracee_remove(src, src->table[i]);
	while (src->commands) {
		struct command *c = src->commands;

		src->commands = c->next;
		free(c);
	}
	free(src->settings);
	free(src->asked);
	free(src);
}

static int thread_start(struct ptrace_source *src)
{
	struct sigaction act;
	sigset_t all, old;
	int err;

	/* were it ignored, as a parent may have left it, children would leave no status */
	memset(&act, 0, sizeof(act));
	sigaction(SIGCHLD, &act, NULL);
	/* blocked in this thread it would be queued, and wake another thread, at each stop */
	sigfillset(&all);
	sigdelset(&all, SIGCHLD);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	err = -pthread_create(&src->thread, NULL, source_run, src);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return err;
}

int ptrace_source_start(struct ptrace_source **ret_src, struct launcher_session *s,
			const struct options *o, struct text *error)
{
	struct ptrace_source *src = calloc(1, sizeof(*src));
	int err = src ? source_init(src, s, o) : -ENOMEM;

	if (!err) {
		src->error = error;
		err = thread_start(src);
	}
	if (err) {
		text_format(error, "cannot start tracing: %s", strerror(-err));
		if (src)
			source_free(src);
		return err;
	}
	pthread_mutex_lock(&src->lock);
	while (!src->started)
		pthread_cond_wait(&src->started_cond, &src->lock);
	err = src->start_error;
	pthread_mutex_unlock(&src->lock);
	if (err) {
		pthread_join(src->thread, NULL);
		source_free(src);
		return err;
	}
	*ret_src = src;
	return 0;
}

void ptrace_source_attach(struct ptrace_source *src, unsigned int chunk, int pid)
{
	struct command *c = NULL;

	if (chunk >= src->session->nr_chunks)
		return;
	pthread_mutex_lock(&src->lock);
	if (!src->asked[chunk])
		c = malloc(sizeof(*c));
	if (c) {
		*c = (struct command){ src->commands, chunk, pid };
		src->commands = c;
		src->asked[chunk] = 1;
	}
	pthread_mutex_unlock(&src->lock);
	if (c)
		bell_ring(src);
}

bool ptrace_source_idle(const struct ptrace_source *src)
{
	return atomic_load(&src->idle);
}

void ptrace_source_let_speak(struct ptrace_source *src)
{
	spawn_go(&src->spawn);
}

bool ptrace_source_program_status(const struct ptrace_source *src, int *ret_status)
{
	/* idle is stored last: what it says of the program is final */
	if (!atomic_load(&src->idle) || !src->program_ended)
		return false;
	*ret_status = src->program_status;
	return true;
}

int ptrace_source_program(const struct ptrace_source *src)
{
	return src->program;
}

void ptrace_source_interrupt(struct ptrace_source *src, int sig)
{
	atomic_store(&src->interrupt, sig);
	atomic_store(&src->letting_go, true);
	bell_ring(src);
}

int ptrace_source_stop(struct ptrace_source *src)
{
	struct timespec until;
	int status;

	if (!src)
		return 0;
	atomic_store(&src->letting_go, true);
	atomic_store(&src->stopping, true);
	/* no tracee is left to be let go: the bell's death wakes the thread as well */
	if (ptrace_source_idle(src))
		kill(src->bell, SIGKILL);
	else
		bell_ring(src);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += STOP_PATIENCE_NS / 1000000000;
	if (pthread_timedjoin_np(src->thread, NULL, &until)) {
		/* the kernel lets the rest go when the thread ends */
		atomic_store(&src->leaving, true);
		bell_ring(src);
		pthread_join(src->thread, NULL);
	}
	status = src->program_ended ? src->program_status : 0;
	source_free(src);
	return status;
}
