# SPDX-License-Identifier: MIT
"""Compares one run with several runs under the reference tracer (strace), thread by thread.

A thread's calls are compared in order and in full ("exact"), or as counts per line ("counted", for programs
whose calls depend on scheduling). Both work on normalised lines; what is set aside before is listed in SET_ASIDE
and in the program's own rules, each with its reason. The README next to this file explains the two ways.
"""
import collections
import difflib
import re
import sys

from normal import Normaliser
from pipes import PipeRead, Pipes, join_reads
from trace import Trace

# What differs by the nature of the thing, whatever the program. The README repeats this list for users.
SET_ASIDE = {
	"invisible-signal":
		"A signal that the process ignores, by SIG_IGN or by default, never reaches it: only ptrace sees "
		"it. Method trap and shim do not show it, and a call that it made ptrace interrupt is not "
		"interrupted.",
	"asynchronous-signal":
		"Where among a thread's calls the signal of another process (SIGCHLD) arrives is chance. What is "
		"between the signal and its rt_sigreturn is compared apart; the call that it interrupted and that is "
		"then made again counts once; rt_sigreturn's result is the register of that moment.",
	"loader-memory":
		"The dynamic loader has one more library to take notes of: how often it asks for a few pages for itself, and "
		"where in them the first thread's control block lies, differs under the methods that preload. Its small "
		"anonymous mappings are left out, addresses in them have no offset.",
	"reaping":
		"Which of several children ends first is chance: what wait4(-1) returns, and whose end SIGCHLD tells of, is "
		"CHILD. Ends that come together may make one SIGCHLD: each kind must come, not as often.",
	"fatal-signal":
		"A signal from another process that has no handler and ends the program is never seen inside: methods that "
		"preload show the end (+++ killed by), not the signal's siginfo, nor the result of the call it came in.",
	"stop":
		"A stop (SIGSTOP, SIGTSTP) is made without asking the process, which sees nothing of it: only ptrace shows "
		"the signal, and that it stopped.",
	"pipe":
		"How much of what goes through a pipe one read finds is how far its writer has got. Reads of one pipe that follow "
		"each other are one, so are reads each followed by the write of what it gave (cat), where threads are compared in "
		"order.",
	"unknown-call":
		"A thread that dies as it enters a call may be gone before strace can read which: ???().",
}

ASYNCHRONOUS = frozenset(("SIGCHLD",))
IGNORED_BY_DEFAULT = frozenset(("SIGCHLD", "SIGURG", "SIGWINCH", "SIGCONT"))
ADDRESS = re.compile(r"\b(?:map[\d.:]+#\d+|heap)\+0x[0-9a-f]+|\b(?:image|address)\+\.\.[0-9a-f]+|\bloader\b")
_RESTART = re.compile(r" = \? ERESTART")
_REAPED = re.compile(r"^(wait4\(-PID, .*\) = |--- SIGCHLD .*\bsi_pid=)P[\d.]+")
# What libc makes of fork(); where its child's id goes is libc's secret.
_FORK = re.compile(r"^clone\(child_stack=NULL, flags=CLONE_CHILD_CLEARTID\|CLONE_CHILD_SETTID\|SIGCHLD, child_tidptr=\w+\) =")
_HANDLER = re.compile(r"(SIG\w+), \{sa_handler=([^,]+),")


class _Dispositions:
	"""What each process does with each signal, followed through rt_sigaction, fork and execve."""

	def __init__(self):
		self._of = {}

	def of(self, thread):
		process = thread.process
		if process not in self._of:
			self._of[process] = dict(self.of(thread.parent)) if thread.parent else {}
		return self._of[process]

	def follow(self, event):
		table = self.of(event.thread)
		if event.name == "rt_sigaction" and event.result == "0":
			match = _HANDLER.match(event.args)
			if match:
				table[match[1]] = match[2]
		elif event.name == "execve" and event.result == "0":
			for signal in [s for s, what in table.items() if what != "SIG_IGN"]:
				del table[signal]

	def ignores(self, event):
		what = self.of(event.thread).get(event.name, "SIG_DFL")
		return what == "SIG_IGN" or what == "SIG_DFL" and event.name in IGNORED_BY_DEFAULT


def apply_rules(rules, line):
	"""Returns the line as the program's rules leave it, None if they drop it."""
	for rule in rules:
		if rule.replacement is None:
			if re.search(rule.pattern, line):
				return None
		else:
			line = re.sub(rule.pattern, rule.replacement, line)
	return line


_DEATH = re.compile(r"\+\+\+ killed by (\w+)")
_STOP = re.compile(r"--- stopped by (\w+) ---")


def _only_inside(pairs):
	"""What methods that preload show of it: "stop" and "fatal-signal" in SET_ASIDE."""
	out = []
	for event, line in pairs:
		stop, death = _STOP.match(line), _DEATH.match(line)
		if (stop or death) and out and out[-1][0].kind == "signal" and out[-1][0].name == (stop or death)[1]:
			out.pop()
		if death and out and out[-1][0].kind == "call":
			out[-1] = (out[-1][0], out[-1][0].name + "(KILLED)")
		if not stop:
			out.append((event, line))
	return out


class ThreadLines:
	"""One thread's lines: its own calls in order, and the asynchronous signals' episodes in any order."""

	def __init__(self):
		self.main, self.episodes = [], []


def _split_thread(pairs, ignored, visible, asynchronous):
	"""pairs: (event, normalised line). ignored: the events that are signals the process ignores."""
	out, stack, pending, interrupted = ThreadLines(), [], None, False
	for event, line in pairs:
		if event.name == "???":
			continue
		if event.kind == "signal":
			if event in ignored and not visible:
				interrupted = True
				continue
			if event.name in asynchronous:
				interrupted = True
				if event in ignored:
					out.episodes.append((line,))
				else:
					stack.append([line])
				continue
		if stack:
			if event.name == "rt_sigreturn":
				stack[-1].append("rt_sigreturn")
				out.episodes.append(tuple(stack.pop()))
				continue
			if event.kind == "exit":
				out.episodes.extend(tuple(s) for s in stack)
				stack.clear()
			else:
				stack[-1].append(line)
				continue
		if pending is not None:
			# Name and first argument: what the call gives back is not yet there in the interrupted one.
			again = re.split(r"[,)]", line)[0] == re.split(r"[,)]", pending)[0] or \
				event.name == "restart_syscall"
			if not (interrupted and again):
				out.main.append(pending)
			elif event.name == "restart_syscall":
				line = pending.split(" = ")[0] + " = " + event.result
			pending = None
		interrupted = False
		if event.kind == "call" and _RESTART.search(line):
			pending = line
		else:
			out.main.append(line)
	if pending is not None:
		out.main.append(pending)
	return out


class Run:
	"""One run's lines, ready to compare: threads is {path: ThreadLines}. preloaded: it is compared with, or is, a run
	with the library in the program, not one under ptrace alone."""

	def __init__(self, text, program, ports, preloaded):
		trace = Trace(text)
		dispositions, ignored = _Dispositions(), set()
		pipes, pipe_reads = Pipes(trace), set()
		for event in trace.events:
			if event.kind == "signal" and dispositions.ignores(event):
				ignored.add(event)
			dispositions.follow(event)
			if pipes.follow(event):
				pipe_reads.add(event)
		self.threads = {}
		asynchronous = ASYNCHRONOUS | frozenset(program.asynchronous)
		for path, pairs in Normaliser(trace, ports, preloaded).run().items():
			kept = []
			for event, line in pairs:
				if preloaded and line.startswith("mmap(") and line.endswith(" = loader"):
					continue
				line = apply_rules(program.rules, _REAPED.sub(r"\1CHILD", line))
				if line is not None:
					kept.append((event, PipeRead(line) if event in pipe_reads else line))
			if preloaded:
				kept = _only_inside(kept)
			self.threads[path] = _split_thread(kept, ignored, not preloaded, asynchronous)

	def counts(self, group_of):
		"""{group: Counter of lines}, episodes' lines included."""
		groups = {}
		for path, lines in self.threads.items():
			counter = groups.setdefault(group_of(path), collections.Counter())
			counter.update(lines.main)
			for episode in lines.episodes:
				counter.update(episode)
		return groups


def _diff(reference, other, path):
	lines = difflib.unified_diff(reference, other, f"strace {path}", f"itrace {path}", lineterm="", n=2)
	return list(lines)


_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\w+|.')


def _matches(line, theirs):
	"""Whether the line is as in the references, but for what differs between these: word by word if they have as
	many words, else no more than the call's name is known."""
	mine, words = _TOKEN.findall(line), [_TOKEN.findall(t) for t in theirs]
	if len({len(w) for w in words}) > 1:
		return mine[0] == words[0][0]
	return len(mine) == len(words[0]) and all(
		m in same or len(same) > 1 for m, same in zip(mine, map(set, zip(*words))))


def fill_in(references, run):
	"""For programs that show the machine's state: where the references differ from each other, word by word, the run
	may differ too. Gives such lines of the run the first reference's text."""
	for path, lines in run.threads.items():
		theirs = [r.threads[path].main for r in references if path in r.threads]
		if len(theirs) < len(references) or len({len(t) for t in theirs}) > 1:
			continue
		names = [[line.split("(")[0] for line in side] for side in (theirs[0], lines.main)]
		for block in difflib.SequenceMatcher(None, *names, autojunk=False).get_matching_blocks():
			for n in range(block.size):
				if _matches(lines.main[block.b + n], [t[block.a + n] for t in theirs]):
					lines.main[block.b + n] = theirs[0][block.a + n]


def compare_exact(references, run):
	"""Returns the differences, none if each thread is as in one of the references."""
	out = []
	for side in (*references, run):
		for lines in side.threads.values():
			lines.main = join_reads(lines.main)
	for path in sorted(set(run.threads).union(*(r.threads for r in references))):
		mine = run.threads.get(path)
		theirs = [r.threads[path] for r in references if path in r.threads]
		if mine is None:
			if len(theirs) == len(references):
				out.append(f"thread {path} is missing: {theirs[0].main[:3]}")
			continue
		if not theirs:
			out.append(f"thread {path} is not in strace's trace: {mine.main[:3]}")
			continue
		if any(t.main == mine.main and set(t.episodes) == set(mine.episodes) for t in theirs):
			continue
		diffs = [_diff(t.main, mine.main, path) + _diff(
			[" | ".join(e) for e in sorted(set(t.episodes))],
			[" | ".join(e) for e in sorted(set(mine.episodes))], path + " (signals)") for t in theirs]
		out.extend(min(diffs, key=len))
	return out


def compare_counted(references, run, program):
	"""Returns the differences. A line that strace makes equally often in all references must be made as
	often; one whose count differs between them may be made any number of times; one that strace never
	shows may not be there."""
	out = []
	theirs = [r.counts(program.group) for r in references]
	mine = run.counts(program.group)
	for group in sorted(set(mine).union(*theirs)):
		have = mine.get(group, {})
		lines = set(have).union(*(t.get(group, {}) for t in theirs))
		for line in sorted(lines):
			# ends that come together may make one SIGCHLD: "reaping" in SET_ASIDE
			most = 1 if line.startswith("--- SIGCHLD ") else sys.maxsize
			wanted = {min(t.get(group, {}).get(line, 0), most) for t in theirs}
			made = min(have.get(line, 0), most)
			if len(wanted) == 1 and made not in wanted:
				out.append(f"group {group}: strace {wanted.pop()}, itrace {made} times: {line}")
	return out


def compare_subsequence(references, run, program):
	"""For method shim: what it shows must stand in strace's trace in the same order, and the calls that the
	program makes through libc's wrappers (program.shim_shows) must be there. Returns the differences."""
	out = []
	# Most mappings are made by the loader, or inside libc: which one an address lies in is not known here.
	for side in (*references, run):
		for lines in side.threads.values():
			lines.main = [_FORK.sub("fork() =", ADDRESS.sub("ADDRESS", line)) for line in lines.main]
	for path, lines in run.threads.items():
		theirs = [r.threads[path] for r in references if path in r.threads]
		if not theirs:
			out.append(f"thread {path} is not in strace's trace: {lines.main[:3]}")
			continue
		misses = [_first_stranger(t, lines.main) for t in theirs]
		if None not in misses:
			out.append(f"thread {path}: not in this order in strace's trace: {misses[0]}")
	everything = [line for lines in run.threads.values() for line in lines.main]
	for pattern in program.shim_shows:
		if not any(re.search(pattern, line) for line in everything):
			out.append(f"missing: {pattern}")
	return out


def _first_stranger(reference, lines):
	"""A signal may go unseen: then what its handler calls stands among the thread's own calls."""
	handlers = {ADDRESS.sub("ADDRESS", line) for episode in reference.episodes for line in episode}
	at = 0
	for line in lines:
		if line in reference.main[at:]:
			at = reference.main.index(line, at) + 1
		elif line not in handlers:
			return line
	return None
