#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Bad command lines, each given to strace and to itrace: the same message behind the name it was called by, the same
exit status, and nothing left behind, neither files nor processes.

    run.py --itrace PATH --work DIR CASE
    run.py --list

itrace is called by its own name and path, and through a link named strace, as its drop-in replacement.
"""
import argparse
import contextlib
import difflib
import os
import re
import shutil
import signal
import subprocess
import sys
import time

TIMEOUT = 30
NO_PROCESS = "4194300"  # above what a default pid_max gives out first, and checked to be free

CASES = {
	# -e and the sets
	"unknown-call": ["-e", "no_such_call", "true"],
	"unknown-call-trace": ["-e", "trace=openat,no_such_call", "true"],
	"unknown-call-inverted": ["-e", "trace=!no_such_call", "true"],
	"unknown-class": ["-e", "trace=%no_such_class", "true"],
	"unknown-call-long": ["--trace=no_such_call", "true"],
	"bad-regex": ["-e", "trace=/(", "true"],
	"regex-without-match": ["-e", "trace=/no_such_call", "true"],
	"empty-set": ["-e", "trace=", "true"],
	"number-out-of-range": ["-e", "trace=100000", "true"],
	"unknown-personality": ["-e", "trace=openat@65", "true"],
	"unknown-signal": ["-e", "signal=NOSUCH", "true"],
	"unknown-status": ["-e", "status=perhaps", "true"],
	"unknown-quiet": ["-e", "quiet=library", "true"],
	"unknown-decode-fds": ["-e", "decode-fds=everything", "true"],
	"only-set": ["-e", "openat"],

	# the program
	"nothing": [],
	"no-such-program": ["no-such-program-anywhere"],
	"no-such-path": ["./no-such-program"],
	"empty-program": [""],
	"not-executable": ["./plain-file"],
	"directory": ["./folder"],
	"garbage": ["./garbage"],
	"missing-interpreter": ["./orphan-script"],
	"link-to-itself": ["./loop"],
	"no-such-program-to-file": ["-o", "out", "./no-such-program"],
	"not-executable-to-file": ["-o", "out", "./plain-file"],
	"not-executable-follow": ["-f", "./plain-file"],
	"not-executable-count": ["-c", "./plain-file"],
	"unknown-user": ["-u", "no-such-user-here", "true"],

	# -p
	"no-such-process": ["-p", NO_PROCESS],
	"bad-pid": ["-p", "abc"],
	"bad-pid-tail": ["-p", NO_PROCESS + "x"],
	"zero-pid": ["-p", "0"],
	"negative-pid": ["-p", "-5"],
	"empty-pid": ["-p", ""],
	"bad-pid-in-list": ["-p", NO_PROCESS + ",abc"],
	"two-missing-processes": ["-p", f"{NO_PROCESS},{int(NO_PROCESS) - 1}"],
	"huge-pid": ["-p", "99999999999999999999"],

	# -o
	"unwritable-file": ["-o", "/no-such-folder/out", "true"],
	"file-is-folder": ["-o", "folder", "true"],
	"unwritable-separately": ["-ff", "-o", "/no-such-folder/out", "true"],
	"pipe-separately": ["-ff", "-o", "|cat", "true"],
	"count-separately": ["-c", "-ff", "-o", "out", "true"],
	"count-separately-bare": ["-c", "-ff", "true"],
	"count-too-separately": ["-C", "-ff", "-o", "out", "true"],
	"count-twice": ["-c", "-C", "true"],
	"count-twice-reversed": ["-C", "-c", "true"],

	# numbers
	"string-not-a-number": ["-s", "many", "true"],
	"string-negative": ["-s", "-1", "true"],
	"string-tail": ["-s", "5k", "true"],
	"string-huge": ["-s", "99999999999", "true"],
	"string-empty": ["-s", "", "true"],
	"column-not-a-number": ["-a", "wide", "true"],
	"column-negative": ["-a", "-5", "true"],
	"sort-unknown": ["-c", "-S", "colour", "true"],
	"columns-unknown": ["-c", "-U", "colour", "true"],
	"columns-twice": ["-c", "-U", "name,name", "true"],
	"overhead-unknown": ["-c", "-O", "abc", "true"],
	"time-format-unknown": ["--absolute-timestamps=later", "true"],
	"time-precision-unknown": ["--syscall-times=days", "true"],
	"times-four": ["-tttt", "-e", "none", "true"],
	"hex-unknown": ["--strings-in-hex=sometimes", "true"],
	"constants-unknown": ["-X", "loud", "true"],
	"quiet-unknown": ["--quiet=loud", "true"],

	# the command line itself
	"unknown-letter": ["-Q", "true"],
	"unknown-long": ["--no-such-option", "true"],
	"ambiguous-long": ["--str", "true"],
	"argument-missing": ["-o"],
	"argument-missing-long": ["--output"],
	"argument-unwanted": ["--summary=yes", "true"],
	"wall-without-count": ["-w", "true"],
	"append-without-file": ["-A", "-e", "none", "true"],
	"empty-variable": ["-E", "", "-e", "none", "true"],
	"variable-without-name": ["-E", "=value", "-e", "none", "true"],
	"program-and-bad-pid": ["-p", "x", "true"],
}

# What must differ in what the tools say: addresses, ids, times.
HIDDEN = [(re.compile(pattern, re.M), by) for pattern, by in (
	(r"\b0x[0-9a-f]{11,12}\b", "ADDRESS"), (r"(?<=/out\.)\d+", "PID"), (r"^\d+\.\d{6}(?= )", "TIME"),
	(r"^ {0,2}\d{1,3}\.\d\d +\d+\.\d{6} +\d+(?= )", "FIGURES"))]


def make_folder(folder):
	shutil.rmtree(folder, ignore_errors=True)
	os.makedirs(os.path.join(folder, "folder"))
	for name, content, mode in (("plain-file", "x", 0o644), ("garbage", "\1\2\3", 0o755),
				    ("orphan-script", "#!/no/such/interpreter\n", 0o755)):
		path = os.path.join(folder, name)
		with open(path, "w", encoding="ascii") as file:
			file.write(content)
		os.chmod(path, mode)
	os.symlink("loop", os.path.join(folder, "loop"))


def members(session):
	"""Processes of the session that are alive."""
	found = []
	for pid in filter(str.isdigit, os.listdir("/proc")):
		with contextlib.suppress(OSError):
			with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
				fields = file.read().rpartition(")")[2].split()
			if int(fields[3]) == session and fields[0] != "Z":
				found.append(int(pid))
	return found


def left_behind(session):
	end = time.monotonic() + 2
	while members(session) and time.monotonic() < end:
		time.sleep(0.02)
	left = members(session)
	for pid in left:
		with contextlib.suppress(ProcessLookupError):
			os.kill(pid, signal.SIGKILL)
	return left


class Result:
	def __init__(self, executable, name, arguments, folder):
		make_folder(folder)
		process = subprocess.Popen([name] + arguments, executable=executable, cwd=folder, stdin=subprocess.DEVNULL,
					   stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
					   env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"})
		try:
			out, err = process.communicate(timeout=TIMEOUT)
			self.status = process.returncode
		except subprocess.TimeoutExpired:
			os.killpg(process.pid, signal.SIGKILL)
			out, err = process.communicate()
			self.status = "none: it hangs"
		self.processes = left_behind(process.pid)
		self.files = sorted(os.listdir(folder))
		self.stdout, self.stderr = (self._plain(t, name) for t in (out, err))

	@staticmethod
	def _plain(data, name):
		text = data.decode("utf-8", "backslashreplace")
		for pattern, by in HIDDEN:
			text = pattern.sub(by, text)
		return re.sub(rf"(^|'){re.escape(name)}(?=[: ])", r"\1TRACER", text, flags=re.M)

	def facts(self):
		return [f"exit status: {self.status}", f"files: {self.files}",
			f"processes left: {len(self.processes)}"] + [f"stdout: {l}" for l in self.stdout.split("\n") if l] + \
			[f"stderr: {l}" for l in self.stderr.split("\n") if l]


def main():
	parser = argparse.ArgumentParser()
	parser.add_argument("--list", action="store_true")
	parser.add_argument("--itrace")
	parser.add_argument("--work", default="bad-use-work")
	parser.add_argument("case", nargs="?", choices=sorted(CASES))
	args = parser.parse_args()
	if args.list:
		print("\n".join(CASES))
		return 0
	if os.path.exists(f"/proc/{NO_PROCESS}"):
		print(f"skipped: there is a process {NO_PROCESS} here")
		return 77
	work = os.path.realpath(args.work)
	os.makedirs(work, exist_ok=True)
	link = os.path.join(work, "strace")
	with contextlib.suppress(FileNotFoundError):
		os.unlink(link)
	os.symlink(os.path.realpath(args.itrace), link)
	folder = os.path.join(work, "run")
	arguments = CASES[args.case]
	strace = shutil.which("strace", path="/usr/bin:/bin:/usr/local/bin")
	status = 0
	for name, wanted_name, executable in ((args.itrace, strace, args.itrace), ("strace", "strace", link)):
		wanted = Result(strace, wanted_name, arguments, folder).facts()
		got = Result(executable, name, arguments, folder).facts()
		if got != wanted:
			status = 1
			print(*difflib.unified_diff(wanted, got, "strace", f"itrace called {name}", lineterm="", n=3), sep="\n")
	return status


if __name__ == "__main__":
	sys.exit(main())
