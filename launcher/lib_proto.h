/* SPDX-License-Identifier: MIT */
/*
 * Prototypes of library functions: those of the spec, those of users' files (the spec's grammar,
 * read by the spec's parser), and for libc's system call wrappers the system calls' own lines.
 */
#ifndef ITRACE_LIB_PROTO_H
#define ITRACE_LIB_PROTO_H

#include <stdbool.h>
#include <stddef.h>

#include "decode/call_desc.h"
#include "itrace/plan.h"
#include "sink/text.h"

struct lib_function {
	const struct call_desc *desc;
	const struct plan_op *ops;
	unsigned int nr_ops;
	bool noreturn;
	unsigned int rank; /* of several with one name, the highest counts */
};

struct lib_protos_files; /* what the users' files hold */

struct lib_protos {
	struct lib_function *functions; /* sorted by name, once lib_protos_finish() is through */
	size_t nr, room;
	struct lib_protos_files *files;
};

/* The spec's functions. Returns 0 or -ENOMEM. */
int lib_protos_init(struct lib_protos *p);
void lib_protos_release(struct lib_protos *p);

/*
 * Adds a file's prototypes; they replace those of the same name. Returns 0, or -errno with the
 * message in *error ("FILE:LINE:COLUMN: what was expected"; no newline).
 */
int lib_protos_read(struct lib_protos *p, const char *path, struct text *error);

/* The same for /etc/itrace/ *.proto and $XDG_CONFIG_HOME/itrace/ *.proto (~/.config), in that order
 * and by name; none is no error. */
int lib_protos_read_defaults(struct lib_protos *p, struct text *error);

/* Behind the last file. */
void lib_protos_finish(struct lib_protos *p);

/* By the symbol's name; NULL if nothing is known of it. */
const struct lib_function *lib_protos_find(const struct lib_protos *p, const char *name);

#endif
