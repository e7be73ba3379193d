/* SPDX-License-Identifier: MIT */
/*
 * Creates the session's shared memory and keeps its clock. The mapping is writable by every tracee,
 * so the launcher works from private copies of all sizes; only counters and states are read back,
 * and never trusted.
 */
#include "session.h"

#include <cpuid.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

#include "itrace/record.h"

#define RING_SIZE_DEFAULT ((size_t)64 << 20)
#define RING_SIZE_MOST ((size_t)512 << 20) /* if threads need more chunks than the default has */
#define CHUNK_SIZE_DEFAULT (16u << 10)
#define CHUNK_SIZE_VERBOSE (128u << 10) /* whole directories: 32 KiB a getdents64 */
#define CHUNKS_LEAST                                                                \
	4 /* the ptrace thread's, the program's, and one more of each to go on with \
	   */
#define CALIBRATION_NS 2000000ull /* shortest time base of the first TSC calibration */

static uint64_t clock_ns(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

/* CPUID 80000007h EDX bit 8: the TSC runs at a constant rate in all states (AMD and Intel manuals).
 */
static bool tsc_is_invariant(void)
{
	unsigned int a, b, c, d;

	return __get_cpuid(0x80000007, &a, &b, &c, &d) && (d & (1u << 8));
}

/* A chunk must hold several of the largest captures that -s asks for. Each thread holds a chunk:
 * the smaller they are, the more threads the pool carries. */
static uint32_t chunk_size_for(uint32_t flags, uint32_t string_limit)
{
	uint64_t size = flags & SESSION_F_VERBOSE ? CHUNK_SIZE_VERBOSE : CHUNK_SIZE_DEFAULT;

	while (size < (uint64_t)string_limit * 8 && size < RING_CHUNK_MAX)
		size *= 2;
	return (uint32_t)size;
}

static size_t page_up(size_t n)
{
	return (n + SESSION_PAGE - 1) & ~(size_t)(SESSION_PAGE - 1);
}

static bool is_limited(int resource)
{
	struct rlimit limit;

	return getrlimit(resource, &limit) || limit.rlim_cur != RLIM_INFINITY;
}

/* The most chunks that there may be, of which first are free at the start. */
static size_t chunks_most(const struct launcher_session *s, const struct session_options *o,
			  size_t first)
{
	size_t most = RING_SIZE_MOST / s->chunk_size;

	if (o->ring_size || first % 64 || is_limited(RLIMIT_AS) || is_limited(RLIMIT_FSIZE) ||
	    most < first)
		return first;
	return most < RING_CHUNKS_MAX ? most : RING_CHUNKS_MAX;
}

static int session_layout(struct launcher_session *s, const struct session_options *o)
{
	size_t ring = o->ring_size ? o->ring_size : RING_SIZE_DEFAULT;
	size_t nr;

	s->chunk_size = chunk_size_for(o->flags, o->string_limit);
	nr = ring / s->chunk_size;
	if (nr < CHUNKS_LEAST)
		nr = CHUNKS_LEAST;
	if (nr > RING_CHUNKS_MAX)
		nr = RING_CHUNKS_MAX;
	s->first_chunks = (uint32_t)nr;
	nr = chunks_most(s, o, nr);
	s->nr_chunks = (uint32_t)nr;
	s->bitmap_off = (uint32_t)page_up(sizeof(struct session));
	s->lib_off = s->bitmap_off + page_up((nr + 63) / 64 * 8);
	s->pool_off = s->lib_off + page_up(o->lib_len);
	s->total_size = s->pool_off + nr * s->chunk_size;
	return 0;
}

/* The preload library lies at ../lib/itrace/libitrace.so beside the launcher's own folder. */
static int library_open(struct session *shared)
{
	char exe[PATH_MAX], path[PATH_MAX + 32], *slash;
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	char *real;
	int fd;

	if (n < 0)
		return -errno;
	exe[n] = '\0';
	slash = strrchr(exe, '/');
	if (!slash)
		return -ENOENT;
	*slash = '\0';
	snprintf(path, sizeof(path), "%s/../lib/itrace/libitrace.so", exe);
	real = realpath(path, NULL);
	if (!real)
		return -errno;
	if (strlen(real) >= sizeof(shared->lib_path)) {
		free(real);
		return -ENAMETOOLONG;
	}
	strcpy(shared->lib_path, real);
	strcpy(shared->preload, real);
	free(real);
	fd = open(shared->lib_path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* A library beside the core's, loaded only where it is needed. */
static void preload_sibling(struct session *shared, const char *name)
{
	size_t folder = (size_t)(strrchr(shared->lib_path, '/') + 1 - shared->lib_path);
	size_t len = strlen(shared->preload);

	if (len + 1 + folder + strlen(name) + 1 > sizeof(shared->preload))
		return;
	snprintf(shared->preload + len, sizeof(shared->preload) - len, ":%.*s%s", (int)folder,
		 shared->lib_path, name);
}

/* An abstract socket whose name the kernel chooses (autobind, unix(7)): where tracees without our
 * /proc get the ring. */
static int socket_open(struct session *shared)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	socklen_t len = sizeof(sun);
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	size_t n;

	if (fd < 0)
		return -errno;
	if (bind(fd, (struct sockaddr *)&sun, sizeof(sun.sun_family)) || listen(fd, 128) ||
	    getsockname(fd, (struct sockaddr *)&sun, &len)) {
		close(fd);
		return -errno;
	}
	n = len - offsetof(struct sockaddr_un, sun_path) - 1;
	if (n >= sizeof(shared->socket_name)) {
		close(fd);
		return -ENAMETOOLONG;
	}
	memcpy(shared->socket_name, sun.sun_path + 1, n);
	return fd;
}

static void bitmap_fill(struct launcher_session *s)
{
	uint64_t *bits = (uint64_t *)((char *)s->shared + s->bitmap_off);

	for (uint32_t i = 0; i < s->first_chunks; i++)
		bits[i / 64] |= 1ull << (i % 64);
}

static void shared_fill(struct launcher_session *s, const struct session_options *o)
{
	struct session *sh = s->shared;

	sh->magic = SESSION_MAGIC;
	sh->version = SESSION_VERSION;
	sh->flags = o->flags;
	sh->total_size = s->total_size;
	sh->chunk_size = s->chunk_size;
	sh->nr_chunks = s->nr_chunks;
	sh->first_chunks = s->first_chunks;
	sh->pool_off = s->pool_off;
	sh->bitmap_off = s->bitmap_off;
	sh->on_full = o->on_full;
	sh->method = o->method;
	sh->string_limit = o->string_limit;
	sh->seal_after = o->seal_after;
	sh->launcher_pid = (uint32_t)getpid();
	sh->launcher_state = LAUNCHER_RUNNING;
	sh->ring_fd = (uint32_t)s->ring_fd;
	sh->next_uid = 1;
	memcpy(sh->traced, o->traced, sizeof(sh->traced));
	if (o->lib_len) {
		sh->lib_off = s->lib_off;
		sh->lib_len = o->lib_len;
		memcpy((char *)sh + s->lib_off, o->lib_area, o->lib_len);
	}
	if (getrandom(sh->session_key, sizeof(sh->session_key), 0) != sizeof(sh->session_key))
		sh->session_key[0] = clock_ns(CLOCK_MONOTONIC) ^ (uint64_t)(uintptr_t)sh;
	memcpy(s->key, sh->session_key, sizeof(s->key));
	bitmap_fill(s);
}

static void clock_start(struct launcher_session *s, const struct session_options *o)
{
	s->ns_clock = (o->flags & SESSION_F_CLOCK_NS) || !tsc_is_invariant();
	if (s->ns_clock)
		s->shared->flags |= SESSION_F_CLOCK_NS;
	s->mono0 = clock_ns(CLOCK_MONOTONIC);
	s->tsc0 = s->ns_clock ? s->mono0 : __rdtsc();
	s->wall_offset = clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_MONOTONIC);
	s->shared->tsc0 = s->tsc0;
	s->shared->mono0 = s->mono0;
	s->shared->heartbeat = s->mono0;
}

/* The kernel marks launcher_lock when this thread ends (set_robust_list(2)). The list itself is
 * private: tracees can write the word, but not where the kernel looks. */
static void lock_hold(struct launcher_session *s)
{
	static struct robust_list_head head;
	static struct robust_list node;

	node.next = &head.list;
	head.list.next = &node;
	head.futex_offset = (long)((uintptr_t)&s->shared->launcher_lock - (uintptr_t)&node);
	s->shared->launcher_lock = (uint32_t)gettid();
	if (syscall(SYS_set_robust_list, &head, sizeof(head)))
		s->shared->launcher_lock = 0;
}

int session_init(struct launcher_session *s, const struct session_options *o)
{
	int err;

	memset(s, 0, sizeof(*s));
	s->ring_fd = s->lib_fd = s->socket_fd = -1;
	session_layout(s, o);
	s->ring_fd = memfd_create("itrace", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (s->ring_fd < 0)
		return -errno;
	err = -EIO;
	if (ftruncate(s->ring_fd, (off_t)s->total_size) ||
	    fcntl(s->ring_fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL))
		goto out_errno;
	s->shared = mmap(NULL, s->total_size, PROT_READ | PROT_WRITE, MAP_SHARED, s->ring_fd, 0);
	if (s->shared == MAP_FAILED) {
		s->shared = NULL;
		goto out_errno;
	}
	clock_start(s, o);
	shared_fill(s, o);
	if (s->ns_clock)
		s->shared->flags |= SESSION_F_CLOCK_NS;
	lock_hold(s);
	s->lib_fd = library_open(s->shared);
	if (s->lib_fd >= 0) {
		s->shared->lib_fd = (uint32_t)s->lib_fd;
		if (o->method == METHOD_SHIM)
			preload_sibling(s->shared, "libitrace-shim.so");
		if (o->lib_len)
			preload_sibling(s->shared, "libitrace-lib.so");
	}
	s->socket_fd = socket_open(s->shared);
	return 0;
out_errno:
	err = -errno;
	session_release(s);
	return err;
}

void session_release(struct launcher_session *s)
{
	if (s->shared) {
		__atomic_store_n(&s->shared->launcher_state, LAUNCHER_GONE, __ATOMIC_RELEASE);
		munmap(s->shared, s->total_size);
	}
	if (s->ring_fd >= 0)
		close(s->ring_fd);
	if (s->lib_fd >= 0)
		close(s->lib_fd);
	if (s->socket_fd >= 0)
		close(s->socket_fd);
	s->shared = NULL;
	s->ring_fd = s->lib_fd = s->socket_fd = -1;
}

uint64_t session_ticks(const struct launcher_session *s)
{
	return s->ns_clock ? clock_ns(CLOCK_MONOTONIC) : __rdtsc();
}

static void session_calibrate(struct launcher_session *s)
{
	uint64_t now;

	do
		now = clock_ns(CLOCK_MONOTONIC);
	while (now - s->mono0 < CALIBRATION_NS);
	s->ns_per_tick = (double)(now - s->mono0) / (double)(__rdtsc() - s->tsc0);
	s->calibrated_ns = now;
}

uint64_t session_ns(struct launcher_session *s, uint64_t ticks)
{
	if (s->ns_clock)
		return ticks;
	if (!s->calibrated_ns)
		session_calibrate(s);
	return s->mono0 + (uint64_t)(int64_t)((double)(int64_t)(ticks - s->tsc0) * s->ns_per_tick);
}

uint64_t session_interval_ns(struct launcher_session *s, uint64_t ticks)
{
	if (s->ns_clock)
		return ticks;
	if (!s->calibrated_ns)
		session_calibrate(s);
	return (uint64_t)((double)ticks * s->ns_per_tick);
}

void session_heartbeat(struct launcher_session *s)
{
	__atomic_store_n(&s->shared->heartbeat, clock_ns(CLOCK_MONOTONIC), __ATOMIC_RELEASE);
}

struct chunk *session_chunk(const struct launcher_session *s, unsigned int i)
{
	return (struct chunk *)((char *)s->shared + s->pool_off + (size_t)i * s->chunk_size);
}
