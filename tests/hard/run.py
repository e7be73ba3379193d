#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""One hard case with one method: the program must behave as it does alone, and the trace must hold what it did.

    run.py --build DIR --tools DIR --work DIR --method patched|unpatched|seccomp|shim CASE
    run.py --list

cases.py is the list of cases. Exit status: 0 all is well, 1 it is not (what is wrong is printed), 77 something that the
case needs is missing here.
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile

from cases import BY_NAME, CASES
from runner import METHODS, adopt_orphans, differences, read_trace, run, split_messages, tell

SKIP = 77


def must_hold(case, trace, method, itrace, messages):
	"""What the trace must have, and has not."""
	out = []
	wrappers_only = method == "shim"
	texts = [event.text() for event in trace.events]
	must = case.must
	if wrappers_only:
		# wrappers see neither signals nor deaths, nor the calls that libc makes within its functions
		must = [(pattern, count) for pattern, count in must if pattern.startswith("getpgid")]
		must = must if case.shim_must is None else case.shim_must
	for pattern, count in must:
		pattern = pattern.replace("{itrace}", re.escape(itrace))
		found = sum(1 for text in texts if re.match(pattern, text))
		least, most = (count, count) if isinstance(count, int) else (count[0], float("inf"))
		if not least <= found <= most:
			out.append(f"{pattern!r}: {found} in the trace, must be {count}")
	if not wrappers_only:
		# a thread's end is in the trace, or a message says why it is not
		told = " ".join(messages)
		out += [f"the end of thread {t.tid} is not in the trace" for t in trace.threads
			if not t.ended and f" {t.tid} " not in told]
	return out


def check(case, method, itrace, values, work):
	def words(command):
		return [word.format(**values) for word in command]

	def ready(folder):
		values["dir"] = folder
		if case.prepare:
			case.prepare(folder, values)

	log = os.path.join(work, "trace")
	if os.path.exists(log):
		os.unlink(log)
	values["dir"] = os.path.join(work, "alone", "run")
	alone = run(words(case.before) + words(case.command), work, "alone", case.timeout, ready, case.env)
	if alone.status is None or (case.status is not None and alone.status != case.status):
		return [f"without itrace the program ends with {alone.status}: {alone.output[-500:]} {alone.errors[-500:]}"]
	with open(log, "wb"):
		os.chmod(log, 0o666)
	values["dir"] = os.path.join(work, "traced", "run")
	tracer = [itrace, *METHODS[method], "-f", *case.options, "-o", log]
	traced = run(words(case.before) + tracer + words(case.command), work, "traced", case.timeout, ready, case.env)
	allowed = case.messages + (case.shim_messages if method == "shim" else ())
	out = differences(alone, traced, allowed, (*case.rewrite, (re.escape(work) + "/(alone|traced)/", "WORK/")))
	if traced.status is None:
		return out
	trace, bad = read_trace(log, method == "shim" or not case.family)
	messages, _ = split_messages(traced.errors)
	if trace:
		tell(cases=1, events=len(trace.events))
	return out + (must_hold(case, trace, method, itrace, messages) if trace else bad)


def install(build, folder):
	"""An installed tree that every user can read; returns its itrace."""
	subprocess.run(["cmake", "--install", build, "--prefix", folder], stdout=subprocess.DEVNULL, check=True)
	os.chmod(folder, 0o755)
	return os.path.join(folder, "bin", "itrace")


def main():
	parser = argparse.ArgumentParser()
	parser.add_argument("--list", action="store_true")
	parser.add_argument("--build")
	parser.add_argument("--tools")
	parser.add_argument("--work")
	parser.add_argument("--method", choices=METHODS)
	parser.add_argument("case", nargs="?", choices=sorted(BY_NAME))
	args = parser.parse_args()
	if args.list:
		for case in CASES:
			print(case.name, *case.methods)
		return 0
	case = BY_NAME[args.case]
	tools = os.path.realpath(args.tools)
	reason = case.missing(tools)
	if reason:
		print("skipped:", reason)
		return SKIP
	adopt_orphans()
	os.umask(0o22)
	with tempfile.TemporaryDirectory(prefix="itrace-hard-") as folder:
		os.chmod(folder, 0o755)
		itrace, work = os.path.join(args.build, "bin", "itrace"), os.path.realpath(args.work)
		if case.users:
			itrace, work = install(args.build, os.path.join(folder, "installed")), os.path.join(folder, "work")
		os.makedirs(work, exist_ok=True)
		values = {"tools": tools, "work": work, "itrace": itrace}
		found = check(case, args.method, itrace, values, work)
		if found and case.users:
			print("the folder was", work)
	print("\n".join(line[:1500] for line in found[:40]))
	return 1 if found else 0


if __name__ == "__main__":
	sys.exit(main())
