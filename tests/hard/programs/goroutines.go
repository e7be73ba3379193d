// SPDX-License-Identifier: MIT
// Go's ways: small stacks that grow and move, raw clone, SIGURG preemption of busy loops, SA_ONSTACK, children, files.
package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"time"
)

func deep(n int) int {
	var room [128]byte
	room[n%128] = byte(n)
	if n == 0 {
		return int(room[0])
	}
	return deep(n-1) + 1
}

func spin(until time.Time) (n uint64) {
	for i := 0; ; i++ {
		n++
		if i%1000000 == 0 && time.Now().After(until) {
			return
		}
	}
}

func main() {
	var wg sync.WaitGroup
	var mutex sync.Mutex
	total := 0
	runtime.GOMAXPROCS(8)
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go func() { defer wg.Done(); spin(time.Now().Add(300 * time.Millisecond)) }()
	}
	for i := 0; i < 200; i++ {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			name := fmt.Sprintf("go.%d", i%10)
			for k := 0; k < 5; k++ {
				f, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY, 0644)
				if err != nil {
					panic(err)
				}
				syscall.Getpgid(1073741824 + 1)
				f.Write([]byte("x"))
				f.Close()
			}
			mutex.Lock()
			total += deep(500 + i)
			mutex.Unlock()
		}(i)
	}
	for i := 0; i < 8; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if err := exec.Command("/bin/true").Run(); err != nil {
				panic(err)
			}
		}()
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			c.Write([]byte("hello"))
			c.Close()
		}
	}()
	for i := 0; i < 20; i++ {
		c, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			panic(err)
		}
		b := make([]byte, 16)
		n, _ := c.Read(b)
		total += n
		c.Close()
	}
	wg.Wait()
	runtime.GC()
	defer func() { fmt.Println(recover() != nil, total); os.Exit(9) }()
	var nothing *int
	*nothing = 1
}
