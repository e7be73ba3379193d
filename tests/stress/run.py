#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""stress-ng as the judge: classes of its stressors, checking their own results, must say the same with itrace as alone.

    run.py --build DIR --work DIR --method patched|unpatched|seccomp|shim CLASS
    run.py --list

Also the test modules that perl and python ship. Stressors run side by side for SECONDS; of what they print only the
verdicts count: failures, and how the run ended. A stressor that cannot run here, or fails alone, is left out by name.
Exit status: 0 the verdicts agree, 1 they do not, 77 something is missing here.
"""
import argparse
import os
import re
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "hard"))
from runner import METHODS, adopt_orphans, run, split_messages, tell  # noqa: E402

SECONDS = 3
TIMEOUT = 100
PYTHON = "/usr/bin/python3"

# A tracee that traces its own children or filters its calls.
STANDS_ASIDE = re.compile(r"is no longer traced: another tracer has it|: the program filters its system calls")

# A crowd of these keeps a machine of two cores busy with itself. Zombies do not; the oldest of them must be one by the
# time that there are so many: with 8, some of its children have not run yet, with itrace or alone.
CROWD = ["--fork-max", "2", "--vfork-max", "2", "--clone-max", "32", "--exec-max", "2", "--pthread-max", "64",
	 "--zombie-max", "1000"]

STRESSORS = {
	"calls": "get getrandom sysinfo sysbadaddr sysinval syscall set prctl rlimit personality getdent cap env",
	"signals": "sigabrt sigchld sigfd sigfpe sigio signal signest sigpending sigpipe sigq sigrt sigsegv sigsuspend sigtrap "
		   "kill bad-altstack",
	"processes": "fork vfork clone exec spawn wait zombie session pidfd daemon exit-group pthread nice",
	# thousands of processes that share one memory and all wait, each for the next
	"vforks": "vforkmany",
	"memory": "brk mmap mremap munmap mprotect madvise mincore mlock msync shm shm-sysv stack memfd fault "
		  "userfaultfd tlb-shootdown",
	"files": "open close dup dentry dir fallocate fcntl flock link rename seek symlink touch utime xattr chmod access fstat "
		 "filename copy-file inotify locka lockofd",
	"pipes": "pipe fifo splice tee vm-splice sendfile eventfd poll epoll ring-pipe pipeherd",
	"sockets": "sock sockpair sockfd sockmany udp sockdiag",
	"timers": "timer timerfd alarm nanosleep sleep clock futex mutex mq sem sem-sysv msg sigfd yield",
	# its verdict is that it had time on a processor: beside the others it has not always, with itrace or alone
	"interval": "itimer",
	"filters": "seccomp usersyscall ptrace rseq x86syscall vdso",
}
MODULES = {
	"python": [PYTHON, "-m", "test", "-v", "test_os", "test_posix", "test_mmap", "test_fcntl", "test_select", "test_epoll",
		   "test_popen", "test_tempfile"],
	"perl": ["perl", "-MTest::More", "-e", """
		use IPC::Open3; use POSIX (); use Socket; use Fcntl; use File::Temp; use Time::HiRes; use IO::Select;
		plan tests => 406;
		for my $n (1 .. 100) {
			is(`echo $n`, "$n\n", "backtick $n");
			my $pid = fork; POSIX::_exit($n) unless $pid; waitpid $pid, 0; is($? >> 8, $n, "fork $n");
			socketpair(my $a, my $b, AF_UNIX, SOCK_STREAM, PF_UNSPEC); syswrite $a, $n; sysread $b, my $got, 99;
			is($got, $n, "socket $n");
			my $file = File::Temp->new; print $file $n; close $file; is(-s "$file", length $n, "file $n");
		}
		my $caught = 0; $SIG{ALRM} = sub { $caught++ }; Time::HiRes::ualarm(1000, 1000);
		select undef, undef, undef, 0.01 while $caught < 50; Time::HiRes::ualarm(0); cmp_ok($caught, '>=', 50, "alarms");
		my $pid = open3(my $in, my $out, undef, "cat"); print $in "through"; close $in; is(<$out>, "through", "open3");
		waitpid $pid, 0; is($?, 0, "ended"); eval { local $SIG{ALRM} = sub { die "alarm\n" }; alarm 1; sleep 10 };
		is($@, "alarm\n", "die in a handler"); is(kill(0, $$), 1, "kill 0"); is(umask, umask, "umask");
	"""],
}


def verdicts(text):
	"""What stressors say of their work, without numbers of the run."""
	found = set()
	for line in text.splitlines():
		if re.search(r" fail:|corrupted|terminated on signal", line):
			found.add(re.sub(r"\(.*\)|0x[0-9a-f]+|\d+(\.\d+)?m?s?\b", "N", line.split("] ", 1)[-1]))
	return found


def stress(itrace, method, work, names):
	out = []
	names = [name for name in names if shutil.which("stress-ng")]
	command = ["stress-ng", "--verify", "--temp-path", ".", "--oomable", "-t", str(SECONDS), *CROWD]

	def arguments(chosen):
		return command + [word for name in chosen for word in (f"--{name}", "1")]
	alone = run(arguments(names), work, "alone", TIMEOUT)
	if alone.status:
		names = [name for name in names if not run(arguments([name])[:-2] + ["-t", "1", f"--{name}", "1"], work, "one", 30).status]
		alone = run(arguments(names), work, "alone", TIMEOUT)
	tracer = [itrace, *METHODS[method], "-f", "-o", "/dev/null"]
	traced = run(tracer + arguments(names), work, "traced", TIMEOUT)
	messages, errors = split_messages(traced.errors)
	mine, theirs = verdicts(alone.output + alone.errors), verdicts(traced.output + errors)
	tell(stressors=len(names), traced_ms=round(traced.seconds * 1000))
	if traced.status != alone.status:
		out.append(f"exit status: alone {alone.status}, traced {traced.status}")
		out += [line for line in (traced.output + errors).splitlines() if "info:" not in line][-15:]
	out += [f"only with itrace: {line}" for line in sorted(theirs - mine)]
	out += [f"message: {line}" for line in messages if not STANDS_ASIDE.search(line)]
	out += [f"left over: {command}" for command in traced.left_over]
	return out


def results(text):
	"""The lines of a test module's output that tell of results."""
	return re.findall(r"^(?:not ok .*|ok \d+.*|.*\(test\..*\.\.\. .*|.* tests? failed.*|Result: .*|All \d+ tests OK.*)$", text, re.M)


def module(itrace, method, work, command):
	alone = run(command, work, "alone", TIMEOUT)
	traced = run([itrace, *METHODS[method], "-f", "-o", "/dev/null", *command], work, "traced", TIMEOUT)
	messages, errors = split_messages(traced.errors)
	out = []
	tell(results=len(results(traced.output + errors)), alone_ms=round(alone.seconds * 1000),
	     traced_ms=round(traced.seconds * 1000))
	if alone.status != traced.status:
		out.append(f"exit status: alone {alone.status}, traced {traced.status}")
	if results(alone.output + alone.errors) != results(traced.output + errors):
		out.append("the results differ:")
		out += [line for line in results(traced.output + errors) if line not in results(alone.output + alone.errors)][:20]
		out += (traced.output + errors).splitlines()[-25:]
	out += [f"message: {line}" for line in messages if not STANDS_ASIDE.search(line)]
	return out


def main():
	parser = argparse.ArgumentParser()
	parser.add_argument("--list", action="store_true")
	parser.add_argument("--build")
	parser.add_argument("--work")
	parser.add_argument("--method", choices=METHODS)
	parser.add_argument("name", nargs="?", choices=[*STRESSORS, *MODULES])
	args = parser.parse_args()
	if args.list:
		for name in STRESSORS:
			print(name, "patched", *("unpatched", "seccomp") * (name in ("signals", "processes", "calls")),
			      *["shim"] * (name in ("signals", "processes", "memory", "pipes", "timers")))
		for name in MODULES:
			print(name, "patched", "seccomp", "shim")
		return 0
	adopt_orphans()
	itrace, work = os.path.join(args.build, "bin", "itrace"), os.path.realpath(args.work)
	if args.name in STRESSORS and not shutil.which("stress-ng"):
		print("skipped: no stress-ng here")
		return 77
	if args.name == "python" and not os.path.exists("/usr/lib/python3.11/test/test_os.py"):
		print("skipped: python's test modules are not installed (libpython3.11-testsuite)")
		return 77
	if args.name in STRESSORS:
		found = stress(itrace, args.method, work, STRESSORS[args.name].split())
	else:
		found = module(itrace, args.method, work, MODULES[args.name])
	print("\n".join(line[:400] for line in found[:50]))
	return 1 if found else 0


if __name__ == "__main__":
	sys.exit(main())
