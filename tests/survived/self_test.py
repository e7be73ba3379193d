#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""table.py on a log written by hand: sums, the last run of a test that ran twice, and what must be missed."""
import sys

from table import read, table


def block(name, output, end="Passed"):
	return (f'1/9 Testing: {name}\n1/9 Test: {name}\nCommand: "x"\nOutput:\n----\n{output}\n<end of output>\nTest time = 1 sec\n'
		f"----\nTest {end}.\n----\n\n")


TEXT = (block("hard.spawn.patched", "counts: cases 1, events 7", "Failed") + block("hard.spawn.patched", "counts: cases 1, events 100") +
	block("hard.jump.shim", "counts: cases 1, events 23") + block("hard.gdb.shim", "skipped: no gdb here", "Skipped") +
	block("faults.tracee-killed.patched", "counts: faults 1, made 900, printed 1000, open 1, lost 0\nsomething is wrong", "Failed") +
	block("faults.ring-least-drop.shim", "counts: made 9, printed 4, lost 5\n") +
	block("fuzz.spec", "fuzz spec: 12 inputs, 3456 bytes, 7 seconds"))


def main():
	tests = read(TEXT)
	lines, whole = table(TEXT)
	text = "\n".join(lines)
	wrong = [what for what, truth in {
		"counts": tests["fuzz.spec"].counts == {"inputs": 12, "bytes": 3456, "seconds": 7},
		"the last of two runs": "2 cases, 123 events" in text,
		"balance": "9 made, 4 printed, 5 counted as lost" in text,
		"failed": "failed: faults.tracee-killed.patched" in text and "900" not in text,
		"skipped": "skipped: hard.gdb.shim" in text,
		"absent": not whole and r"no passed test in the log: fuzz[.]reader" in text,
	}.items() if not truth]
	print("wrong:", wrong, text) if wrong else None
	return 1 if wrong else 0


if __name__ == "__main__":
	sys.exit(main())
