/* SPDX-License-Identifier: MIT */
/*
 * The constructor. Runs before every other one (-z initfirst); ld.so gives it the program's argc,
 * argv and environment. Finds the session, maps the ring, arms the main thread, and leaves the
 * environment and the descriptors as the program is to have them. Without a sound session it does
 * nothing but the cleaning.
 */
#include <asm/signal.h>
#include <asm/unistd.h>
#include <elf.h>
#include <linux/errno.h>
#include <linux/mman.h>
#include <linux/time_types.h>

#include "api.h"
#include "call.h"
#include "environment.h"
#include "memory.h"
#include "shim_core.h"
#include "signals.h"
#include "text.h"
#include "thread.h"
#include "trap/trap.h"
#include "writer.h"

#include "itrace/handoff.h"

#ifndef AT_HWCAP2
#define AT_HWCAP2 26
#endif
#define HWCAP2_FSGSBASE 0x2 /* asm/hwcap2.h */

struct core core;
uint8_t core_fsgsbase;

extern const Elf64_Ehdr __ehdr_start __attribute__((visibility("hidden")));

static void find_text(void)
{
	const uint8_t *base = (const uint8_t *)&__ehdr_start;
	const Elf64_Phdr *ph = (const Elf64_Phdr *)(base + __ehdr_start.e_phoff);

	for (int i = 0; i < __ehdr_start.e_phnum; i++) {
		if (ph[i].p_type == PT_LOAD && ph[i].p_flags & PF_X) {
			core.text_start = (uint64_t)base + ph[i].p_vaddr;
			core.text_len = ph[i].p_memsz;
		}
	}
}

static void read_auxv(char **envp)
{
	const Elf64_auxv_t *av;

	while (*envp)
		envp++;
	for (av = (const Elf64_auxv_t *)(envp + 1); av->a_type != AT_NULL; av++) {
		if (av->a_type == AT_HWCAP2)
			core_fsgsbase = (av->a_un.a_val & HWCAP2_FSGSBASE) != 0;
		if (av->a_type == AT_SYSINFO_EHDR)
			core.vdso = av->a_un.a_val;
	}
	core.vdso_size = core.vdso ? 4 * PAGE : 0;
	core.stack_hint = (uint64_t)envp;
	core.heap_start = (uint64_t)raw3(__NR_brk, 0, 0, 0);
}

/* Maps the ring up to the end of the first chunks: the others seldom come into play, and the
 * program may have little address space. */
static int map_ring(int fd)
{
	long size = raw3(__NR_lseek, fd, 0, 2 /* SEEK_END */), map;
	const long head_size = offsetof(struct session, heartbeat);
	struct session head;
	uint64_t first;

	if (size <= 0 || raw4(__NR_pread64, fd, (long)&head, head_size, 0) != head_size)
		return -EINVAL;
	first = head.pool_off + (uint64_t)head.first_chunks * head.chunk_size;
	if (head.first_chunks && first < (uint64_t)size)
		size = (long)first;
	map = raw6(__NR_mmap, 0, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (ERROR(map))
		return (int)map;
	if (chunk_pool_init(&core.pool, (void *)map, (uint64_t)size)) {
		raw3(__NR_munmap, map, size, 0);
		return -EINVAL;
	}
	writer_init(head.total_size, head.nr_chunks);
	return 0;
}

static void read_session(void)
{
	const struct session *s = core.pool.session;

	core.flags = s->flags;
	core.method = s->method;
	core.clock = s->flags & SESSION_F_CLOCK_NS ? CLOCK_CALL : CLOCK_TSC;
	call_init();
	memcpy(core.traced, s->traced, sizeof(core.traced));
	memcpy(core.preload, s->preload, sizeof(core.preload) - 1);
}

/* The main thread's state, and the signals. Returns 0 or -errno. */
static int arm(const struct handoff *h)
{
	uint64_t mask = signals_block();
	struct thread *t = thread_new();
	int err = -ENOMEM;

	if (!t)
		goto out;
	t->pid = (int32_t)raw3(__NR_getpid, 0, 0, 0);
	t->tid = t->pid;
	t->parent_uid = h->uid;
	t->follow = (core.flags & SESSION_F_FOLLOW) != 0;
	t->sighand = &core.sighand;
	t->traps_blocked = mask & TRAP_BITS;
	t->fault_blocked = (mask & FAULT_BITS) != 0;
	err = thread_set_self(t);
	if (!err)
		err = signals_install(&core.sighand);
	if (!err)
		err = trap_init(t);
	mask &= ~TRAP_BITS;
out:
	core.start_mask = mask;
	return err;
}

/* True if the launcher's ptrace thread sees this thread. */
static bool say_begin(const struct handoff *h)
{
	return h->flags & HANDOFF_F_PTRACE &&
	       !raw6(__NR_prctl, HANDOFF_PRCTL, HANDOFF_BEGIN, 0, 0, 0, 0);
}

/* Changes the signal mask: HANDOFF_SIGNAL is let in. One of the program's that waits is taken out
 * of the way, since a second one of the thread would be dropped, and is sent again. */
static void say_end(enum handoff_marker marker, int32_t a)
{
	struct handoff_signal mine = { .signo = HANDOFF_SIGNAL,
				       .code = -1 /* SI_QUEUE */,
				       .a = a,
				       .marker = marker,
				       .magic = HANDOFF_PRCTL };
	struct handoff_signal other;
	struct __kernel_timespec now = { 0, 0 };
	uint64_t set = SIG_BIT(HANDOFF_SIGNAL), old;
	long pid = raw3(__NR_getpid, 0, 0, 0);
	bool waits;

	raw4(__NR_rt_sigprocmask, SIG_BLOCK, (long)&set, (long)&old, 8);
	waits = raw4(__NR_rt_sigtimedwait, (long)&set, (long)&other, (long)&now, 8) > 0;
	raw4(__NR_rt_tgsigqueueinfo, pid, pid, HANDOFF_SIGNAL, (long)&mine);
	raw4(__NR_rt_sigprocmask, SIG_UNBLOCK, (long)&set, 0, 8);
	/* here is the stop */
	raw4(__NR_rt_sigprocmask, SIG_SETMASK, (long)&old, 0, 8);
	if (waits)
		raw4(__NR_rt_tgsigqueueinfo, pid, pid, HANDOFF_SIGNAL, (long)&other);
}

static void start(int argc, char **argv, char **envp)
{
	struct handoff h;
	int err, lib_fd;
	bool seen;

	(void)argc;
	(void)argv;
	if (!environment_read(envp, &h))
		return;
	seen = say_begin(&h);
	find_text();
	read_auxv(envp);
	err = map_ring(h.fd);
	raw3(__NR_close, h.fd, 0, 0);
	environment_clean(envp, &lib_fd);
	if (lib_fd >= 0)
		raw3(__NR_close, lib_fd, 0, 0);
	if (!err) {
		read_session();
		core.former_uid = h.uid;
		core.pidns = (h.flags & HANDOFF_F_PIDNS) != 0;
		err = core.method == METHOD_SHIM ? shim_core_start() : arm(&h);
	}
	if (seen)
		say_end(err ? HANDOFF_FAIL : HANDOFF_END, err);
	if (err)
		return;
	if (core.method == METHOD_SHIM) {
		shim_core_attach();
		return;
	}
	thread_attach(thread_self());
	api_start();
	signals_restore(core.start_mask);
}

__attribute__((section(".init_array"), used)) static void (*const start_entry)(int, char **,
									       char **) = start;
