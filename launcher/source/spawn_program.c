/* SPDX-License-Identifier: MIT */
/* Which file a program's name means, and what kind of program it is. */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "source/spawn.h"

#define SCRIPT_DEPTH 5	/* the kernel's limit of interpreters in a row (execve(2)) */
#define SCRIPT_LINE 256 /* BINPRM_BUF_SIZE */

/* One entry of PATH and a name in it; an empty entry is the working directory. */
static int path_join(char *path, const char *dir, size_t len, const char *name)
{
	size_t used = len;

	if (!len) {
		if (!getcwd(path, PATH_MAX))
			return -errno;
		used = strlen(path);
	} else if (len >= PATH_MAX) {
		return -ENAMETOOLONG;
	} else {
		memcpy(path, dir, len);
	}
	if (used && path[used - 1] != '/')
		path[used++] = '/';
	if (used + strlen(name) >= PATH_MAX)
		return -ENAMETOOLONG;
	strcpy(path + used, name);
	return 0;
}

static bool is_program(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode) && st.st_mode & 0111;
}

int spawn_find(const char *name, char *path)
{
	const char *dir = getenv("PATH");
	struct stat st;

	if (strlen(name) > PATH_MAX)
		return -ENAMETOOLONG;
	if (strchr(name, '/')) {
		strcpy(path, name);
		return stat(path, &st) ? -errno : 0;
	}
	if (!dir || !*dir || !*name)
		return -ENOENT;
	for (;;) {
		size_t len = strcspn(dir, ":");

		if (!path_join(path, dir, len, name) && is_program(path))
			return 0;
		if (!dir[len])
			return -ENOENT;
		dir += len + 1;
	}
}

static bool gains_privileges(int fd, uid_t uid, gid_t gid)
{
	struct stat st;

	if (fstat(fd, &st))
		return false;
	if (st.st_mode & S_ISUID && st.st_uid != uid)
		return true;
	if ((st.st_mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP) && st.st_gid != gid)
		return true;
	return uid && fgetxattr(fd, "security.capability", NULL, 0) > 0;
}

static bool has_interpreter(int fd, const Elf64_Ehdr *eh)
{
	Elf64_Phdr ph;

	for (unsigned int i = 0; i < eh->e_phnum; i++) {
		off_t off = (off_t)(eh->e_phoff + i * sizeof(ph));

		if (pread(fd, &ph, sizeof(ph), off) != sizeof(ph))
			return false;
		if (ph.p_type == PT_INTERP)
			return true;
	}
	return false;
}

/* The interpreter of a "#!" line, cut out in place; NULL if there is none. */
static const char *script_interpreter(char *line)
{
	char *name = line + 2 + strspn(line + 2, " \t");

	name[strcspn(name, " \t\n")] = '\0';
	return *name ? name : NULL;
}

bool spawn_preloadable(const char *path, uid_t uid, gid_t gid)
{
	char head[SCRIPT_LINE + 1], next[SCRIPT_LINE + 1];

	for (int depth = 0; path && depth <= SCRIPT_DEPTH; depth++) {
		int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
		const Elf64_Ehdr *eh = (const void *)head;
		bool answer = false;
		ssize_t n;

		if (fd < 0)
			return true;
		n = pread(fd, head, SCRIPT_LINE, 0);
		head[n < 0 ? 0 : n] = '\0';
		if (n > 2 && !memcmp(head, "#!", 2)) {
			path = script_interpreter(head);
			if (path)
				path = strcpy(next, path);
			close(fd);
			continue;
		}
		if (n >= (ssize_t)sizeof(*eh) && !memcmp(head, ELFMAG, SELFMAG) &&
		    head[EI_CLASS] == ELFCLASS64 && eh->e_machine == EM_X86_64)
			answer = has_interpreter(fd, eh) && !gains_privileges(fd, uid, gid);
		close(fd);
		return answer;
	}
	return false;
}
