/* SPDX-License-Identifier: MIT */
/* Fuzzes the parser of the spec and of users' prototype files. */
#include "spec.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "harness.h"
#include "lib_proto.h"
#include "lib_proto_file.h"

/* As a user's file: what can be said about it is said in a message. */
static void file_try(const uint8_t *data, size_t size)
{
	static int fd = -1;
	static char path[32];
	struct text error = TEXT_INIT;
	struct lib_protos protos;

	if (fd < 0) {
		fd = memfd_create("proto", MFD_CLOEXEC);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	if (fd < 0 || ftruncate(fd, 0) || pwrite(fd, data, size, 0) != (ssize_t)size ||
	    lib_protos_init(&protos))
		abort();
	if (lib_protos_read(&protos, path, &error) && !error.len)
		abort();
	lib_protos_finish(&protos);
	lib_protos_find(&protos, "strlen");
	lib_protos_release(&protos);
	text_release(&error);
}

int fuzz_one(const uint8_t *data, size_t size)
{
	struct spec_error error = { 0 };
	struct spec spec = SPEC_INIT;
	char *text = malloc(size ? size : 1);

	if (!text)
		abort();
	memcpy(text, data, size);
	if (!spec_parse(&spec, "fuzz", text, size, &error))
		spec_resolve(&spec, &error);
	spec_release(&spec);
	free(text);
	file_try(data, size);
	return 0;
}
