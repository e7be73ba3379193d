# SPDX-License-Identifier: MIT
"""Python's subprocess in all its forms: vfork with every signal blocked, fork with a function, sessions, threads."""
import os
import signal
import subprocess
import sys
import threading

os.write(1, b"forms\n")
print(subprocess.run(["/bin/echo", "vfork"], capture_output=True, check=True).stdout)
print(subprocess.run(["/bin/echo", "session"], capture_output=True, check=True, start_new_session=True).stdout)
print(subprocess.run(["/bin/echo", "fork"], capture_output=True, check=True, preexec_fn=lambda: os.umask(0o77)).stdout)
reader, writer = os.pipe()
os.write(writer, b"inherited")
os.close(writer)
print(subprocess.run(["/bin/cat", f"/dev/fd/{reader}"], capture_output=True, check=True, pass_fds=[reader]).stdout)
print(subprocess.run(["/bin/sh", "-c", "echo $0 $A $LD_PRELOAD; exit 3"], env={"A": "only"}, capture_output=True,
		     check=False))
print(subprocess.run(["/bin/sh", "-c", "kill -TERM $$"], check=False).returncode)
try:
	subprocess.run(["/no/such/program"], check=False)
except FileNotFoundError as error:
	print(error)
try:
	subprocess.run(["/bin/sleep", "60"], timeout=0.2, check=False)
except subprocess.TimeoutExpired:
	print("timeout")
first = subprocess.Popen(["/bin/echo", "a\nb\nc"], stdout=subprocess.PIPE)
print(subprocess.run(["/usr/bin/wc", "-l"], stdin=first.stdout, capture_output=True, check=True).stdout.strip())
first.stdout.close()
first.wait()

results = []


def many(n):
	for i in range(10):
		results.append(int(subprocess.run(["/bin/echo", str(n * 10 + i)], capture_output=True, check=True).stdout))


threads = [threading.Thread(target=many, args=(n,)) for n in range(4)]
for thread in threads:
	thread.start()
for thread in threads:
	thread.join()
print(sorted(results) == list(range(40)))
signal.signal(signal.SIGCHLD, lambda *_: None)
print(subprocess.run(["/bin/true"], check=True).returncode)
sys.exit(7)
