/* SPDX-License-Identifier: MIT */
#include "decode/desc_of.h"

#include "decode/lib.h"
#include "itrace/plan.h"

const struct call_desc *call_desc_of(const struct record *rec)
{
	if (rec->kind == RECORD_LIB)
		return lib_desc(rec->call);
	if (rec->flags & RECORD_F_COMPAT)
		return NULL;
	if (rec->call >= sizeof(plan_calls) / sizeof(plan_calls[0]) ||
	    !(plan_calls[rec->call].flags & PLAN_F_KNOWN))
		return NULL;
	return &call_descs[plan_choose(rec->call, rec->args).desc];
}
