/* SPDX-License-Identifier: MIT */
/* From the allocator's calls to the state of each process's heap: see heap.h. */
#include "sink/heap_private.h"

#include <errno.h>
#include <linux/sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "decode/lib.h"

#define FUNCTIONS                                                                              \
	"malloc,calloc,realloc,reallocarray,free,cfree,posix_memalign,aligned_alloc,memalign," \
	"valloc,pvalloc,_Zn*,_Zd*"

const char heap_functions[] = FUNCTIONS;

/* A thread's open call of the allocator: what is called inside it is its own affair. */
struct heap_thread {
	const struct task *task;
	uint64_t open;	    /* id of the open call, 0 = none */
	uint64_t last_addr; /* what its last change was: an allocation, still live; 0 = something
			       else */
};

struct heap {
	struct heap_process *processes;
	struct heap_thread *threads;
	size_t nr_threads;
	struct heap_change
		*pending; /* allocations that return after the event at hand; a heap by time */
	size_t nr_pending, room_pending;
	bool failed; /* memory ran out: the report is not complete */
};

static enum heap_action action_of(const char *name)
{
	static const struct {
		const char *name;
		enum heap_action action;
	} actions[] = {
		{ "malloc", HEAP_ALLOC },	  { "free", HEAP_FREE },
		{ "calloc", HEAP_ALLOC },	  { "realloc", HEAP_RESIZE },
		{ "reallocarray", HEAP_RESIZE },  { "cfree", HEAP_FREE },
		{ "aligned_alloc", HEAP_ALLOC },  { "memalign", HEAP_ALLOC },
		{ "valloc", HEAP_ALLOC },	  { "pvalloc", HEAP_ALLOC },
		{ "posix_memalign", HEAP_STORE },
	};

	if (!strncmp(name, "_Zn", 3))
		return HEAP_ALLOC;
	if (!strncmp(name, "_Zd", 3))
		return HEAP_FREE;
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		if (!strcmp(actions[i].name, name))
			return actions[i].action;
	return 0;
}

static uint64_t size_of(const char *name, const uint64_t *args)
{
	if (!strcmp(name, "calloc"))
		return args[0] * args[1];
	if (!strcmp(name, "reallocarray"))
		return args[1] * args[2];
	if (!strcmp(name, "realloc") || !strcmp(name, "aligned_alloc") || !strcmp(name, "memalign"))
		return args[1];
	return !strcmp(name, "posix_memalign") ? args[2] : args[0];
}

struct heap *heap_new(void)
{
	return calloc(1, sizeof(struct heap));
}

static struct heap_process *process_of(struct heap *h, int pid)
{
	struct heap_process **p = &h->processes;

	while (*p && (*p)->pid != pid)
		p = &(*p)->next;
	if (!*p) {
		*p = calloc(1, sizeof(**p));
		if (!*p)
			h->failed = true;
		else
			(*p)->pid = pid;
	}
	return *p;
}

static struct heap_thread *thread_of(struct heap *h, const struct task *task)
{
	struct heap_thread *more;

	for (size_t i = 0; i < h->nr_threads; i++)
		if (h->threads[i].task == task)
			return &h->threads[i];
	more = realloc(h->threads, (h->nr_threads + 1) * sizeof(*more));
	if (!more) {
		h->failed = true;
		return NULL;
	}
	h->threads = more;
	more[h->nr_threads] = (struct heap_thread){ .task = task };
	return &more[h->nr_threads++];
}

static void add_fault(struct heap_faults *f, uint64_t addr, uint64_t ip)
{
	if (f->nr < HEAP_FAULTS_SHOWN)
		f->first[f->nr] = (struct heap_fault){ addr, ip };
	f->nr++;
}

static void apply_release(struct heap_process *p, struct heap_thread *t,
			  const struct heap_change *c)
{
	struct heap_block *b = heap_table_find(&p->table, c->addr);

	p->releases++;
	if (!b || b->freed) {
		add_fault(b ? &p->doubles : &p->foreigns, c->addr, c->ip);
		return;
	}
	b->freed = true;
	p->live_bytes -= b->size;
	p->live_blocks--;
	p->temporary += t->last_addr == c->addr;
	t->last_addr = 0;
}

static void apply_allocation(struct heap *h, struct heap_process *p, struct heap_thread *t,
			     const struct heap_change *c)
{
	struct heap_block *b = heap_table_get(&p->table, c->addr);

	if (!b) {
		h->failed = true;
		return;
	}
	*b = (struct heap_block){ c->addr, c->size, c->ip, false };
	p->allocations++;
	p->bytes += c->size;
	p->live_bytes += c->size;
	p->live_blocks++;
	if (p->live_bytes > p->peak_bytes) {
		p->peak_bytes = p->live_bytes;
		p->peak_blocks = p->live_blocks;
	}
	t->last_addr = c->addr;
}

static void apply(struct heap *h, const struct heap_change *c)
{
	struct heap_process *p = process_of(h, c->task->process->pid);
	struct heap_thread *t = thread_of(h, c->task);

	if (!p || !t)
		return;
	if (c->release)
		apply_release(p, t, c);
	else
		apply_allocation(h, p, t, c);
}

/* A binary heap, the earliest on top. */
static void pending_push(struct heap *h, const struct heap_change *c)
{
	size_t i = h->nr_pending;

	if (i == h->room_pending) {
		size_t room = i ? 2 * i : 64;
		struct heap_change *more = realloc(h->pending, room * sizeof(*more));

		if (!more) {
			h->failed = true;
			return;
		}
		h->pending = more;
		h->room_pending = room;
	}
	for (; i && h->pending[(i - 1) / 2].time > c->time; i = (i - 1) / 2)
		h->pending[i] = h->pending[(i - 1) / 2];
	h->pending[i] = *c;
	h->nr_pending++;
}

static struct heap_change pending_pop(struct heap *h)
{
	struct heap_change first = h->pending[0], last = h->pending[--h->nr_pending];
	size_t i = 0, child;

	for (; (child = 2 * i + 1) < h->nr_pending; i = child) {
		if (child + 1 < h->nr_pending &&
		    h->pending[child + 1].time < h->pending[child].time)
			child++;
		if (h->pending[child].time >= last.time)
			break;
		h->pending[i] = h->pending[child];
	}
	if (h->nr_pending)
		h->pending[i] = last;
	return first;
}

static void pending_apply(struct heap *h, uint64_t time)
{
	while (h->nr_pending && h->pending[0].time <= time) {
		struct heap_change c = pending_pop(h);

		apply(h, &c);
	}
}

/* The entry of a call: what it gives back is given back from now on. */
static void on_entry(struct heap *h, const struct event *ev, enum heap_action action)
{
	const struct record *rec = ev->rec;
	struct heap_change c = { rec->t_in, rec->args[0], 0, rec->ip, ev->task, true };

	if ((action == HEAP_FREE || action == HEAP_RESIZE) && rec->args[0])
		apply(h, &c);
}

/* The block that posix_memalign() stored: an 8-byte segment of the exit. */
static uint64_t stored_block(const struct record *rec)
{
	const char *p = (const char *)(rec + 1) + rec->in_len;
	const struct segment *s = (const struct segment *)p;
	uint64_t addr = 0;

	if (rec->out_len >= SEGMENT_SPACE(sizeof(addr)) && s->len == sizeof(addr))
		memcpy(&addr, s + 1, sizeof(addr));
	return addr;
}

static void on_exit_of(struct heap *h, const struct event *ev, enum heap_action action,
		       const char *name)
{
	const struct record *rec = ev->rec;
	struct heap_change c = { rec->t_out, (uint64_t)rec->ret, size_of(name, rec->args),
				 rec->ip,    ev->task,		 false };

	if (rec->state != RECORD_DONE || action == HEAP_FREE)
		return;
	if (action == HEAP_STORE)
		c.addr = (int32_t)rec->ret ? 0 : stored_block(rec);
	if (c.addr)
		pending_push(h, &c);
}

static void on_library_call(struct heap *h, const struct event *ev)
{
	const char *name = lib_symbol(ev->rec->call);
	enum heap_action action = action_of(name);
	struct heap_thread *t = action ? thread_of(h, ev->task) : NULL;
	struct heap_process *p = t ? process_of(h, ev->task->process->pid) : NULL;

	if (!p || (t->open && t->open != ev->id))
		return;
	if (ev->kind != EVENT_LEAVE) {
		p->calls++;
		on_entry(h, ev, action);
	}
	t->open = ev->kind == EVENT_ENTER ? ev->id : 0;
	if (ev->kind != EVENT_ENTER)
		on_exit_of(h, ev, action, name);
}

/* fork() and its kin, but for those that share memory. */
static bool is_fork(const struct record *rec)
{
	switch (rec->call) {
	case SYS_fork:
		return true;
	case SYS_clone:
		return !(rec->args[0] & CLONE_VM);
	default:
		return rec->call == SYS_clone3;
	}
}

static void take_snapshot(struct heap *h, const struct event *ev)
{
	struct heap_process *p = process_of(h, ev->task->process->pid);
	struct heap_snapshot *s = p ? p->snapshots : NULL;

	while (s && s->tid != ev->task->tid)
		s = s->next;
	if (p && !s) {
		s = calloc(1, sizeof(*s));
		if (s) {
			s->tid = ev->task->tid;
			s->next = p->snapshots;
			p->snapshots = s;
		}
	}
	if (!s) {
		h->failed = true;
		return;
	}
	heap_table_release(&s->table);
	h->failed |= heap_table_copy(&s->table, &p->table) != 0;
	s->live_bytes = p->live_bytes;
	s->live_blocks = p->live_blocks;
}

static void process_clear(struct heap_process *p)
{
	struct heap_process *next = p->next;
	int pid = p->pid;

	heap_table_release(&p->table);
	for (size_t i = 0; i < p->nr_maps; i++)
		free(p->maps[i].path);
	free(p->maps);
	while (p->snapshots) {
		struct heap_snapshot *s = p->snapshots;

		p->snapshots = s->next;
		heap_table_release(&s->table);
		free(s);
	}
	memset(p, 0, sizeof(*p));
	p->pid = pid;
	p->next = next;
}

static void on_system_call(struct heap *h, const struct event *ev)
{
	if (ev->kind != EVENT_LEAVE && is_fork(ev->rec))
		take_snapshot(h, ev);
	/* A new program image: nothing is left of the old heap. */
	if ((ev->rec->call == SYS_execve || ev->rec->call == SYS_execveat) &&
	    ev->kind != EVENT_ENTER && ev->rec->state == RECORD_DONE && !ev->rec->ret) {
		struct heap_process *p = process_of(h, ev->task->process->pid);

		if (p)
			process_clear(p);
	}
}

static void add_map(struct heap *h, struct heap_process *p, const struct record *rec)
{
	const struct segment *s = (const struct segment *)(rec + 1);
	struct heap_map *more;

	if (rec->in_len < sizeof(*s) || s->len > rec->in_len - sizeof(*s))
		return;
	more = realloc(p->maps, (p->nr_maps + 1) * sizeof(*more));
	if (!more) {
		h->failed = true;
		return;
	}
	p->maps = more;
	more[p->nr_maps++] = (struct heap_map){ rec->args[0], rec->args[1], rec->args[2],
						strndup((const char *)(s + 1), s->len) };
}

/* The child of a fork begins with what its parent had. */
static void inherit(struct heap *h, struct heap_process *p, const struct record *rec)
{
	struct heap_process *parent = process_of(h, (int)rec->args[0]);
	struct heap_snapshot *s = parent ? parent->snapshots : NULL;

	while (s && s->tid != (int)rec->args[1])
		s = s->next;
	if (!s || p == parent)
		return;
	heap_table_release(&p->table);
	p->table = s->table;
	memset(&s->table, 0, sizeof(s->table));
	p->live_bytes = p->peak_bytes = s->live_bytes;
	p->live_blocks = p->peak_blocks = s->live_blocks;
	for (size_t i = 0; i < parent->nr_maps; i++) {
		struct heap_map m = parent->maps[i];
		struct heap_map *more = realloc(p->maps, (p->nr_maps + 1) * sizeof(*more));

		if (!more)
			return;
		p->maps = more;
		m.path = m.path ? strdup(m.path) : NULL;
		more[p->nr_maps++] = m;
	}
}

static void on_map(struct heap *h, const struct event *ev)
{
	struct heap_process *p = process_of(h, ev->task->process->pid);

	if (p && ev->rec->call == 1)
		inherit(h, p, ev->rec);
	else if (p)
		add_map(h, p, ev->rec);
}

void heap_event(struct heap *h, const struct event *ev)
{
	bool call = ev->kind == EVENT_CALL || ev->kind == EVENT_ENTER || ev->kind == EVENT_LEAVE;

	pending_apply(h, ev->time);
	if (ev->kind == EVENT_MAP)
		on_map(h, ev);
	else if (call && ev->rec->kind == RECORD_LIB)
		on_library_call(h, ev);
	else if (call && ev->rec->kind == RECORD_CALL)
		on_system_call(h, ev);
}

void heap_print(struct heap *h, struct text *out)
{
	pending_apply(h, UINT64_MAX);
	for (const struct heap_process *p = h->processes; p; p = p->next)
		if (p->calls)
			heap_report(p, out);
	if (h->failed)
		text_lit(out, "heap: memory ran out: this report is not complete\n");
}

void heap_free(struct heap *h)
{
	while (h && h->processes) {
		struct heap_process *p = h->processes;

		h->processes = p->next;
		process_clear(p);
		free(p);
	}
	if (h) {
		free(h->threads);
		free(h->pending);
	}
	free(h);
}
