// SPDX-License-Identifier: MIT
// Go with C in it: the dynamic loader, C's stacks and Go's in one process, calls back and forth, signals meanwhile.
package main

/*
#include <pthread.h>
#include <unistd.h>

extern int goAdd(int, int);

static int through_c(int n)
{
	int sum = 0;

	for (int i = 0; i < n; i++) {
		getpgid(1073741824 + 1);
		sum = goAdd(sum, 1);
	}
	return sum;
}

static void *in_thread(void *arg)
{
	return (void *)(long)through_c((int)(long)arg);
}

static int through_thread(int n)
{
	pthread_t t;
	void *sum;

	if (pthread_create(&t, 0, in_thread, (void *)(long)n))
		return -1;
	pthread_join(t, &sum);
	return (int)(long)sum;
}
*/
import "C"

import (
	"fmt"
	"os/exec"
	"runtime"
	"sync"
	"time"
)

//export goAdd
func goAdd(a, b C.int) C.int {
	if a%50 == 0 {
		runtime.Gosched()
	}
	return a + b
}

func main() {
	var wg sync.WaitGroup
	var mutex sync.Mutex
	total := 0
	stop := make(chan bool)
	go func() { // something to preempt
		for n := 0; ; n++ {
			select {
			case <-stop:
				return
			default:
			}
		}
	}()
	for i := 0; i < 8; i++ {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			n := int(C.through_c(100)) + int(C.through_thread(100))
			mutex.Lock()
			total += n
			mutex.Unlock()
		}(i)
	}
	wg.Wait()
	time.Sleep(30 * time.Millisecond)
	close(stop)
	out, err := exec.Command("/bin/echo", "child").Output()
	fmt.Printf("%d %q %v\n", total, out, err)
}
