// SPDX-License-Identifier: MIT
// The JVM's ways that break tracers: SIGSEGV as a null check and as a stack's end, safepoints, JIT code, threads, children.
import java.io.File;
import java.nio.file.Files;
import java.util.concurrent.atomic.AtomicLong;

public class Jvm implements Runnable {
	static final AtomicLong caught = new AtomicLong();
	static final AtomicLong sum = new AtomicLong();

	static int length(String s) {
		return s.length();
	}

	static int deep(int n) {
		return n + deep(n + 1);
	}

	public void run() {
		for (int i = 0; i < 20000; i++) {
			try {
				sum.addAndGet(length(i % 2 == 0 ? null : "four"));
			} catch (NullPointerException e) {
				caught.incrementAndGet();
			}
		}
		try {
			deep(0);
		} catch (StackOverflowError e) {
			caught.incrementAndGet();
		}
	}

	public static void main(String[] args) throws Exception {
		Thread[] threads = new Thread[8];
		for (int i = 0; i < threads.length; i++)
			(threads[i] = new Thread(new Jvm())).start();
		for (Thread t : threads)
			t.join();
		System.gc();
		File file = new File("java.out");
		Files.writeString(file.toPath(), "written by java\n");
		System.out.println(caught + " caught, sum " + sum + ", " + Files.readString(file.toPath()).length() + " bytes");
		Process child = new ProcessBuilder("/bin/echo", "child").inheritIO().start();
		System.out.println("child ended with " + child.waitFor());
		System.exit(5);
	}
}
