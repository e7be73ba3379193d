#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Attaching to running programs, and interrupts, compared with strace: exit statuses, messages, what is left running.

    attach.py --itrace PATH --program PATH --work DIR SCENARIO
    attach.py --list

Programs say that they run by making the file "ready" and go on until the file "stop" is there. How many calls a trace
holds by the time of the interrupt is chance: which lines it holds is compared, and how it begins and ends.
"""
import argparse
import contextlib
import difflib
import os
import re
import shutil
import signal
import subprocess
import sys
import time

from run import METHODS, hide_ptrace_only, normalise

TIMEOUT = 30
# The call that the tracer came or left in the middle of is chance.
# strace itself remarks, now and then, that it came between a call's two stops.
BOUNDARY = re.compile(r"restart_syscall\(<\.\.\. resuming|restart_syscall resumed>|ptrace_syscall_info\.op == |<detached \.\.\.>|^\w+\(.*(, |\()$")


def wait_for(ready, what):
	end = time.monotonic() + TIMEOUT
	while not ready():
		if time.monotonic() > end:
			raise TimeoutError(what)
		time.sleep(0.01)


class Stage:
	"""A folder, programs in it, a tracer, and what it left."""

	def __init__(self, tracer, program, folder):
		self.tracer, self.program, self.folder = tracer, program, folder
		shutil.rmtree(folder, ignore_errors=True)
		os.makedirs(folder)
		self.started = []
		self.facts = []

	def path(self, name):
		return os.path.join(self.folder, name)

	def start(self, command, stderr=None):
		process = subprocess.Popen(command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
					   stderr=stderr, start_new_session=True, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"})
		self.started.append(process)
		return process

	def start_program(self, what):
		with contextlib.suppress(FileNotFoundError):
			os.unlink(self.path("ready"))
		process = self.start([self.program, what])
		self.wait_ready()
		return process

	def start_tracer(self, *options):
		with open(self.path("messages"), "wb") as messages:
			return self.start(self.tracer + list(options), messages)

	def wait_ready(self):
		wait_for(lambda: os.path.exists(self.path("ready")), "the program is not ready")

	def read(self, name):
		with open(self.path(name), encoding="utf-8", errors="backslashreplace") as file:
			text = file.read()
		# A message of the tracer's own may come in the middle of a line.
		tool = os.path.basename(self.tracer[0])
		return normalise(re.sub(rf"(?<=[^\n/\w])((?:/[^\s:]+/)?{re.escape(tool)}: )", r"\n\1", text), tool)

	def wait_text(self, name, text, count=1):
		wait_for(lambda: os.path.exists(self.path(name)) and self.read(name).count(text) >= count,
			 f"no {text!r} in {name}")

	def end(self, what, process):
		self.facts.append(f"{what} ends with {process.wait(TIMEOUT)}")

	def say_whole_lines(self, name):
		"""The set of lines of several processes in a file, calls that others' lines cut in two put together again."""
		with open(self.path(name), encoding="utf-8", errors="backslashreplace") as file:
			raw = file.read()
		halves, whole = {}, set()
		for pid, line in re.findall(r"^(\d+) +(.*)$", raw, re.M):
			first = re.fullmatch(r"(.*) <unfinished \.\.\.>", line)
			second = re.fullmatch(r"<\.\.\. \w+ resumed>(.*)", line)
			if first:
				halves[pid] = first.group(1)
				continue
			if second and pid in halves:
				line = halves.pop(pid) + second.group(1)
			whole.add(re.sub(r" {2,}= ", " = ", line))
		self.facts += [f"{name}: {line}" for line in sorted(whole) if not BOUNDARY.search(line)]

	def say_lines(self, name):
		"""The set of lines, but for the calls that the tracer came or left in."""
		lines = {re.sub(r"^PPPPP +|^\[pid PPPPP\] ", "", line) for line in self.read(name).split("\n")}
		self.facts += [f"{name}: {line}" for line in sorted(lines) if line and not BOUNDARY.search(line)]

	def say_calls(self, name):
		"""The calls that a trace of several threads holds, whole or in two parts."""
		names = re.findall(r"^PPPPP (?:<\.\.\. )?(\w+)(?:\(| resumed)", self.read(name), re.M)
		self.facts.append(f"{name}: {sorted(set(names) - {'restart_syscall'})}")

	def stop(self, *programs):
		with open(self.path("stop"), "wb"):
			pass
		for process in programs:
			self.end("program", process)

	def clear(self):
		for process in self.started:
			with contextlib.suppress(ProcessLookupError):
				os.killpg(process.pid, signal.SIGKILL)
			process.wait()


def attach_and_interrupt(stage):
	program = stage.start_program("loop")
	tracer = stage.start_tracer("-o", "trace", "-p", str(program.pid))
	stage.wait_text("trace", "access(", 2)
	tracer.send_signal(signal.SIGINT)
	stage.end("tracer", tracer)
	stage.facts.append(f"the program runs: {program.poll() is None}")
	stage.facts.append("detached: " + str(stage.read("trace").rstrip("\n").endswith("<detached ...>")))
	stage.stop(program)
	stage.say_lines("messages")
	stage.say_lines("trace")


def attach_to_stderr(stage):
	program = stage.start_program("loop")
	tracer = stage.start_tracer("-p", str(program.pid))
	stage.wait_text("messages", "access(", 2)
	tracer.send_signal(signal.SIGTERM)
	stage.end("tracer", tracer)
	stage.stop(program)
	stage.say_lines("messages")


def attach_until_end(stage):
	program = stage.start_program("loop")
	tracer = stage.start_tracer("-q", "-o", "trace", "-p", str(program.pid))
	stage.wait_text("trace", "access(", 2)
	stage.stop(program)
	stage.end("tracer", tracer)
	stage.say_lines("messages")
	stage.say_lines("trace")


def attach_two(stage):
	programs = [stage.start_program("loop") for _ in range(2)]
	tracer = stage.start_tracer("-o", "trace", "-p", ",".join(str(p.pid) for p in programs))
	stage.wait_text("trace", "access(", 4)
	tracer.send_signal(signal.SIGINT)
	stage.end("tracer", tracer)
	stage.stop(*programs)
	stage.say_lines("messages")
	stage.say_whole_lines("trace")


def attach_threads(stage):
	program = stage.start_program("loop-threads")
	tracer = stage.start_tracer("-f", "-o", "trace", "-p", str(program.pid))
	stage.wait_text("trace", "access(", 9)
	stage.facts.append(f"threads: {len(set(re.findall(r'^[0-9]+', open(stage.path('trace')).read(), re.M)))}")
	tracer.send_signal(signal.SIGINT)
	stage.end("tracer", tracer)
	stage.stop(program)
	stage.say_lines("messages")
	stage.say_calls("trace")


def _traced_child(tracer, program):
	"""The program that the tracer started, whichever of the tracer's threads did: not another of its children."""
	children = []
	for task in os.listdir(f"/proc/{tracer.pid}/task"):
		with open(f"/proc/{tracer.pid}/task/{task}/children", encoding="ascii") as file:
			children += map(int, file.read().split())
	return next(child for child in children if os.path.samefile(f"/proc/{child}/exe", program))


def interrupt_tracer(stage):
	"""Without -o, the tracer alone gets the interrupt: it goes, the program stays."""
	tracer = stage.start_tracer(stage.program, "loop")
	stage.wait_ready()
	child = _traced_child(tracer, stage.program)
	stage.wait_text("messages", "access(", 4)  # one is the loader's
	tracer.send_signal(signal.SIGINT)
	stage.end("tracer", tracer)
	stage.facts.append(f"the program runs: {os.path.exists(f'/proc/{child}')}")
	stage.stop()
	wait_for(lambda: not os.path.exists(f"/proc/{child}/exe"), "the program does not end")
	stage.say_lines("messages")


def interrupt_both(stage):
	"""With -o, as from a terminal: the program is killed by it, and the tracer tells so."""
	tracer = stage.start_tracer("-o", "trace", stage.program, "wait")
	stage.wait_ready()
	stage.wait_text("trace", "pause(")
	os.killpg(tracer.pid, signal.SIGINT)
	stage.end("tracer", tracer)
	stage.facts += hide_ptrace_only(stage.read("trace")).rstrip("\n").split("\n")[-2:]
	stage.say_lines("messages")


def interrupt_count(stage):
	"""The table is printed when the tracer is interrupted."""
	program = stage.start_program("loop")
	tracer = stage.start_tracer("-c", "-p", str(program.pid))
	stage.wait_text("messages", "attached")
	time.sleep(0.2)
	tracer.send_signal(signal.SIGINT)
	stage.end("tracer", tracer)
	stage.stop(program)
	text = stage.read("messages")
	stage.facts += [f"{word}: {word in text}" for word in (
		"% time     seconds  usecs/call     calls    errors syscall", "access", "clock_nanosleep", "total",
		"detached")]


SCENARIOS = {f.__name__.replace("_", "-"): f for f in (
	attach_and_interrupt, attach_to_stderr, attach_until_end, attach_two, attach_threads, interrupt_tracer,
	interrupt_both, interrupt_count)}


def play(scenario, tracer, program, folder):
	stage = Stage(tracer, program, folder)
	try:
		scenario(stage)
	except (TimeoutError, subprocess.TimeoutExpired, OSError, IndexError) as error:
		stage.facts.append(f"failed: {error}")
	finally:
		stage.clear()
	return stage.facts


def main():
	parser = argparse.ArgumentParser()
	parser.add_argument("--list", action="store_true")
	parser.add_argument("--itrace")
	parser.add_argument("--program")
	parser.add_argument("--work", default="attach-work")
	parser.add_argument("scenario", nargs="?", choices=sorted(SCENARIOS))
	args = parser.parse_args()
	if args.list:
		print("\n".join(SCENARIOS))
		return 0
	folder = os.path.join(os.path.realpath(args.work), "run")
	status = 0
	wanted = play(SCENARIOS[args.scenario], ["strace"], args.program, folder)
	if any(fact.startswith("failed: ") for fact in wanted):
		print("strace itself:", *wanted, sep="\n  ")
		return 1
	for method in METHODS:
		got = play(SCENARIOS[args.scenario], [args.itrace, f"--method={method}"], args.program, folder)
		if got != wanted:
			status = 1
			print(*difflib.unified_diff(wanted, got, "strace", f"itrace --method={method}", lineterm="", n=1),
			      sep="\n")
	return status


if __name__ == "__main__":
	sys.exit(main())
