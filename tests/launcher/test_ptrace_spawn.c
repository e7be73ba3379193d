// SPDX-License-Identifier: MIT
/* Which file a name means, whether it loads a preload library, and what its process is given. */
#include <criterion/criterion.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "source/spawn.h"

extern char **environ;

static char folder[] = "/tmp/itrace-test-spawn-XXXXXX";
static char path[PATH_MAX + 2];

static void folder_make(void)
{
	cr_assert(mkdtemp(folder) != NULL);
	cr_assert_eq(chdir(folder), 0);
}

static void folder_remove(void)
{
	char command[128];

	cr_assert_eq(chdir("/"), 0);
	setenv("PATH", "/usr/bin:/bin", 1);
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	cr_assert_eq(system(command), 0);
}

TestSuite(spawn, .init = folder_make, .fini = folder_remove, .timeout = 60);

static void file_write(const char *name, const void *data, size_t len, mode_t mode)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	cr_assert(fd >= 0);
	cr_assert_eq(write(fd, data, len), (ssize_t)len);
	cr_assert_eq(fchmod(fd, mode), 0);
	close(fd);
}

Test(spawn, name_with_a_slash_is_taken_as_it_is)
{
	file_write("plain", "", 0, 0644);
	cr_expect_eq(spawn_find("./plain", path), 0);
	cr_expect_str_eq(path, "./plain");
	cr_expect_eq(spawn_find("./", path), 0);
	cr_expect_eq(spawn_find("./absent", path), -ENOENT);
	cr_expect_eq(spawn_find("./plain/x", path), -ENOTDIR);
	cr_expect_eq(spawn_find("", path), -ENOENT);
}

Test(spawn, search_passes_over_what_cannot_be_a_program)
{
	char *expected;

	mkdir("a", 0755);
	mkdir("a/tool", 0755);
	mkdir("b", 0755);
	file_write("b/tool", "", 0, 0644);
	mkdir("c", 0755);
	file_write("c/tool", "", 0, 0010);
	setenv("PATH", "a:b:/nonexistent/:c/", 1);
	cr_expect_eq(spawn_find("tool", path), 0);
	cr_expect_str_eq(path, "c/tool");
	setenv("PATH", "a:b", 1);
	cr_expect_eq(spawn_find("tool", path), -ENOENT);
	cr_assert_eq(chdir("c"), 0);
	cr_assert(asprintf(&expected, "%s/c/tool", folder) > 0);
	setenv("PATH", ":/nonexistent", 1);
	cr_expect_eq(spawn_find("tool", path), 0);
	cr_expect_str_eq(path, expected, "an empty entry is the working directory");
	free(expected);
	setenv("PATH", "", 1);
	cr_expect_eq(spawn_find("tool", path), -ENOENT);
	unsetenv("PATH");
	cr_expect_eq(spawn_find("tool", path), -ENOENT);
}

Test(spawn, name_of_any_length_is_safe)
{
	char *name = malloc(3 * PATH_MAX);

	for (size_t len = PATH_MAX - 3; len < PATH_MAX + 3; len++) {
		memset(name, 'a', len);
		name[len] = '\0';
		setenv("PATH", "/x:", 1);
		cr_expect(spawn_find(name, path) < 0);
		name[0] = '/';
		cr_expect(spawn_find(name, path) < 0);
	}
	memset(name, 'a', 3 * PATH_MAX - 1);
	name[3 * PATH_MAX - 1] = '\0';
	cr_expect_eq(spawn_find(name, path), -ENAMETOOLONG);
	setenv("PATH", name, 1);
	cr_expect_eq(spawn_find("tool", path), -ENOENT);
	free(name);
}

struct program {
	Elf64_Ehdr eh;
	Elf64_Phdr ph[2];
};

static struct program program_make(void)
{
	struct program p = { .eh = { .e_type = ET_DYN,
				     .e_machine = EM_X86_64,
				     .e_phoff = sizeof(Elf64_Ehdr),
				     .e_phentsize = sizeof(Elf64_Phdr),
				     .e_phnum = 2 } };

	memcpy(p.eh.e_ident, ELFMAG, SELFMAG);
	p.eh.e_ident[EI_CLASS] = ELFCLASS64;
	p.ph[0].p_type = PT_LOAD;
	p.ph[1].p_type = PT_INTERP;
	return p;
}

static bool preloadable(const struct program *p, mode_t mode, uid_t uid, gid_t gid)
{
	file_write("program", p, sizeof(*p), mode);
	return spawn_preloadable("program", uid, gid);
}

Test(spawn, dynamic_64_bit_programs_load_a_preload_library)
{
	struct program p = program_make();
	uid_t uid = geteuid();
	gid_t gid = getegid();

	cr_expect(preloadable(&p, 0755, uid, gid));
	p.ph[1].p_type = PT_NOTE;
	cr_expect_not(preloadable(&p, 0755, uid, gid), "static");
	p = program_make();
	p.eh.e_ident[EI_CLASS] = ELFCLASS32;
	cr_expect_not(preloadable(&p, 0755, uid, gid), "32 bit");
	p = program_make();
	p.eh.e_machine = EM_AARCH64;
	cr_expect_not(preloadable(&p, 0755, uid, gid), "another machine");
	p = program_make();
	p.eh.e_phoff = UINT64_MAX - 8;
	cr_expect_not(preloadable(&p, 0755, uid, gid), "headers beyond the file");
	file_write("program", "\177ELF", 4, 0755);
	cr_expect_not(spawn_preloadable("program", uid, gid), "cut short");
}

Test(spawn, programs_that_gain_privileges_do_not)
{
	struct program p = program_make();
	uid_t uid = geteuid();
	gid_t gid = getegid();

	cr_expect_not(preloadable(&p, 04755, uid + 1, gid));
	cr_expect(preloadable(&p, 04755, uid, gid), "setuid to the user who runs it");
	cr_expect_not(preloadable(&p, 02755, uid, gid + 1));
	cr_expect(preloadable(&p, 02755, uid, gid));
	cr_expect(preloadable(&p, 02745, uid, gid + 1), "without x for the group it is no setgid");
}

Test(spawn, scripts_are_looked_through)
{
	struct program p = program_make();
	char line[256];
	size_t len;

	cr_expect(preloadable(&p, 0755, 0, 0));
	len = (size_t)snprintf(line, sizeof(line), "#! %s/program -x\n", folder);
	file_write("script", line, len, 0755);
	cr_expect(spawn_preloadable("script", geteuid(), getegid()));
	p.ph[1].p_type = PT_NOTE;
	preloadable(&p, 0755, 0, 0);
	cr_expect_not(spawn_preloadable("script", geteuid(), getegid()));
	/* for ever its own interpreter */
	len = (size_t)snprintf(line, sizeof(line), "#!%s/script\n", folder);
	file_write("script", line, len, 0755);
	cr_expect_not(spawn_preloadable("script", geteuid(), getegid()));
	file_write("script", "#!\n", 3, 0755);
	cr_expect_not(spawn_preloadable("script", geteuid(), getegid()));
}

/* Runs a shell script as the program; returns its wait status. */
static int run(const char *script, const char *const *env, size_t nr_env, const char *argv0)
{
	char *program[] = { (char *)"/bin/sh", (char *)"-c", (char *)script, NULL };
	struct options o = { .name = "strace", .program = program, .argv0 = argv0 };
	struct text error = TEXT_INIT;
	struct spawn sp;
	int status = -1;
	pid_t pid;

	o.env = (const char **)env;
	o.nr_env = nr_env;
	cr_assert_eq(spawn_prepare(&sp, &o, NULL, false, &error), 0);
	pid = spawn_fork(&sp);
	cr_assert(pid > 0);
	spawn_go(&sp);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	spawn_release(&sp);
	text_release(&error);
	return status;
}

Test(spawn, environment_as_asked_for)
{
	const char *env[] = { "SPAWN_A=1", "SPAWN_A=2", "SPAWN_B", "SPAWN_C=" };

	setenv("SPAWN_B", "there", 1);
	setenv("SPAWN_D", "kept", 1);
	cr_expect_eq(
		run("test \"$SPAWN_A,${SPAWN_B-none},${SPAWN_C-none},$SPAWN_D\" = 2,none,,kept",
		    env, 4, NULL),
		0);
}

Test(spawn, first_word_as_asked_for)
{
	cr_expect_eq(run("test \"$0\" = other", NULL, 0, "other"), 0);
}

static void on_signal(int sig)
{
	(void)sig;
}

Test(spawn, signals_as_they_were_when_we_started)
{
	sigset_t set;

	signal(SIGUSR1, on_signal);
	signal(SIGUSR2, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	cr_expect_eq(run("kill -USR1 $$; exit 9", NULL, 0, NULL), SIGUSR1);
	cr_expect_eq(run("kill -USR2 $$; exit 9", NULL, 0, NULL), SIGUSR2);
	cr_expect_eq(run("kill -TERM $$; exit 9", NULL, 0, NULL), SIGTERM);
}
