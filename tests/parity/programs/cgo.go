// SPDX-License-Identifier: MIT
// The same kind of program with calls into C: Go's scheduler above libc's threads.
package main

/*
#include <stdlib.h>
#include <sys/stat.h>

static long size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? -1 : st.st_size;
}
*/
import "C"

import (
	"fmt"
	"os"
	"unsafe"
)

func sizeOf(name string) int {
	path := C.CString(name)
	defer C.free(unsafe.Pointer(path))
	return int(C.size_of(path))
}

func main() {
	done := make(chan int)
	for i := 0; i < 8; i++ {
		go func(n int) {
			name := fmt.Sprintf("goroutine-%d", n)
			if err := os.WriteFile(name, []byte(name), 0o600); err != nil {
				panic(err)
			}
			done <- sizeOf(name)
		}(i)
	}
	sum := 0
	for i := 0; i < 8; i++ {
		sum += <-done
	}
	fmt.Println(sum)
}
