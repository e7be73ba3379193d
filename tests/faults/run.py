#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Faults: what dies, fills up or is too small, and what must come of it.

    run.py --build DIR --tools DIR --work DIR --method patched|unpatched|seccomp|shim CASE
    run.py --list

Exit status: 0 all is well, 1 it is not (what is wrong is printed), 77 something is missing here. What was counted is
printed in any case: faults, calls made and printed and lost, and what a case counts besides.
"""
import argparse
import contextlib
import os
import random
import re
import signal
import struct
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "hard"))
from runner import (ENVIRONMENT, METHODS, adopt_orphans, differences, read_trace, reap_orphans, run,  # noqa: E402
		    split_messages, tell)

MARK = 1073741824
TIMEOUT = 100
WORK = ["pid", "12000"]  # worker's arguments: well under a second when alone
LOST = re.compile(r"itrace: (\d+) calls were lost: .*")


class Rig:
	"""One case's surroundings. wrong: what has been found."""

	def __init__(self, args):
		self.itrace = os.path.join(args.build, "bin", "itrace")
		self.tools, self.work = os.path.realpath(args.tools), os.path.realpath(args.work)
		self.method = METHODS[args.method]
		self.log = os.path.join(self.work, "trace")
		self.wrong = []
		self.random = random.Random(20240117)
		os.makedirs(self.work, exist_ok=True)

	def tool(self, name, *arguments):
		return [os.path.join(self.tools, name), *arguments]

	def tracer(self, *options, output=None):
		with contextlib.suppress(FileNotFoundError):
			os.unlink(self.log)
		return [self.itrace, *self.method, "-f", "-o", output or self.log, *options]

	def must(self, truth, message):
		if not truth:
			self.wrong.append(message)

	def run(self, command, name="traced", **more):
		return run(command, self.work, name, more.pop("timeout", TIMEOUT), **more)

	def trace(self):
		trace, bad = read_trace(self.log)
		self.wrong += bad
		return trace

	def start(self, command):
		"""Starts without waiting. Returns the process; its output is gathered in files."""
		folder = os.path.join(self.work, "started")
		os.makedirs(folder, exist_ok=True)
		for name in ("pid", "counters"):
			with contextlib.suppress(FileNotFoundError):
				os.unlink(os.path.join(folder, name))
		with open(os.path.join(folder, "out"), "wb") as out:
			return subprocess.Popen(command, cwd=folder, env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=out,
						stderr=out, start_new_session=True)

	def read(self, name, binary=False):
		try:
			with open(os.path.join(self.work, "started", name), "rb") as file:
				data = file.read()
		except FileNotFoundError:
			data = b""
		return data if binary else data.decode("utf-8", "backslashreplace")

	def tracee(self):
		"""The process id that worker wrote, once it is there."""
		return int(self.until(lambda: self.read("pid").strip().isdigit() and self.read("pid")) or 0)

	def until(self, condition, seconds=30):
		deadline = time.monotonic() + seconds
		while not (found := condition()):
			if time.monotonic() > deadline:
				return found
			time.sleep(0.002)
		return found

	def end_of(self, pid, seconds):
		"""The adopted process' wait status; None if it did not end."""
		deadline = time.monotonic() + seconds
		while time.monotonic() < deadline:
			got, status = os.waitpid(pid, os.WNOHANG)
			if got:
				return status
			time.sleep(0.002)
		return None


def marks_by_thread(rig):
	"""How many marks of each kind the trace shows as returned, and as open. Lines, not events: the end may be rough."""
	done, opened, threads = {}, {}, {}
	lost = 0
	if not os.path.exists(rig.log):
		rig.wrong.append("there is no trace")
		return done, opened, 0
	with open(rig.log, encoding="utf-8", errors="replace") as file:
		for line in file:
			match = re.match(r"(\d+) +(?:getpgid\((\d+)|<\.\.\. getpgid resumed>)(.*)", line)
			if match is None:
				found = re.search(r"\*\*\* (\d+) calls lost", line)
				lost += int(found[1]) if found else 0
				continue
			kind = int(match[2]) - MARK if match[2] else threads[match[1]]
			if match[2] and match[3].endswith("<unfinished ...>"):
				threads[match[1]] = kind
			elif re.search(r"= -1 ESRCH", match[3]):
				done[kind] = done.get(kind, 0) + 1
			elif re.search(r"= \?$", match[3].rstrip()):
				opened[kind] = opened.get(kind, 0) + 1
			else:
				rig.wrong.append(f"not understood: {line.rstrip()}")
	return done, opened, lost


def lost_in(messages):
	return sum(int(match[1]) for line in messages if (match := LOST.fullmatch(line)))


def launcher_killed(rig):
	"""kill -9 of the launcher at random moments: the program's result is right, and soon there."""
	worst = 0
	for n in range(8):
		begun = time.monotonic()
		alone = rig.run(rig.tool("worker", *WORK), "alone")
		usual = time.monotonic() - begun
		launcher = rig.start(rig.tracer("--ring-size=1M") + rig.tool("worker", *WORK))
		pid = rig.tracee()
		time.sleep(rig.random.random() * usual)
		if n % 2:
			# the ring fills up while nobody reads
			launcher.send_signal(signal.SIGSTOP)
			time.sleep(0.05)
		launcher.kill()
		killed = time.monotonic()
		launcher.wait()
		try:
			status = rig.end_of(pid, 1 + 20 * usual + 5)
		except ChildProcessError:
			status = 17 << 8 if rig.read("out") == alone.output else -1
		took = time.monotonic() - killed
		worst = max(worst, took - usual)
		rig.must(status is not None, f"round {n}: the program still runs {took:.1f} s after the launcher's death")
		rig.must(status == 17 << 8, f"round {n}: the program ended with {status}")
		rig.must(rig.read("out") == alone.output, f"round {n}: alone {alone.output!r}, now {rig.read('out')!r}")
		rig.must(not reap_orphans(), f"round {n}: something is left over")
	tell(faults=n + 1, delay_ms=round(max(worst, 0) * 1000))
	rig.must(worst <= 1 + 10 * usual, f"the program was held up for {worst:.1f} s")


def launcher_killed_early(rig):
	"""kill -9 of the launcher while the program starts: it runs to its end, or has never begun."""
	started = 0
	for n in range(30):
		launcher = rig.start(rig.tracer() + rig.tool("worker", "pid", "10", "1"))
		time.sleep(n / 3000)
		launcher.kill()
		launcher.wait()
		left = reap_orphans(10)
		rig.must(not left, f"round {n}: still running: {left}")
		out = rig.read("out")
		started += out != ""
		rig.must(out in ("", rig.run(rig.tool("worker", "pid", "10", "1"), "alone").output), f"round {n}: {out!r}")
	tell(faults=n + 1, started=started)


def launcher_paused(rig):
	"""The launcher stands still for longer than its heartbeat: nothing is lost but what it says is lost."""
	launcher = rig.start(rig.tracer("--ring-size=1M") + rig.tool("crowd", "counters", "20000", "4"))
	rig.until(lambda: any(rig.read("counters", True)))
	launcher.send_signal(signal.SIGSTOP)
	time.sleep(1.5)
	launcher.send_signal(signal.SIGCONT)
	status = launcher.wait(TIMEOUT)
	out = rig.read("out")
	messages, output = split_messages(out)
	done, _, _ = marks_by_thread(rig)
	total, lost = sum(done.values()), lost_in(messages)
	tell(faults=1, made=80000, printed=total, lost=lost)
	rig.must(status == 0 and output == "4 threads\n", f"status {status}, output {out!r}")
	rig.must(total + lost >= 80000, f"printed {total} and lost {lost} of 80000: {messages}")


def tracee_killed(rig, *options):
	"""kill -9 of 64 threads in the middle of their calls: what has returned is there, what has not is marked."""
	launcher = rig.start(rig.tracer(*options, "-e", "trace=getpgid") + rig.tool("crowd", "counters"))

	def counters():
		data = rig.read("counters", True)
		return struct.unpack(f"{len(data) // 8}Q", data) if len(data) == 512 else (0,) * 64
	rig.until(lambda: min(counters()) > 20 or sum(counters()) > 100000)
	time.sleep(0.2)
	pids = [int(pid) for pid in open(f"/proc/{launcher.pid}/task/{launcher.pid}/children", encoding="ascii").read().split()]
	pids += [int(pid) for tid in os.listdir(f"/proc/{launcher.pid}/task")
		 for pid in open(f"/proc/{launcher.pid}/task/{tid}/children", encoding="ascii").read().split()]
	for pid in pids:
		if os.path.realpath(f"/proc/{pid}/exe") == os.path.realpath(rig.tool("crowd")[0]):
			os.kill(pid, signal.SIGKILL)
			break
	else:
		rig.wrong.append("the program was not found")
		launcher.kill()
	status = launcher.wait(TIMEOUT)
	made = counters()
	messages, _ = split_messages(rig.read("out"))
	done, opened, told = marks_by_thread(rig)
	lost = lost_in(messages)
	tell(faults=1, made=sum(made), printed=sum(done.values()), open=sum(opened.values()), lost=lost)
	rig.must(status == -signal.SIGKILL, f"itrace ended with {status}, not as the program did: {messages}")
	with open(rig.log, encoding="utf-8", errors="replace") as file:
		lines = file.read().splitlines()
	ends = {line.split()[0] for line in lines if "+++ killed by SIGKILL" in line}
	# threads that were still waiting for room for their first call have never been seen
	rig.must(ends == {line.split()[0] for line in lines}, "the end of some threads is not in the trace")
	if not options or "--on-full=drop" not in options:
		rig.must(not lost, f"{lost} calls lost")
		for thread, count in enumerate(made):
			# one may have returned without having been counted
			rig.must(0 <= done.get(thread, 0) - count <= 1,
				 f"thread {thread} counted {count} calls, {done.get(thread, 0)} were printed")
	# each thread's beginning and end are recorded besides its marks, and one of those is not yet counted
	low, high = sum(made), sum(made) + 64 * 3 + 2
	rig.must(low <= sum(done.values()) + lost <= high, f"printed {sum(done.values())} + lost {lost} of {low} to {high}")
	rig.must(told <= lost, f"{told} calls were told to be lost on the way, {lost} at the end")


def ring(rig, policy, size, threads):
	"""A ring that is too small: printed + counted as lost = made. Besides the marks a thread's beginning and end are
	recorded and may be lost."""
	count = 96000 // threads
	traced = rig.run(rig.tracer(f"--on-full={policy}", f"--ring-size={size}", "-e", "trace=getpgid") +
			 rig.tool("crowd", "counters", str(count), str(threads)))
	messages, errors = split_messages(traced.errors)
	done, opened, told = marks_by_thread(rig)
	total, lost = sum(done.values()), lost_in(messages)
	tell(made=count * threads, printed=total, lost=lost, told_on_the_way=told)
	rig.must(traced.status == 0 and traced.output == f"{threads} threads\n" and not errors,
		 f"status {traced.status}, output {traced.output!r} {errors!r}")
	rig.must(not opened, f"{opened} never returned")
	missing = count * threads - total
	rig.must(missing <= lost <= missing + 2 * threads + 2, f"{missing} are missing, {lost} are said to be lost")
	rig.must(told <= lost, f"{told} calls were told to be lost on the way, {lost} at the end")
	if policy == "block" and threads == 1:
		rig.must(not lost, f"{lost} calls lost although the program was to wait")


def ring_exact(rig, policy, size):
	"""The same of one thread, all its calls, to the last one: what a large ring shows is what was made."""
	def calls(*options):
		traced = rig.run(rig.tracer(*options) + rig.tool("crowd", "counters", "60000", "0"))
		messages, errors = split_messages(traced.errors)
		rig.must(traced.status == 0 and not errors, f"status {traced.status}, {errors!r}")
		with open(rig.log, encoding="utf-8") as file:
			printed = sum(1 for line in file if re.match(r"\d+ +\w+\(", line))
		return printed, lost_in(messages)
	made, lost = calls("--ring-size=64M")
	rig.must(not lost, f"{lost} calls lost in a large ring")
	printed, lost = calls(f"--on-full={policy}", f"--ring-size={size}")
	tell(made=made, printed=printed, lost=lost)
	rig.must(printed + lost == made, f"printed {printed} + lost {lost} is not {made}")
	rig.must(policy == "drop" or not lost, f"{lost} calls lost although the program was to wait")


def output_fails(rig, name, output=None, redirect=None, sink=b""):
	"""The trace cannot be written: the program goes on, and its end is as it would be."""
	command = rig.tool("worker", "pid", "3000", "2")
	alone = rig.run(command, "alone", prepare=None)
	tracer = rig.tracer(output=output)
	if redirect:
		tracer = [word for word in tracer if word not in ("-o", rig.log)]
		if ">&-" in redirect and not redirect.startswith("2"):
			tracer += ["-o", rig.log]
		tracer = ["sh", "-c", f'exec "$@" {redirect}', "sh", *tracer]
	traced = rig.run(tracer + command)
	alone.files["pid"] = traced.files["pid"] = None
	if redirect:
		rig.must(traced.status == alone.status, f"exit status {traced.status}, alone {alone.status}: {traced.errors[-300:]}")
	else:
		messages, _ = split_messages(traced.errors)
		rig.wrong += differences(alone, traced, (r"itrace: .*",))
		if name != "pipe":
			rig.must(any("No space left on device" in line for line in messages), f"no message says why: {messages}")
	rig.must(not traced.left_over, f"left over: {traced.left_over}")
	tell(faults=1)


def many_processes(rig, *arguments, marks, timeout=TIMEOUT):
	alone = rig.run(rig.tool("children", *arguments), "alone")
	traced = rig.run(rig.tracer("-e", "trace=getpgid") + rig.tool("children", *arguments), timeout=timeout)
	rig.wrong += differences(alone, traced)
	with open(rig.log, encoding="utf-8") as file:
		text = file.read()
	found, ends = len(re.findall(rf"getpgid\({MARK + 5}\) += -1 ESRCH", text)), text.count("+++ exited with ")
	found += len(re.findall(r"<\.\.\. getpgid resumed>\) += -1 ESRCH", text))
	tell(processes=marks, made=marks, printed=found, ends=ends, alone_ms=round(alone.seconds * 1000),
	     traced_ms=round(traced.seconds * 1000))
	rig.must(found == marks, f"{found} marks in the trace, must be {marks}")
	rig.must(ends in (marks, marks + 1), f"{ends} ends in the trace, must be {marks} or one more")


def many_threads(rig):
	command = rig.tool("crowd", "counters", "5", "2000")
	alone = rig.run(command, "alone")
	traced = rig.run(rig.tracer() + command)
	rig.wrong += differences(alone, traced)
	done, _, _ = marks_by_thread(rig)
	tell(threads=len(done), made=10000, printed=sum(done.values()), alone_ms=round(alone.seconds * 1000),
	     traced_ms=round(traced.seconds * 1000))
	rig.must(sum(done.values()) == 10000 and len(done) == 2000, "some of 10000 marks are missing")
	trace = rig.trace()
	rig.must(trace and len(trace.threads) == 2001, "some of 2001 threads are missing")


ALL = ("patched", "unpatched", "seccomp", "shim")
CASES = {
	"launcher-killed": (launcher_killed, ALL),
	"launcher-killed-early": (launcher_killed_early, ("patched", "shim")),
	"launcher-paused": (launcher_paused, ("patched",)),
	"tracee-killed": (tracee_killed, ALL),
	"tracee-killed-full": (lambda rig: tracee_killed(rig, "--ring-size=2200K"), ALL),
	"tracee-killed-drop": (lambda rig: tracee_killed(rig, "--ring-size=2200K", "--on-full=drop"), ALL),
	"ring-block-1": (lambda rig: ring(rig, "block", "64K", 1), ALL),
	"ring-block-64": (lambda rig: ring(rig, "block", "64K", 64), ALL),
	"ring-drop-1": (lambda rig: ring(rig, "drop", "64K", 1), ALL),
	"ring-drop-64": (lambda rig: ring(rig, "drop", "64K", 64), ALL),
	"ring-least-block": (lambda rig: ring_exact(rig, "block", "1"), ALL),
	"ring-least-drop": (lambda rig: ring_exact(rig, "drop", "1"), ALL),
	"ring-exact-block": (lambda rig: ring_exact(rig, "block", "96K"), ALL),
	"ring-exact-drop": (lambda rig: ring_exact(rig, "drop", "96K"), ALL),
	"disk-full": (lambda rig: output_fails(rig, "full", "/dev/full"), ("patched",)),
	"pipe-dead": (lambda rig: output_fails(rig, "pipe", "|true"), ("patched",)),
	"pipe-half-read": (lambda rig: output_fails(rig, "pipe", "|head -c 1 >/dev/null"), ("patched",)),
	"stdout-closed": (lambda rig: output_fails(rig, "stdout", None, ">&-"), ("patched",)),
	"stderr-closed": (lambda rig: output_fails(rig, "stderr", None, "2>&-"), ("patched",)),
	"all-closed": (lambda rig: output_fails(rig, "all", None, "2>&- >&- <&-"), ("patched",)),
	"processes": (lambda rig: many_processes(rig, "10000", marks=10000), ("patched",)),
	"fork-bomb": (lambda rig: many_processes(rig, "tree", "9", marks=1023), ("patched", "seccomp")),
	"threads": (many_threads, ("patched", "seccomp")),
}


def main():
	parser = argparse.ArgumentParser()
	parser.add_argument("--list", action="store_true")
	parser.add_argument("--build")
	parser.add_argument("--tools")
	parser.add_argument("--work")
	parser.add_argument("--method", choices=METHODS)
	parser.add_argument("case", nargs="?", choices=sorted(CASES))
	args = parser.parse_args()
	if args.list:
		for name, (_, methods) in CASES.items():
			print(name, *methods)
		return 0
	adopt_orphans()
	rig = Rig(args)
	CASES[args.case][0](rig)
	left = reap_orphans()
	rig.must(not left, f"left over: {left}")
	print("\n".join(line[:600] for line in rig.wrong[:40]))
	return 1 if rig.wrong else 0


if __name__ == "__main__":
	sys.exit(main())
