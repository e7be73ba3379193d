/* SPDX-License-Identifier: MIT */
#include "command/diagnose.h"

#include "source/note.h"

static const char *const seal_reasons[SEAL_REASONS] = {
	[SEAL_WRITABLE] = "code that may change",
	[SEAL_ANONYMOUS] = "code that belongs to no file",
	[SEAL_UNCERTAIN] = "code of which it cannot be told whether it makes system calls",
	[SEAL_OTHER_CALL] = "code that makes system calls by int $0x80 or sysenter",
	[SEAL_TOO_MUCH] = "more code than is worth looking at",
	[SEAL_PROTECTED] = "code that may not be rewritten",
	[SEAL_UNREADABLE] = "code that cannot be read",
};

void diagnose_print(const struct launcher_session *s, struct text *out)
{
	const struct session *sh = s->shared;

	text_format(out, "call sites seen: %llu, rewritten: %llu, traps taken: %llu\n",
		    (unsigned long long)sh->sites_seen, (unsigned long long)sh->sites_patched,
		    (unsigned long long)sh->traps);
	for (unsigned int i = 0; i < SITE_REASONS; i++)
		if (sh->sites_by_reason[i] && note_site_reason(i))
			text_format(out, "call sites left to the trap: %llu: %s\n",
				    (unsigned long long)sh->sites_by_reason[i],
				    note_site_reason(i));
	text_format(out, "processes that do without Syscall User Dispatch: %llu\n",
		    (unsigned long long)sh->seals);
	for (unsigned int i = 0; i < SEAL_REASONS; i++)
		if (sh->seals_by_reason[i])
			text_format(out, "processes that need it: %llu: %s\n",
				    (unsigned long long)sh->seals_by_reason[i], seal_reasons[i]);
}
