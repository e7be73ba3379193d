/* SPDX-License-Identifier: MIT */
/*
 * The ptrace source: starts the program, attaches to processes, and traces by ptrace whatever the
 * preload library cannot: programs that do not load it, the time between execve and the library's
 * start, processes that run already. It writes into the ring as the library does (METHOD_PTRACE),
 * so that whoever reads the ring sees no difference.
 *
 * One thread of its own makes all ptrace calls and waits for all children it has forked. Every
 * function here may be called from any other thread and does not block on a tracee, but for
 * ptrace_source_stop().
 *
 * In the chunks of this source pid and tid are as the launcher sees them. A stream ends with
 *   RECORD_EXIT      the thread is gone
 *   RECORD_DETACH    it runs on untraced
 *   RECORD_HANDOFF   it runs on, recorded by the preload library in stream ret (a thread uid)
 * and after that word no chunk of the stream is written to any more. The stream of the program's
 * own first thread is the exception: it outlives the hand-over, without a word, and ends with
 * RECORD_EXIT, since its parent knows how it ended.
 *
 * Where a thread other than the leader calls execve, its call stays open (ENTERED) and RECORD_EXEC
 * (ret = that thread's id) stands in the leader's stream.
 */
#ifndef ITRACE_SOURCE_PTRACE_H
#define ITRACE_SOURCE_PTRACE_H

#include <stdbool.h>

#include "options.h"
#include "session.h"
#include "sink/text.h"

struct ptrace_source;

/*
 * Starts o->program and attaches to o->pids. Where ptrace is not permitted it says so on stderr
 * (method auto) and takes SESSION_F_PTRACE back, before the program starts. Returns once the
 * program's process exists and all attaching was tried. 0, or -errno with one line per failure (no
 * newline behind the last; what stands behind "strace: ") in error. With 0 there may be lines in
 * error too: processes that could not be attached to, while others could.
 */
int ptrace_source_start(struct ptrace_source **ret_src, struct launcher_session *s,
			const struct options *o, struct text *error);

/*
 * The thread that owns this chunk asks for, or no longer wants, ptrace around its execve
 * (chunk.attach is ATTACH_WANTED or ATTACH_UNDO). pid: its process, as the chunk has it. The word
 * is answered later, by the ptrace thread; asking again until then does no harm.
 */
void ptrace_source_attach(struct ptrace_source *src, unsigned int chunk, int pid);

/* Nothing is traced by ptrace any more and the program, if it was started here, has ended (or was
 * let go by ptrace_source_interrupt()). */
bool ptrace_source_idle(const struct ptrace_source *src);

/* The user's signal sig ends the session: the program started here gets it too, and everything
 * that is traced by ptrace is let go and runs on. sig = 0: let go only. */
void ptrace_source_interrupt(struct ptrace_source *src, int sig);

/* The trace has told that the program's execve failed: its process may say so too, and end. */
void ptrace_source_let_speak(struct ptrace_source *src);

/* How the program ended, as wait4(2) gives it. False: it has not, or there is none. */
bool ptrace_source_program_status(const struct ptrace_source *src, int *ret_status);

/* The program's process id, 0 if none was started. */
int ptrace_source_program(const struct ptrace_source *src);

/* Lets everything go, ends the thread, frees src. Returns the program's wait status, 0 if it has
 * not ended or there is none. NULL is fine. */
int ptrace_source_stop(struct ptrace_source *src);

#endif
