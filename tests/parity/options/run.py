#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Runs program.c under strace and under itrace with the same options; everything that comes out must be the same,
columns included: standard output and error, files, exit status.

    run.py --itrace PATH --program PATH --work DIR CASE
    run.py --list

Digits that must differ (ids, times, addresses) become as many letters. Exit status: 0 same, 1 different.
"""
import argparse
import difflib
import os
import re
import shutil
import subprocess
import sys

from cases import BY_NAME, CASES

METHODS = ("auto", "ptrace")
TIMEOUT = 60


# What must differ, and what stands for it. Widths that belong to the format stay: of times, and of the columns that
# ids are padded to.
HIDDEN = [
	(r"\b0x[0-9a-f]{11,12}\b", "0xADDRESS"),
	(r"\[pid ( {0,4}\d{1,4}|\d{5,})\]", lambda m: "[pid PPPPP]" if len(m[1]) >= 5 else m[0]),
	(r"^(\d{1,4} +|\d{5,} )(?=\S)", lambda m: "PPPPP " if len(m[1]) >= 6 else m[0]),
	(r"(Process |si_pid=|tgkill\(|tgkill\(P, )\d+", r"\1P"),
	(r"(?<=tgkill\(P, )\d+", "P"),
	(r"((?:get\w*[pt]id\(\)|set_tid_address\(\w+\)) += )\d+", r"\1P"),
	(r"(^(?:\[pid PPPPP\] )?kill\()\d{2,}", r"\1P"),
	(r"^((?:\[pid PPPPP\] )?)( *\d+\.\d{6})(?= )", lambda m: m[1] + re.sub(r"\d", "T", m[2])),
	(r"^((?:\[pid PPPPP\] )?)(\d\d:\d\d:\d\d(?:\.\d+)?)", lambda m: m[1] + re.sub(r"\d", "T", m[2])),
	(r"<(\d+\.\d+)>", lambda m: "<" + re.sub(r"\d", "T", m[1]) + ">"),
	(r"(st_(?:ino|dev|atime|ctime|mtime|atime_nsec|ctime_nsec|mtime_nsec)=)[^,}]*( /\* [^*]* \*/)?", r"\1X"),
	(r"(socket|pipe):\[\d+\]", r"\1:[INODE]"),
	(r'(getrandom\()"(?:[^"\\]|\\.)*"', r"\1RANDOM"),
]
HIDDEN = [(re.compile(pattern, re.M), by) for pattern, by in HIDDEN]
ROW = re.compile(r" {0,2}\d{1,3}\.\d\d +\d+\.\d{6} +\d+( +\d+ .{9} .*)")
PTRACE_ONLY = re.compile(r"^.*(?:--- SIGCHLD |\bmmap\(NULL, \d{4,5}, PROT_READ\|PROT_WRITE, MAP_PRIVATE\|MAP_ANONYMOUS, -1, 0\)).*\n",
			 re.M)
# A fatal signal from outside: whether the call that it came in had returned, and who sent it, only ptrace sees.
FATAL = re.compile(r"^(.*\w\([^\n]*?)(?: <unfinished \.\.\.>)?\) += [^\n]*\n(?:.*--- (?:SIGTERM|SIGINT) .*\n)?"
		   r"(?=.*\+\+\+ killed by (?:SIGTERM|SIGINT|SIGKILL) )", re.M)
SECONDS = re.compile(r"\b\d+\.\d{6}$")


def normalise(text, tool):
	text = re.sub(rf"^(.*/)?{re.escape(tool)}: ", "TRACER: ", text, flags=re.M)
	for pattern, by in HIDDEN:
		text = pattern.sub(by, text)
	return text


def normalise_table(text, by_time):
	"""Rows of -c: the figures' shape is checked here, and their order; what stays are counts and names."""
	lines, rows, last = [], [], None
	for line in text.split("\n"):
		match = ROW.fullmatch(line)
		if not match:
			lines.extend(sorted(rows) if by_time else rows)
			rows = []
			lines.append(SECONDS.sub("S", line))
			continue
		seconds = float(line.split()[1])
		if by_time and not line.endswith(" total"):
			if last is not None and seconds > last:
				lines.append(f"not in the order of time: {line}")
			last = seconds
		rows.append(match[1])
	return "\n".join(lines + rows)


def hide_ptrace_only(text):
	return FATAL.sub(r"\1 <killed>\n", PTRACE_ONLY.sub("", text))


class Output:
	"""What came out of one run."""

	def __init__(self, case, tracer, folder, program):
		shutil.rmtree(folder, ignore_errors=True)
		os.makedirs(folder)
		with open(os.path.join(folder, "before"), "w", encoding="ascii") as file:
			file.write("there before\n")
		env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"} | {name: "old" for name in case.env}
		command = tracer + [o.replace("{dir}", folder) for o in case.options] + [program, *case.what]
		done = subprocess.run(command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
				      stderr=subprocess.PIPE, timeout=TIMEOUT, check=False)
		self.status = done.returncode
		tool = os.path.basename(tracer[0])
		self.texts = {"stdout": done.stdout, "stderr": done.stderr}
		# -ff: one file for each process, in the order of their ids.
		for number, name in enumerate(sorted(os.listdir(folder), key=lambda n: (len(n), n))):
			with open(os.path.join(folder, name), "rb") as file:
				self.texts[f"file {number} {re.sub('[0-9]+$', 'PID', name)}"] = file.read()
		by_time = "-S" not in case.options and not any("sort-by" in o for o in case.options)
		for where, data in self.texts.items():
			text = normalise(data.decode("utf-8", "backslashreplace"), tool)
			self.texts[where] = normalise_table(text, by_time) if case.table else text

	def hide_ptrace_only(self):
		"""Drops what methods that preload cannot show or do differently: signals that are ignored, and the loader's
		own memory. See SET_ASIDE in ../compare.py."""
		self.texts = {w: hide_ptrace_only(t) for w, t in self.texts.items()}


def differences(case, itrace, program, work, method):
	folder = os.path.join(work, "run")
	wanted = Output(case, ["strace"], folder, program)
	got = Output(case, [itrace, f"--method={method}"], folder, program)
	if method != "ptrace":
		wanted.hide_ptrace_only()
		got.hide_ptrace_only()
	out = []
	if not wanted.status == got.status == case.mirror:
		out.append(f"exit status: must be {case.mirror}, strace {wanted.status}, itrace {got.status}")
	for where in sorted(set(wanted.texts) | set(got.texts)):
		out += difflib.unified_diff(wanted.texts.get(where, "(absent)").split("\n"),
					    got.texts.get(where, "(absent)").split("\n"), f"strace: {where}",
					    f"itrace --method={method}: {where}", lineterm="", n=1)
	return out


def main():
	parser = argparse.ArgumentParser()
	parser.add_argument("--list", action="store_true")
	parser.add_argument("--itrace")
	parser.add_argument("--program")
	parser.add_argument("--work", default="options-work")
	parser.add_argument("case", nargs="?", choices=sorted(BY_NAME))
	args = parser.parse_args()
	if args.list:
		print("\n".join(c.name for c in CASES))
		return 0
	work = os.path.realpath(args.work)
	status = 0
	for method in METHODS:
		found = differences(BY_NAME[args.case], args.itrace, args.program, work, method)
		print("\n".join(found[:60]))
		status |= bool(found)
	return status


if __name__ == "__main__":
	sys.exit(main())
