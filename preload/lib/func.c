/* SPDX-License-Identifier: MIT */
/* The table of traced functions: see func.h. */
#include "func.h"

#include "lib.h"
#include "record.h"

#define BUCKETS (2 * LIB_FUNCS_MAX)

struct func lib_funcs[LIB_FUNCS_MAX];

extern char lib_entry_stubs[];

static unsigned int nr_funcs;
static uint32_t buckets[BUCKETS]; /* index + 1; open addressing */

/*
 * What returns twice, or elsewhere, or is called with other registers alive than the ABI says.
 * Their return address must stay as it is.
 */
static const char *const twice[] = {
	"setjmp",      "_setjmp",      "sigsetjmp",	 "__sigsetjmp",	  "savectx",
	"vfork",       "__vfork",      "getcontext",	 "setcontext",	  "swapcontext",
	"longjmp",     "_longjmp",     "siglongjmp",	 "__longjmp_chk", "makecontext",
	"__morestack", "pthread_exit", "_Unwind_Resume",
};

/* Not even their entry can be noted: called with registers in use that the ABI calls free. */
static const char *const untouchable[] = {
	"mcount", "_mcount", "__fentry__", "__tls_get_addr", "__gmon_start__", "_dl_mcount",
};

static bool is_among(const char *const *names, size_t nr, const char *name)
{
	for (size_t i = 0; i < nr; i++)
		if (str_equal(names[i], name))
			return true;
	return false;
}

#define AMONG(list, name) is_among(list, sizeof(list) / sizeof((list)[0]), name)

static uint32_t hash_of(uint64_t target, const char *name)
{
	uint64_t h = target * 0x9e3779b97f4a7c15ull;

	for (; *name; name++)
		h = (h ^ (unsigned char)*name) * 0x100000001b3ull;
	return (uint32_t)(h >> 32);
}

static const struct lib_proto *proto_find(const char *name)
{
	const char *area = (const char *)lib_area;
	const struct lib_proto *protos = (const void *)(area + lib_area->protos);
	uint32_t low = 0, high = lib_area->nr_protos;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = str_compare(name, area + lib_area->names + protos[middle].name);

		if (!order)
			return &protos[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

static bool is_typed(const struct lib_proto *p)
{
	if (p->nr_args > RECORD_ARGS || p->flags & LIB_PROTO_FORMAT)
		return true;
	for (unsigned int i = 0; i < p->nr_args; i++)
		if (p->classes[i] != LIB_CLASS_INT)
			return true;
	return false;
}

static void note_name(const struct func *f, const char *soname)
{
	char text[512];
	size_t n = 0;

	for (const char *s = f->name; *s && n < sizeof(text) - 1; s++)
		text[n++] = *s;
	if (n < sizeof(text) - 1)
		text[n++] = '@';
	for (; *soname && n < sizeof(text) - 1; soname++)
		text[n++] = *soname;
	text[n] = '\0';
	record_note(RECORD_NAME, f->call, NULL, text);
}

uint64_t func_entry(uint64_t target, const char *name, const char *soname)
{
	uint32_t i = hash_of(target, name) % BUCKETS;
	struct func *f;

	if (AMONG(untouchable, name))
		return target;
	for (; buckets[i]; i = (i + 1) % BUCKETS) {
		f = &lib_funcs[buckets[i] - 1];
		if (f->target == target && str_equal(f->name, name))
			return f->entry;
	}
	if (nr_funcs == LIB_FUNCS_MAX)
		return target;
	f = &lib_funcs[nr_funcs];
	f->name = memory_string(name);
	if (!f->name)
		return target;
	f->target = target;
	f->proto = proto_find(name);
	f->flags = AMONG(twice, name) ? FUNC_F_TWICE : 0;
	if (f->proto && is_typed(f->proto))
		f->flags |= FUNC_F_TYPED;
	f->call = __atomic_fetch_add(&lib_api->session->next_lib, 1, __ATOMIC_RELAXED);
	f->entry = (uint64_t)lib_entry_stubs + 16ull * nr_funcs;
	buckets[i] = ++nr_funcs;
	note_name(f, soname);
	return f->entry;
}

uint64_t func_target(uint64_t addr)
{
	uint64_t offset = addr - (uint64_t)lib_entry_stubs;

	return offset < 16ull * LIB_FUNCS_MAX && lib_funcs[offset / 16].target
		       ? lib_funcs[offset / 16].target
		       : addr;
}
