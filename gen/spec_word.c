/* SPDX-License-Identifier: MIT */
/*
 * The words for types. A new type is a row here, an enumerator in spec.h and in the launcher's enum
 * arg_type, and, if it captures memory, a case in plan_ops.c.
 */
#include "spec.h"

#include <string.h>

static const struct spec_word words[] = {
	{ "int", "ARG_INT", SPEC_INT, FORM_PLAIN, 4 },
	{ "uint", "ARG_UINT", SPEC_UINT, FORM_PLAIN, 4 },
	{ "short", "ARG_INT", SPEC_INT, FORM_PLAIN, 2 },
	{ "ushort", "ARG_UINT", SPEC_UINT, FORM_PLAIN, 2 },
	{ "long", "ARG_LONG", SPEC_LONG, FORM_PLAIN, 8 },
	{ "ulong", "ARG_ULONG", SPEC_ULONG, FORM_PLAIN, 8 },
	{ "hex", "ARG_HEX", SPEC_HEX, FORM_PLAIN, 4 },
	{ "hexlong", "ARG_HEXLONG", SPEC_HEXLONG, FORM_PLAIN, 8 },
	{ "oct", "ARG_OCT", SPEC_OCT, FORM_PLAIN, 4 },
	{ "ptr", "ARG_PTR", SPEC_PTR, FORM_PLAIN, 8 },
	{ "fd", "ARG_FD", SPEC_FD, FORM_PLAIN, 4 },
	{ "dirfd", "ARG_DIRFD", SPEC_DIRFD, FORM_PLAIN, 4 },
	{ "size", "ARG_SIZE", SPEC_SIZE, FORM_PLAIN, 8 },
	{ "off", "ARG_OFF", SPEC_OFF, FORM_PLAIN, 8 },
	{ "mode", "ARG_MODE", SPEC_MODE, FORM_PLAIN, 4 },
	{ "uid", "ARG_UID", SPEC_UID, FORM_PLAIN, 4 },
	{ "gid", "ARG_GID", SPEC_GID, FORM_PLAIN, 4 },
	{ "pid", "ARG_PID", SPEC_PID, FORM_PLAIN, 4 },
	{ "dev", "ARG_DEV", SPEC_DEV, FORM_PLAIN, 4 },
	{ "signal", "ARG_SIGNAL", SPEC_SIGNAL, FORM_PLAIN, 4 },
	{ "flags", "ARG_FLAGS", SPEC_FLAGS, FORM_SET, 4 },
	{ "flags64", "ARG_FLAGS", SPEC_FLAGS, FORM_SET, 8 },
	{ "enum", "ARG_ENUM", SPEC_ENUM, FORM_SET, 4 },
	{ "enum64", "ARG_ENUM", SPEC_ENUM, FORM_SET, 8 },
	{ "clock", "ARG_CLOCK", SPEC_CLOCK, FORM_PLAIN, 4 },
	{ "path", "ARG_PATH", SPEC_PATH, FORM_PLAIN, 0 },
	{ "str", "ARG_STR", SPEC_STR, FORM_PLAIN, 0 },
	{ "bytes", "ARG_BYTES", SPEC_BYTES, FORM_LEN, 0 },
	{ "struct", "ARG_STRUCT", SPEC_STRUCT, FORM_STRUCT, 0 },
	{ "array", "ARG_ARRAY", SPEC_ARRAY, FORM_ARRAY, 0 },
	{ "ref", "ARG_REF", SPEC_REF, FORM_REF, 0 },
	{ "sockaddr", "ARG_SOCKADDR", SPEC_SOCKADDR, FORM_LEN, 0 },
	{ "iovec", "ARG_IOVEC", SPEC_IOVEC, FORM_LEN, 0 },
	{ "msghdr", "ARG_MSGHDR", SPEC_MSGHDR, FORM_PLAIN, 0 },
	{ "mmsghdr", "ARG_MMSGHDR", SPEC_MMSGHDR, FORM_LEN, 0 },
	{ "argv", "ARG_ARGV", SPEC_ARGV, FORM_PLAIN, 0 },
	{ "envp", "ARG_ENVP", SPEC_ENVP, FORM_PLAIN, 0 },
	{ "dirents", "ARG_DIRENTS", SPEC_DIRENTS, FORM_LEN, 0 },
	{ "old_dirents", "ARG_DIRENTS", SPEC_DIRENTS, FORM_LEN, 0 },
	{ "fdpair", "ARG_FDPAIR", SPEC_FDPAIR, FORM_PLAIN, 0 },
	{ "sigset", "ARG_SIGSET", SPEC_SIGSET, FORM_LEN, 0 },
	{ "pollfds", "ARG_POLLFDS", SPEC_POLLFDS, FORM_LEN, 0 },
	{ "fdset", "ARG_FD_SET", SPEC_FD_SET, FORM_LEN, 0 },
	{ "msgbuf", "ARG_MSGBUF", SPEC_MSGBUF, FORM_LEN, 0 },
	{ "sigmask", "ARG_SIGMASK", SPEC_SIGMASK, FORM_PLAIN, 0 },
	{ "iocbs", "ARG_IOCBS", SPEC_IOCBS, FORM_LEN, 0 },
	{ "ifconf", "ARG_IFCONF", SPEC_IFCONF, FORM_PLAIN, 0 },
	{ "clone_args", "ARG_CLONE_ARGS", SPEC_CLONE_ARGS, FORM_LEN, 0 },
	{ "time", "ARG_TIME", SPEC_TIME, FORM_PLAIN, 8 },
	{ "void", "ARG_VOID", SPEC_VOID, FORM_PLAIN, 0 },
	{ "unused", "ARG_UNUSED", SPEC_UNUSED, FORM_PLAIN, 8 },
	{ "char", "ARG_CHAR", SPEC_CHAR, FORM_PLAIN, 1 },
	{ "bool", "ARG_BOOL", SPEC_BOOL, FORM_PLAIN, 1 },
	{ "float", "ARG_FLOAT", SPEC_FLOAT, FORM_PLAIN, 4 },
	{ "double", "ARG_DOUBLE", SPEC_DOUBLE, FORM_PLAIN, 8 },
	{ "format", "ARG_FORMAT", SPEC_FORMAT, FORM_PLAIN, 0 },
	{ "func", "ARG_FUNC", SPEC_FUNC, FORM_PLAIN, 8 },
};

const struct spec_word *spec_word_find(const char *word, size_t len)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strlen(words[i].word) == len && !memcmp(words[i].word, word, len))
			return &words[i];
	return NULL;
}
