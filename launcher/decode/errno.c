/* SPDX-License-Identifier: MIT */
/*
 * Names and texts of error numbers, the kernel's own restart codes included.
 */
#include <errno.h>
#include <string.h>

#include "decode/decode.h"

#define KERNEL_FIRST 512

/* include/linux/errno.h of the kernel: never seen by programs, but by tracers */
static const struct {
	const char *name;
	const char *text;
} kernel_errors[] = {
	{ "ERESTARTSYS", "To be restarted if SA_RESTART is set" },
	{ "ERESTARTNOINTR", "To be restarted" },
	{ "ERESTARTNOHAND", "To be restarted if no handler" },
	{ "ENOIOCTLCMD", "No ioctl command" },
	{ "ERESTART_RESTARTBLOCK", "Interrupted by signal" },
	{ "EPROBE_DEFER", "Unknown error 517" },
	{ "EOPENSTALE", "Unknown error 518" },
	{ "ENOPARAM", "Unknown error 519" },
	{ NULL, NULL },
	{ "EBADHANDLE", "Unknown error 521" },
	{ "ENOTSYNC", "Unknown error 522" },
	{ "EBADCOOKIE", "Unknown error 523" },
	{ "ENOTSUPP", "Unknown error 524" },
	{ "ETOOSMALL", "Unknown error 525" },
	{ "ESERVERFAULT", "Unknown error 526" },
	{ "EBADTYPE", "Unknown error 527" },
	{ "EJUKEBOX", "Unknown error 528" },
	{ "EIOCBQUEUED", "Unknown error 529" },
	{ "ERECALLCONFLICT", "Unknown error 530" },
};

#define NR_KERNEL (int)(sizeof(kernel_errors) / sizeof(kernel_errors[0]))

const char *errno_name(int err)
{
	if (err >= KERNEL_FIRST && err < KERNEL_FIRST + NR_KERNEL)
		return kernel_errors[err - KERNEL_FIRST].name;
	return err > 0 ? strerrorname_np(err) : NULL;
}

const char *errno_text(int err)
{
	if (err >= KERNEL_FIRST && err < KERNEL_FIRST + NR_KERNEL)
		return kernel_errors[err - KERNEL_FIRST].text;
	return err > 0 ? strerrordesc_np(err) : NULL;
}
