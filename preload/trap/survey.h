/* SPDX-License-Identifier: MIT */
/*
 * Finds every instruction of the process that makes a system call, or says why that cannot be told.
 *
 * Bytes that look like such an instruction are one if decoding from their function's beginning
 * arrives there; they are none if it passes over them. Both are believed only where the decoding
 * ends exactly at the function's end. Nothing is guessed: any doubt is a reason to refuse.
 */
#ifndef ITRACE_SURVEY_H
#define ITRACE_SURVEY_H

#include "../core.h"

#define SURVEY_SITES 4096
#define SURVEY_MAPPINGS 256

struct survey_mapping {
	uint64_t start, end;
	uint32_t first; /* of its sites in survey.sites; they end where the next one's begin */
};

struct survey {
	uint32_t nr_sites, nr_mappings; /* mappings that hold any */
	uint64_t sites[SURVEY_SITES];	/* `syscall` instructions, in ascending order */
	struct survey_mapping mappings[SURVEY_MAPPINGS];
};

/*
 * What can be executed in [start, end). Code of the core itself and stubs are left out. Returns -1
 * and the survey, valid until the next one, or enum seal_reason. The trap's lock is held; all
 * signals are blocked but those of faults, which stay as the program has them. t: the calling
 * thread.
 */
int survey_code(struct thread *t, uint64_t start, uint64_t end, const struct survey **ret_s);

#endif
