/* SPDX-License-Identifier: MIT */
/*
 * core_api.h, carried out. These functions run on the program's stack, wherever a library function
 * was called, so they go by copies that recover from faults like the rest of the core, and leave
 * signals alone but while a chunk is changed.
 */
#include <asm/unistd.h>
#include <linux/errno.h>
#include <linux/mman.h>

#include "api.h"
#include "call.h"
#include "memory.h"
#include "writer.h"

static struct thread *owner(struct core_lib_thread *l)
{
	return (struct thread *)((uint8_t *)l - offsetof(struct thread, lib));
}

static struct core_lib_thread *api_thread(void)
{
	struct thread *t = thread_self();

	return t->recording && !core.gone ? &t->lib : NULL;
}

static struct record *api_reserve(struct core_lib_thread *l, size_t room, struct record **slot)
{
	uint64_t size = sizeof(struct record) + room;

	size = (size + RECORD_ALIGN - 1) & ~(uint64_t)(RECORD_ALIGN - 1);
	return writer_reserve(owner(l), size, slot);
}

static void api_trim(struct core_lib_thread *l, struct record *rec, size_t size)
{
	size = (size + RECORD_ALIGN - 1) & ~(size_t)(RECORD_ALIGN - 1);
	if (size < rec->size)
		shrink_record(owner(l), rec, rec->size, size);
}

static uint64_t api_clock(void)
{
	return writer_clock();
}

static void api_wake(void)
{
	writer_wake();
}

static size_t api_copy(void *dst, uint64_t addr, size_t len)
{
	return memory_read(thread_self(), dst, addr, len);
}

static size_t api_string(void *dst, uint64_t addr, size_t max, bool *ret_nul)
{
	return memory_string(thread_self(), dst, addr, max, ret_nul);
}

static long api_syscall(long nr, long a, long b, long c, long d, long e, long f)
{
	return raw6(nr, a, b, c, d, e, f);
}

/* /proc/self/mem writes through any protection; else what the page allows, or is made to allow. */
static int api_poke(void *dst, const void *src, size_t len)
{
	uint64_t page = (uint64_t)dst & ~(PAGE - 1);
	uint64_t size = (((uint64_t)dst + len + PAGE - 1) & ~(PAGE - 1)) - page;
	long fd =
		raw4(__NR_openat, -100, (long)"/proc/self/mem", 02000002 /* O_RDWR|O_CLOEXEC */, 0);
	long ret = -EACCES;

	if (fd >= 0) {
		ret = raw4(__NR_pwrite64, fd, (long)src, (long)len, (long)dst);
		raw3(__NR_close, fd, 0, 0);
	}
	if (ret == (long)len)
		return 0;
	ret = raw3(__NR_mprotect, (long)page, (long)size, PROT_READ | PROT_WRITE);
	if (ret)
		return (int)ret;
	ret = memory_write(thread_self(), (uint64_t)dst, src, len) == len ? 0 : -EFAULT;
	raw3(__NR_mprotect, (long)page, (long)size, PROT_READ);
	return (int)ret;
}

static struct core_api api = {
	.version = CORE_API_VERSION,
	.size = sizeof(api),
	.thread = api_thread,
	.reserve = api_reserve,
	.trim = api_trim,
	.clock = api_clock,
	.wake = api_wake,
	.copy = api_copy,
	.string = api_string,
	.fd_path = memory_fd_path,
	.syscall = api_syscall,
	.poke = api_poke,
};

void api_start(void)
{
	if (!itrace_lib_start)
		return;
	api.session = core.pool.session;
	api.settings = call_settings();
	core.hooks = itrace_lib_start(&api);
}
