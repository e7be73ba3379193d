# SPDX-License-Identifier: MIT
"""Reads a trace in strace's format (-f -o FILE) into threads and events.

Whole lines and <unfinished ...>/<... resumed> pairs give the same events. Threads are named by their place in
the family ("0" is the program, "0.2" its second child), so that two runs can be set side by side whatever
their process ids were. What is no line of a trace is an error, never skipped.
"""
import re

FORKS = frozenset(("fork", "vfork", "clone", "clone3"))

_PREFIX = re.compile(r"(\d+) +(.*)", re.S)
_CALL = re.compile(r"(\w+|\?\?\?)\((.*)\)\s+= (.*)", re.S)
_RESUMED = re.compile(r"<\.\.\. (\w+|\?\?\?) resumed>(.*)", re.S)
_NAME = re.compile(r"(\w+|\?\?\?)\(")
_UNFINISHED = " <unfinished ...>"


class BadTrace(Exception):
	pass


class Event:
	"""One call ("call"), signal ("signal") or end of a thread ("exit"); begun and ended are line numbers."""

	__slots__ = ("kind", "name", "args", "result", "begun", "ended", "thread")

	def __init__(self, kind, name, args, result, begun, ended, thread):
		self.kind, self.name, self.args, self.result = kind, name, args, result
		self.begun, self.ended, self.thread = begun, ended, thread

	def text(self):
		if self.kind == "call":
			return f"{self.name}({self.args}) = {self.result}"
		return self.args


class Thread:
	"""A thread: tid, events in order of their beginning, path, parent; shares says whether it shares its
	parent's memory, process is the path of its thread group, born is the call that made it."""

	def __init__(self, tid):
		self.tid, self.events, self.path, self.parent = tid, [], None, None
		self.born = None
		self.shares = False
		self.process = None
		self.children = 0
		self.ended = False


class Trace:
	"""All threads of one trace, in order of appearance, and all events in order of their beginning."""

	def __init__(self, text):
		self.threads, self.events = [], []
		self._living, self._open = {}, {}
		self._exiting = False
		for number, line in enumerate(text.split("\n")):
			if line:
				self._read_line(number, line)
		for tid, (begun, body) in sorted(self._open.items()):
			raise BadTrace(f"line {begun + 1}: the call is neither resumed nor ended: {tid} {body}")
		self.events.sort(key=lambda e: e.begun)
		self._name_threads()
		for event in self.events:
			event.thread.events.append(event)

	def _thread(self, tid):
		thread = self._living.get(tid)
		if thread is None:
			thread = self._living[tid] = Thread(tid)
			self.threads.append(thread)
		return thread

	def _read_line(self, number, line):
		match = _PREFIX.fullmatch(line)
		if not match:
			raise BadTrace(f"line {number + 1}: no process id: {line}")
		tid, body = int(match[1]), match[2]
		thread = self._thread(tid)
		self._exiting |= body.startswith("exit_group(")
		if body.endswith(_UNFINISHED) and _NAME.match(body):
			if tid in self._open:
				raise BadTrace(f"line {number + 1}: a call within a call: {line}")
			self._open[tid] = (number, body[: -len(_UNFINISHED)])
			return
		begun = number
		resumed = _RESUMED.fullmatch(body)
		if resumed:
			begun, body = self._resume(number, line, tid, resumed)
		self._add(thread, begun, number, body)

	def _resume(self, number, line, tid, resumed):
		if tid not in self._open:
			raise BadTrace(f"line {number + 1}: resumed, but not begun: {line}")
		begun, head = self._open.pop(tid)
		if _NAME.match(head)[1] != resumed[1]:
			raise BadTrace(f"line {number + 1}: resumed under another name: {line}")
		return begun, head + resumed[2]

	def _add(self, thread, begun, ended, body):
		call = _CALL.fullmatch(body)
		if call:
			event = Event("call", call[1], call[2], call[3], begun, ended, thread)
		elif body.startswith("--- ") and body.endswith(" ---"):
			event = Event("signal", body.split()[1], body, "", begun, ended, thread)
		elif body.startswith("+++ ") and body.endswith(" +++"):
			if thread.tid in self._open:
				self._cut_short(thread, ended, body)
			event = Event("exit", "exit", body, "", begun, ended, thread)
			if "superseded" not in body:
				thread.ended = True
				del self._living[thread.tid]
		else:
			raise BadTrace(f"line {ended + 1}: not a line of a trace: {body}")
		self.events.append(event)

	def _cut_short(self, thread, ended, body):
		"""A thread that another one's exit_group ends as it enters a call: strace shows a beginning, made of
		registers that are gone already, and no end."""
		if not self._exiting:
			raise BadTrace(f"line {ended + 1}: ends within a call: {thread.tid} {body}")
		begun, head = self._open.pop(thread.tid)
		self.events.append(Event("call", "???", head, "?", begun, ended, thread))

	def _name_threads(self):
		waiting = {}
		for thread in self.threads:
			waiting.setdefault(thread.tid, []).append(thread)
		if self.threads:
			root = self.threads[0]
			root.path = root.process = "0"
			waiting[root.tid].remove(root)
		for event in self.events:
			if event.kind != "call" or event.name not in FORKS or not event.result.split()[0].isdigit():
				continue
			found = waiting.get(int(event.result.split()[0]))
			if found:
				self._adopt(event, found.pop(0))
		for thread in self.threads:
			if thread.path is None:
				raise BadTrace(f"thread {thread.tid} has no parent in the trace")

	@staticmethod
	def _adopt(event, child):
		parent = event.thread
		if parent.path is None:
			raise BadTrace(f"thread {parent.tid} has no parent in the trace")
		parent.children += 1
		child.parent, child.born = parent, event
		child.path = f"{parent.path}.{parent.children}"
		child.shares = "CLONE_VM" in event.args or event.name == "vfork"
		child.process = parent.process if "CLONE_THREAD" in event.args else child.path
