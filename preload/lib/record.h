/* SPDX-License-Identifier: MIT */
/*
 * Writing the record of a library call.
 */
#ifndef ITRACE_LIB_RECORD_H
#define ITRACE_LIB_RECORD_H

#include "func.h"
#include "lib.h"

/* The arguments of one call as they were passed. */
struct record_values {
	const uint64_t *v; /* v[0..6) at least */
	unsigned int
		nr; /* how many are known in all; those from the seventh on go into a segment */
	/* Memory that a format asks for: addresses and lengths (UINT64_MAX: a string) */
	const struct record_want *wants;
	unsigned int nr_wants;
};

struct record_want {
	uint64_t addr;
	uint64_t len;
};

/*
 * Records the entry. ip: the return address. *slot = the record, ENTERED, or NULL if it was
 * dropped; while it is RESERVED too, for whoever has to close it then. Any context; changes no
 * vector register.
 */
void record_enter(struct core_lib_thread *t, const struct func *f,
		  const struct record_values *values, uint64_t ip, unsigned int depth,
		  struct record **slot);

/* Records the exit of a call of this thread. ret: see itrace/lib.h. Any context. */
void record_exit(const struct func *f, struct record *rec, uint64_t ret);

/* Ends a record whose return will not be seen. */
void record_close(struct record *rec);

/* Ends a record whose call was left without a return. */
void record_abandon(struct record *rec);

/* A record that tells of something else: kind, call, three arguments and a text. */
void record_note(unsigned int kind, uint32_t call, const uint64_t args[3], const char *text);

#endif
