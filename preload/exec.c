/* SPDX-License-Identifier: MIT */
/*
 * In front of an execve: the ring is opened for the new image, and a new environment is built that
 * leads to it, whatever environment the program passes. If the execve fails nothing of it remains.
 * Where the library cannot be loaded the environment is left alone; ptrace has that image then, if
 * it can.
 */
#include <asm/signal.h>
#include <asm/unistd.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/futex.h>
#include <linux/mman.h>
#include <linux/time_types.h>

#include "call.h"
#include "environment.h"
#include "exec.h"
#include "held.h"
#include "memory.h"
#include "signals.h"
#include "special.h"
#include "text.h"
#include "writer.h"

#include "itrace/handoff.h"

#define ATTACH_WAIT_NS 50000000ll
#define ATTACH_WAITS 40 /* 2 s: a launcher that is so slow is taken for gone */

/* Asks the launcher's ptrace thread to seize this thread. True if it did. */
static bool ask_for_ptrace(struct thread *t)
{
	struct __kernel_timespec ts = { 0, ATTACH_WAIT_NS };
	uint32_t wanted = ATTACH_WANTED, *attach;

	if (!(core.flags & SESSION_F_PTRACE) || !t->chunk || core.quiet)
		return false;
	attach = &t->chunk->attach;
	__atomic_store_n(attach, ATTACH_WANTED, __ATOMIC_RELEASE);
	for (int i = 0; i < ATTACH_WAITS; i++) {
		uint32_t state;

		writer_wake_now();
		raw6(__NR_futex, (long)attach, FUTEX_WAIT, ATTACH_WANTED, (long)&ts, 0, 0);
		/* acquire: pairs with the launcher's release */
		state = __atomic_load_n(attach, __ATOMIC_ACQUIRE);
		if (state != ATTACH_WANTED)
			return state == ATTACH_DONE;
		if (!writer_launcher_lives())
			break;
	}
	return !__atomic_compare_exchange_n(attach, &wanted, ATTACH_NONE, false, __ATOMIC_ACQ_REL,
					    __ATOMIC_ACQUIRE) &&
	       wanted == ATTACH_DONE;
}

static void close_fds(struct thread *t)
{
	for (int i = 0; i < 2; i++) {
		if (t->exec_fd[i] >= 0)
			raw3(__NR_close, t->exec_fd[i], 0, 0);
		t->exec_fd[i] = -1;
	}
}

static void drop_scratch(struct thread *t)
{
	if (t->scratch)
		raw3(__NR_munmap, (long)t->scratch, (long)t->scratch_size, 0);
	t->scratch = 0;
}

static int build(struct thread *t, uint64_t envp, bool ptraced, char ***ret_envp)
{
	size_t size = environment_size(t, envp);
	struct handoff h = { -1, t->lib.uid, t->tid,
			     (ptraced ? HANDOFF_F_PTRACE : 0) |
				     (core.pidns ? HANDOFF_F_PIDNS : 0) };
	const struct session *s = core.pool.session;
	char by_fd[48], *end;
	bool readable = raw4(__NR_faccessat, AT_FDCWD, (long)s->lib_path, 4 /* R_OK */, 0) == 0;
	long map;
	int err;

	if (!size)
		return -EFAULT;
	size = (size + PAGE - 1) & ~(PAGE - 1);
	map = raw6(__NR_mmap, 0, (long)size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		   -1, 0);
	if (ERROR(map))
		return (int)map;
	t->scratch = (uint64_t)map;
	t->scratch_size = size;
	err = exec_session_open(!readable, &t->exec_fd[0], &t->exec_fd[1]);
	if (err)
		return err;
	h.fd = t->exec_fd[0];
	if (!readable) {
		end = text_copy(by_fd, "/proc/self/fd/");
		end = text_put_number(end, (uint64_t)t->exec_fd[1]);
		*end = 0;
		/* a chroot without /proc: there is no name for the library in there */
		err = (int)raw4(__NR_faccessat, AT_FDCWD, (long)by_fd, 4, 0);
		if (err)
			return err;
	}
	return environment_build(t, envp, &h, readable ? core.preload : by_fd, (void *)map, size,
				 ret_envp);
}

/*
 * Is this thread being traced, by a debugger or strace of the program's? (The launcher's ptrace has
 * not come yet.) Its new image must show that tracer nothing of ours.
 */
static bool has_foreign_tracer(void)
{
	static const char key[] = "\nTracerPid:\t";
	char buf[1024];
	long fd = raw4(__NR_openat, AT_FDCWD, (long)"/proc/thread-self/status",
		       O_RDONLY | O_CLOEXEC, 0);
	long n;

	if (fd < 0)
		return false;
	n = raw3(__NR_read, fd, (long)buf, sizeof(buf) - 1);
	raw3(__NR_close, fd, 0, 0);
	buf[n > 0 ? n : 0] = 0;
	for (const char *p = buf; *p; p++) {
		const char *pid = text_after(p, key);

		if (pid)
			return *pid != '0';
	}
	return false;
}

static int prepare(struct thread *t, uint64_t envp, bool ptraced, char ***ret_envp)
{
	int err = build(t, envp, ptraced, ret_envp);

	if (err) {
		close_fds(t);
		drop_scratch(t);
	}
	return err;
}

/* A child that is still to be born will be missed under its own id. */
static void tell_untraced(struct thread *t, const struct exec_request *request, uint32_t reason)
{
	if (!request->elsewhere)
		writer_event(t, RECORD_UNTRACED, reason, 0, 0, NULL, 0);
}

uint64_t exec_lead(struct thread *t, const struct exec_request *request)
{
	enum exec_image image;
	char **envp;
	bool ptraced;

	t->exec_fd[0] = t->exec_fd[1] = -1;
	if (!t->recording || core.gone)
		return request->envp;
	if (core.quiet) {
		tell_untraced(t, request, UNTRACED_FILTER);
		return request->envp;
	}
	image = exec_image_of(t, request->dirfd, request->path, request->flags);
	if (image == EXEC_UNKNOWN)
		return request->envp;
	if (has_foreign_tracer()) {
		tell_untraced(t, request, UNTRACED_TRACER);
		return request->envp;
	}
	ptraced = !request->elsewhere && ask_for_ptrace(t);
	if (exec_image_is_foreign(image)) {
		if (!ptraced)
			tell_untraced(t, request, exec_image_reason(image));
		return request->envp;
	}
	if (prepare(t, request->envp, ptraced, &envp)) {
		if (!ptraced)
			tell_untraced(t, request, UNTRACED_LIBRARY);
		return request->envp;
	}
	return (uint64_t)envp;
}

/* Waits until ptrace has let go: it would go along with the children to come. */
static void undo_attach(struct thread *t)
{
	struct __kernel_timespec ts = { 0, ATTACH_WAIT_NS };
	uint32_t done = ATTACH_DONE, *attach = &t->chunk->attach;

	if (!__atomic_compare_exchange_n(attach, &done, ATTACH_UNDO, false, __ATOMIC_ACQ_REL,
					 __ATOMIC_RELAXED))
		return;
	for (int i = 0; i < ATTACH_WAITS; i++) {
		writer_wake_now();
		raw6(__NR_futex, (long)attach, FUTEX_WAIT, ATTACH_UNDO, (long)&ts, 0, 0);
		if (__atomic_load_n(attach, __ATOMIC_ACQUIRE) != ATTACH_UNDO ||
		    !writer_launcher_lives())
			break;
	}
}

void exec_undo(struct thread *t)
{
	close_fds(t);
	drop_scratch(t);
	if (t->chunk)
		undo_attach(t);
}

/*
 * The signals that sites trap by are never really blocked. A new image is to find them as the
 * program left them: blocked for the execve alone, in which nothing traps.
 */
static void traps_block(struct thread *t, struct frame *f, bool block)
{
	uint64_t set = t->traps_blocked;

	if (!set || core.quiet)
		return;
	raw4(__NR_rt_sigprocmask, block ? SIG_BLOCK : SIG_UNBLOCK, (long)&set, 0, 8);
	if (f->masked)
		f->mask = block ? f->mask | set : f->mask & ~set;
	if (block)
		held_hand_on(t);
}

int exec_enter(struct thread *t, struct frame *f)
{
	bool at = (uint32_t)f->nr == __NR_execveat;
	unsigned int env_arg = at ? 3 : 2;
	struct exec_request request = { .dirfd = at ? (int)f->args[0] : AT_FDCWD,
					.flags = at ? (int)f->args[4] : 0,
					.path = f->args[at ? 1 : 0],
					.envp = f->args[env_arg] };
	uint64_t envp;

	if (call_traced(t, f->nr))
		call_begin(t, f);
	signals_before_exec(t->sighand);
	traps_block(t, f, true);
	f->special = SPECIAL_EXEC;
	f->saved_arg = 0xff;
	envp = exec_lead(t, &request);
	if (envp == request.envp)
		return ENTER_CALL;
	f->saved_arg = (uint8_t)env_arg;
	f->saved = request.envp;
	f->args[env_arg] = envp;
	return ENTER_CALL;
}

void exec_failed(struct thread *t, struct frame *f)
{
	exec_undo(t);
	traps_block(t, f, false);
	signals_after_exec(t->sighand);
}
