/* SPDX-License-Identifier: MIT */
/*
 * Makes calls on file names, directories and attributes with typical, edge and failing arguments,
 * for comparison of two traces of it. Works in a directory of its own below /tmp, which it removes;
 * ends with status 0 whatever the calls return.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <linux/stat.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <utime.h>

#define BAD ((void *)8)
#define MISSING "missing"

static void make_opens(void)
{
	struct open_how how = { .flags = O_RDONLY | O_CLOEXEC, .resolve = RESOLVE_BENEATH };
	struct {
		struct open_how how;
		uint64_t more[2];
	} long_how = { { .flags = O_CREAT | O_WRONLY, .mode = 0640 }, { 0, 0 } };

	close(syscall(SYS_open, "file", O_RDWR | O_CREAT | O_TRUNC, 0644));
	close(syscall(SYS_open, "file", O_RDONLY));
	syscall(SYS_open, MISSING, O_ACCMODE);
	syscall(SYS_open, MISSING, 0xfbffffff & ~O_CREAT, 0xffff);
	syscall(SYS_open, MISSING, O_WRONLY | O_EXCL | 0x10000000);
	syscall(SYS_open, "", O_DIRECTORY | O_NOFOLLOW | O_PATH);
	syscall(SYS_open, NULL, O_APPEND | O_NONBLOCK | O_DSYNC);
	syscall(SYS_open, BAD, O_SYNC | O_NOATIME | O_DIRECT);
	syscall(SYS_open, "\n\t\"\\\377\1", O_NOCTTY | O_ASYNC);
	close(syscall(SYS_openat, AT_FDCWD, ".", O_RDWR | O_TMPFILE, 07777));
	syscall(SYS_openat, AT_FDCWD, MISSING "/x", O_CREAT | O_WRONLY, 0);
	syscall(SYS_openat, 77, MISSING, O_RDONLY);
	syscall(SYS_openat, -1, MISSING, O_CREAT, 0100777);
	close(syscall(SYS_creat, "file", 0600));
	syscall(SYS_creat, MISSING "/x", 0);
	close(syscall(SYS_openat2, AT_FDCWD, "file", &how, sizeof(how)));
	close(syscall(SYS_openat2, AT_FDCWD, "file2", &long_how, sizeof(long_how)));
	long_how.more[1] = 1;
	syscall(SYS_openat2, AT_FDCWD, "file", &long_how, sizeof(long_how));
	syscall(SYS_openat2, AT_FDCWD, "file", &how, 8);
	syscall(SYS_openat2, AT_FDCWD, "file", NULL, sizeof(how));
	syscall(SYS_openat2, 77, BAD, BAD, sizeof(how));
	how.flags = 1ull << 40;
	how.resolve = 0x1000;
	how.mode = 01ull << 33;
	syscall(SYS_openat2, AT_FDCWD, "file", &how, sizeof(how));
	unlink("file2");
}

static void make_stats(void)
{
	struct stat st;
	struct statx stx;
	struct statfs fs;
	int fd = open("file", O_RDONLY);

	syscall(SYS_stat, "file", &st);
	syscall(SYS_stat, "/dev/null", &st);
	syscall(SYS_stat, ".", &st);
	syscall(SYS_lstat, "/proc/self", &st);
	syscall(SYS_stat, MISSING, &st);
	syscall(SYS_stat, "file", NULL);
	syscall(SYS_lstat, "file", BAD);
	syscall(SYS_fstat, fd, &st);
	syscall(SYS_fstat, -1, &st);
	syscall(SYS_newfstatat, AT_FDCWD, "file", &st, AT_SYMLINK_NOFOLLOW);
	syscall(SYS_newfstatat, fd, "", &st, AT_EMPTY_PATH);
	syscall(SYS_newfstatat, AT_FDCWD, "file", &st, 0x40000);
	syscall(SYS_newfstatat, 77, MISSING, BAD, AT_NO_AUTOMOUNT | AT_SYMLINK_NOFOLLOW);
	syscall(SYS_statx, AT_FDCWD, "file", AT_STATX_SYNC_AS_STAT, STATX_BASIC_STATS, &stx);
	syscall(SYS_statx, AT_FDCWD, "/", AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_ALL, &stx);
	syscall(SYS_statx, fd, "", AT_EMPTY_PATH | AT_STATX_FORCE_SYNC, STATX_SIZE, &stx);
	syscall(SYS_statx, fd, "", AT_EMPTY_PATH, STATX_TYPE | STATX_MODE | STATX_MTIME, &stx);
	syscall(SYS_statx, 77, MISSING, 0x6000, 0x80001000, &stx);
	syscall(SYS_statx, AT_FDCWD, "file", 0, 0, NULL);
	syscall(SYS_statfs, "/", &fs);
	syscall(SYS_statfs, "/proc", &fs);
	syscall(SYS_statfs, "/dev", &fs);
	syscall(SYS_statfs, MISSING, &fs);
	syscall(SYS_statfs, "/", BAD);
	syscall(SYS_fstatfs, fd, &fs);
	syscall(SYS_fstatfs, -1, &fs);
	close(fd);
}

static void make_access_and_modes(void)
{
	int fd = open("file", O_RDONLY);

	syscall(SYS_access, "file", F_OK);
	syscall(SYS_access, MISSING, R_OK | W_OK | X_OK);
	syscall(SYS_access, "file", 0x38);
	syscall(SYS_access, "file", 0x3c);
	syscall(SYS_faccessat, AT_FDCWD, "file", R_OK);
	syscall(SYS_faccessat2, AT_FDCWD, "file", R_OK, AT_EACCESS | AT_SYMLINK_NOFOLLOW);
	syscall(SYS_faccessat2, 77, MISSING, -1, -1);
	syscall(SYS_chmod, "file", 04755);
	syscall(SYS_chmod, MISSING, 0);
	syscall(SYS_chmod, MISSING, 0xffffffff);
	syscall(SYS_fchmod, fd, 0600);
	syscall(SYS_fchmod, -1, 7);
	syscall(SYS_fchmodat, AT_FDCWD, "file", 0640);
	syscall(SYS_chown, "file", -1, -1);
	syscall(SYS_chown, MISSING, 0, 12345);
	syscall(SYS_lchown, MISSING, -2, 1);
	syscall(SYS_fchown, fd, -1, -1);
	syscall(SYS_fchownat, AT_FDCWD, "file", -1, -1, AT_SYMLINK_NOFOLLOW);
	syscall(SYS_fchownat, fd, "", -1, -1, AT_EMPTY_PATH);
	syscall(SYS_fchownat, 77, MISSING, 1, 2, 0x8000);
	syscall(SYS_umask, 0);
	syscall(SYS_umask, 0777);
	syscall(SYS_umask, 022);
	syscall(SYS_truncate, "file", 100);
	syscall(SYS_truncate, MISSING, -1L);
	syscall(SYS_ftruncate, fd, 1L << 40);
	close(fd);
}

static void make_names(void)
{
	char buf[4096], *longer = malloc(5000);

	syscall(SYS_link, "file", "link");
	syscall(SYS_link, MISSING, BAD);
	syscall(SYS_linkat, AT_FDCWD, "file", AT_FDCWD, "link2", 0);
	syscall(SYS_linkat, AT_FDCWD, MISSING, 77, "link2", AT_SYMLINK_FOLLOW | AT_EMPTY_PATH);
	syscall(SYS_linkat, AT_FDCWD, MISSING, 77, "link2", 0x40000);
	syscall(SYS_symlink, "target of the symbolic link, longer than 32", "sym");
	syscall(SYS_symlinkat, "target", AT_FDCWD, "sym2");
	syscall(SYS_readlink, "sym", buf, sizeof(buf));
	syscall(SYS_readlink, "sym", buf, 6);
	syscall(SYS_readlink, "file", buf, sizeof(buf));
	syscall(SYS_readlink, "sym", BAD, sizeof(buf));
	syscall(SYS_readlinkat, AT_FDCWD, "sym2", buf, sizeof(buf));
	syscall(SYS_readlinkat, 77, "sym2", buf, 0);
	syscall(SYS_rename, "link", "renamed");
	syscall(SYS_renameat, AT_FDCWD, "renamed", AT_FDCWD, "link");
	syscall(SYS_renameat2, AT_FDCWD, "link", AT_FDCWD, "link2", RENAME_NOREPLACE);
	syscall(SYS_renameat2, AT_FDCWD, MISSING, 77, "link2",
		RENAME_EXCHANGE | RENAME_WHITEOUT | 8);
	syscall(SYS_renameat2, AT_FDCWD, MISSING, 77, "link2", 0x100);
	syscall(SYS_unlink, "link");
	syscall(SYS_unlinkat, AT_FDCWD, "link2", 0);
	syscall(SYS_unlinkat, 77, MISSING, AT_REMOVEDIR);
	syscall(SYS_unlinkat, 77, MISSING, 0x102);
	syscall(SYS_unlink, "sym");
	syscall(SYS_unlink, "sym2");
	memset(longer, 'x', 4999);
	longer[4999] = 0;
	syscall(SYS_unlink, longer);
	longer[4096] = 0;
	syscall(SYS_unlink, longer);
	longer[4095] = 0;
	syscall(SYS_unlink, longer);
	longer[4094] = 0;
	syscall(SYS_unlink, longer);
	free(longer);
}

static void make_nodes(void)
{
	syscall(SYS_mknod, "fifo", S_IFIFO, 0);
	syscall(SYS_mknod, MISSING "/x", S_IFBLK | 0644, 0x801);
	syscall(SYS_mknod, MISSING "/x", S_IFCHR | 07600, 0x1ff00003ff);
	syscall(SYS_mknod, MISSING "/x", 0, 5);
	syscall(SYS_mknod, MISSING "/x", 0170644, 5);
	syscall(SYS_mknod, MISSING "/x", S_IFREG | S_ISUID, 5);
	syscall(SYS_mknodat, AT_FDCWD, MISSING "/x", S_IFSOCK | 0755, 0);
	syscall(SYS_mknodat, 77, MISSING, S_IFCHR | 0666, 0x103);
	syscall(SYS_unlink, "fifo");
	syscall(SYS_mkdir, "dir", 0755);
	syscall(SYS_mkdir, "dir", 07777);
	syscall(SYS_mkdirat, AT_FDCWD, "dir/sub", 0);
	syscall(SYS_mkdirat, 77, "dir/sub", -1);
	syscall(SYS_rmdir, "dir/sub");
	syscall(SYS_rmdir, "dir");
	syscall(SYS_rmdir, NULL);
}

static void make_directories(void)
{
	char buf[4096];
	int fd = open(".", O_RDONLY | O_DIRECTORY), file = open("file", O_RDONLY);
	int here = open(".", O_PATH);

	syscall(SYS_getdents64, fd, buf, sizeof(buf));
	syscall(SYS_getdents64, fd, buf, sizeof(buf));
	syscall(SYS_lseek, fd, 0, SEEK_SET);
	syscall(SYS_getdents, fd, buf, sizeof(buf));
	syscall(SYS_getdents, fd, buf, sizeof(buf));
	syscall(SYS_getdents64, file, buf, sizeof(buf));
	syscall(SYS_getdents64, -1, NULL, 0);
	syscall(SYS_getdents, fd, buf, 1);
	syscall(SYS_getcwd, buf, sizeof(buf));
	syscall(SYS_getcwd, buf, 2);
	syscall(SYS_getcwd, NULL, 100);
	syscall(SYS_chdir, ".");
	syscall(SYS_chdir, MISSING);
	syscall(SYS_fchdir, here);
	syscall(SYS_fchdir, -1);
	syscall(SYS_chroot, MISSING);
	close(fd);
	close(file);
	close(here);
}

static void make_times(void)
{
	struct utimbuf ut = { 1700000000, 1 };
	struct timeval tv[2] = { { 1700000000, 5 }, { 0, 999999 } };
	struct timespec ts[2] = { { 1700000000, 5 }, { 0, UTIME_NOW } };

	syscall(SYS_utime, "file", &ut);
	syscall(SYS_utime, "file", NULL);
	syscall(SYS_utime, MISSING, BAD);
	syscall(SYS_utimes, "file", tv);
	syscall(SYS_utimes, "file", NULL);
	tv[0].tv_usec = -1;
	tv[1].tv_usec = 1000000;
	syscall(SYS_futimesat, AT_FDCWD, "file", tv);
	syscall(SYS_utimensat, AT_FDCWD, "file", ts, 0);
	ts[0].tv_nsec = UTIME_OMIT;
	ts[1].tv_nsec = UTIME_OMIT;
	syscall(SYS_utimensat, AT_FDCWD, "file", ts, AT_SYMLINK_NOFOLLOW);
	ts[0].tv_nsec = UTIME_NOW;
	ts[1].tv_nsec = UTIME_NOW;
	syscall(SYS_utimensat, AT_FDCWD, "file", ts, 0);
	ts[1].tv_nsec = 2000000000;
	syscall(SYS_utimensat, AT_FDCWD, "file", ts, 0x10);
	ts[0].tv_nsec = 1;
	ts[1].tv_sec = -5;
	ts[1].tv_nsec = 1;
	syscall(SYS_utimensat, 77, NULL, ts, 0);
	syscall(SYS_utimensat, 77, "", BAD, 0);
}

static void make_attributes(void)
{
	char buf[256];
	int fd = open("file", O_RDWR);

	syscall(SYS_setxattr, "file", "user.name", "value\0x", 7, XATTR_CREATE);
	syscall(SYS_setxattr, "file", "user.name", "another", 7, 0);
	syscall(SYS_lsetxattr, "file", "user.other", "", 0, XATTR_REPLACE | 4);
	syscall(SYS_fsetxattr, fd, "user.third", "0123456789012345678901234567890123456789", 40, 0);
	syscall(SYS_getxattr, "file", "user.name", buf, sizeof(buf));
	syscall(SYS_getxattr, "file", "user.name", NULL, 0);
	syscall(SYS_getxattr, "file", "user.name", buf, 1);
	syscall(SYS_lgetxattr, "file", "user.none", buf, sizeof(buf));
	syscall(SYS_fgetxattr, fd, "user.third", buf, sizeof(buf));
	syscall(SYS_listxattr, "file", buf, sizeof(buf));
	syscall(SYS_listxattr, "file", NULL, 0);
	syscall(SYS_llistxattr, MISSING, buf, sizeof(buf));
	syscall(SYS_flistxattr, fd, buf, sizeof(buf));
	syscall(SYS_removexattr, "file", "user.name");
	syscall(SYS_lremovexattr, "file", "user.none");
	syscall(SYS_fremovexattr, fd, "user.third");
	syscall(SYS_setxattr, BAD, BAD, BAD, 5, 0x10);
	close(fd);
}

static void make_mounts(void)
{
	syscall(SYS_mount, MISSING, MISSING, "tmpfs", MS_RDONLY | MS_NOSUID, "size=1");
	syscall(SYS_mount, NULL, MISSING, NULL, MS_REMOUNT | MS_BIND | MS_REC, NULL);
	syscall(SYS_mount, MISSING, MISSING, NULL, MS_MGC_VAL | MS_PRIVATE, NULL);
	syscall(SYS_mount, MISSING, MISSING, "x", 1u << 31, BAD);
	syscall(SYS_mount, MISSING, MISSING, "x", MS_MOVE, "data");
	syscall(SYS_umount2, MISSING, 0);
	syscall(SYS_umount2, MISSING, MNT_DETACH | UMOUNT_NOFOLLOW | 0x100);
	syscall(SYS_pivot_root, MISSING, MISSING);
	syscall(SYS_swapon, MISSING, 0x8000 | 5);
	syscall(SYS_swapoff, MISSING);
	syscall(SYS_quotactl, 0x800007 << 8, MISSING, 0, BAD);
	syscall(SYS_fsopen, "nofs", 1);
	syscall(SYS_fspick, AT_FDCWD, MISSING, 3);
	syscall(SYS_fsconfig, -1, 1, "key", "value", 0);
	syscall(SYS_fsconfig, -1, 0, "key", NULL, 0);
	syscall(SYS_fsconfig, -1, 2, "key", "bin\1", 4);
	syscall(SYS_fsconfig, -1, 3, "key", "path", AT_FDCWD);
	syscall(SYS_fsconfig, -1, 5, "key", NULL, 3);
	syscall(SYS_fsconfig, -1, 6, NULL, NULL, 0);
	syscall(SYS_fsconfig, -1, 99, "a", "b", 3);
	syscall(SYS_fsmount, -1, 1, 0x10 | 1);
	syscall(SYS_open_tree, AT_FDCWD, MISSING, 1 | O_CLOEXEC | 0x8000);
	syscall(SYS_move_mount, AT_FDCWD, MISSING, -1, "", 0x44);
	syscall(SYS_mount_setattr, -1, MISSING, 0x8000, BAD, 32);
}

static void make_handles(void)
{
	struct {
		struct file_handle handle;
		unsigned char bytes[128];
	} h = { .handle.handle_bytes = 128 };
	int id;

	syscall(SYS_name_to_handle_at, AT_FDCWD, "file", &h, &id, 0);
	h.handle.handle_bytes = 0;
	syscall(SYS_name_to_handle_at, AT_FDCWD, "file", &h, &id, AT_SYMLINK_FOLLOW);
	syscall(SYS_name_to_handle_at, 77, MISSING, BAD, BAD, 0x8000);
	syscall(SYS_open_by_handle_at, -1, &h, O_RDONLY | O_CLOEXEC);
	syscall(SYS_open_by_handle_at, -1, BAD, O_WRONLY);
}

int main(void)
{
	char dir[] = "/tmp/calls-file-XXXXXX";

	if (!mkdtemp(dir) || chdir(dir))
		return 1;
	make_opens();
	make_stats();
	make_access_and_modes();
	make_names();
	make_nodes();
	make_directories();
	make_times();
	make_attributes();
	make_mounts();
	make_handles();
	unlink("file");
	rmdir(dir);
	return 0;
}
