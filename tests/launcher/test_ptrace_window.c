// SPDX-License-Identifier: MIT
/*
 * The start-up window: a role plays the preload library's part. What the dynamic loader does to
 * load a library from LD_PRELOAD stays out of the trace, and so does everything between the
 * markers; then ptrace lets go.
 */
#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "handoff_say.h"
#include "ptrace_rig.h"

extern char **environ;

static int tracer_of_self(void)
{
	char line[256];
	int tracer = -1;
	FILE *f = fopen("/proc/self/status", "re");

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "TracerPid: %d", &tracer) == 1)
			break;
	if (f)
		fclose(f);
	return tracer;
}

/* The ring's descriptor as ITRACE_SESSION has it. */
static int ring_from_environment(void)
{
	const char *text = getenv(HANDOFF_VARIABLE);
	int fd = -1, uid, tid, flags = 0;

	if (!text || sscanf(text, "%d,%d,%d,%d", &fd, &uid, &tid, &flags) != 4 || uid || tid ||
	    flags != HANDOFF_F_PTRACE)
		return -1;
	return fd;
}

static void role_hands_over(void)
{
	uint64_t magic = 0;
	cpu_set_t cpus;
	int fd;

	access("/before", F_OK);
	if (handoff_begin())
		_exit(10);
	access("/between", F_OK);
	fd = ring_from_environment();
	if (pread(fd, &magic, sizeof(magic), 0) != sizeof(magic) || magic != SESSION_MAGIC)
		_exit(11);
	if (!tracer_of_self())
		_exit(12);
	handoff_end(HANDOFF_END, 1);
	if (tracer_of_self())
		_exit(14);
	access("/after", F_OK);
	sched_getaffinity(0, sizeof(cpus), &cpus);
	_exit(CPU_COUNT(&cpus));
}

static void role_fails(void)
{
	if (handoff_begin())
		_exit(10);
	access("/between", F_OK);
	handoff_end(HANDOFF_FAIL, -ENOSYS);
	access("/after", F_OK);
	_exit(tracer_of_self() ? 0 : 1);
}

static __attribute__((constructor)) void role_run(void)
{
	const char *role = getenv(ROLE_VARIABLE);

	if (!role)
		return;
	if (!strcmp(role, "hands-over"))
		role_hands_over();
	if (!strcmp(role, "fails"))
		role_fails();
	if (!strcmp(role, "nothing"))
		_exit(0);
	if (!strcmp(role, "has-preload"))
		_exit(getenv("LD_PRELOAD") && strstr(getenv("LD_PRELOAD"), ":/own.so") &&
				      getenv("ITRACE_SESSION_PAD")
			      ? 0
			      : 1);
	_exit(99);
}

#define LIBRARY "/tmp/itrace-test-preload-%d.so"

/* A library that nobody else loads: a copy of one that is there anyway, under a name of its own. */
static void library_copy(char *path, size_t size)
{
	static const char *const from[] = { "/lib/x86_64-linux-gnu/libBrokenLocale.so.1",
					    "/lib64/libBrokenLocale.so.1",
					    "/usr/lib/libBrokenLocale.so.1" };
	char buffer[65536];
	int in = -1, out;
	ssize_t n;

	for (size_t i = 0; in < 0 && i < sizeof(from) / sizeof(from[0]); i++)
		in = open(from[i], O_RDONLY);
	cr_assert(in >= 0);
	snprintf(path, size, LIBRARY, getpid());
	out = open(path, O_WRONLY | O_CREAT | O_EXCL, 0755);
	cr_assert(out >= 0);
	while ((n = read(in, buffer, sizeof(buffer))) > 0)
		cr_assert_eq(write(out, buffer, (size_t)n), n);
	close(in);
	close(out);
}

/* The role may be built with ASan, which wants to be the first library. */
static void allow_preloading(void)
{
	setenv("ASAN_OPTIONS", "verify_asan_link_order=0", 1);
}

TestSuite(ptrace_window, .init = allow_preloading, .timeout = 120);

/* A session whose preload library is at path. */
static struct rig *rig_preloading(const char *role, const char *path)
{
	struct rig *r = rig_new(role);

	r->options.method = OPTION_METHOD_AUTO;
	rig_open(r);
	snprintf(r->session.shared->preload, sizeof(r->session.shared->preload), "%s", path);
	if (r->session.lib_fd < 0)
		r->session.lib_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	return r;
}

static unsigned int count_calls(const struct rig *r)
{
	return rig_count(r, RECORD_CALL, SYS_openat) + rig_count(r, RECORD_CALL, SYS_close) +
	       rig_count(r, RECORD_CALL, SYS_read) + rig_count(r, RECORD_CALL, SYS_newfstatat) +
	       rig_count(r, RECORD_CALL, SYS_mprotect) + rig_count(r, RECORD_CALL, SYS_pread64);
}

Test(ptrace_window, library_and_hand_over_leave_no_trace)
{
	const struct segment *count;
	const struct rig_record *end;
	uint64_t nr = 1;
	cpu_set_t cpus;
	char path[64];
	struct rig *r;

	if (!rig_wanted())
		return;
	while (environ[nr - 1])
		nr++;
	library_copy(path, sizeof(path));
	r = rig_preloading("hands-over", path);
	rig_run(r);
	unlink(path);
	sched_getaffinity(0, sizeof(cpus), &cpus);
	cr_expect_eq(r->status, CPU_COUNT(&cpus) << 8, "status %#x", r->status);
	cr_expect_eq(r->records[0].rec->call, SYS_execve);
	count = rig_segment(r->records[0].rec, SEGMENT_COUNT, 0);
	cr_assert(count != NULL);
	cr_expect_eq(*(const uint64_t *)(count + 1), nr);
	cr_expect(rig_mentions(r, "/before"));
	cr_expect(!rig_mentions(r, "/between"));
	cr_expect(!rig_mentions(r, "/after"));
	cr_expect(!rig_mentions(r, path));
	cr_expect_eq(rig_count(r, RECORD_CALL, SYS_prctl), 0);
	/* its parent knows its end */
	end = rig_find(r, RECORD_EXIT, -1, 0);
	cr_assert(end != NULL);
	cr_expect_eq(end->rec->ret, r->status);
	rig_free(r);
}

Test(ptrace_window, preloaded_run_shows_the_calls_of_a_plain_one)
{
	unsigned int plain, preloaded;
	struct rig *r;
	char path[64];

	if (!rig_wanted())
		return;
	r = rig_new("nothing");
	rig_run(r);
	plain = count_calls(r);
	rig_free(r);
	library_copy(path, sizeof(path));
	r = rig_preloading("nothing", path);
	rig_run(r);
	unlink(path);
	preloaded = count_calls(r);
	cr_expect_eq(preloaded, plain, "%u instead of %u", preloaded, plain);
	cr_expect_eq(r->status, 0);
	rig_free(r);
}

Test(ptrace_window, library_that_is_not_there_leaves_no_trace)
{
	struct rig *r;

	if (!rig_wanted())
		return;
	r = rig_preloading("fails", "/no/such/library.so");
	rig_run(r);
	cr_expect_eq(r->status, 0);
	for (unsigned int i = 0; i < r->nr; i++)
		if (r->records[i].rec->call == SYS_openat)
			cr_expect(!rig_segment(r->records[i].rec, SEGMENT_STRING, 0) ||
				  !strstr((const char *)(rig_segment(r->records[i].rec,
								     SEGMENT_STRING, 0) +
							 1),
					  "/no/such"));
	rig_free(r);
}

Test(ptrace_window, own_preload_is_kept_behind_ours)
{
	struct rig *r;

	if (!rig_wanted())
		return;
	r = rig_preloading("has-preload", "/no/such/library.so");
	r->env[r->options.nr_env++] = "LD_PRELOAD=/own.so";
	rig_run(r);
	cr_expect_eq(r->status, 0);
	cr_expect(rig_mentions(r, "/own.so"));
	rig_free(r);
}

Test(ptrace_window, markers_mean_nothing_to_method_ptrace)
{
	struct rig *r;

	if (!rig_wanted())
		return;
	r = rig_new("fails");
	rig_run(r);
	cr_expect_eq(r->status, 10 << 8, "the marker was answered");
	cr_expect_eq(rig_count(r, RECORD_CALL, SYS_prctl), 1);
	rig_free(r);
}
