/* SPDX-License-Identifier: MIT */
/*
 * The core: what its files share. Rules of life in here: no libc, no thread-local storage of the
 * program, no heap, general registers only, no lock that a signal handler of the same thread could
 * want; every system call through raw.h.
 *
 * Per thread: struct thread, found at the GS base, below it the private stack on which all C code
 * of the core runs. On that stack lies the chain of frames: one per system call in progress, one
 * per signal handler of the program in progress. thread.top is the newest frame; what lies above
 * it belongs to somebody, what lies below is free.
 *
 *   stack_high  | frame: call   | read(), interrupted
 *               | frame: signal | the handler
 *   top         | frame: call   | write() in the handler
 *               |   C code      |
 *   stack_low   |   guard page
 *
 * A handler that leaves by siglongjmp leaves its frames behind: see frames.c.
 */
#ifndef ITRACE_CORE_H
#define ITRACE_CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch/x86_64/layout.h"
#include "arch/x86_64/raw.h"
#include "core_api.h"
#include "itrace/chunk.h"
#include "itrace/plan.h"
#include "itrace/record.h"
#include "itrace/ring.h"

#define unlikely(x) __builtin_expect(!!(x), 0)
#define likely(x) __builtin_expect(!!(x), 1)

#define PAGE 4096ul
#define ERROR(ret) ((unsigned long)(ret) > -4096ul)

#define NSIG_KERNEL 64
#define SIG_BIT(sig) (1ull << ((sig)-1))
#define TRAP_BITS (SIG_BIT(31) | SIG_BIT(4))  /* SIGSYS, SIGILL: by these, sites trap */
#define FAULT_BITS (SIG_BIT(11) | SIG_BIT(7)) /* SIGSEGV, SIGBUS: by these, copies of memory end \
					       */

/* struct sigaction of the kernel */
struct kernel_action {
	uint64_t handler;
	uint64_t flags;
	uint64_t restorer;
	uint64_t mask;
};

/* stack_t of the kernel */
struct kernel_stack {
	uint64_t sp;
	int32_t flags;
	int32_t fill;
	uint64_t size;
};

#define HELD_SIGNALS 2 /* as many as there are TRAP_BITS */

/* A signal that is held back, see held.h: its siginfo as the kernel gave it. */
struct held_signal {
	uint8_t full;
	_Alignas(8) uint8_t info[128];
};

#define OWN_ALTSTACK_SIZE (32ul << 10)

/*
 * The program's own signal actions, where the kernel has ours instead. seq is odd while an entry
 * changes: readers try again, writers hold the lock and have all signals blocked.
 */
struct sighand {
	uint32_t lock;
	uint32_t seq;
	struct kernel_action action[NSIG_KERNEL + 1];
};

/* A system call in progress; see layout.h. The first F_SHORT_SIZE bytes are all that an untraced
 * call has. */
struct frame {
	uint64_t kind;
	uint64_t ret; /* behind the site */
	uint64_t rbx; /* of the program, since rbx holds the frame during the call */
	uint64_t rsp; /* of the program */
	uint64_t nr;
	uint64_t args[6]; /* as the kernel gets them */
	int64_t result;
	uint64_t flags;
	struct record *rec; /* open record, NULL if none */
	uint64_t pop;	    /* thread.top when the call is over */
	uint64_t rbp;	    /* of the program, during clone */
	struct thread *thread;
	struct frame *child; /* clone: the frame the child goes on with */
	uint64_t mask;	     /* MASKED_ALL: to be restored */
	uint8_t masked;	     /* MASKED_*: for the hooks of a handler on an alternate stack */
	uint8_t temp_mask;   /* the call waits with its own signal mask, which is sigset */
	uint8_t saved_arg;   /* args[saved_arg] was replaced; `saved` is the program's; 0xff none */
	uint8_t special;     /* enum special to be told at exit, 0 none */
	uint32_t nr_ops;
	const struct plan_op *ops;
	uint64_t saved;
	uint64_t sigset; /* what args[saved_arg] points to instead: a mask, or wait4's status */
	uint64_t sigset_arg[2]; /* pselect6: {sigset, size}, what args[saved_arg] points to */
	uint64_t fill[5];
};

/* A signal handler of the program in progress. */
struct signal_frame {
	uint64_t kind;
	uint64_t rip; /* quiet.S: of what was interrupted */
	uint64_t rbx;
	uint64_t rsp; /* of the handler as it starts: points to the return address */
	uint64_t sig;
	uint64_t info;
	uint64_t uc;
	union {
		uint64_t handler;
		struct {
			int32_t code; /* quiet.S: si_code and si_arch */
			uint32_t arch;
		};
	};
	uint64_t fill2[3];
	uint64_t altstack; /* the alternate stack it runs on, 0 if it does not */
	uint64_t altstack_size;
	uint64_t fill3;
	uint64_t pop;
	uint64_t fill4[3];
	uint64_t mask;		 /* to be set before the handler starts */
	uint64_t outer_altstack; /* thread.on_altstack of what was interrupted */
	uint64_t outer_swapped;	 /* thread.alt_swapped of it */
	uint64_t regs[9];	 /* quiet.S: further registers of what was interrupted */
};

struct thread {
	struct thread *self;
	uint64_t top;
	uint64_t base; /* top while no call is in progress */
	uint64_t stack_low;
	uint64_t stack_high;
	uint64_t head; /* next record, in the chunk; moves by reserve.S only */
	uint64_t limit;
	uint8_t on_altstack;	/* ALTSTACK_* */
	uint8_t recording;	/* traced, and the launcher lives */
	uint8_t follow;		/* this thread's children are traced */
	uint8_t sud;		/* Syscall User Dispatch is on */
	uint8_t fault_blocked;	/* SIGSEGV or SIGBUS is blocked: a fault would kill */
	uint8_t all_blocked;	/* by the core, around a birth: as fault_blocked */
	uint8_t selector;	/* of Syscall User Dispatch */
	uint64_t int80_return;	/* behind the int $0x80 that core_int80 stands in for */
	uint64_t traps_blocked; /* of TRAP_BITS, what the program believes to be blocked */
	struct chunk *chunk;
	uint32_t seq; /* of the next chunk */
	uint32_t parent_uid;
	struct sighand *sighand;
	struct core_lib_thread lib; /* lib.uid is the thread's uid */
	int32_t parent_tid;
	int32_t pid;
	int32_t tid;
	uint32_t state;	     /* enum thread_state; atomic */
	uint32_t calls_left; /* until seal_due() */
	uint64_t lost;	     /* calls dropped since the last RECORD_LOST */
	uint64_t lost_total;
	struct thread *next; /* in core.threads */
	uint64_t scratch;    /* mapping of an execve in progress; a vfork's parent frees it */
	uint64_t scratch_size;
	int32_t exec_fd[2];  /* descriptors for the new image, -1 if none */
	uint8_t alt_swapped; /* ALT_*: the kernel has our alternate stack, see altstack.h */
	uint8_t borrowed;    /* of a vfork's child: the parent frees it */
	uint64_t own_altstack;
	struct kernel_stack program_altstack; /* meanwhile; else what it asked for last */
	struct sighand *own_sighand;	      /* for a child that shares memory, not actions */
	struct held_signal held[HELD_SIGNALS];
};

/* For chunk_switch(). */
struct chunk_switch {
	struct chunk *chunk; /* the new one, NULL = none, and where records go in there */
	uint64_t head;
	uint64_t limit;
	struct chunk *old; /* filled in: the one that the thread had, and where it ends */
	uint64_t old_head;
	uint32_t step; /* 1 if there is a new one */
	uint32_t seq;  /* filled in: of the new one */
};

enum thread_state { THREAD_FREE = 0, THREAD_LIVE = 1, THREAD_EXITING = 2 };

enum core_clock {
	CLOCK_TSC = 0,
	CLOCK_CALL,    /* clock_gettime, in ns, as the session wants it */
	CLOCK_TICKS,   /* clock_gettime, as ticks of the TSC */
	CLOCK_STOPPED, /* the last time, one tick later */
};

struct core {
	struct chunk_pool pool; /* the first chunks */
	struct chunk_pool more; /* all of them; chunks is NULL (atomic) until they are mapped */
	uint64_t text_start, text_len;
	uint64_t stack_hint; /* an address in the main thread's stack */
	uint64_t vdso, vdso_size;
	uint64_t heap_start; /* the break at start-up */
	uint32_t flags;	     /* session.flags */
	uint32_t method;
	uint32_t string_limit;
	uint8_t multi;	  /* atomic: other threads share or shared this memory */
	uint8_t quiet;	  /* the program filters its own system calls: make none of our own */
	uint8_t gone;	  /* atomic: the launcher is gone, nobody records any more */
	uint8_t no_pvm;	  /* process_vm_readv does not work here */
	uint8_t dispatch; /* SUD is used */
	uint8_t sud;	  /* atomic: threads are to have it on */
	uint8_t sealed;	  /* every site traps by itself; changes under the trap's lock */
	uint8_t clock;	  /* enum core_clock */
	uint8_t pidns;	  /* a PID namespace was asked for, here or before: CHUNK_F_PIDNS */
	uint64_t stopped_clock;
	uint8_t traced[SESSION_CALLS / 8];
	char preload[2048]; /* session.preload, kept: the environment is built from it */
	uint64_t start_mask;
	struct sighand sighand;
	uint32_t threads_lock;
	struct thread *threads; /* every thread struct there is */
	uint32_t former_uid;	/* of the thread whose execve started this image, 0 if none */
	const struct core_lib_hooks *hooks;
};

extern struct core core;
extern uint8_t core_fsgsbase; /* wrgsbase may be used */

/* entry.S */
extern const char core_entry[], core_entry_short[], core_entry_full[], core_entry_commit[];
extern const char core_call[], core_syscall[], core_after[], core_masked_exit[], core_restart[];
extern const char core_unmask_call[], core_unmask_call_end[];
extern const char core_int80[], core_int80_after[];
extern const char reserve_end[], shrink_end[], signal_entry[], signal_restorer[];
/* quiet.S */
extern const char signal_entry_quiet[], signal_quiet_commit[];
struct record *reserve_record(struct thread *t, uint64_t size, struct record **slot);
void shrink_record(struct thread *t, struct record *rec, uint64_t old_size, uint64_t new_size);
/* writer.S */
extern const char chunk_switch_stores[], chunk_switch_end[];
void chunk_switch(struct thread *t, struct chunk_switch *s);

_Static_assert(offsetof(struct thread, top) == T_TOP, "layout.h");
_Static_assert(offsetof(struct thread, base) == T_BASE, "layout.h");
_Static_assert(offsetof(struct thread, stack_low) == T_STACK_LOW, "layout.h");
_Static_assert(offsetof(struct thread, stack_high) == T_STACK_HIGH, "layout.h");
_Static_assert(offsetof(struct thread, head) == T_HEAD, "layout.h");
_Static_assert(offsetof(struct thread, limit) == T_LIMIT, "layout.h");
_Static_assert(offsetof(struct thread, on_altstack) == T_ON_ALTSTACK, "layout.h");
_Static_assert(offsetof(struct thread, int80_return) == T_INT80, "layout.h");
_Static_assert(offsetof(struct thread, chunk) == T_CHUNK, "layout.h");
_Static_assert(offsetof(struct thread, seq) == T_SEQ, "layout.h");
_Static_assert(sizeof(struct thread) <= T_FILTER, "layout.h");
_Static_assert(offsetof(struct chunk_switch, chunk) == S_CHUNK, "layout.h");
_Static_assert(offsetof(struct chunk_switch, head) == S_HEAD, "layout.h");
_Static_assert(offsetof(struct chunk_switch, limit) == S_LIMIT, "layout.h");
_Static_assert(offsetof(struct chunk_switch, old) == S_OLD, "layout.h");
_Static_assert(offsetof(struct chunk_switch, old_head) == S_OLD_HEAD, "layout.h");
_Static_assert(offsetof(struct chunk_switch, step) == S_STEP, "layout.h");
_Static_assert(offsetof(struct chunk_switch, seq) == S_SEQ, "layout.h");
_Static_assert(offsetof(struct frame, ret) == F_RET, "layout.h");
_Static_assert(offsetof(struct frame, rbx) == F_RBX, "layout.h");
_Static_assert(offsetof(struct frame, rsp) == F_RSP, "layout.h");
_Static_assert(offsetof(struct frame, nr) == F_NR, "layout.h");
_Static_assert(offsetof(struct frame, args) == F_ARGS, "layout.h");
_Static_assert(offsetof(struct frame, result) == F_RESULT, "layout.h");
_Static_assert(offsetof(struct frame, flags) == F_FLAGS, "layout.h");
_Static_assert(offsetof(struct frame, rec) == F_REC, "layout.h");
_Static_assert(offsetof(struct frame, pop) == F_POP, "layout.h");
_Static_assert(offsetof(struct frame, rbp) == F_RBP, "layout.h");
_Static_assert(offsetof(struct frame, thread) == F_THREAD, "layout.h");
_Static_assert(offsetof(struct frame, child) == F_CHILD, "layout.h");
_Static_assert(offsetof(struct frame, mask) == F_MASK, "layout.h");
_Static_assert(offsetof(struct frame, masked) == F_MASKED, "layout.h");
_Static_assert(sizeof(struct frame) == F_SIZE && F_SIZE % 16 == 0, "layout.h");
_Static_assert(sizeof(struct signal_frame) == F_SIZE, "one size for both");
_Static_assert(offsetof(struct signal_frame, rsp) == F_RSP, "layout.h");
_Static_assert(offsetof(struct signal_frame, sig) == M_SIG, "layout.h");
_Static_assert(offsetof(struct signal_frame, info) == M_INFO, "layout.h");
_Static_assert(offsetof(struct signal_frame, uc) == M_UC, "layout.h");
_Static_assert(offsetof(struct signal_frame, handler) == M_HANDLER, "layout.h");
_Static_assert(offsetof(struct signal_frame, code) == M_CODE, "layout.h");
_Static_assert(offsetof(struct signal_frame, arch) == M_ARCH, "layout.h");
_Static_assert(offsetof(struct signal_frame, rip) == M_RIP, "layout.h");
_Static_assert(offsetof(struct signal_frame, rbx) == M_RBX, "layout.h");
_Static_assert(offsetof(struct signal_frame, altstack) == M_ALTSTACK, "layout.h");
_Static_assert(offsetof(struct signal_frame, regs) == M_RDI, "layout.h");
_Static_assert(offsetof(struct signal_frame, regs[3]) == M_RAX, "layout.h");
_Static_assert(offsetof(struct signal_frame, regs[8]) == M_EFLAGS, "layout.h");
_Static_assert(offsetof(struct signal_frame, pop) == F_POP, "layout.h");
_Static_assert(offsetof(struct signal_frame, mask) == F_MASK, "layout.h");

/* 1 = pass through, 0 = go to call_enter(); by the low 16 bits of the system call number. */
static inline uint8_t *thread_filter(struct thread *t)
{
	return (uint8_t *)t + T_FILTER;
}

/* Blocks all signals; returns the mask before. Undone by signals_restore(). */
static inline uint64_t signals_block(void)
{
	uint64_t all = ~0ull, old = 0;

	raw4(14, 0, (long)&all, (long)&old, 8);
	return old;
}

static inline void signals_restore(uint64_t mask)
{
	raw4(14, 2, (long)&mask, 0, 8);
}

/* A lock among threads, never held while a signal handler of the holder could run. */
static inline void lock_take(uint32_t *lock)
{
	while (__atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE)) {
		for (int i = 0; i < 64 && __atomic_load_n(lock, __ATOMIC_RELAXED); i++)
			cpu_relax();
		if (__atomic_load_n(lock, __ATOMIC_RELAXED))
			raw3(24, 0, 0, 0); /* sched_yield */
	}
}

static inline void lock_release(uint32_t *lock)
{
	__atomic_store_n(lock, 0, __ATOMIC_RELEASE);
}

#endif
