#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What SECURITY.md promises, as far as a test can see it.

    security.py --build DIR --tools DIR CASE
    security.py --list

Exit status: 0 all is well, 1 it is not (what is wrong is printed), 77 something is missing here.
"""
import argparse
import contextlib
import os
import re
import socket
import stat
import subprocess
import sys
import tempfile
import time

from run import install
from runner import ENVIRONMENT, adopt_orphans, reap_orphans

NOBODY = 65534
AS_NOBODY = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
MARK = "getpgid(1073741827)"
TIMEOUT = 60


class Room:
	"""A folder that all users may enter, with an installed itrace and the target program."""

	def __init__(self, folder, build, tools):
		self.folder, self.wrong = folder, []
		os.chmod(folder, 0o755)
		self.itrace = install(build, os.path.join(folder, "installed"))
		self.target = self.path("target")
		with open(os.path.join(tools, "hard-target"), "rb") as source, open(self.target, "wb") as copy:
			copy.write(source.read())
		os.chmod(self.target, 0o755)
		self.log = self.path("trace")

	def path(self, name):
		return os.path.join(self.folder, name)

	def must(self, truth, message):
		if not truth:
			self.wrong.append(message)

	def run(self, command, umask=0o22):
		return subprocess.run(command, cwd=self.folder, env=ENVIRONMENT, stdin=subprocess.DEVNULL, capture_output=True,
				      text=True, timeout=TIMEOUT, check=False, umask=umask)

	def trace(self):
		with open(self.log, encoding="utf-8", errors="replace") as file:
			return file.read()


def creation_mask(room):
	"""Trace files are made with the user's umask, one per process too."""
	for umask in (0o22, 0o77, 0o27):
		with contextlib.suppress(FileNotFoundError):
			os.unlink(room.log)
		room.run([room.itrace, "-o", room.log, "true"], umask)
		mode = stat.S_IMODE(os.stat(room.log).st_mode)
		room.must(mode == 0o666 & ~umask, f"umask {umask:o} gives mode {mode:o}")
		room.run([room.itrace, "-ff", "-o", room.path("each"), "true"], umask)
		for name in os.listdir(room.folder):
			if name.startswith("each."):
				mode = stat.S_IMODE(os.stat(room.path(name)).st_mode)
				room.must(mode == 0o666 & ~umask, f"umask {umask:o} gives {name} mode {mode:o}")
				os.unlink(room.path(name))


def links(room):
	"""In a sticky folder only one's own links are written through."""
	sticky, victim = room.path("sticky"), room.path("victim")
	os.mkdir(sticky)
	os.chmod(sticky, 0o1777)
	with open(victim, "w", encoding="ascii") as file:
		file.write("precious")
	link = os.path.join(sticky, "link")
	os.symlink(victim, link)
	done = room.run([room.itrace, "-o", link, "true"])
	with open(victim, encoding="ascii") as file:
		room.must(done.returncode == 0 and "exited with" in file.read(), f"one's own link is not followed: {done.stderr}")
	with open(victim, "w", encoding="ascii") as file:
		file.write("precious")
	os.lchown(link, NOBODY, NOBODY)
	for option in ("-o", "-A", "-ff"):
		target = link if option != "-ff" else os.path.join(sticky, "l")
		done = room.run([room.itrace, *([option] if option != "-o" else []), "-o", target, "true"])
		if option != "-ff":
			room.must(done.returncode == 1 and "Permission denied" in done.stderr,
				  f"{option}: somebody else's link: status {done.returncode}, {done.stderr}")
		with open(victim, encoding="ascii") as file:
			room.must(file.read() == "precious", f"{option}: a file was overwritten through somebody else's link")


def drop(room):
	"""-u USER drops everything: ids, groups, capabilities; what the program inherits is what it would have had."""
	show = ["sh", "-c", "grep -E '^(Uid|Gid|Groups|Cap...|NoNewPrivs):' /proc/self/status; ls /proc/self/fd | wc -l"]
	wanted = room.run(AS_NOBODY + show)
	open(room.log, "wb").close()
	for method in ([], ["--method=ptrace"]):
		done = room.run([room.itrace, *method, "-f", "-u", "nobody", "-o", room.log, *show])
		texts = [re.sub(r"^Groups:.*", "Groups:", text, flags=re.M) for text in (wanted.stdout, done.stdout)]
		room.must(done.returncode == 0 and texts[0] == texts[1], f"{method}: {texts[1]!r} {done.stderr}, must be {texts[0]!r}")
		room.must("execve(" in room.trace(), f"{method}: nothing was traced")
	groups = re.search(r"^Groups:(.*)", done.stdout, re.M)[1].split()
	room.must("0" not in groups, f"the program kept group 0: {groups}")
	os.chmod(room.log, 0o600)
	done = room.run([room.itrace, "-f", "-u", "nobody", "-o", room.log, "sh", "-c",
			 f"echo spoilt >>{room.log}; exec 2>/dev/null; for f in /proc/$PPID/fd/* /proc/1/fd/*; do : <>$f && echo $f; done; exit 0"])
	room.must(not done.stdout, f"the program could open {done.stdout!r}")


def running(room, command):
	"""itrace while it runs. Returns it and the ring's path in /proc."""
	process = subprocess.Popen(command, cwd=room.folder, env=ENVIRONMENT, stdin=subprocess.DEVNULL, start_new_session=True)
	deadline = time.monotonic() + 20
	while time.monotonic() < deadline:
		with contextlib.suppress(OSError):
			for fd in os.listdir(f"/proc/{process.pid}/fd"):
				path = f"/proc/{process.pid}/fd/{fd}"
				if "memfd:itrace" in os.readlink(path):
					return process, path
		time.sleep(0.02)
	return process, None


def ring(room):
	"""The ring belongs to nobody else: no name in any folder, no way in through /proc or the socket."""
	before = [set(os.listdir(folder)) for folder in ("/dev/shm", "/tmp", "/run")]
	process, path = running(room, [room.itrace, "-f", "-o", room.log, "sleep", "2"])
	room.must(path, "no ring was found")
	for names, folder in zip(before, ("/dev/shm", "/tmp", "/run")):
		new = [name for name in set(os.listdir(folder)) - names if "itrace" in name and "itrace-" not in name]
		room.must(not new, f"{new} in {folder}")
	done = room.run([*AS_NOBODY, "sh", "-c", f"cat {path} | head -c 8 | wc -c; ls /proc/{process.pid}/fd | wc -l"])
	room.must(done.stdout.split() == ["0", "0"], f"another user could read the ring: {done.stdout!r} {done.stderr}")
	with open("/proc/net/unix", encoding="utf-8") as file:
		inodes = {os.readlink(f"/proc/{process.pid}/fd/{fd}") for fd in os.listdir(f"/proc/{process.pid}/fd")}
		names = [line.split()[-1] for line in file if f"socket:[{line.split()[6]}]" in inodes and "@" in line]
	room.must(names, "the session's socket was not found")
	for name in names:
		for key in (b"", b"\0" * 16, b"x" * 16, b"y" * 4000):
			with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as s:
				s.settimeout(5)
				s.connect("\0" + name[1:])
				s.send(key)
				data, ancillary, _, _ = s.recvmsg(16, 1024)
				room.must(not data and not ancillary, f"descriptors for the key {key[:4]!r}")
	room.must(process.wait(TIMEOUT) == 0, "itrace did not survive")


def setuid(room):
	"""A setuid program under an unprivileged user's itrace is what it is under strace: without its privileges, whole."""
	os.chmod(room.target, 0o4755)
	open(room.log, "wb").close()
	os.chmod(room.log, 0o666)
	wanted = room.run([*AS_NOBODY, "strace", "-f", "-o", room.log, room.target])
	for method in ([], ["--method=trap"], ["--method=ptrace"]):
		done = room.run([*AS_NOBODY, room.itrace, *method, "-f", "-o", room.log, room.target])
		ids = [re.findall(r"^ids .*", text, re.M) for text in (wanted.stdout, done.stdout)]
		room.must(ids[0] and ids[0] == ids[1], f"{method}: {done.stdout!r} {done.stderr!r}, strace {wanted.stdout!r}")
		room.must(room.trace().count(MARK) == 3, f"{method}: not all calls are in the trace")
	# by root for another user, the program has its privileges, and ptrace sees it
	wanted = room.run(["strace", "-f", "-u", "nobody", "-o", room.log, room.target])
	done = room.run([room.itrace, "-f", "-u", "nobody", "-o", room.log, room.target])
	room.must(done.stdout == wanted.stdout, f"as root with -u: {done.stdout!r} {done.stderr!r}, strace {wanted.stdout!r}")
	room.must(room.trace().count(MARK) == 3, "as root with -u: not all calls are in the trace")


def installed(room):
	"""Nothing that is installed has privileges, or can be written to by others."""
	for parent, folders, files in os.walk(room.path("installed")):
		for name in folders + files:
			info = os.lstat(os.path.join(parent, name))
			bad = stat.S_ISUID | stat.S_ISGID | (0 if stat.S_ISLNK(info.st_mode) else stat.S_IWOTH | stat.S_IWGRP)
			room.must(not info.st_mode & bad, f"{name} has mode {info.st_mode:o}")


CASES = {"umask": creation_mask, "links": links, "drop": drop, "ring": ring, "setuid": setuid, "installed": installed}


def main():
	parser = argparse.ArgumentParser()
	parser.add_argument("--list", action="store_true")
	parser.add_argument("--build")
	parser.add_argument("--tools")
	parser.add_argument("case", nargs="?", choices=CASES)
	args = parser.parse_args()
	if args.list:
		print("\n".join(CASES))
		return 0
	if os.geteuid():
		print("skipped: needs root, to be other users")
		return 77
	adopt_orphans()
	os.umask(0o22)
	with tempfile.TemporaryDirectory(prefix="itrace-security-") as folder:
		room = Room(folder, args.build, os.path.realpath(args.tools))
		CASES[args.case](room)
	room.must(not reap_orphans(), "something is left over")
	print("\n".join(line[:700] for line in room.wrong))
	return 1 if room.wrong else 0


if __name__ == "__main__":
	sys.exit(main())
