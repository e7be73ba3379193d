/* SPDX-License-Identifier: MIT */
/*
 * What the launcher knows of a call: generated from the spec, one descriptor per spec line
 * (variants included).
 */
#ifndef ITRACE_CALL_DESC_H
#define ITRACE_CALL_DESC_H

#include <stddef.h>
#include <stdint.h>

struct decode;

/* A named value of a flag set or enumeration. */
struct xlat_entry {
	uint64_t value;
	const char *name;
};

/* A flag set or enumeration of the spec; entries in the order of the spec. */
struct xlat {
	const char *unknown; /* what stands for an unknown value: "O_???" */
	const struct xlat_entry *entries;
	uint32_t nr;
	uint8_t sorted;	 /* enumerations: entries are sorted by value */
	uint8_t decimal; /* enumerations: numbers are printed as ints, not in hex */
};

/* Prints one structure. data: len bytes as captured (len may be less than the C type's size: print
 * what is there). */
typedef void struct_fn(struct decode *d, const void *data, size_t len);

/* A structure of the spec. */
struct struct_desc {
	const char *name;
	uint32_t size;
	struct_fn *print;
};

/* Types of arguments and results; the spec's words, in gen/README.md's order. */
enum arg_type {
	ARG_INT = 1,
	ARG_UINT,
	ARG_LONG,
	ARG_ULONG,
	ARG_HEX,
	ARG_HEXLONG,
	ARG_OCT,
	ARG_PTR,
	ARG_FD,
	ARG_DIRFD,
	ARG_SIZE,
	ARG_OFF,
	ARG_MODE,
	ARG_UID,
	ARG_GID,
	ARG_PID,
	ARG_DEV,
	ARG_SIGNAL,
	ARG_FLAGS,
	ARG_ENUM,
	ARG_CLOCK,
	ARG_PATH,
	ARG_STR,
	ARG_BYTES,
	ARG_STRUCT,
	ARG_ARRAY,
	ARG_REF,
	ARG_SOCKADDR,
	ARG_IOVEC,
	ARG_MSGHDR,
	ARG_MMSGHDR,
	ARG_ARGV,
	ARG_ENVP,
	ARG_DIRENTS,
	ARG_FDPAIR,
	ARG_SIGSET,
	ARG_SIGMASK, /* {set, size} behind a pointer */
	ARG_POLLFDS,
	ARG_FD_SET,
	ARG_MSGBUF,
	ARG_IOCBS,
	ARG_IFCONF,
	ARG_CLONE_ARGS,
	ARG_TIME,
	ARG_VOID,
	ARG_UNUSED,
	/* library calls */
	ARG_CHAR,
	ARG_BOOL,
	ARG_FLOAT,
	ARG_DOUBLE,
	ARG_FORMAT,
	ARG_FUNC,
};

enum arg_dir { ARG_IN = 1, ARG_OUT = 2, ARG_INOUT = 3 };

#define ARG_LEN_NONE 0xff
#define ARG_LEN_RET 0xfe
#define ARG_LEN_CONST 0xfd /* size holds it */

struct arg_desc {
	const char *name;
	uint8_t type;	 /* enum arg_type */
	uint8_t dir;	 /* enum arg_dir */
	uint8_t len;	 /* index of the argument that holds the length or count, or ARG_LEN_* */
	uint8_t len_ref; /* 1: that argument points to the length (uint32_t) */
	uint8_t elem;	 /* ARRAY, REF: type of the element */
	uint32_t size;	 /* bytes of one element or structure */
	const struct xlat *xlat;	/* FLAGS, ENUM, and arrays or references of these */
	const struct struct_desc *desc; /* STRUCT and arrays of them */
	uint32_t count; /* ARRAY with ARG_LEN_CONST: how many elements; size is that of one */
};

/* Classes of `-e trace=%class`, one bit each: order of gen/spec/classes.spec. Generated: enum
 * call_class in call_class.h */

struct call_desc {
	const char *name;
	uint16_t nr; /* system call number, or index of the library function */
	uint8_t nr_args;
	uint8_t result; /* enum arg_type */
	const struct xlat *result_xlat;
	const struct arg_desc *args;
	uint64_t classes;
	/* Prints arguments by hand where the spec says decode=NAME; NULL: argument by argument,
	 * from args. */
	void (*print)(struct decode *d);
	const char *spec; /* "file:line" of the spec, for messages */
	uint16_t restart; /* the spec's restart=: 512 ERESTARTSYS, 513 ERESTARTNOINTR, 514
			     ERESTARTNOHAND, 516 ERESTART_RESTARTBLOCK; 0 none */
};

/* Generated: gen/call_table.c. Descriptors by plan.desc; names by number (NULL = no such call). */
extern const struct call_desc call_descs[];
extern const unsigned int nr_call_descs;
extern const struct call_desc *const call_by_number[512];

#endif
