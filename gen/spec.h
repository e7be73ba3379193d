/* SPDX-License-Identifier: MIT */
/*
 * The spec in memory: what a spec file or a user's prototype file says, one struct per line.
 *
 * Filled by spec_parse() (once per file), completed by spec_resolve() (once, behind the last file).
 * Everything hangs off the arena of struct spec and lives until spec_release(). Nothing here prints
 * or exits: the generator and the launcher read their lines with the same code.
 */
#ifndef ITRACE_SPEC_H
#define ITRACE_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SPEC_MAX_NR 512	  /* system call numbers are below this, as in plan_calls */
#define SPEC_MAX_ARGS 6	  /* of a system call; a library function may have more */
#define SPEC_MAX_CLASS 64 /* classes are bits of a uint64_t */

/* Where something was written. Lines and columns count from 1; a tab is one column. */
struct spec_pos {
	const char *file;
	unsigned int line;
	unsigned int column;
};

struct spec_error {
	struct spec_pos pos;
	char message[256];
};

/* Types, in the order of the launcher's enum arg_type. */
enum spec_kind {
	SPEC_INT = 1,
	SPEC_UINT,
	SPEC_LONG,
	SPEC_ULONG,
	SPEC_HEX,
	SPEC_HEXLONG,
	SPEC_OCT,
	SPEC_PTR,
	SPEC_FD,
	SPEC_DIRFD,
	SPEC_SIZE,
	SPEC_OFF,
	SPEC_MODE,
	SPEC_UID,
	SPEC_GID,
	SPEC_PID,
	SPEC_DEV,
	SPEC_SIGNAL,
	SPEC_FLAGS,
	SPEC_ENUM,
	SPEC_CLOCK,
	SPEC_PATH,
	SPEC_STR,
	SPEC_BYTES,
	SPEC_STRUCT,
	SPEC_ARRAY,
	SPEC_REF,
	SPEC_SOCKADDR,
	SPEC_IOVEC,
	SPEC_MSGHDR,
	SPEC_MMSGHDR,
	SPEC_ARGV,
	SPEC_ENVP,
	SPEC_DIRENTS,
	SPEC_FDPAIR,
	SPEC_SIGSET,
	SPEC_POLLFDS,
	SPEC_FD_SET,
	SPEC_MSGBUF,
	SPEC_SIGMASK,
	SPEC_IOCBS,
	SPEC_IFCONF,
	SPEC_CLONE_ARGS,
	SPEC_TIME,
	SPEC_VOID,
	SPEC_UNUSED,
	SPEC_CHAR,
	SPEC_BOOL,
	SPEC_FLOAT,
	SPEC_DOUBLE,
	SPEC_FORMAT,
	SPEC_FUNC,
};

/* What stands in the brackets behind a type's word. */
enum spec_form {
	FORM_PLAIN,  /* nothing */
	FORM_SET,    /* [SET] */
	FORM_LEN,    /* [LEN] */
	FORM_STRUCT, /* [NAME] or [NAME,LEN] */
	FORM_ARRAY,  /* [TYPE,LEN] */
	FORM_REF,    /* [TYPE] */
};

struct spec_word {
	const char *word;
	const char *arg_type; /* enumerator of the launcher's enum arg_type */
	uint8_t kind;	      /* enum spec_kind */
	uint8_t form;	      /* enum spec_form */
	uint8_t width;	      /* bytes of one value; 0 = not a plain value */
};

enum spec_len_kind {
	LEN_NONE,
	LEN_ARG,   /* argument `index` */
	LEN_REF,   /* what argument `index` points to */
	LEN_RET,   /* the result */
	LEN_CONST, /* `value` */
};

struct spec_len {
	struct spec_pos pos;
	const char *name;
	uint64_t value;
	uint8_t kind;  /* enum spec_len_kind */
	uint8_t index; /* set by spec_resolve() */
};

struct spec_type {
	struct spec_pos pos;
	const struct spec_word *word;
	const char *name;     /* of the set or structure */
	struct spec_set *set; /* the two are set by spec_resolve() */
	struct spec_struct *sd;
	struct spec_type *elem; /* ARRAY, REF */
	struct spec_len len;
};

/* A constant: of a set, of a selector. */
struct spec_const {
	struct spec_pos pos;
	struct spec_const *next;
	const char *name;
	uint64_t value;
	bool has_value;
	bool negative; /* written with a minus */
	bool quoted;   /* not a C name: words that stand for the value */
};

enum spec_dir { DIR_IN = 1, DIR_OUT = 2, DIR_INOUT = 3 };

struct spec_arg {
	struct spec_type type;
	const char *name;
	struct spec_const
		*values;  /* selector: any of these picks the variant; NULL = no selector */
	const char *mask; /* selector: constant that the argument is masked with; NULL = all bits */
	uint8_t dir;	  /* enum spec_dir */
};

/* What strace shows when a signal interrupts the call; see gen/README.md. */
enum spec_restart { RESTART_DEFAULT, RESTART_SYS, RESTART_NOINTR, RESTART_NOHAND, RESTART_BLOCK };

#define SPEC_SHIM_PARAMS 8
#define SPEC_SHIM_NAMES 4

/* A parameter of a libc function, as C has it. */
struct spec_param {
	const char *text; /* "int pipedes[2]" */
	const char *type; /* "int"; of a variable argument only */
	const char *name; /* "pipedes" */
	bool variable;	  /* behind "..." */
};

/* Libc functions that make the call: from @shim="PROTOTYPE" "ARGUMENTS" "RESULT". */
struct spec_shim {
	struct spec_pos pos;
	struct spec_shim *next;
	const char *type;		    /* what it returns */
	const char *names[SPEC_SHIM_NAMES]; /* functions of this one prototype */
	unsigned int nr_names;
	struct spec_param params[SPEC_SHIM_PARAMS];
	unsigned int nr_params;
	const char *args; /* C expressions, what the system call is given; NULL = the parameters */
	const char *result; /* C expression of `ret`, what it returns; NULL = -1 is -errno */
};

/* A word behind ':'. */
struct spec_class_ref {
	struct spec_pos pos;
	struct spec_class_ref *next;
	const char *name;
};

struct spec_call {
	struct spec_pos pos;
	struct spec_call *next; /* in the order of the files */
	int nr;			/* system call number; -1 = a library function */
	const char *name;
	struct spec_arg *args;
	unsigned int nr_args;
	struct spec_type result;
	struct spec_class_ref *class_refs;
	uint64_t classes;
	const char *decode; /* NULL = argument by argument */
	struct spec_shim *shims;
	uint8_t restart; /* enum spec_restart */
	bool noreturn;
	bool always;

	/* set by spec_resolve() */
	struct spec_call *base; /* the line without a selector; the call itself if it is that */
	struct spec_arg *sel;	/* the selector, NULL for a base */
	struct spec_call *first_variant; /* of a base */
	unsigned int nr_variants;	 /* of a base: the calls behind it in spec.sorted */
	unsigned int order;		 /* place in spec.calls */
};

struct spec_set {
	struct spec_pos pos;
	struct spec_set *next;
	const char *name;
	const char *unknown;
	struct spec_const *consts;
	bool is_enum;
	bool decimal; /* numbers are printed as ints */
};

struct spec_struct {
	struct spec_pos pos;
	struct spec_struct *next;
	const char *name;
	const char *ctype; /* NULL = size says it */
	uint64_t size;
	bool opaque; /* only captured: a decoder reads the bytes */
};

struct spec_class {
	struct spec_pos pos;
	struct spec_class *next;
	const char *name;
	struct spec_const *words; /* what -e trace= calls it */
	unsigned int bit;
};

struct spec_include {
	struct spec_include *next;
	const char *header; /* "<linux/fcntl.h>" */
};

struct spec_arena_block;

struct spec {
	struct spec_arena_block *arena;
	struct spec_include *includes;
	struct spec_include *shim_includes; /* of libc: what declares the functions of shims */
	struct spec_class *classes;
	struct spec_set *sets;
	struct spec_struct *structs;
	struct spec_call *calls;
	/* Set by spec_resolve(): system calls by number, each base followed by its variants; then
	 * library functions in the order of the files. */
	struct spec_call **sorted;
	unsigned int nr_calls;
};

#define SPEC_INIT \
	{         \
		0 \
	}

/* Frees everything; spec may be used again. */
void spec_release(struct spec *spec);

/* Memory that lives as long as spec, zeroed. NULL if memory is out. */
void *spec_alloc(struct spec *spec, size_t size);

/* A copy of s[0..len) with a NUL. NULL if memory is out. */
char *spec_strdup(struct spec *spec, const char *s, size_t len);

/*
 * Adds the lines of one file to spec. text[0..len) need not end in a NUL; file is kept (not copied)
 * for messages. Returns 0, -EINVAL (bad input, *ret_error says where and what was expected) or
 * -ENOMEM (*ret_error says so). spec is to be released after an error.
 */
int spec_parse(struct spec *spec, const char *file, const char *text, size_t len,
	       struct spec_error *ret_error);

/*
 * Connects names with what they name, across files, and checks what a single line cannot show:
 * unknown or doubly defined sets, structures, classes and calls, lengths that name no argument,
 * variants without a base. Returns as spec_parse().
 */
int spec_resolve(struct spec *spec, struct spec_error *ret_error);

/* The constant of that name that has a value in the spec, in whatever set; NULL if there is none.
 */
const struct spec_const *spec_find_value(const struct spec *spec, const char *name);

/* The type called word[0..len), NULL if there is none. */
const struct spec_word *spec_word_find(const char *word, size_t len);

#endif
