#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The container case: as an unprivileged user, where ptrace is forbidden, itrace traces a shell pipeline whole.

    run.py --build DIR --no-ptrace PATH --static PATH [--no-sud] [--no-vm]

An installed tree is used, in a folder that everybody can read. The reference is strace's trace of the same command by
the same user outside the sandbox. Without ptrace a program's trace begins when its library is in: of each program that
is run, what itrace shows must be the end of what strace shows, and nothing after the loader's last call may be
missing. What a process does between fork and execve must be there from the first call.
"""
import argparse
import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "parity"))
from compare import Run  # noqa: E402
from programs import ADDRESSES, Program  # noqa: E402
from trace import BadTrace  # noqa: E402

TIMEOUT = 60
COMMAND = ["bash", "-c", "ls | wc -l"]
# Which mapping an address lies in is known from the loader's calls, which this trace does not have.
PROGRAM = Program("bash-pipeline", COMMAND, rules=(ADDRESSES,))
BEGINS = re.compile(r"\S*itrace: .*\btrace begins\b.*\blibrary\b.*\n")


def images(lines):
	"""Splits a thread's lines at each successful execve: (lines up to it and with it), (the next program's), ..."""
	out = [[]]
	for line in lines:
		out[-1].append(line)
		if re.match(r"execve\(.*= 0$", line):
			out.append([])
	return out


def after_loader(lines):
	"""What a program calls once its loader is done: its last act is to unmap the cache of libraries."""
	for n, line in enumerate(lines):
		if line.startswith("munmap("):
			return lines[n + 1:]
	return lines


def compare_program(wanted, got, loaded):
	"""One program's life: got must end as wanted does, and hold all that must be there."""
	least = after_loader(wanted) if loaded else wanted
	if len(got) >= len(least) and wanted[len(wanted) - len(got):] == got:
		return []
	shown = wanted[max(0, len(wanted) - max(len(got), len(least))):]
	return list(difflib.unified_diff(shown, got, "strace", "itrace", lineterm="", n=1))


def compare_thread(path, wanted, got):
	theirs, mine = images(wanted), images(got)
	if path == "0":
		theirs = theirs[1:]  # the first execve was made before there was a library
	if len(theirs) != len(mine):
		return [f"process {path}: strace shows {len(theirs)} programs, itrace {len(mine)}", *got[:5]]
	out = []
	for n, (w, g) in enumerate(zip(theirs, mine)):
		found = compare_program(w, g, path == "0" or n > 0)
		out += [f"process {path}, program {n}:"] + found if found else []
	return out


def compare_runs(wanted, got):
	out = []
	for path in sorted(set(wanted.threads) | set(got.threads)):
		if path not in got.threads or path not in wanted.threads:
			out.append(f"process {path} is only in {'strace' if path in wanted.threads else 'itrace'}'s trace")
			continue
		out += compare_thread(path, wanted.threads[path].main, got.threads[path].main)
	return out


class Sandbox:
	def __init__(self, folder, no_ptrace):
		self.folder, self.no_ptrace = folder, os.path.join(folder, "no-ptrace")
		shutil.copy(no_ptrace, self.no_ptrace)
		os.chmod(folder, 0o755)

	def trace(self, options, tracer, name, command=None):
		"""Returns (trace, exit status, output, messages)."""
		run = os.path.join(self.folder, "run")
		out = os.path.join(self.folder, name)
		shutil.rmtree(run, ignore_errors=True)
		for folder in (run, out):
			os.makedirs(folder)
			os.chmod(folder, 0o777)
		for n in range(5):
			with open(os.path.join(run, f"file{n}"), "wb"):
				pass
		log = os.path.join(out, "trace")
		done = subprocess.run([self.no_ptrace, *options, *tracer, "-f", "-o", log, *(command or COMMAND)], cwd=run,
				      stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
				      timeout=TIMEOUT, check=False, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": "/"})
		text = ""
		if os.path.exists(log):
			with open(log, encoding="utf-8", errors="surrogateescape") as file:
				text = file.read()
		return text, done.returncode, done.stdout, done.stderr


def check(sandbox, itrace, options):
	text, status, output, messages = sandbox.trace(options, [itrace], "itrace")
	out = []
	if status or output != "5\n":
		out.append(f"exit status {status}, output {output!r}")
	if not BEGINS.fullmatch(messages):
		out.append(f"one line must say that the trace begins at the library, not {messages!r}")
	try:
		got = Run(text, PROGRAM, (), True)
	except BadTrace as error:
		return out + [f"not a trace in strace's format: {error}"]
	found = []
	for n in range(5):
		reference, status, _, messages = sandbox.trace(["--drop-only"], ["strace"], f"strace{n}")
		if status:
			return [f"strace itself fails with {status}: {messages}"]
		found = compare_runs(Run(reference, PROGRAM, (), True), got)
		if not found:
			break
	return out + found


def check_slipped(sandbox, itrace, options, static):
	"""A program without a loader is out of reach here: it is reported while it runs, its end is shown, and what
	follows is traced."""
	command = ["sh", "-c", f'"{static}"; exit 3']
	text, status, _, messages = sandbox.trace(options, [itrace], "slipped", command)
	out = [] if status == 3 else [f"exit status {status}"]
	said = re.findall(r"process (\d+) is not traced from its execve on: statically linked\n", messages)
	if len(said) != 1:
		return out + [f"one line must name the static program, not {messages!r}"]
	if not re.search(rf"^{said[0]} +execve\(.*( = 0| <unfinished \.\.\.>)$", text, re.M):
		out.append(f"the execve of {said[0]} is missing: {text}")
	if not re.search(rf"^{said[0]} +\+\+\+ exited with \d+ \+\+\+$", text, re.M):
		out.append(f"the end of {said[0]} is missing: {text}")
	if not re.search(r"^\d+ +exit_group\(3\) ", text, re.M):
		out.append(f"the shell's end is missing: {text}")
	return out


def main():
	parser = argparse.ArgumentParser()
	parser.add_argument("--build", required=True)
	parser.add_argument("--no-ptrace", required=True)
	parser.add_argument("--static", required=True)
	parser.add_argument("--no-sud", action="store_true")
	parser.add_argument("--no-vm", action="store_true")
	args = parser.parse_args()
	options = [o for o, on in (("--no-sud", args.no_sud), ("--no-vm", args.no_vm)) if on]
	with tempfile.TemporaryDirectory(prefix="itrace-sandbox-") as folder:
		sandbox = Sandbox(folder, args.no_ptrace)
		subprocess.run(["cmake", "--install", args.build, "--prefix", os.path.join(folder, "installed")],
			       stdout=subprocess.DEVNULL, check=True)
		itrace = os.path.join(folder, "installed", "bin", "itrace")
		static = shutil.copy(args.static, folder)
		found = check(sandbox, itrace, options) + check_slipped(sandbox, itrace, options, static)
	print("\n".join(line[:300] for line in found[:80]))
	return 1 if found else 0


if __name__ == "__main__":
	sys.exit(main())
