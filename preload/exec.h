/* SPDX-License-Identifier: MIT */
/*
 * execve and execveat: the new image is traced again.
 */
#ifndef ITRACE_EXEC_H
#define ITRACE_EXEC_H

#include "core.h"

/* As special_enter(). */
int exec_enter(struct thread *t, struct frame *f);
/* It failed: undoes what exec_enter() prepared. */
void exec_failed(struct thread *t, struct frame *f);

/* A program about to be executed: as execveat(2) is told of it. Addresses are the program's. */
struct exec_request {
	int dirfd;
	int flags;
	uint64_t path;
	uint64_t envp;
	bool elsewhere; /* by a child that is still to be born: ptrace cannot have it */
};

/*
 * Sees to it that the new image is traced: by the preload library or by ptrace; if by neither, says
 * so in the trace. Returns the environment to execute it with: request->envp, or one in a mapping
 * of its own, with descriptors that it needs. exec_undo() gives all of it back.
 */
uint64_t exec_lead(struct thread *t, const struct exec_request *request);
void exec_undo(struct thread *t);

enum exec_image {
	EXEC_UNKNOWN = 0, /* the kernel will refuse it */
	EXEC_LOADABLE,	  /* its loader takes LD_PRELOAD */
	/* those that take none: */
	EXEC_STATIC, /* no loader */
	EXEC_SECURE, /* setuid and the like */
	EXEC_FORMAT, /* another class or loader, not ELF, or not to be read */
};

static inline bool exec_image_is_foreign(enum exec_image image)
{
	return image >= EXEC_STATIC;
}

/* The reason why such a program is not traced: enum untraced_reason. */
uint32_t exec_image_reason(enum exec_image image);

/* What would run: looks through #! lines. path is the program's memory. */
enum exec_image exec_image_of(struct thread *t, int dirfd, uint64_t path, int flags);

/* Opens the ring for the new image (without CLOEXEC), from the launcher; ret_lib: the preload
 * library too, if want_lib. Returns 0 or -errno. */
int exec_session_open(bool want_lib, int32_t *ret_ring, int32_t *ret_lib);

#endif
