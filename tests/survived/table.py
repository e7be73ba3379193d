#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""README's table "What it survived", from the log of one run of the suite.

    ctest --test-dir BUILD -L 'hard|faults|stress|fuzz'
    table.py BUILD/Testing/Temporary/LastTest.log

What the tests counted is in their output ("counts: ...", "fuzz NAME: ..."); the log has it, whether they passed or not.
Of a test that ran twice the last run counts. Tests that failed or were skipped are named below the table. Exit status: 0,
or 1 if a row has no test in the log.
"""
import re
import sys
from dataclasses import dataclass, field

BLOCK = re.compile(r"^\d+/\d+ Testing: (\S+)$(.*?)^Test (Passed|Failed|Skipped|Not Run|Timeout)", re.M | re.S)
COUNTS = re.compile(r"^counts: (.*)$", re.M)
FUZZ = re.compile(r"^fuzz (\w+): (\d+) inputs, (\d+) bytes, (\d+) seconds$", re.M)


@dataclass
class Test:
	name: str
	passed: bool
	skipped: bool
	counts: dict = field(default_factory=dict)


def read(log):
	"""{name: Test}"""
	tests = {}
	for name, body, end in BLOCK.findall(log):
		test = tests[name] = Test(name, end == "Passed", end == "Skipped" or "\nskipped:" in body)
		for line in COUNTS.findall(body):
			for key, value in (pair.rsplit(" ", 1) for pair in line.split(", ")):
				test.counts[key] = int(value)
		for _, *values in FUZZ.findall(body):
			test.counts.update(zip(("inputs", "bytes", "seconds"), map(int, values)))
	return tests


class Log:
	def __init__(self, text):
		self.tests = read(text)
		self.absent = []

	def group(self, pattern):
		"""The tests whose names match and that passed."""
		found = [t for name, t in self.tests.items() if re.fullmatch(pattern, name) and t.passed and not t.skipped]
		if not found:
			self.absent.append(pattern)
		return found

	def sum(self, pattern, key):
		return sum(t.counts.get(key, 0) for t in self.group(pattern))

	def balance(self, pattern):
		"""made = printed + lost. What is lost may be a beginning or an end besides the calls that are counted as made."""
		made, printed, lost = (self.sum(pattern, key) for key in ("made", "printed", "lost"))
		return f"{made:,} made, {printed:,} printed, {lost:,} counted as lost"


def rows(log):
	hard, slow = log.group(r"hard\..*"), log.group(r"faults\.launcher-killed\..*")
	yield ("programs that break tracers, by method (vfork from threads, siglongjmp out of blocking calls, pthread_cancel, "
	       "JVM, Go, own seccomp filters, chroot, PID namespaces, full descriptor tables ...)",
	       f"{len(hard)} cases, {log.sum('hard[.].*', 'events'):,} events in their traces")
	yield ("kill -9 of the launcher under load and at start",
	       f"{log.sum('faults[.]launcher-killed[.].*', 'faults')} + {log.sum('faults[.]launcher-killed-early[.].*', 'faults')} "
	       f"times; the program is held up for {max([t.counts.get('delay_ms', 0) for t in slow], default=0)} ms at most")
	yield "kill -9 of a tracee with 64 threads", log.balance(r"faults\.tracee-killed\..*")
	yield "the same, with a ring that is too small", log.balance(r"faults\.tracee-killed-(full|drop)\..*")
	yield "a ring as small as it goes, --on-full=block", log.balance(r"faults\.ring-(least|exact)-block\..*|faults\.ring-block-1\..*")
	yield "the same, --on-full=drop", log.balance(r"faults\.ring-(least|exact)-drop\..*|faults\.ring-drop-1\..*")
	yield "64 threads for 4 chunks, block and drop", log.balance(r"faults\.ring-(block|drop)-64\..*")
	yield ("disk full, reader of the trace dead, closed streams, a launcher that stands still",
	       f"{log.sum('faults[.](disk|pipe|std|all|launcher-paused).*', 'faults')} faults; the program goes on")
	yield ("crowds", f"{log.sum('faults[.]processes[.].*', 'processes'):,} short processes, "
	       f"{max(t.counts.get('threads', 0) for t in log.group('faults[.]threads[.].*') or [Test('', 0, 0)]):,} threads, "
	       f"{max(t.counts.get('processes', 0) for t in log.group('faults[.]fork-bomb[.].*') or [Test('', 0, 0)]):,} "
	       "processes alive at once: every mark there")
	stress = r"stress\.(?!python|perl).*\.patched"
	yield ("stress-ng with --verify",
	       f"{log.sum(stress, 'stressors')} stressors in {len(log.group(stress))} classes: the same verdicts as alone")
	yield ("perl's and python's own test modules", f"{log.sum('stress[.]perl[.]patched', 'results')} and "
	       f"{log.sum('stress[.]python[.]patched', 'results')} results, the same as alone")
	fuzz = ", ".join(f"{name} {log.sum(f'fuzz[.]{name}', 'inputs'):,}" for name in ("reader", "calls", "options", "spec"))
	yield ("hostile bytes under ASan and UBSan, inputs: reader, decoders (calls), options, spec parser",
	       f"{fuzz}; {log.sum('fuzz[.].*', 'bytes') / 1e6:,.0f} MB in {log.sum('fuzz[.].*', 'seconds')} s")


def table(text):
	"""Returns (lines, whether each row has its tests)."""
	log = Log(text)
	lines = ["| what | figure |", "|---|---|"] + [f"| {what} | {figure} |" for what, figure in rows(log)]
	lines += [f"\nno passed test in the log: {pattern}" for pattern in dict.fromkeys(log.absent)]
	for what, chosen in (("failed", [t for t in log.tests.values() if not t.passed and not t.skipped]),
			     ("skipped", [t for t in log.tests.values() if t.skipped])):
		if chosen:
			lines.append(f"\n{what}: " + ", ".join(t.name for t in chosen))
	return lines, not log.absent


def main():
	if len(sys.argv) != 2:
		sys.exit(__doc__)
	with open(sys.argv[1], encoding="utf-8", errors="replace") as file:
		lines, whole = table(file.read())
	print("\n".join(lines))
	return 0 if whole else 1


if __name__ == "__main__":
	sys.exit(main())
