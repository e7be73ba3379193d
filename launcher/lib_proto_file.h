/* SPDX-License-Identifier: MIT */
/*
 * Users' prototype files: from the spec parser's lines to the descriptors and plans that the
 * generator makes of the spec at build time.
 */
#ifndef ITRACE_LIB_PROTO_FILE_H
#define ITRACE_LIB_PROTO_FILE_H

#include "lib_proto.h"

int lib_protos_files_new(struct lib_protos_files **ret_files);
void lib_protos_files_free(struct lib_protos_files *files);

/* Adds one file's functions to p with that rank. Returns 0, or -errno with the message in *error.
 */
int lib_protos_file(struct lib_protos *p, struct lib_protos_files *files, const char *path,
		    unsigned int rank, struct text *error);

/* Appends. Returns 0 or -ENOMEM. */
int lib_protos_add(struct lib_protos *p, const struct lib_function *f);

#endif
