/* SPDX-License-Identifier: MIT */
/*
 * dlopen() and its kin: the calls of what they load are redirected before they return (but behind
 * its constructors). dlsym() and its kin: what they find is redirected as if it had been linked.
 * dladdr(): a stub's address means the function it stands for.
 *
 * dlopen() and dlsym() ask who calls them (for RPATHs, for RTLD_NEXT). So they are made to return
 * through a `ret` instruction of the caller's own object: lib_call_from(), x86_64/call_from.S.
 *
 * Where one of these is asked for, it is the hook that the entry stub jumps to.
 */
#include "hooks.h"

#include <dlfcn.h>
#include <link.h>

#include "frame.h"
#include "func.h"
#include "got.h"
#include "lib.h"
#include "match.h"

enum hook { HOOK_DLOPEN, HOOK_DLMOPEN, HOOK_DLSYM, HOOK_DLVSYM, HOOK_DLADDR, HOOK_DLADDR1 };

/* The functions as the program's objects are bound to them; set before a hook is in place. */
static uint64_t real[6];

/* fn(a, b, c, d), which returns through the ret instruction at `gadget`. */
uint64_t lib_call_from(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t fn,
		       uint64_t gadget);

#define RET_INSTRUCTION 0xc3

/* Any ret of the object that code at addr belongs to; a function's is never far. 0 = none. */
static uint64_t find_ret(const struct object *o, uint64_t addr)
{
	for (unsigned int i = 0; i < o->nr_phdrs; i++) {
		const Elf64_Phdr *ph = &o->phdrs[i];
		uint64_t start = o->base + ph->p_vaddr, end = start + ph->p_memsz;

		if (ph->p_type != PT_LOAD || !(ph->p_flags & PF_X) || addr < start || addr >= end)
			continue;
		for (uint64_t p = addr; p < end; p++)
			if (*(const uint8_t *)p == RET_INSTRUCTION)
				return p;
	}
	return 0;
}

static uint64_t call_as(uint64_t caller, const uint64_t args[4], enum hook hook)
{
	uint64_t gadget = 0;

	if (lib_lock()) {
		const struct object *o = object_at(caller);

		gadget = o ? find_ret(o, caller) : 0;
		lib_unlock();
	}
	if (gadget)
		return lib_call_from(args[0], args[1], args[2], args[3], real[hook], gadget);
	return ((uint64_t(*)(uint64_t, uint64_t, uint64_t, uint64_t))real[hook])(args[0], args[1],
										 args[2], args[3]);
}

static void redirect_loaded(void)
{
	if (!lib_lock())
		return;
	got_redirect_new();
	lib_unlock();
}

static uint64_t redirect_found(uint64_t caller, const char *name, uint64_t addr)
{
	if (!addr || !lib_lock())
		return addr;
	if (!object_at(addr))
		got_redirect_new();
	addr = got_redirected(object_at(caller), name, addr);
	lib_unlock();
	return addr;
}

/* Who called: behind an entry stub the return address is a way back. */
static uint64_t caller_of(uint64_t ra)
{
	uint64_t offset = ra - (uint64_t)lib_return_stubs;

	return offset < 16ull * LIB_SLOTS_MAX ? lib_slots[offset / 16].ra : ra;
}

#define CALLER caller_of((uint64_t)__builtin_return_address(0))

static void *hook_dlopen(const char *file, int mode)
{
	uint64_t args[4] = { (uint64_t)file, (uint64_t)mode };
	uint64_t handle = call_as(CALLER, args, HOOK_DLOPEN);

	if (handle)
		redirect_loaded();
	return (void *)handle;
}

static void *hook_dlmopen(Lmid_t ns, const char *file, int mode)
{
	uint64_t args[4] = { (uint64_t)ns, (uint64_t)file, (uint64_t)mode };
	uint64_t handle = call_as(CALLER, args, HOOK_DLMOPEN);

	if (handle)
		redirect_loaded();
	return (void *)handle;
}

static void *hook_dlsym(void *handle, const char *name)
{
	uint64_t args[4] = { (uint64_t)handle, (uint64_t)name };

	return (void *)redirect_found(CALLER, name, call_as(CALLER, args, HOOK_DLSYM));
}

static void *hook_dlvsym(void *handle, const char *name, const char *version)
{
	uint64_t args[4] = { (uint64_t)handle, (uint64_t)name, (uint64_t)version };

	return (void *)redirect_found(CALLER, name, call_as(CALLER, args, HOOK_DLVSYM));
}

static int hook_dladdr(const void *addr, Dl_info *info)
{
	return ((__typeof__(hook_dladdr) *)real[HOOK_DLADDR])(
		(const void *)func_target((uint64_t)addr), info);
}

static int hook_dladdr1(const void *addr, Dl_info *info, void **extra, int flags)
{
	return ((__typeof__(hook_dladdr1) *)real[HOOK_DLADDR1])(
		(const void *)func_target((uint64_t)addr), info, extra, flags);
}

static const struct hook_row {
	const char *name;
	void *hook;
} rows[] = {
	[HOOK_DLOPEN] = { "dlopen", hook_dlopen }, [HOOK_DLMOPEN] = { "dlmopen", hook_dlmopen },
	[HOOK_DLSYM] = { "dlsym", hook_dlsym },	   [HOOK_DLVSYM] = { "dlvsym", hook_dlvsym },
	[HOOK_DLADDR] = { "dladdr", hook_dladdr }, [HOOK_DLADDR1] = { "dladdr1", hook_dladdr1 },
};

#define NR_ROWS (sizeof(rows) / sizeof(rows[0]))

bool hooks_want(const char *name)
{
	if (name[0] != 'd' || name[1] != 'l')
		return false;
	for (unsigned int i = 0; i < NR_ROWS; i++)
		if (str_equal(rows[i].name, name))
			return true;
	return false;
}

uint64_t hooks_entry(const struct object *definer, const char *name, uint64_t target)
{
	unsigned int i;

	if (!hooks_want(name) ||
	    !(str_equal(definer->soname, "libc.so.6") || str_equal(definer->soname, "libdl.so.2")))
		return target;
	for (i = 0; !str_equal(rows[i].name, name); i++)
		;
	if (!real[i])
		real[i] = target;
	return real[i] == target ? (uint64_t)rows[i].hook : target;
}
