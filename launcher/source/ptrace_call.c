/* SPDX-License-Identifier: MIT */
/*
 * System-call stops become records: entry and return of one call, with the memory that the spec
 * says belongs to it.
 */
#include <errno.h>
#include <linux/audit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <unistd.h>

#include "itrace/capture_memory.h"
#include "source/ptrace_private.h"

#define MEMORY_PAGE 4096
#define CS_32BIT 0x23 /* __USER32_CS of arch/x86/include/asm/segment.h */

struct memory {
	struct ptrace_source *src;
	pid_t tid;
};

/* Word by word, for kernels and sandboxes without process_vm_readv(2). */
static size_t memory_peek(pid_t tid, void *dst, uint64_t addr, size_t len)
{
	size_t done = 0;

	while (done < len) {
		uint64_t at = (addr + done) & ~7ull, skip = addr + done - at;
		size_t n = 8 - (size_t)skip;
		long word;

		errno = 0;
		word = ptrace(PTRACE_PEEKDATA, tid, (void *)at, 0);
		if (word == -1 && errno)
			break;
		if (n > len - done)
			n = len - done;
		memcpy((char *)dst + done, (char *)&word + skip, n);
		done += n;
	}
	return done;
}

static inline size_t capture_copy(void *ctx, void *dst, uint64_t addr, size_t len)
{
	struct memory *m = ctx;
	struct iovec local = { dst, len }, remote = { (void *)addr, len };
	ssize_t n;

	if (m->src->no_vm)
		return memory_peek(m->tid, dst, addr, len);
	n = process_vm_readv(m->tid, &local, 1, &remote, 1, 0);
	if (n >= 0)
		return (size_t)n;
	if (errno != ENOSYS && errno != EPERM)
		return 0;
	m->src->no_vm = errno == ENOSYS;
	return memory_peek(m->tid, dst, addr, len);
}

static inline size_t capture_string(void *ctx, void *dst, uint64_t addr, size_t max, bool *ret_nul)
{
	size_t done = 0;

	*ret_nul = false;
	while (done < max) {
		size_t n = MEMORY_PAGE - (addr + done) % MEMORY_PAGE;
		const char *nul;

		if (n > max - done)
			n = max - done;
		n = capture_copy(ctx, (char *)dst + done, addr + done, n);
		if (!n)
			break;
		nul = memchr((char *)dst + done, 0, n);
		if (nul) {
			*ret_nul = true;
			return (size_t)(nul - (char *)dst) + 1;
		}
		done += n;
	}
	return done;
}

static inline size_t capture_fd_path(void *ctx, int fd, void *dst, size_t max)
{
	struct memory *m = ctx;
	char link[64];
	ssize_t n;

	if (fd == CAPTURE_CWD)
		snprintf(link, sizeof(link), "/proc/%d/cwd", m->tid);
	else
		snprintf(link, sizeof(link), "/proc/%d/fd/%d", m->tid, fd);
	n = readlink(link, dst, max);
	return n < 0 ? 0 : (size_t)n;
}

#include "itrace/capture.h"

struct capture_settings *call_settings_new(const struct session *s)
{
	struct capture_settings *set = malloc(sizeof(*set));

	if (set)
		*set = capture_settings_of(s);
	return set;
}

/* What PTRACE_GET_SYSCALL_INFO tells, from the registers: entry and return take turns. */
static int info_from_registers(struct tracee *t, struct __ptrace_syscall_info *info)
{
	struct user_regs_struct r;

	if (ptrace(PTRACE_GETREGS, t->tid, 0, &r))
		return -errno;
	memset(info, 0, sizeof(*info));
	info->arch = r.cs == CS_32BIT ? AUDIT_ARCH_I386 : AUDIT_ARCH_X86_64;
	info->instruction_pointer = r.rip;
	if (t->inside) {
		info->op = PTRACE_SYSCALL_INFO_EXIT;
		info->exit.rval = (int64_t)r.rax;
		return 0;
	}
	info->op = PTRACE_SYSCALL_INFO_ENTRY;
	info->entry.nr = r.orig_rax;
	info->entry.args[0] = r.rdi;
	info->entry.args[1] = r.rsi;
	info->entry.args[2] = r.rdx;
	info->entry.args[3] = r.r10;
	info->entry.args[4] = r.r8;
	info->entry.args[5] = r.r9;
	return 0;
}

static int call_info(struct ptrace_source *src, struct tracee *t,
		     struct __ptrace_syscall_info *info)
{
	if (!src->no_info) {
		if (ptrace(PTRACE_GET_SYSCALL_INFO, t->tid, (void *)sizeof(*info), info) > 0)
			return 0;
		if (errno == ESRCH)
			return -ESRCH;
		src->no_info = true;
	}
	return info_from_registers(t, info);
}

static bool call_is_traced(const struct ptrace_source *src, uint64_t nr)
{
	return nr >= SESSION_CALLS || src->traced[nr / 8] & 1u << nr % 8;
}

/* The first execve of the program: its environment is shown as it would be without us. */
static void call_show_environment(struct ptrace_source *src, const struct tracee *t, uint64_t nr,
				  uint64_t *args)
{
	if (t->state == TRACEE_STARTING && nr == SYS_execve)
		args[2] = src->shown_environment;
}

static void call_record(struct ptrace_source *src, struct tracee *t, uint64_t nr, bool compat,
			uint64_t ip)
{
	struct memory m = { src, t->tid };
	bool planned = nr < SESSION_CALLS && !compat;
	size_t in_room = 0;
	struct record *rec;

	t->plan = (struct plan_choice){ 0 };
	t->out_room = 0;
	if (planned) {
		t->plan = plan_choose((unsigned int)nr, t->args);
		in_room = capture_bound_in(&m, &t->plan, t->args, src->settings);
		t->out_room = capture_bound_out(&m, &t->plan, t->args, src->settings);
	}
	rec = write_reserve(src, t, RECORD_CALL, in_room + t->out_room);
	if (!rec)
		return;
	rec->call = (uint32_t)nr;
	rec->ip = ip;
	memcpy(rec->args, t->args, sizeof(rec->args));
	if (compat)
		rec->flags |= RECORD_F_COMPAT;
	if (nr == SYS_exit || nr == SYS_exit_group)
		rec->flags |= compat ? 0 : RECORD_F_NORETURN;
	t->in_len = capture_in(&m, &t->plan, t->args, src->settings, rec + 1, in_room, &rec->flags);
	rec->in_len = (uint32_t)t->in_len;
	t->rec = rec;
	write_publish(src, t, rec, t->in_len + t->out_room, RECORD_ENTERED);
}

static void call_enter(struct ptrace_source *src, struct tracee *t,
		       const struct __ptrace_syscall_info *info)
{
	uint64_t nr = info->entry.nr;
	bool compat = info->arch != AUDIT_ARCH_X86_64;

	t->inside = true;
	for (int i = 0; i < RECORD_ARGS; i++)
		t->args[i] = info->entry.args[i];
	if (t->state == TRACEE_STARTING && (compat || nr != SYS_execve))
		return;
	if (!compat && window_enter(src, t, nr, t->args))
		return;
	if (!compat && !call_is_traced(src, nr))
		return;
	call_show_environment(src, t, nr, t->args);
	call_record(src, t, nr, compat, info->instruction_pointer);
}

static void call_return(struct ptrace_source *src, struct tracee *t, int64_t ret)
{
	struct memory m = { src, t->tid };
	struct record *rec = t->rec;
	uint8_t flags;

	t->inside = false;
	if (!rec)
		return;
	t->rec = NULL;
	rec->t_out = session_ticks(src->session);
	rec->ret = ret;
	flags = rec->flags;
	rec->out_len = (uint32_t)capture_out(&m, &t->plan, t->args, ret, src->settings,
					     (char *)(rec + 1) + t->in_len, t->out_room, &flags);
	rec->flags = flags;
	write_done(src, rec);
}

void call_stop(struct ptrace_source *src, struct tracee *t)
{
	struct __ptrace_syscall_info info;

	if (call_info(src, t, &info))
		return;
	cpu_stop(src, t);
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
		call_enter(src, t, &info);
	} else if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
		call_return(src, t, info.exit.rval);
		window_leave(t, info.exit.rval);
	}
	tracee_resume(src, t, 0);
}
