#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Library calls of whole programs.

    run.py --build DIR --programs DIR CASE

Every case runs programs under itrace and says what must be in the trace; what a program prints and how it ends must
not depend on being traced.
"""
import argparse
import collections
import os
import re
import shutil
import subprocess
import sys
import tempfile

TIMEOUT = 120
MODES = ["lazy", "now", "noplt", "ibtplt", "nopie"]
SKIP = 77


class Failed(Exception):
	pass


class Bench:
	"""Where things are."""

	def __init__(self, build, programs, scratch):
		self.itrace = os.path.join(build, "bin", "itrace")
		self.programs = programs
		self.scratch = scratch

	def program(self, name):
		return os.path.join(self.programs, "lib-" + name)

	def run(self, command, env=None):
		p = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=TIMEOUT,
				   env={**os.environ, "HOME": self.scratch, "XDG_CONFIG_HOME": self.scratch, **(env or {})})
		return p.returncode, p.stdout.decode(errors="replace"), p.stderr.decode(errors="replace")

	def trace(self, options, command, env=None, alike=True):
		"""The lines of the trace; the program's own output is compared with that of an untraced run."""
		out = os.path.join(self.scratch, "trace")
		got = self.run([self.itrace, "-o", out, *options, *command], env)
		if alike:
			wanted = self.run(command, env)
			expect(got == wanted, "traced, %s gives\n%s\nand else\n%s" % (command, got, wanted))
		with open(out, errors="replace") as f:
			return f.read().splitlines()


def expect(condition, message):
	if not condition:
		raise Failed(message)


def entries(lines, name):
	"""Lines that begin a call of that function."""
	start = re.compile(r"(\d+ +)?%s\(" % re.escape(name))
	return [line for line in lines if start.match(line)]


def links(b):
	"""Calls are seen, and the program survives them, however it is linked."""
	wanted = None
	for mode in MODES:
		lines = b.trace(["-f", "-x", "*@libunwind.so,*setjmp,longjmp,vfork,fork,*context,__cxa*,pthread*,malloc,free"],
				[b.program("unwind-" + mode)])
		seen = {name: len(entries(lines, name + "@libunwind.so"))
			for name in ("call_back", "throw_error", "tail_first", "tail_second", "jump_inside", "sum_many")}
		if wanted is None:
			wanted = seen
		expect(seen == wanted, "%s: %s, but %s: %s" % (MODES[0], wanted, mode, seen))
	# 3 + 6 exceptions, 3 jumps inside, 100 * 5 jumps, 7 for the backtrace, 1 cancelled, coroutines, 1 fork
	expect(wanted["throw_error"] == 4, wanted)
	expect(wanted["tail_first"] == wanted["tail_second"] == 2, wanted)
	expect(wanted["call_back"] >= 3 + 6 + 3 + 500 + 7 + 1 + 4 + 1, wanted)


def late(b):
	"""A library that is loaded late, functions looked up at run time, calls between libraries."""
	plugin = os.path.join(b.programs, "plugin.so")
	for mode in MODES:
		lines = b.trace(["-x", "plugin_*@" + plugin + ",malloc,free,strlen,puts,getenv,dlopen,dlsym"], [b.program("late-" + mode), plugin],
				env={"LATE": "here"})
		expect(len(entries(lines, "dlopen@libc.so.6")) == 2 and len(entries(lines, "dlsym@libc.so.6")) == 5,
		       "%s: dlopen and dlsym are not seen" % mode)
		expect(len(entries(lines, "plugin_work@plugin.so")) == 2, "%s: plugin_work is not seen twice" % mode)
		expect(len(entries(lines, "plugin_inner@plugin.so")) == 8, "%s: plugin_inner is not seen eight times" % mode)
		expect(any("malloc@libc.so.6(77)" in line for line in lines), "%s: the plugin's malloc is not seen" % mode)
		expect(any(line.startswith('puts@libc.so.6("next")') for line in lines), "%s: RTLD_NEXT's puts is not seen" % mode)
		expect(any(line.startswith('getenv@libc.so.6("LATE") ') and line.endswith('= "here"') for line in lines),
		       "%s: RTLD_DEFAULT's getenv is not seen" % mode)


def jumps(b):
	"""siglongjmp out of handlers, at any instruction of the recorder too: nothing is lost, nothing stays open."""
	for arguments in ([], ["alternate"]):
		lines = b.trace(["-c", "-e", "qsort,strcmp,getenv,snprintf"], [b.program("jumps"), *arguments])
		expect(any(line.endswith(" qsort") for line in lines), "no qsort")
	lines = b.trace(["-n", "1", "-e", "qsort,strcmp,getenv,snprintf"], [b.program("jumps")])
	# main: qsort: strcmp: handler: snprintf
	depth = max(len(line) - len(line.lstrip()) for line in lines)
	expect(depth == 2, "calls that were left pile up: depth %d" % depth)


def threads(b):
	"""Ten million calls of sixteen threads: none is lost, none is counted twice."""
	nr, rounds = 16, 312500
	lines = b.trace(["-f", "-c", "-e", "malloc,free"], [b.program("churn"), str(nr), str(rounds)])
	calls = {}
	for line in lines:
		m = re.match(r" *[\d.]+ +[\d.]+ +\d+ +(\d+) +(malloc|free)$", line)
		if m:
			calls[m.group(2)] = int(m.group(1))
	# libc itself allocates and releases a little for its threads
	expect(nr * rounds <= calls.get("malloc", 0) <= nr * rounds + 100, calls)
	expect(nr * rounds <= calls.get("free", 0) <= nr * rounds + 10 * nr + 100, calls)
	lines = b.trace(["-f", "-e", "malloc,free"], [b.program("churn"), "8", "5000"])
	own = [line for line in lines if "malloc(" in line]
	expect(8 * 5000 <= len(own) <= 8 * 5000 + 100, "%d lines of malloc" % len(own))


def report(lines):
	"""The heap report: {pid: {what: number}}, and its lines."""
	out, process = {}, None
	for line in lines:
		m = re.match(r"heap of process (\d+)$", line)
		if m:
			process = out.setdefault(int(m.group(1)), {"sites": {}})
		m = re.match(r"  calls: \d+ \((\d+) allocations, (\d+) releases\)", line)
		if m:
			process["allocations"], process["releases"] = int(m.group(1)), int(m.group(2))
		m = re.match(r"  allocated: (\d+) bytes", line)
		if m:
			process["bytes"] = int(m.group(1))
		m = re.match(r"  peak: (\d+) bytes in (\d+)", line)
		if m:
			process["peak"] = int(m.group(1))
		m = re.match(r"  temporary allocations: (\d+)", line)
		if m:
			process["temporary"] = int(m.group(1))
		m = re.match(r"  never freed: (\d+) bytes? in (\d+)", line)
		if m:
			process["leaked"] = (int(m.group(1)), int(m.group(2)))
		m = re.match(r" +(\d+) in +(\d+)  (\S+)\+0x[0-9a-f]+ \(", line)
		if m:
			name = m.group(3)
			old = process["sites"].get(name, (0, 0))
			process["sites"][name] = (old[0] + int(m.group(1)), old[1] + int(m.group(2)))
		m = re.match(r"  (double|foreign) frees: (\d+)", line)
		if m:
			process[m.group(1)] = int(m.group(2))
	return out


def heap(b):
	"""The heap report, across fork, realloc, posix_memalign; double and foreign frees; with threads."""
	processes = report(b.trace(["-f", "--heap"], [b.program("blocks")]))
	expect(len(processes) == 2, processes)
	parent, child = (processes[pid] for pid in sorted(processes))
	expect(parent["allocations"] == 7 and parent["releases"] == 5, parent)
	expect(parent["bytes"] == 1000 + 500 + 123 + 77 + 10 + 256 + 600, parent)
	expect(parent["peak"] == 1000 + 600 + 123 + 77 + 256, parent)
	expect(parent["temporary"] == 1, parent)
	expect(parent["leaked"] == (200, 2) and parent["sites"] == {"leak": (200, 2)}, parent)
	expect(parent["double"] == parent["foreign"] == 0, parent)
	expect(child["double"] == child["foreign"] == 0, child)
	expect(child["leaked"] == (600 + 256 + 200 + 3000, 5), child)
	expect(child["sites"]["leak"] == (3200, 3), child)
	for fault in ("double", "foreign"):
		processes = report(b.trace(["-f", "--heap"], [b.program("blocks"), fault], alike=False))
		expect(max(p[fault] for p in processes.values()) == 1, processes)
	processes = report(b.trace(["-f", "--heap"], [b.program("churn"), "8", "20000"]))
	(one,) = processes.values()
	expect(one["double"] == one["foreign"] == 0, one)
	expect(one["allocations"] >= 160000, one)
	expect(one["allocations"] - one["releases"] == one["leaked"][1], one)


def normal(line):
	"""What ltrace and itrace may write differently: addresses, NULL, the column."""
	line = re.sub(r"0x[0-9a-f]{6,}", "ADDR", line)
	line = re.sub(r"\bnil\b", "NULL", line)
	return re.sub(r" += ", " = ", line)


def ltrace(b):
	"""The same lines as ltrace writes, where it works."""
	if not shutil.which("ltrace"):
		print("skipped: ltrace is not installed")
		sys.exit(SKIP)
	program = [b.program("plain")]
	names = ["malloc", "calloc", "realloc", "free", "printf", "snprintf", "puts", "getenv", "setenv", "qsort", "fopen", "fgets",
		 "fclose"]
	functions = [name + "@MAIN" for name in names]
	out = os.path.join(b.scratch, "ltrace")
	b.run(["ltrace", "-o", out, "-e", "+".join(functions), *program])
	with open(out) as f:
		wanted = [normal(re.sub(r"^[\w.-]+->", "", line)) for line in f.read().splitlines() if not line.startswith("+++")]
	expect(len(wanted) == len(names) + 1, "ltrace shows %s" % wanted)
	got = [normal(line) for line in b.trace(["-e", ",".join(functions)], program) if not line.startswith("+++")]
	expect(got == wanted, "ltrace\n  %s\nitrace\n  %s" % ("\n  ".join(wanted), "\n  ".join(got)))


def nesting(b):
	"""System calls stand below the library call that makes them; -n indents."""
	lines = b.trace(["-n", "2", "-e", "fopen,fgets", "-e", "trace=openat,read"], [b.program("plain")])
	at = [n for n, line in enumerate(lines) if line.startswith('fopen("/etc/passwd"')]
	expect(len(at) == 1 and lines[at[0]].endswith("<unfinished ...>"), "\n".join(lines))
	expect(lines[at[0] + 1].startswith('  openat(AT_FDCWD, "/etc/passwd"'), "\n".join(lines))
	expect(lines[at[0] + 2].startswith("<... fopen resumed>"), "\n".join(lines))
	reads = [line for line in lines[at[0]:] if "read(" in line]
	expect(reads and all(line.startswith("  read(") for line in reads), "\n".join(lines))


def large(b):
	"""Every function of large libraries."""
	cases = [("sqlite3", "libsqlite3.so.0", [":memory:", "create table t(a); insert into t values(1),(2); select sum(a) from t;"],
		  "sqlite3_step@libsqlite3.so.0", 1000),
		 ("openssl", "libcrypto.so.3", ["sha256", "/etc/passwd"], "EVP_DigestInit_ex@libcrypto.so.3", 1000)]
	ran = 0
	for program, library, arguments, name, least in cases:
		path = shutil.which(program)
		if not path:
			continue
		ran += 1
		lines = b.trace(["-f", "-l", library], [path, *arguments])
		expect(len(lines) >= least, "%s: only %d lines" % (program, len(lines)))
		expect(entries(lines, name), "%s: %s is not seen" % (program, name))
	path = "/usr/bin/python3"
	lines = b.trace(["-f", "-x", "*@"], [path, "-c", "import json, threading, subprocess\n"
						   "print(json.dumps({'a': 1}), subprocess.check_output(['echo', 'x']))"])
	expect(len(lines) >= 10000, "python3: only %d lines" % len(lines))
	if not ran:
		print("skipped: neither sqlite3 nor openssl is installed")
		sys.exit(SKIP)


PROTOTYPES = """# of the test's library
enum colours "COLOUR_???" { RED = 1 GREEN = 3 }
sum_many(long a, long b, long c, long d, long e, long f, long g, long h, long i, long j, long k, long l) -> long
mixed(double a, float b, enum[colours] c) -> double
call_back(func f, int n) -> void
"""

BAD_PROTOTYPES = [
	("foo(int a int b) -> int\n", "1:11: expected ',' or ')' behind the argument, found 'int'"),
	("foo(int a, strr b) -> int\n", "1:12: unknown type 'strr'"),
	("\n3 foo(int a) -> int\n", "2:1: expected no number in front of 'foo'"),
	("foo(bytes[n] b) -> int\n", "1:11: 'n' is no argument of foo"),
	("enum e \"X\" { A B = 1 }\n", "1:14: expected '= VALUE' behind 'A'"),
	("foo(int a)\n", "1:11: expected '->' and the result's type"),
]


def prototypes(b):
	"""A prototype file decides how arguments and results are shown; a bad one is an error with its place."""
	path = os.path.join(b.scratch, "test.proto")
	with open(path, "w") as f:
		f.write(PROTOTYPES)
	lines = b.trace(["-F", path, "-x", "*@libunwind.so"], [b.program("unwind-now")])
	lines = [re.sub(r" += ", " = ", line) for line in lines]
	expect("sum_many@libunwind.so(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12) = 650" in lines, "sum_many is not shown as it should be")
	expect("mixed@libunwind.so(1.500000, 2.250000, GREEN) = 10.750000" in lines,
	       "mixed: %s" % entries(lines, "mixed@libunwind.so"))
	expect(any(re.match(r"call_back@libunwind.so\(0x[0-9a-f]+, 6 <unfinished", line) for line in lines),
	       "call_back is not shown as it should be")
	# from the configuration folder, without being named
	os.makedirs(os.path.join(b.scratch, "itrace"))
	shutil.move(path, os.path.join(b.scratch, "itrace", "test.proto"))
	lines = b.trace(["-x", "mixed@libunwind.so"], [b.program("unwind-now")])
	expect(any("mixed@libunwind.so(1.500000, 2.250000, GREEN)" in line for line in lines), "the default file is not read")
	shutil.rmtree(os.path.join(b.scratch, "itrace"))
	for text, message in BAD_PROTOTYPES:
		with open(path, "w") as f:
			f.write(text)
		got = b.run([b.itrace, "-F", path, "-x", "mixed@libunwind.so", "true"])
		expect(got[0] == 1 and "%s:%s" % (path, message) in got[2], "%r gives %s" % (text, got))
	got = b.run([b.itrace, "--prototypes=" + path + "none", "-x", "mixed@libunwind.so", "true"])
	expect(got[0] == 1 and "No such file" in got[2], got)


def filters(b):
	"""What fits nothing is an error that names what comes close."""
	program = b.program("plain")
	for options, message in [
			(["-x", "mallok@libc.so.6"], "no function of 'libc.so.6' fits 'mallok'; did you mean 'malloc'"),
			(["--library-calls=mallok"], "no function fits 'mallok'; did you mean 'malloc'"),
			(["-l", "libc.so.66"], "no library fits 'libc.so.66'; did you mean 'libc.so.6'"),
			(["-x", "/a(/"], "invalid expression 'a('"),
			(["-x", "/a{2}/"], "invalid expression 'a{2}'"),
			(["-e", "mallok"], "invalid system call 'mallok'"),
			(["--method=ptrace", "-e", "malloc"], "cannot be traced with --method=ptrace"),
	]:
		got = b.run([b.itrace, *options, program])
		expect(got[0] == 1 and message in got[2] and not got[1], "%s gives %s" % (options, got))
	static = shutil.which("busybox")
	if static and b"statically linked" in subprocess.run(["file", "-L", static], stdout=subprocess.PIPE).stdout:
		got = b.run([b.itrace, "-e", "malloc", static, "true"])
		expect(got[0] == 1 and "statically linked" in got[2], got)
	# a script is its interpreter
	script = os.path.join(b.scratch, "script")
	with open(script, "w") as f:
		f.write("#!/bin/sh\necho hello\n")
	os.chmod(script, 0o755)
	lines = b.trace(["-e", "malloc,free"], [script])
	expect(entries(lines, "malloc"), "no malloc of a script's interpreter")
	# sense and order of the pieces
	lines = b.trace(["-x", "*@libc.so.6,-free,-printf"], [program])
	expect(entries(lines, "malloc@libc.so.6") and not entries(lines, "free@libc.so.6"), "'-free' does not take free out")
	lines = b.trace(["-x", "/^(get|set)env$/"], [program])
	names = {re.match(r"(?:<\.\.\. )?(\w+)", line).group(1) for line in lines if not line.startswith("+++")}
	expect(names == {"getenv", "setenv"}, names)


def summary(b):
	"""-c counts library calls in the table of system calls."""
	lines = b.trace(["-c", "-e", "fopen,fclose,malloc", "-e", "trace=openat"], [b.program("plain")])
	names = collections.Counter(line.split()[-1] for line in lines[2:-2])
	expect(names == {"fopen": 1, "fclose": 1, "malloc": 1, "openat": 1}, "\n".join(lines))
	lines = b.trace(["-f", "-c", "-e", "malloc"], ["/bin/sh", "-c", "%s >/dev/null; %s >/dev/null; true" % ((b.program("plain"),) * 2)])
	rows = [line for line in lines if line.endswith(" malloc")]
	expect(len(rows) == 1, "functions of several processes are one row:\n" + "\n".join(lines))


CASES = {f.__name__: f for f in (links, late, jumps, threads, heap, ltrace, nesting, large, prototypes, filters, summary)}


def main():
	p = argparse.ArgumentParser()
	p.add_argument("--build", required=True)
	p.add_argument("--programs", required=True)
	p.add_argument("case", choices=CASES)
	a = p.parse_args()
	with tempfile.TemporaryDirectory() as scratch:
		try:
			CASES[a.case](Bench(a.build, a.programs, scratch))
		except Failed as e:
			print("%s: %s" % (a.case, e))
			return 1
	return 0


if __name__ == "__main__":
	sys.exit(main())
