/* SPDX-License-Identifier: MIT */
/*
 * The start: called by the core's constructor, before any object's constructors and with one
 * thread.
 */
#include "frame.h"
#include "got.h"
#include "lib.h"

static const struct core_lib_hooks hooks = { .thread_gone = frame_thread_gone };

static bool area_is_sound(const struct session *s)
{
	const struct lib_area *a = (const void *)((const char *)s + s->lib_off);

	if (!s->lib_len || s->lib_len > LIB_AREA_MAX || s->lib_off + s->lib_len > s->total_size)
		return false;
	return a->size == s->lib_len && a->patterns < a->size && a->names < a->size &&
	       a->protos + a->nr_protos * sizeof(struct lib_proto) <= a->size &&
	       a->ops + a->nr_ops * sizeof(struct plan_op) <= a->size;
}

const struct core_lib_hooks *itrace_lib_start(const struct core_api *api)
{
	if (api->version != CORE_API_VERSION || api->size != sizeof(*api) ||
	    !area_is_sound(api->session))
		return NULL;
	lib_api = api;
	lib_clock_ns = api->session->flags & SESSION_F_CLOCK_NS;
	lib_area = (const void *)((const char *)api->session + api->session->lib_off);
	if (frame_init() || !lib_lock())
		return NULL;
	got_redirect_new();
	lib_unlock();
	return &hooks;
}
