/* SPDX-License-Identifier: MIT */
/*
 * The wrappers of functions whose structures are libc's own, and not the kernel's.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/shim.h"

#define MASK_SIZE 8 /* bytes of the kernel's set of signals */

/* struct sigaction of the kernel */
struct kernel_action {
	void *handler;
	uint64_t flags;
	void *restorer;
	uint64_t mask;
};

#define SA_RESTORER 0x04000000 /* asm/signal.h */
#define PROBE 64	       /* the last signal: nobody handles it yet */

/* What libc adds to every action that it sets. NULL: unknown. */
static void *libc_restorer;

static int kernel_sigaction(const struct kernel_action *new, struct kernel_action *old)
{
	return (int)SHIM_FIND(syscall)(SYS_rt_sigaction, PROBE, new, old, MASK_SIZE);
}

/* While the process has one thread. */
__attribute__((constructor)) static void find_restorer(void)
{
	struct sigaction dfl = { .sa_handler = SIG_DFL };
	struct kernel_action before, set;

	if (kernel_sigaction(NULL, &before) || before.handler != (void *)SIG_DFL)
		return;
	if (!SHIM_FIND(sigaction)(PROBE, &dfl, NULL) && !kernel_sigaction(&before, &set) &&
	    set.flags & SA_RESTORER)
		libc_restorer = set.restorer;
}

static struct kernel_action to_kernel(const struct sigaction *a)
{
	struct kernel_action k = { (void *)a->sa_handler, (unsigned int)a->sa_flags,
				   (void *)a->sa_restorer, 0 };

	memcpy(&k.mask, &a->sa_mask, MASK_SIZE);
	return k;
}

/* Those it refuses itself; 32 and 33 are its own. */
static bool libc_refuses(int sig)
{
	return sig <= 0 || sig > 64 || sig == 32 || sig == 33;
}

/* As libc gives it to the kernel. */
static void add_restorer(struct kernel_action *k)
{
	if (!libc_restorer)
		return;
	k->flags |= SA_RESTORER;
	k->restorer = libc_restorer;
}

SHIM_EXPORT int sigaction(int sig, const struct sigaction *act, struct sigaction *old)
{
	struct kernel_action new_kernel, old_kernel;
	SHIM_CALL call;
	int ret;

	if (libc_refuses(sig))
		return SHIM_FIND(sigaction)(sig, act, old);
	if (act) {
		new_kernel = to_kernel(act);
		add_restorer(&new_kernel);
	}
	SHIM_ENTER(SYS_rt_sigaction, sig, act ? &new_kernel : NULL, old ? &old_kernel : NULL,
		   MASK_SIZE);
	ret = SHIM_FIND(sigaction)(sig, act, old);
	if (!ret && old)
		old_kernel = to_kernel(old);
	shim_exit(&call, shim_result(ret));
	return ret;
}

SHIM_EXPORT sighandler_t signal(int sig, sighandler_t handler)
{
	struct kernel_action new_kernel = { (void *)handler, SA_RESTART, NULL, 0 },
			     old_kernel = { 0 };
	sighandler_t old;
	SHIM_CALL call;

	if (libc_refuses(sig) || handler == SIG_ERR)
		return SHIM_FIND(signal)(sig, handler);
	new_kernel.mask = 1ull << (sig - 1);
	add_restorer(&new_kernel);
	SHIM_ENTER(SYS_rt_sigaction, sig, &new_kernel, &old_kernel, MASK_SIZE);
	old = SHIM_FIND(signal)(sig, handler);
	old_kernel.handler = (void *)old;
	shim_exit(&call, old == SIG_ERR ? -errno : 0);
	return old;
}

SHIM_EXPORT int pselect(int n, fd_set *in, fd_set *out, fd_set *except,
			const struct timespec *timeout, const sigset_t *mask)
{
	struct {
		const sigset_t *mask;
		size_t size;
	} pair = { mask, MASK_SIZE };
	SHIM_CALL call;
	int ret;

	SHIM_ENTER(SYS_pselect6, n, in, out, except, timeout, &pair);
	ret = SHIM_FIND(pselect)(n, in, out, except, timeout, mask);
	shim_exit(&call, shim_result(ret));
	return ret;
}
