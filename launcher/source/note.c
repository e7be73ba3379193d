/* SPDX-License-Identifier: MIT */
/* What a process tells for the user: RECORD_NOTE. */
#include "source/note.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "source/ring_private.h"

static const char *const reasons[SITE_REASONS] = {
	[SITE_NO_PATCH] =
		"not rewritten on request (--no-patch), or the program filters its system calls",
	[SITE_STRADDLES] = "crosses a cache line while other threads run",
	[SITE_NO_WINDOW] = "no place for a stub within the jump's reach",
	[SITE_PROTECTED] = "its code may not be written",
	[SITE_NEIGHBOUR] = "its bytes are part of another site's jump",
	[SITE_KERNEL] = "belongs to the kernel's vdso or to a signal restorer",
	[SITE_TABLE_FULL] = "the table of sites is full",
};

const char *note_site_reason(unsigned int reason)
{
	return reason < SITE_REASONS ? reasons[reason] : NULL;
}

/* Writes " (file+0xoffset)" for an address of process pid; nothing if that is not to be seen. */
static void write_place(char *to, size_t room, int pid, uint64_t addr)
{
	char path[64], line[PATH_MAX + 128];
	FILE *maps;

	to[0] = '\0';
	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	maps = fopen(path, "re");
	while (maps && fgets(line, sizeof(line), maps)) {
		uint64_t start, end, offset;
		int name = 0;

		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %*s %" SCNx64 " %*s %*s %n", &start, &end,
			   &offset, &name) < 3 ||
		    addr < start || addr >= end)
			continue;
		line[strcspn(line, "\n")] = '\0';
		if (name && line[name])
			snprintf(to, room, " (%.200s+%#" PRIx64 ")", line + name,
				 addr - start + offset);
		break;
	}
	if (maps)
		fclose(maps);
}

static void site_report(struct ring_reader *r, const struct stream *s, const struct record *rec)
{
	const char *reason = note_site_reason(rec->call >> 8);
	char message[512], place[256];

	if (!reason)
		return;
	write_place(place, sizeof(place), s->pid, (uint64_t)rec->ret);
	snprintf(message, sizeof(message),
		 "process %d: call site %#" PRIx64 "%s is left to the trap: %s", s->pid,
		 (uint64_t)rec->ret, place, reason);
	r->ops.report(r->ops.ctx, message);
}

void note_report(struct ring_reader *r, const struct stream *s, const struct record *rec)
{
	char message[128];

	switch (rec->call & NOTE_MASK) {
	case NOTE_INT80:
		snprintf(message, sizeof(message),
			 "process %d makes system calls by int $0x80, which are not shown", s->pid);
		r->ops.report(r->ops.ctx, message);
		break;
	case NOTE_SITE:
		site_report(r, s, rec);
		break;
	}
}
