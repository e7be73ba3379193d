#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The part of README.md that follows from programs.py and compare.py.

    readme.py --write    puts it into README.md
    readme.py --check    exit status 1 if README.md says something else
"""
import os
import sys
from dataclasses import replace

from compare import SET_ASIDE
from programs import CALLS, PROGRAMS

README = os.path.join(os.path.dirname(os.path.realpath(__file__)), "README.md")
MARK = "<!-- from here on: readme.py --write -->\n"


def cell(text):
	return text.replace("|", "\\|").replace("`", "'")


def generate():
	out = ["\n## For every program\n\n", "| rule | reason |\n|---|---|\n"]
	out += [f"| {name} | {cell(reason)} |\n" for name, reason in SET_ASIDE.items()]
	out += ["\n## Programs\n\n", "| program | compared | why not in order |\n|---|---|---|\n"]
	programs = PROGRAMS[:-len(CALLS)] + [replace(PROGRAMS[-1], name="call-*")]
	for p in programs:
		how = "counts per line" if p.counted else "in order" + (", but for what strace shows differently" if p.state else "")
		if p.merge:
			how += f", threads `{cell(p.merge)}` as one" if p.merge != r"\..*" else ", all threads as one"
		out.append(f"| {p.name} | {how} | {cell(p.why_counted)} |\n")
	out += ["\n## Rules of single programs\n\n", "| program | lines or parts | become | reason |\n|---|---|---|---|\n"]
	for p in programs:
		for rule in p.rules:
			become = "left out" if rule.replacement is None else f"`{cell(rule.replacement)}`"
			out.append(f"| {p.name} | `{cell(rule.pattern)}` | {become} | {cell(rule.reason)} |\n")
	return "".join(out)


def main():
	with open(README, encoding="utf-8") as file:
		head, mark, rest = file.read().partition(MARK)
	if sys.argv[1:] == ["--write"]:
		with open(README, "w", encoding="utf-8") as file:
			file.write(head + MARK + generate())
		return 0
	if not mark or rest != generate():
		print("README.md does not say what programs.py does: run readme.py --write")
		return 1
	return 0


if __name__ == "__main__":
	sys.exit(main())
