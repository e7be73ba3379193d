/* SPDX-License-Identifier: MIT */
/*
 * dump [-f] [-u] [-e NUMBER] [-q] PROGRAM...: runs a program under the library without the launcher
 * and prints its records raw. A tool for looking at the core by itself; exits as the program did.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"

static void print(const struct harness_record *r)
{
	static const char *const state[] = { "EMPTY", "RESERVED", "ENTERED", "DONE", "ABANDONED" };
	const struct record *rec = &r->rec;

	fprintf(stderr, "%u.%u %d/%d kind %u call %u %s ret %ld in %u out %u flags %x ip %lx args",
		r->uid, r->seq, r->pid, r->tid, rec->kind, rec->call,
		rec->state < 5 ? state[rec->state] : "?", (long)rec->ret, rec->in_len, rec->out_len,
		rec->flags, (unsigned long)rec->ip);
	for (int i = 0; i < 3; i++)
		fprintf(stderr, " %lx", (unsigned long)rec->args[i]);
	fprintf(stderr, "\n");
}

int main(int argc, char **argv)
{
	struct harness_options o = { .only = -1, .flags = SESSION_F_SIGNALS };
	struct harness h;
	bool quiet = false;
	int c;

	while ((c = getopt(argc, argv, "+fue:qsSc:k:")) > 0) {
		switch (c) {
		case 'f':
			o.flags |= SESSION_F_FOLLOW;
			break;
		case 'u':
			o.flags |= SESSION_F_NO_PATCH;
			break;
		case 's':
			o.flags |= SESSION_F_NO_SUD;
			break;
		case 'S':
			o.shim = true;
			break;
		case 'e':
			o.only = atoi(optarg);
			break;
		case 'c':
			o.nr_chunks = (uint32_t)atoi(optarg);
			break;
		case 'k':
			o.chunk_size = (uint32_t)atoi(optarg) << 10;
			break;
		case 'q':
			quiet = true;
			break;
		default:
			return 2;
		}
	}
	if (optind == argc)
		return 2;
	harness_init(&h, &o);
	harness_finish(&h, harness_start(&h, argv + optind, NULL));
	for (size_t i = 0; i < h.nr_records && !quiet; i++)
		print(&h.records[i]);
	fprintf(stderr, "%zu records%s; sites seen %lu patched %lu", h.nr_records,
		h.corrupt ? " CORRUPT" : "", (unsigned long)h.session->sites_seen,
		(unsigned long)h.session->sites_patched);
	for (int i = 0; i < SITE_REASONS; i++)
		fprintf(stderr, " %lu", (unsigned long)h.session->sites_by_reason[i]);
	fprintf(stderr, " traps %lu lost %lu\n", (unsigned long)h.session->traps,
		(unsigned long)h.session->lost);
	argc = WIFEXITED(h.status) ? WEXITSTATUS(h.status) : 128 + WTERMSIG(h.status);
	harness_release(&h);
	return argc;
}
