// SPDX-License-Identifier: MIT
// A library that is loaded while the program runs, and functions that are looked up at run time.
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	const char *plugin = argc > 1 ? argv[1] : "plugin.so";
	void *handle = dlopen(plugin, RTLD_NOW | RTLD_LOCAL);
	int (*work)(int);
	int (*next)(const char *);
	char *(*env)(const char *);
	Dl_info info;

	if (!handle) {
		printf("%s\n", dlerror());
		return 1;
	}
	work = (int (*)(int))dlsym(handle, "plugin_work");
	printf("work %d\n", work(4));
	/* RTLD_NEXT must mean: behind this program, not behind whoever stands between */
	next = (int (*)(const char *))dlsym(RTLD_NEXT, "puts");
	next("next");
	env = (char *(*)(const char *))dlsym(RTLD_DEFAULT, "getenv");
	printf("env %s\n", env("LATE"));
	printf("missing %d\n", dlsym(handle, "plugin_missing") == NULL && dlerror() != NULL);
	printf("name %s\n", dladdr((void *)work, &info) ? info.dli_sname : "none");
	dlclose(handle);
	/* most likely at the same place as before */
	handle = dlopen(plugin, RTLD_LAZY | RTLD_LOCAL);
	work = (int (*)(int))dlsym(handle, "plugin_work");
	printf("work %d\n", work(4));
	return 0;
}
