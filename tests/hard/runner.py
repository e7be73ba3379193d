# SPDX-License-Identifier: MIT
"""Runs a program with and without itrace, each in a folder of its own, and says what is different.

Compared are the output, the messages, the exit status, and every file that the program leaves; whatever processes are
left over are found (and ended), because this process adopts them. No run takes longer than its time limit.
"""
import contextlib
import ctypes
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "parity"))
from trace import BadTrace, Event, Trace  # noqa: E402

PR_SET_CHILD_SUBREAPER = 36
MESSAGE = re.compile(r"^\S*/itrace: ")  # a message begins with the name by which itrace was called
LEFT_OVER_PATIENCE = 5
METHODS = {
	"patched": ["--method=trap"],
	"sealed": ["--method=trap", "--seal-after=1"],
	"unpatched": ["--method=trap", "--no-patch"],
	"seccomp": ["--method=trap", "--no-sud"],
	"shim": ["--method=shim"],
}
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": "/", "LC_ALL": "C", "TZ": "UTC",
	       "PYTHONDONTWRITEBYTECODE": "1"}


def adopt_orphans():
	ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def children():
	with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:
		return [int(pid) for pid in file.read().split()]


def reap_orphans(patience=LEFT_OVER_PATIENCE):
	"""Waits for adopted processes; returns the command lines of those that had to be ended."""
	ended = []
	deadline = time.monotonic() + patience
	while pids := children():
		for pid in pids:
			if time.monotonic() > deadline:
				with contextlib.suppress(OSError):
					with open(f"/proc/{pid}/cmdline", encoding="utf-8", errors="replace") as file:
						ended.append(file.read().replace("\0", " "))
					os.kill(pid, signal.SIGKILL)
			with contextlib.suppress(ChildProcessError):
				os.waitpid(pid, os.WNOHANG if time.monotonic() <= deadline else 0)
		time.sleep(0.01)
	return ended


def snapshot(folder):
	"""What lies in the folder: name -> (kind and mode, owner, content)."""
	found = {}
	for parent, folders, files in os.walk(folder):
		for name in folders + files:
			path = os.path.join(parent, name)
			info = os.lstat(path)
			content = None
			if stat.S_ISREG(info.st_mode):
				with open(path, "rb") as file:
					content = file.read()
			elif stat.S_ISLNK(info.st_mode):
				content = os.readlink(path)
			found[os.path.relpath(path, folder)] = (oct(info.st_mode), info.st_uid, content)
	return found


class HardTrace(Trace):
	"""A trace in which threads may end within a call: killed, or superseded by an execve of another thread, which then
	returns under their id."""

	def __init__(self, text, wrappers_only=False):
		self._wrappers_only = wrappers_only
		super().__init__(text)

	def _cut_short(self, thread, ended, body):
		begun, head = self._open.pop(thread.tid)
		self.events.append(Event("call", "???", head, "?", begun, ended, thread))

	def _name_threads(self):
		# libc's wrappers do not show how threads and children of posix_spawn come to be
		if not self._wrappers_only:
			super()._name_threads()

	def _add(self, thread, begun, ended, body):
		super()._add(thread, begun, ended, body)
		superseded = re.fullmatch(r"\+\+\+ superseded by execve in pid (\d+) \+\+\+", body)
		if superseded and int(superseded[1]) in self._open:
			self._open[thread.tid] = self._open.pop(int(superseded[1]))
			self._living.pop(int(superseded[1])).ended = True


def tell(**counts):
	"""The line that ../survived/table.py adds up: what a test has done and counted."""
	print("counts:", ", ".join(f"{name} {count}" for name, count in counts.items()))


class Outcome:
	"""status: as subprocess gives it, None if the time limit was reached."""

	def __init__(self, status, output, errors, files, left_over, seconds):
		self.status, self.output, self.errors = status, output, errors
		self.files, self.left_over, self.seconds = files, left_over, seconds


def run(command, work, name, timeout, prepare=None, env=None, stdin=subprocess.DEVNULL, drive=None):
	"""Runs the command in WORK/NAME/run. drive(process) is called while it runs."""
	folder = os.path.join(work, name, "run")
	shutil.rmtree(os.path.join(work, name), ignore_errors=True)
	os.makedirs(folder)
	for path in (os.path.dirname(folder), folder):
		os.chmod(path, 0o777)
	if prepare:
		prepare(folder)
	paths = [os.path.join(work, name, stream) for stream in ("stdout", "stderr")]
	begun = time.monotonic()
	with open(paths[0], "wb") as out, open(paths[1], "wb") as err:
		process = subprocess.Popen(command, cwd=folder, env={**ENVIRONMENT, **(env or {})}, stdin=stdin, stdout=out,
					   stderr=err, start_new_session=True)
		try:
			if drive:
				drive(process)
			status = process.wait(timeout)
		except subprocess.TimeoutExpired:
			status = None
			with contextlib.suppress(ProcessLookupError):
				os.killpg(process.pid, signal.SIGKILL)
			process.wait()
	seconds = time.monotonic() - begun
	left_over = reap_orphans(0 if status is None else LEFT_OVER_PATIENCE)
	texts = []
	for path in paths:
		with open(path, encoding="utf-8", errors="backslashreplace") as file:
			texts.append(file.read())
	return Outcome(status, texts[0], texts[1], snapshot(folder), left_over, seconds)


def split_messages(errors):
	"""itrace's own messages, and the rest."""
	lines = [(line, MESSAGE.sub("itrace: ", line)) for line in errors.splitlines(keepends=True)]
	return ([short.rstrip("\n") for _, short in lines if short.startswith("itrace: ")],
		"".join(line for line, short in lines if not short.startswith("itrace: ")))


def differences(alone, traced, messages=(), rewrite=()):
	"""messages: patterns of itrace's messages that are allowed. rewrite: (pattern, replacement) for both outputs."""
	out = []
	if traced.status is None:
		return [f"still running after {traced.seconds:.0f} s: {traced.errors[-500:]!r}"]
	said, errors = split_messages(traced.errors)
	if alone.status != traced.status:
		out.append(f"exit status: alone {alone.status}, traced {traced.status}")
	for what, mine, theirs in (("output", alone.output, traced.output), ("messages", alone.errors, errors)):
		for pattern, replacement in rewrite:
			mine, theirs = (re.sub(pattern, replacement, text, flags=re.M) for text in (mine, theirs))
		if mine != theirs:
			out.append(f"{what}: alone {mine[-700:]!r}, traced {theirs[-700:]!r}")
	for line in said:
		if not any(re.fullmatch(pattern, line) for pattern in messages):
			out.append(f"unexpected message: {line}")
	for name in sorted(set(alone.files) | set(traced.files)):
		if alone.files.get(name) != traced.files.get(name):
			out.append(f"file {name}: alone {str(alone.files.get(name))[:200]}, traced "
				   f"{str(traced.files.get(name))[:200]}")
	out += [f"still running afterwards: {command}" for command in traced.left_over]
	return out


def read_trace(path, wrappers_only=False):
	"""Returns (Trace, []) or (None, [what is wrong])."""
	if not os.path.exists(path):
		return None, ["there is no trace"]
	with open(path, encoding="utf-8", errors="surrogateescape") as file:
		text = file.read()
	try:
		return HardTrace(text, wrappers_only), []
	except BadTrace as error:
		return None, [f"not a trace in strace's format: {error}"]
