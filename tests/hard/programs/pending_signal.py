# SPDX-License-Identifier: MIT
"""A signal that is blocked and waits while the program executes another one is still there afterwards."""
import os
import signal
import sys

if len(sys.argv) > 1:
	print(sorted(signal.sigpending()))
	sys.exit(5)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGURG, signal.SIGCHLD, signal.SIGUSR1])
for number in (signal.SIGURG, signal.SIGCHLD, signal.SIGUSR1):
	os.kill(os.getpid(), number)
os.execv(sys.executable, [sys.executable, sys.argv[0], "again"])
