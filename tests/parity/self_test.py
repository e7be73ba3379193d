#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Can the comparison fail? Falsifies traces of strace's own, line by line, and asks whether it is noticed.

    self_test.py --tools DIR --work DIR

Every line of the trace of an exact program is left out, doubled, moved, given another argument and another result, in
turn. For a counted program the same, but for lines that its rules declare to be chance. Then pipes: reads of one may be
split, those of a file may not. Last, run.py is run with a tracer that leaves out one line.
"""
import argparse
import os
import re
import subprocess
import sys

from compare import apply_rules
from programs import BY_NAME
from run import SKIP, Harness, compare, missing
from trace import BadTrace

HERE = os.path.dirname(os.path.realpath(__file__))
EXACT, COUNTED = "ls", "redis-server"
_RESULT = re.compile(r"\) += (-1 E[A-Z]+|\d+)\b")
_ARGUMENT = re.compile(r'[(, |{\[=](\d{1,4}|[A-Z][A-Z_0-9]{3,}|"[^"\\]{2,})(?=[", |)}\]])')


def leave_out(lines, n):
	return lines[:n] + lines[n + 1:]


def double(lines, n):
	return lines[:n] + [lines[n], lines[n]] + lines[n + 1:]


def swap(lines, n):
	if n + 1 >= len(lines) or lines[n].split()[1:] == lines[n + 1].split()[1:]:
		return None
	if lines[n].split()[0] != lines[n + 1].split()[0]:
		return None
	return lines[:n] + [lines[n + 1], lines[n]] + lines[n + 2:]


def change_argument(lines, n):
	head, _, tail = lines[n].rpartition(") ")
	match = _ARGUMENT.search(head)
	if not match or "/*" in head or re.match(r"\d+ +(---|\+\+\+)", lines[n]):
		return None
	word = match[1]
	other = word + "X" if not word.isdigit() else str(int(word) + 1)
	return lines[:n] + [head[:match.start(1)] + other + head[match.end(1):] + ") " + tail] + lines[n + 1:]


def change_result(lines, n):
	match = _RESULT.search(lines[n])
	if not match:
		return None
	other = "-1 EXYZ" if match[1].startswith("-") else str(int(match[1]) + 1)
	return lines[:n] + [lines[n][:match.start(1)] + other + lines[n][match.end(1):]] + lines[n + 1:]


CHANGES = (leave_out, double, swap, change_argument, change_result)


def _bodies(text):
	"""The lines without process id and padding."""
	return [re.sub(r"\) +=", ") =", line.split(" ", 1)[1].lstrip()) for line in text.split("\n") if line]


def must_be_noticed(program, texts):
	"""Numbers of the first text's lines whose falsification cannot be chance: all lines of an exact program; of a
	counted one those that no rule touches and that strace shows equally often, letter by letter, in both."""
	bodies, others = _bodies(texts[0]), _bodies(texts[1])
	if not program.counted:
		return list(range(len(bodies)))
	return [n for n, body in enumerate(bodies) if apply_rules(program.rules, body) == body and
		"unfinished" not in body and "resumed" not in body and bodies.count(body) == others.count(body)]


def falsify(program, harness):
	"""Returns (number of false traces, those that went unnoticed)."""
	texts = [harness.trace(["strace"], f"self{n}")[0] for n in range(2)]
	references = [harness.load(t, False) for t in texts]
	lines = [line for line in texts[0].split("\n") if line]
	made, unnoticed = 0, []
	for n in must_be_noticed(program, texts):
		for change in CHANGES:
			if change is swap and program.counted:
				continue  # counts know no order
			false = change(lines, n)
			if false is None:
				continue
			made += 1
			try:
				run = harness.load("\n".join(false) + "\n", False)
			except BadTrace:
				continue
			if not compare(program, references, run, "strace"):
				unnoticed.append(f"{change.__name__}: {lines[n]}")
	return made, unnoticed


def copied(*pieces, what="a", lost=0, first="pipe2([3, 4], 0) = 0"):
	"""The trace of a program that copies the pieces from descriptor 3, of a pipe or not, to 1."""
	body = ['execve("/bin/cat", ["cat"], 0x7ffc00000000 /* 1 var */) = 0', first]
	for piece in pieces:
		text = '"' + what * min(piece, 32) + '"' + "..." * (piece > 32)
		body += [f"read(3, {text}, 1000) = {piece}", f"write(1, {text}, {piece}) = {piece}"]
	body[-2:] = [line.replace(f"= {pieces[-1]}", f"= {pieces[-1] - lost}") for line in body[-2:]]
	return "".join(f"10 {line}\n" for line in (*body, 'read(3, "", 1000) = 0', "exit_group(0) = ?", "+++ exited with 0 +++"))


def check_pipes(harness):
	"""What the comparison says wrongly of reads of pipes."""
	file = 'openat(AT_FDCWD, "f", O_RDONLY) = 3'
	cases = ((copied(177, 449), copied(626), True), (copied(5, 6), copied(11), True), (copied(5, 40), copied(40, 5), True),
		 (copied(177, 449), copied(625), False), (copied(9, 9), copied(9, 9, what="b"), False),
		 (copied(177, 449), copied(177, 449, lost=1), False), (copied(9), copied(9, 9), False),
		 (copied(177, 449, first=file), copied(626, first=file), False))
	return [f"{one} and {other} must be {'alike' if alike else 'different'}" for one, other, alike in cases
		if alike == bool(compare(BY_NAME[EXACT], [harness.load(one, False)], harness.load(other, False), "strace"))]


def wrong_tracer(work):
	"""A tracer that is strace, but leaves out the close of ls's last descriptor. Returns its path."""
	path = os.path.join(work, "wrong-tracer")
	with open(path, "w", encoding="ascii") as file:
		file.write("""#!/bin/sh
strace "$@" || exit
while [ "$1" != -o ]; do shift; done
n=$(grep -n 'close(2)' "$2" | tail -n 1 | cut -d: -f1)
sed -i "${n}d" "$2"
""")
	os.chmod(path, 0o755)
	return path


def main():
	parser = argparse.ArgumentParser()
	parser.add_argument("--tools", default=".")
	parser.add_argument("--work", default="parity-work")
	args = parser.parse_args()
	status = 0
	for name, least in ((EXACT, 400), (COUNTED, 100)):
		program = BY_NAME[name]
		reason = missing(program, args.tools)
		if reason:
			print("skipped:", reason)
			return SKIP
		harness = Harness(program, os.path.join(args.work, name), args.tools)
		made, unnoticed = falsify(program, harness)
		print(f"{name}: {made} false traces, {len(unnoticed)} unnoticed")
		for line in unnoticed:
			print("  ", line)
		if unnoticed or made < least:
			status = 1
	found = check_pipes(harness)
	print(*found, sep="\n")
	status = 1 if found else status
	wrong = [sys.executable, "-B", os.path.join(HERE, "run.py"), "--itrace", wrong_tracer(args.work), "--method",
		 "strace", "--work", os.path.join(args.work, "wrong"), EXACT]
	result = subprocess.run(wrong, stdout=subprocess.PIPE, text=True, check=False)
	print(f"a tracer that leaves out a line: exit status {result.returncode}\n{result.stdout}")
	return 1 if result.returncode != 1 or "close(2)" not in result.stdout else status


if __name__ == "__main__":
	sys.exit(main())
