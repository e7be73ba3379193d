// SPDX-License-Identifier: MIT
// Goroutines that read and write files and meet on a channel: a program with its own scheduler, its own stacks and
// no libc.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	done := make(chan string)
	for i := 0; i < 8; i++ {
		go func(n int) {
			name := fmt.Sprintf("goroutine-%d", n)
			if err := os.WriteFile(name, []byte(name), 0o600); err != nil {
				panic(err)
			}
			data, err := os.ReadFile(name)
			if err != nil {
				panic(err)
			}
			done <- string(data)
		}(i)
	}
	for i := 0; i < 8; i++ {
		<-done
	}
	found, _ := filepath.Glob("goroutine-*")
	fmt.Println(len(found))
}
