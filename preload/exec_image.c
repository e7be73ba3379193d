/* SPDX-License-Identifier: MIT */
/*
 * What kind of program would an execve start? Follows #! lines as the kernel does, reads the ELF
 * header, and asks whether the program runs with privileges that make its loader ignore LD_PRELOAD
 * (AT_SECURE: ld.so(8)).
 */
#include <asm/stat.h>
#include <asm/unistd.h>
#include <elf.h>
#include <linux/errno.h>
#include <linux/fcntl.h>

#include "exec.h"
#include "memory.h"
#include "text.h"

#define HEAD 4096     /* as much of the file as is looked at */
#define SCRIPTS_MAX 5 /* the kernel's limit on interpreters of interpreters */
#define S_ISUID 04000
#define S_ISGID 02000
#define S_IXGRP 00010

static bool is_secure(int fd)
{
	struct stat st;
	uint32_t uid = (uint32_t)raw3(__NR_getuid, 0, 0, 0);
	uint32_t gid = (uint32_t)raw3(__NR_getgid, 0, 0, 0);

	if (raw3(__NR_fstat, fd, (long)&st, 0))
		return true;
	if (st.st_mode & S_ISUID && st.st_uid != uid)
		return true;
	if ((st.st_mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP) && st.st_gid != gid)
		return true;
	return uid && raw4(__NR_fgetxattr, fd, (long)"security.capability", 0, 0) > 0;
}

/* The loader's name says whose it is: glibc's takes LD_PRELOAD and gives constructors argv. */
static bool is_glibc_loader(const char *path, size_t len)
{
	const char *base = path;

	if (!len || path[len - 1])
		return false;
	for (size_t i = 0; i < len; i++) {
		if (path[i] == '/')
			base = path + i + 1;
	}
	return text_after(base, "ld-linux-x86-64") != NULL;
}

static enum exec_image elf_image(int fd, const uint8_t *head, size_t n)
{
	const Elf64_Ehdr *eh = (const Elf64_Ehdr *)head;

	if (n < sizeof(*eh) || eh->e_ident[EI_CLASS] != ELFCLASS64 || eh->e_machine != EM_X86_64 ||
	    eh->e_phentsize != sizeof(Elf64_Phdr) || eh->e_phoff > n ||
	    eh->e_phnum > (n - eh->e_phoff) / sizeof(Elf64_Phdr))
		return EXEC_FORMAT;
	for (int i = 0; i < eh->e_phnum; i++) {
		const Elf64_Phdr *ph = (const Elf64_Phdr *)(head + eh->e_phoff) + i;
		char interp[256];
		long len;

		if (ph->p_type != PT_INTERP)
			continue;
		if (ph->p_filesz > sizeof(interp))
			return EXEC_FORMAT;
		len = raw4(__NR_pread64, fd, (long)interp, (long)ph->p_filesz, (long)ph->p_offset);
		if (len == (long)ph->p_filesz && is_glibc_loader(interp, (size_t)len))
			return is_secure(fd) ? EXEC_SECURE : EXEC_LOADABLE;
		return EXEC_FORMAT;
	}
	return EXEC_STATIC;
}

uint32_t exec_image_reason(enum exec_image image)
{
	switch (image) {
	case EXEC_STATIC:
		return UNTRACED_STATIC;
	case EXEC_SECURE:
		return UNTRACED_SECURE;
	default:
		return UNTRACED_FORMAT;
	}
}

/* The interpreter that a #! line names, NUL-terminated in place; NULL if none. */
static char *script_interpreter(char *head, size_t n)
{
	char *start = head + 2, *p;

	head[n < 256 ? n : 255] = 0;
	while (*start == ' ' || *start == '\t')
		start++;
	for (p = start; *p && *p != ' ' && *p != '\t' && *p != '\n'; p++)
		;
	*p = 0;
	return p > start ? start : NULL;
}

static int open_program(struct thread *t, int dirfd, uint64_t path, int flags)
{
	char empty;
	bool by_fd = flags & AT_EMPTY_PATH && memory_read(t, &empty, path, 1) == 1 && !empty;

	if (by_fd) {
		char name[40], *end = text_copy(name, "/proc/self/fd/");

		*text_put_number(end, (uint32_t)dirfd) = 0;
		return (int)raw4(__NR_openat, AT_FDCWD, (long)name, O_RDONLY | O_CLOEXEC, 0);
	}
	return (int)raw4(__NR_openat, dirfd, (long)path, O_RDONLY | O_CLOEXEC, 0);
}

/*
 * Whether the kernel will say the same to the execve itself. It will not where the program may be
 * executed but not read, or where we have no descriptor left to look at it with.
 */
static bool will_be_refused(int err)
{
	return err == -ENOENT || err == -ENOTDIR || err == -EFAULT || err == -ELOOP ||
	       err == -ENAMETOOLONG || err == -EBADF;
}

enum exec_image exec_image_of(struct thread *t, int dirfd, uint64_t path, int flags)
{
	uint8_t head[HEAD] __attribute__((aligned(8)));
	int fd = open_program(t, dirfd, path, flags);

	for (int depth = 0; depth <= SCRIPTS_MAX; depth++) {
		enum exec_image image;
		char *interpreter = NULL;
		long n;

		if (fd < 0)
			return will_be_refused(fd) ? EXEC_UNKNOWN : EXEC_FORMAT;
		n = raw4(__NR_pread64, fd, (long)head, HEAD - 1, 0);
		/* a format that is registered (binfmt_misc) is not ours to know */
		image = n < 0 ? EXEC_UNKNOWN : EXEC_FORMAT;
		if (n >= 4 && !memcmp(head, ELFMAG, SELFMAG))
			image = elf_image(fd, head, (size_t)n);
		else if (n > 2 && head[0] == '#' && head[1] == '!')
			interpreter = script_interpreter((char *)head, (size_t)n);
		raw3(__NR_close, fd, 0, 0);
		if (!interpreter)
			return image;
		fd = (int)raw4(__NR_openat, AT_FDCWD, (long)interpreter, O_RDONLY | O_CLOEXEC, 0);
	}
	return EXEC_UNKNOWN;
}
