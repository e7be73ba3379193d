#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Runs one program under strace and under itrace and compares the traces call by call.

    run.py --itrace PATH --method auto|ptrace|shim --tools DIR --work DIR PROGRAM
    run.py --list

Exit status: 0 the traces agree, 1 they differ (the differences are printed), 77 a program is missing here.
More runs of strace are made, up to REFERENCES, before a difference counts: one that strace shows against itself
is the program's, not the tracer's.
"""
import argparse
import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

from compare import Run, compare_counted, compare_exact, compare_subsequence, fill_in
from programs import BY_NAME, PROGRAMS, prepare
from trace import BadTrace

REFERENCES = 5
STATE_REFERENCES = 3
TIMEOUT = 100
SKIP = 77
SHOWN = 60


class Harness:
	def __init__(self, program, work, tools):
		self.program = program
		self.work = os.path.realpath(work)
		self.home = os.path.join(self.work, "home")
		os.makedirs(self.home, exist_ok=True)
		self.values = {"dir": os.path.join(self.work, "run"), "tools": tools, "port": _free_port(),
			       "user": "user root;" if os.geteuid() == 0 else ""}
		self.env = {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": self.home, "LC_ALL": "C",
			    "TZ": "UTC", "PERL_HASH_SEED": "0", "PYTHONHASHSEED": "0",
			    "PYTHONDONTWRITEBYTECODE": "1"} | program.env

	def trace(self, tracer, name):
		"""Runs the program under the tracer. Returns (trace, exit status, output)."""
		prepare(self.program, self.values["dir"], self.values)
		log = os.path.join(self.work, name + ".trace")
		out = os.path.join(self.work, name + ".out")
		with contextlib.suppress(FileNotFoundError):
			os.unlink(log)
		command = tracer + ["-f", "-o", log] + [a.format(**self.values) if a[:1] == "{" or "{dir}" in a or
							"{port}" in a else a for a in self.program.command]
		server = self.program.serve(self.values) if self.program.serve else contextlib.nullcontext()
		with server, open(out, "w+b") as output:
			status = self._run(command, output)
			output.seek(0)
			text = output.read().decode("utf-8", "backslashreplace")
		# strace's remarks on the program's bad pointers are no part of the program's output.
		text = re.sub(r"^strace: umove\w*: .*\n", "", text, flags=re.M)
		with open(log, encoding="utf-8", errors="surrogateescape") as file:
			return file.read(), status, text

	def _run(self, command, output):
		process = subprocess.Popen(command, cwd=self.values["dir"], env=self.env, stdin=subprocess.DEVNULL,
					   stdout=output, stderr=output, start_new_session=True)
		try:
			if self.program.drive:
				self.program.drive(self.values)
			return process.wait(TIMEOUT)
		except BaseException:
			with contextlib.suppress(ProcessLookupError):
				os.killpg(process.pid, signal.SIGKILL)
			process.wait()
			raise

	def load(self, text, preloaded):
		return Run(text, self.program, (self.values["port"],), preloaded)


def _free_port():
	with socket.socket() as s:
		s.bind(("127.0.0.1", 0))
		return s.getsockname()[1]


def compare(program, references, run, method):
	if method == "shim":
		return compare_subsequence(references, run, program)
	if program.counted:
		return compare_counted(references, run, program)
	return compare_exact(references, run)


def missing(program, tools):
	for name in program.tools:
		if not os.path.exists(os.path.join(tools, name)):
			return f"{name} was not built: its compiler is missing"
	name = program.command[0]
	if "{" not in name and not shutil.which(name, path="/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"):
		return f"no {name} here"
	return None if shutil.which("strace") else "no strace here"


def check(program, tracer, method, work, tools):
	"""Returns the differences, none if the traces agree."""
	harness = Harness(program, work, tools)
	preloaded = method not in ("ptrace", "strace")
	text, status, output = harness.trace(tracer, "itrace")
	differences = []
	try:
		run = harness.load(text, preloaded)
	except BadTrace as error:
		return [f"not a trace in strace's format: {error}"]
	references = []
	while len(references) < REFERENCES:
		text, wanted_status, wanted_output = harness.trace(["strace"], f"strace{len(references)}")
		if program.state and len(references) + 1 < STATE_REFERENCES:
			references.append(harness.load(text, preloaded))
			time.sleep(1.1)  # no two in the same second
			continue
		if wanted_status != program.status:
			return [f"under strace the program itself fails with {wanted_status}: {wanted_output[-500:]}"]
		references.append(harness.load(text, preloaded))
		differences = []
		if program.state:
			fill_in(references, run)
		if status != wanted_status:
			differences.append(f"exit status: strace {wanted_status}, itrace {status}")
		if output != wanted_output and not program.drive:
			differences.append(f"the program's output: strace {wanted_output[-300:]!r}, itrace {output[-300:]!r}")
		differences += compare(program, references, run, method)
		if not differences:
			break
	return differences


def main():
	parser = argparse.ArgumentParser()
	parser.add_argument("--list", action="store_true")
	parser.add_argument("--itrace", default="itrace")
	parser.add_argument("--method", default="auto", choices=("auto", "trap", "ptrace", "shim", "strace"))
	parser.add_argument("--tools", default=".")
	parser.add_argument("--work", default="parity-work")
	parser.add_argument("program", nargs="?", choices=sorted(BY_NAME))
	args = parser.parse_args()
	if args.list:
		for program in PROGRAMS:
			print(program.name, "shim" if program.shim_shows else "")
		return 0
	program = BY_NAME[args.program]
	reason = missing(program, args.tools)
	if reason:
		print("skipped:", reason)
		return SKIP
	os.makedirs(args.work, exist_ok=True)
	# "strace" as the method: the tracer is strace itself, or something that claims to be.
	tracer = [args.itrace] if args.method == "strace" else [args.itrace, f"--method={args.method}"]
	differences = check(program, tracer, args.method, args.work, os.path.realpath(args.tools))
	for line in differences[:SHOWN]:
		print(line[:400])
	if len(differences) > SHOWN:
		print(f"... and {len(differences) - SHOWN} more lines; the traces are in {args.work}")
	return 1 if differences else 0


if __name__ == "__main__":
	sys.exit(main())
