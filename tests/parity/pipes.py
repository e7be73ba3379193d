# SPDX-License-Identifier: MIT
"""Reads of pipes. How much one read finds is how far the pipe's writer has got: by chance, or because the tracer is
quicker. What follows each other at one pipe is therefore made one: reads, or reads each with the write of what it gave,
as cat makes them. The bytes that are shown must be those of the whole, and their number its sum.
"""
import re

from trace import FORKS

_PAIR = re.compile(r"\[(\d+), (\d+)\]")
_STRING = r'"((?:[^"\\]|\\.)*)"(?:\.\.\.)?'
_READ = re.compile(rf"read\((\d+), {_STRING}, (\d+)\) = ([1-9]\d*)", re.S)
_WRITE = re.compile(rf"write\((\d+), {_STRING}, (\d+)\) = (\d+)", re.S)
_CHARACTER = re.compile(r"\\[0-7]{1,3}|\\x[0-9a-f]{2}|\\.|.", re.S)
_SHOWN = 32  # bytes of a string, strace's default
_DUPLICATES = frozenset(("dup", "dup2", "dup3"))
# whose result is a descriptor of something else
_OPENS = frozenset(("open", "openat", "creat", "socket", "accept", "accept4", "eventfd2", "epoll_create1", "memfd_create",
		    "signalfd4", "timerfd_create", "inotify_init1", "pidfd_open"))


class PipeRead(str):
	"""The line of a read from a pipe."""


class Pipes:
	"""Which descriptors are pipes, for each process, followed through the events in the order of their beginning."""

	def __init__(self, trace):
		self._of = {}
		self._children = {}
		for thread in trace.threads:
			if thread.born is not None and thread.process == thread.path:
				self._children[thread.born] = thread.process

	def follow(self, event):
		"""Returns whether the event is a read from a pipe."""
		fds = self._of.setdefault(event.thread.process, set())
		if event.name == "read":
			return event.args.split(",")[0] in fds
		if event.kind != "call" or event.result.startswith("-"):
			return False
		args = event.args.split(", ")
		if event.name in FORKS and event in self._children:
			self._of[self._children[event]] = set(fds)
		elif event.name in ("pipe", "pipe2"):
			fds.update(_PAIR.search(event.args).groups())
		elif event.name == "close":
			fds.discard(args[0])
		elif event.name in _DUPLICATES or event.name == "fcntl" and args[1].startswith("F_DUPFD"):
			(fds.add if args[0] in fds else fds.discard)(event.result.split()[0])
		elif event.name in _OPENS:
			fds.discard(event.result)
		return False


class _Copy:
	"""A read, or a read and the write of what it gave, or several of them made one."""

	def __init__(self, line, following):
		self.fd, text, self.size, count = _READ.fullmatch(line).groups()
		self.characters, self.count, self.to = _CHARACTER.findall(text), int(count), None
		write = _WRITE.fullmatch(following)
		if write and write.group(2, 3, 4) == (text, count, count):
			self.to = write[1]

	def lines(self):
		text = "".join(re.sub(r"^\\([0-7]+)$", lambda m: "\\" + m[1].zfill(3), c) for c in self.characters[:_SHOWN])
		text = f'"{text}"' + "..." * (self.count > _SHOWN)
		out = [f"read({self.fd}, {text}, {self.size}) = {self.count}"]
		if self.to is not None:
			out.append(f"write({self.to}, {text}, {self.count}) = {self.count}")
		return out

	def goes_on_with(self, other):
		return (self.fd, self.size, self.to) == (other.fd, other.size, other.to)

	def add(self, other):
		if self.count <= _SHOWN:
			self.characters += other.characters
		self.count += other.count


def join_reads(lines):
	"""The lines with what belongs together made one."""
	out, copy, at = [], None, 0
	while at < len(lines):
		if not isinstance(lines[at], PipeRead) or not _READ.fullmatch(lines[at]):
			out += copy.lines() if copy else []
			out.append(lines[at])
			copy = None
			at += 1
			continue
		new = _Copy(lines[at], lines[at + 1] if at + 1 < len(lines) else "")
		at += 1 if new.to is None else 2
		if copy and copy.goes_on_with(new):
			copy.add(new)
			continue
		out += copy.lines() if copy else []
		copy = new
	return out + (copy.lines() if copy else [])
