# SPDX-License-Identifier: MIT
"""The hard cases: what is run, what it needs, what must be in its trace."""
import os
import shutil
import subprocess
from dataclasses import dataclass, field

ALL = ("patched", "sealed", "unpatched", "seccomp", "shim")
TRAP = ("patched", "sealed", "unpatched", "seccomp")
PYTHON = "/usr/bin/python3"
HERE = os.path.dirname(os.path.realpath(__file__))


def mark(kind):
	return rf"getpgid\({1073741824 + kind}\) += -1 ESRCH"


@dataclass
class Case:
	name: str
	command: list           # {tools}, {dir}, {work}, {itrace} are replaced
	must: tuple = ()        # (pattern at a line's beginning, exact count or (least,))
	status: int | None = None
	methods: tuple = ALL
	shim_must: tuple | None = None  # instead of must; None: of must what tells of marks
	shim_messages: tuple = ()       # allowed with method shim alone
	options: tuple = ()     # of itrace
	before: tuple = ()      # what runs itrace, and the program alone
	prepare: object = None  # called with the program's folder and the values
	messages: tuple = ()    # itrace's messages that are allowed
	rewrite: tuple = ()     # what differs between runs in the output: (pattern, replacement)
	env: dict = field(default_factory=dict)
	needs: tuple = ()       # programs, by name or path; "root"; "built:NAME" of {tools}
	users: bool = False     # other users than this one must be able to run itrace
	timeout: int = 60
	family: bool = True     # False: in a PID namespace of their own, calls give ids that are not the trace's

	def missing(self, tools):
		"""Why the case cannot run here; None if it can."""
		for need in self.needs:
			if need == "root":
				if os.geteuid():
					return "needs root"
			elif need.startswith("built:"):
				if not os.path.exists(os.path.join(tools, need[6:])):
					return f"{need[6:]} was not built: its compiler is missing"
			elif not shutil.which(need, path="/usr/bin:/bin:/usr/sbin:/sbin"):
				return f"no {need} here"
		return None


def entries(folder, _values):
	os.mkdir(os.path.join(folder, "entries"))
	for n in range(300):
		with open(os.path.join(folder, "entries", f"a rather long name {n}"), "wb"):
			pass


def chroot_tree(folder, values):
	"""A root with one dynamic program and what it loads: no /proc, no /dev, no library of ours."""
	program = os.path.join(values["tools"], "hard-target")
	root = os.path.join(values["work"], "root")
	if os.path.exists(root):
		return
	done = subprocess.run(["ldd", program], stdout=subprocess.PIPE, text=True, check=True)
	for word in done.stdout.split():
		if word.startswith("/"):
			os.makedirs(root + os.path.dirname(word), exist_ok=True)
			shutil.copy(word, root + word)
	shutil.copy(program, os.path.join(root, "target"))


def copied(name, mode, owner=0):
	"""Copies a built program into the folder, with that mode."""
	def prepare(folder, values):
		path = os.path.join(folder, name)
		shutil.copy(os.path.join(values["tools"], name), path)
		os.chown(path, owner, owner)
		os.chmod(path, mode)
	return prepare


def executed(how, marks, **more):
	"""A case of exec.c: its own marks, then the target's three."""
	more.setdefault("must", (*marks, (mark(3), 3)))
	arguments = more.pop("arguments", ())
	return Case(f"exec-{how}", ["{tools}/hard-exec", how, *arguments, more.pop("target", "{tools}/hard-target")],
		    status=33, **more)


ONCE = ((mark(1), 1),)
# Method shim has nothing that reaches into such a program, and says so.
UNREACHED = {"shim_messages": (r"itrace: process \d+ is not traced from its execve on: .*",)}
# Of a process that another tracer has, itrace keeps its hands off, and says so.
STANDS_ASIDE = (r"itrace: process \d+ (was not|is no longer|is not) traced.*",)


def inner(*tracer, traps=True):
	"""Runs a tracer of its own on the target; prints what its trace has: the marks, and nothing of ours.

	traps: not even a SIGSYS of the outer's. An inner itrace seizes its child between fork and execve, where the outer is
	still at home: it sees the traps of sites that are met there for the first time."""
	count = "grep -c SIGSYS inner; " if traps else ""
	return ["sh", "-c", f"{' '.join(tracer)} -f -o inner {{tools}}/hard-target; echo ended $?; "
		f"grep -c 'getpgid(1073741827) *= -1 ESRCH' inner; {count}grep -c 'write(1, ' inner; rm inner"]



TEN = [
	Case("subprocess", [PYTHON, "-u", HERE + "/programs/subprocess_forms.py"], status=7, rewrite=((r"pid=\d+", ""),),
	     must=((r'execve\("/bin/echo", \["/bin/echo", "\d+"\].* = 0', 40), (r'execve\("/no/such/program"', 1),
		   (r"\+\+\+ killed by SIGTERM \+\+\+", 1), (r"\+\+\+ killed by SIGKILL \+\+\+", 1),
		   (r"\+\+\+ exited with 7 \+\+\+", (1,)))),
	Case("jvm", ["java", "-Xmx256m", "-cp", "{tools}", "Jvm"], status=5, needs=("java", "built:Jvm.class"),
	     must=((r'execve\("/bin/echo".* = 0', (1,)), (r'write\(\d+, "written by java\\n"', 1)), timeout=120),
	Case("cancel", ["{tools}/hard-cancel"], status=0, must=((mark(1), 280),)),
	Case("opendir", ["{tools}/hard-opendir"], status=0, prepare=entries,
	     must=((mark(1), 1600), (r'openat\(AT_FDCWD, "entries", .*O_DIRECTORY.*\) = \d+', 1600))),
	Case("spawn", ["{tools}/hard-spawn"], status=0,
	     must=((mark(1), 72), (r'execve\("/bin/sh", \["/bin/sh", "-c", "exit \d+"\].* = 0', 72),
		   (r"\+\+\+ exited with 41 \+\+\+", (2,)), (r"\+\+\+ killed by SIGKILL \+\+\+", 1))),
	Case("alive", ["{tools}/hard-alive"], status=0, must=((mark(1), 4200), (mark(2), 4200)), timeout=100),
	Case("ends", ["{tools}/hard-ends"], status=0, must=((mark(1), 6400), (mark(2), 54000))),
	Case("children", ["{tools}/hard-children", "{tools}/hard-target"], status=0,
	     must=((mark(1), 28), (mark(2), 20), (mark(3), 48))),
	Case("handler", ["{tools}/hard-handler"], status=0, must=((mark(2), 1000), (r"--- SIGALRM ", (1000,)))),
	Case("jump", ["{tools}/hard-jump"], status=0, must=((mark(1), 7200), (r"--- SIGALRM ", (7200,)))),
	executed("empty", ONCE),
	executed("null", ONCE),
	executed("closed", ONCE),
	executed("thread", ONCE),
	executed("vfork", ONCE),
	executed("fd", ONCE),
	executed("fail", (*ONCE, (mark(2), 20), (r'execve\("/no/such/program".* = -1 ENOENT', 20))),
	executed("chain", ((mark(2), 6),)),
	Case("attempts", ["{tools}/hard-attempts"], status=0, must=((mark(1), (200,)), (mark(3), 1),
		   (r'execve\("/no/such/program".* = -1 ENOENT', 20000))),
	executed("chroot", ONCE, arguments=("{work}/root",), target="/target", prepare=chroot_tree, needs=("root",),
		 shim_must=ONCE, **UNREACHED),
	Case("exec-static", ["{tools}/hard-exec", "plain", "{tools}/hard-target-static"], status=33,
	     must=(*ONCE, (mark(3), 3)), shim_must=ONCE, **UNREACHED),
	Case("static", ["{tools}/hard-target-static"], status=33, must=((mark(3), 3),)),
	Case("exec-setuid", ["{tools}/hard-exec", "plain", "{dir}/hard-target"], status=33, needs=("root",),
	     must=(*ONCE, (mark(3), 3)), prepare=copied("hard-target", 0o4755, 65534),
	     shim_must=ONCE, **UNREACHED),
	Case("goroutines", ["{tools}/hard-goroutines"], status=9, needs=("built:hard-goroutines",),
	     must=((mark(1), 1000), (r'execve\("/bin/true".* = 0', 8), (r"--- SIGURG ", (1,)))),
	Case("cgo", ["{tools}/hard-cgo"], status=0, needs=("built:hard-cgo",),
	     must=((mark(1), 1600), (r'execve\("/bin/echo".* = 0', 1))),
	Case("filter-trap", ["{tools}/hard-filter", "trap"], status=3, shim_must=((r"getpgid\(0\)", 100),),
	     must=((r"--- SIGSYS ", 300), (r"getpgid\(0\)", 200))),
	# its marks come from call sites of its own: wrappers do not see them
	Case("filter-kill", ["{tools}/hard-filter", "kill"], status=3, must=((mark(4), 20000),), shim_must=()),
	Case("filter-bare", ["{tools}/hard-filter", "bare"], status=3, must=((mark(4), 20000), (mark(5), 100)), shim_must=()),
	Case("filter-deep", ["{tools}/hard-filter", "deep"], status=3, must=((r"--- SIGSYS ", 1), (mark(6), 110)), shim_must=()),
	Case("filter-timer", ["{tools}/hard-filter", "timer"], status=3, shim_must=(),
	     must=((mark(4), 20000), (mark(7), (1000,)), (mark(8), (1,)), (r"--- SIGALRM ", (1000,)))),
	# The kernel has no strict mode for who has a filter already.
	Case("filter-strict", ["{tools}/hard-filter", "strict"], status=3, methods=("patched", "unpatched", "shim"),
	     must=((r'write\(1, "", 0\) += 0', 20000),)),
	Case("filter-errno", ["{tools}/hard-filter", "errno"], status=3, must=((mark(4), 20000),), shim_must=()),
]

BEFORE = (r"getppid\(\)", 60000)


def sealed(how, marks, *arguments, seals="1", more=(), **rest):
	"""A case of seal.c: what --diagnose says shows that a seal came about, and that nothing broke it but `more`."""
	return Case(f"seal-{how}", ["{tools}/hard-seal", {"doubt": "library"}.get(how, how), *arguments], status=0, must=marks,
		    methods=("patched", "sealed"), options=("--diagnose",),
		    messages=(r"itrace: call sites (seen|left to the trap): .*", r"itrace: process \d+: call site .*",
			      rf"itrace: processes that do without Syscall User Dispatch: {seals}", *more), **rest)


FURTHER = [
	sealed("met", (BEFORE, (mark(1), 2), (r"--- SIGILL ", 51), (r"getpgid\(-1\) += -1 ESRCH", 1), (r"\+\+\+ killed by SIGILL", 1))),
	sealed("library", (BEFORE, (mark(2), 50),), "{tools}/libhard-rawcall.so"),
	sealed("doubt", (BEFORE, (mark(2), 50),), "{tools}/libhard-doubt.so",
	       more=(r"itrace: processes that need it: 1: code of which it cannot be told whether it makes system calls",)),
	sealed("made", (BEFORE, (mark(3), 100),),
	       more=(r"itrace: processes that need it: 1: code that belongs to no file",)),
	sealed("moved", (BEFORE, (mark(4), 50),), "{tools}/libhard-rawcall.so", more=(r"itrace: processes that need it: 1: .*",)),
	sealed("busy", ((mark(6), 80000), (mark(7), 100), (r"read\(-1, ", 80000), (r"clock_getres\(", 80000)),
	       "{tools}/libhard-rawcall.so"),
	sealed("threads", (BEFORE, (mark(5), 400), (r"sched_get_priority_min\(SCHED_RR\) += 1", 200), (r"getpgid\(-1\)", 200))),
	Case("segv", ["{tools}/hard-segv"], status=-11,
	     must=((mark(1), 300), (r"--- SIGSEGV ", 301), (r"write\(1, 0x[0-9a-f]+, 10\) += -1 EFAULT", 100))),
	Case("held", ["{tools}/hard-held"], status=6, must=((mark(1), 400), (r"--- SIGSYS ", 200), (r"--- SIGILL ", 200))),
	Case("int80", ["{tools}/hard-int80"], status=7, must=((mark(1), 200), (r"--- SIGALRM ", (200,))), methods=TRAP,
	     messages=(r"itrace: process \d+ makes system calls by int \$0x80, which are not shown",)),
	# dead before anybody can meet them: nobody has slipped out
	Case("killed", ["{tools}/hard-killed"], status=0, must=((mark(1), 300), (r"\+\+\+ killed by SIGKILL \+\+\+", 300))),
	Case("altstack", ["{tools}/hard-altstack"], status=0, must=((mark(1), 400), (r"--- SIGUSR1 ", 400))),
	Case("altgone", ["{tools}/hard-altgone"], status=0, must=((mark(1), 1), (mark(2), 2), (r"\+\+\+ killed by SIGSEGV", 1))),
	Case("pending-signal", [PYTHON, HERE + "/programs/pending_signal.py"], status=5,
	     must=((r"rt_sigpending\(\[USR1 CHLD URG\], 8\)", 1),)),
	# a new image's mask is its predecessor's, also where the signals are among it that sites trap by
	Case("exec-masked", [PYTHON, "-c", "import os, signal; signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65)); "
			     "os.execv('" + PYTHON + "', ['python3', '-c', "
			     "'import signal; print(sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])))'])"],
	     status=0, must=((r'execve\("' + PYTHON + r'".* = 0', 2),)),
	Case("selfview", ["{tools}/hard-selfview"], status=0, must=((mark(1), 1),), env={"SOME": "thing"}),
	Case("selfview-preload", ["{tools}/hard-selfview"], status=0, must=((mark(1), 1),),
	     env={"LD_PRELOAD": "/lib/x86_64-linux-gnu/libm.so.6"}),
	# A filter cannot be taken off again: there the child's tracer sees SIGSYS.
	Case("traceme", ["{tools}/hard-traceme"], status=0, must=((mark(1), 1),), messages=STANDS_ASIDE,
	     methods=("patched", "unpatched", "shim")),
	Case("tsc", ["{tools}/hard-tsc"], status=0, must=((mark(1), 100),)),
	Case("strace", inner("strace"), status=0, needs=("strace",), messages=STANDS_ASIDE,
	     must=((r'execve\("/usr/bin/strace", .* = 0', 1), (r"ptrace\(PTRACE_SYSCALL, ", (100,)))),
	Case("gdb", ["gdb", "-q", "-batch", "-nx", "-ex", "break main", "-ex", "run", "-ex", "bt 1", "-ex", "delete", "-ex",
		     "continue", "{tools}/hard-target"], status=0, needs=("gdb",), messages=STANDS_ASIDE,
	     must=((r'execve\("/usr/bin/gdb", .* = 0', 1), (r"ptrace\(PTRACE_CONT, ", (2,))),
	     rewrite=((r"0x[0-9a-f]+", "ADDRESS"), (r"process \d+", "process"), (r"\(LWP \d+\)", "")), timeout=40),
	Case("nested", inner("{itrace}", traps=False), status=0, messages=STANDS_ASIDE,
	     must=((r'execve\("{itrace}", .* = 0', 1),)),
	Case("no-new-privs", ["setpriv", "--no-new-privs", "{tools}/hard-target"], status=33, must=((mark(3), 3),)),
	Case("under-no-new-privs", ["{tools}/hard-target"], before=("setpriv", "--no-new-privs"), status=33,
	     must=((mark(3), 3),)),
	Case("unshare-user", ["unshare", "-U", "-r", "{tools}/hard-target"], status=33, must=((mark(3), 3),)),
	# over before anybody can look it up in /proc
	Case("unshare-brief", ["unshare", "-p", "-f", "/bin/true"], status=0, needs=("root",),
	     must=((r'execve\("/bin/true".* = 0', 1),)),
	# a raw clone goes past the wrappers
	Case("namespace-brief", ["{tools}/hard-namespace", "brief"], status=0, needs=("root",), methods=TRAP,
	     must=((mark(1), 60), (r"\+\+\+ exited with 4 \+\+\+", 60))),
	# where wrappers begin the child is dead already
	Case("namespace-within", ["{tools}/hard-namespace", "within"], status=0, needs=("root",), methods=TRAP, family=False,
	     must=((mark(1), 60), (r"\+\+\+ killed by SIGTERM \+\+\+", 60), (r"\+\+\+ exited with \?", 0))),
	Case("unshare-many", ["unshare", "-n", "-m", "-p", "-f", "{tools}/hard-target"], status=33, needs=("root",),
	     must=((mark(3), 3),)),
	Case("under-unshare", ["{tools}/hard-target"], before=("unshare", "-n", "-m", "-p", "-f", "--mount-proc"), status=33,
	     needs=("root",), must=((mark(3), 3),)),
	Case("setarch", ["setarch", "-R", "{tools}/hard-target"], status=33, must=((mark(3), 3),)),
	Case("ulimit-v", ["sh", "-c", "ulimit -v 200000; exec {tools}/hard-target"], status=33, must=((mark(3), 3),)),
	Case("ulimit-n", ["sh", "-c", "ulimit -n 8; exec {tools}/hard-target"], status=33, must=((mark(3), 3),)),
	Case("ulimit-n-full", ["sh", "-c", "ulimit -n 8; exec 3</ 4</ 5</ 6</ 7</; exec {tools}/hard-target-static"],
	     status=33, must=((mark(3), 3),), shim_must=(), **UNREACHED),
	Case("read-only-root", ["unshare", "-m", "sh", "-c", "mount -o remount,bind,ro / && exec {tools}/hard-target"],
	     status=33, needs=("root",), must=((mark(3), 3),)),
	Case("under-read-only-root", ["{tools}/hard-target"], status=33, needs=("root",), must=((mark(3), 3),),
	     before=("unshare", "-m", "sh", "-c", 'mount --bind {work} {work} && mount -o remount,bind,ro / && exec "$@"', "sh")),
	Case("no-proc", ["unshare", "-m", "sh", "-c", "umount -l /proc; exec {tools}/hard-target"], status=33,
	     needs=("root",), must=((mark(3), 3),)),
	Case("under-no-proc", ["{tools}/hard-target"], status=33, needs=("root",), must=((mark(3), 3),),
	     before=("unshare", "-m", "sh", "-c", 'umount -l /proc; exec "$@"', "sh")),
	Case("under-no-shm", ["{tools}/hard-target"], status=33, needs=("root",), must=((mark(3), 3),),
	     before=("unshare", "-m", "sh", "-c", 'mount -t tmpfs none /dev; exec "$@"', "sh")),
	Case("user", ["/bin/sh", "-c", "id -u; id -G; umask; echo made >file; exec {tools}/hard-target"], status=33, users=True,
	     needs=("root",), must=((mark(3), 3),), before=("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")),
]

CASES = TEN + FURTHER
BY_NAME = {case.name: case for case in CASES}
