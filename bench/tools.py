# SPDX-License-Identifier: MIT
"""The tools that are compared: how each is put in front of a command, and how what it saw is counted.

A tool is one row of TOOLS. `calls` scales the loops down, so that a slow tool takes seconds, not
hours. `kind` says which works it can be given: "system" calls, "library" calls, or system calls
that it is told to leave out ("filtered").
"""
import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile

from measure import Failed, last_line, run, stop, wait_for

LIBRARY_CALLS = {"malloc": ("malloc", "free"), "function": ("bench_function",)}
BLOCK = 1 << 24


class Tool:
    """A command in front of the command."""

    def __init__(self, name, kind, argv, calls=1.0, count=None, program=None, root=False, shown=None):
        self.name, self.kind, self.argv, self.calls = name, kind, argv, calls
        self.count = count  # (output file, work) -> calls of the work that the output tells of
        self.program = program or argv[0]
        self.root = root
        self.shown = shown or name

    def missing(self):
        """The reason why it cannot run here, or None."""
        if not shutil.which(self.program):
            return "%s is not installed" % self.program
        if self.root and os.geteuid():
            return "needs root"
        return None

    def prefix(self, out, work):
        words = {"OUT": out, "CALLS": ",".join(LIBRARY_CALLS.get(work, ())),
                 "PLUS": "+".join(LIBRARY_CALLS.get(work, ()))}
        return [re.sub("OUT|CALLS|PLUS", lambda m: words[m.group()], a) for a in self.argv]

    @contextlib.contextmanager
    def session(self, tmp, work):
        """Yields (prefix, environment, output file)."""
        out = os.path.join(tmp, "trace")
        try:
            yield self.prefix(out, work), {}, out
        finally:
            remove(out)


def remove(path):
    if os.path.isdir(path):
        shutil.rmtree(path, ignore_errors=True)
    elif os.path.exists(path):
        os.unlink(path)


def blocks(path):
    """The file's lines, many at a time."""
    with open(path, "rb") as f:
        rest = b""
        while True:
            data = f.read(BLOCK)
            if not data:
                break
            data = rest + data
            cut = data.rfind(b"\n") + 1
            yield data[:cut]
            rest = data[cut:]
        yield rest


SYSTEM_NAMES = {"open": ("openat", "close"), "stat": ("newfstatat",)}


def names_of(work):
    return LIBRARY_CALLS.get(work) or SYSTEM_NAMES.get(work) or (work,)


def count_lines(path, work):
    """Lines that begin a call: NAME( at the beginning or behind the prefix of the thread."""
    wanted = re.compile(rb"(?m)^(?:\[pid +\d+\] |\d+ +)?(?:\S+->|SYS_)?(?:%s)(?:@[^(]*)?\(" %
                        b"|".join(n.encode() for n in names_of(work)))
    return sum(len(wanted.findall(b)) for b in blocks(path))


def count_table(path, work):
    """The calls column of -c."""
    total = 0
    with open(path, errors="replace") as f:
        for line in f:
            words = line.split()
            if len(words) >= 5 and words[-1].split("@")[0] in names_of(work):
                total += int(words[3])
    return total


class Bpftrace(Tool):
    """Counts every call of the machine, by command, as its users do; runs beside the command."""

    def __init__(self):
        super().__init__("bpftrace", "system", ["bpftrace"], count=self.count_map, root=True,
                         shown="bpftrace count()")

    @contextlib.contextmanager
    def session(self, tmp, work):
        out = os.path.join(tmp, "trace")
        script = "tracepoint:raw_syscalls:sys_enter { @[comm] = count(); }"
        with open(out, "wb") as f, open(out + ".err", "wb") as err:
            p = subprocess.Popen(["bpftrace", "-e", script], stdout=f, stderr=err,
                                 stdin=subprocess.DEVNULL, start_new_session=True)
        try:
            wait_for(lambda: p.poll() is not None or b"Attach" in open(out, "rb").read(), 20,
                     "attaching")
            if p.poll() is not None:
                raise Failed(last_line(open(out + ".err").read()))
            yield [], {}, out
        finally:
            stop(p, signal.SIGINT)
            remove(out)
            remove(out + ".err")

    @staticmethod
    def count_map(path, work):
        return None


class Lttng(Tool):
    """Events of the libc wrapper into a session's buffers and from there to files."""

    def __init__(self):
        super().__init__("lttng-ust", "library", ["lttng"], calls=0.2, shown="LTTng-UST libc wrapper")

    def missing(self):
        reason = super().missing()
        if reason:
            return reason
        if not shutil.which("lttng-sessiond"):
            return "lttng-sessiond is not installed"
        found = run(["sh", "-c", "ldconfig -p | grep liblttng-ust-libc-wrapper"], check=False).out
        return None if found else "liblttng-ust-libc-wrapper.so is not installed"

    @contextlib.contextmanager
    def session(self, tmp, work):
        if work not in ("malloc", "start-up") and work in LIBRARY_CALLS:
            raise Failed("its wrapper knows the allocator only")
        home = os.path.join(tmp, "lttng")
        os.makedirs(home, exist_ok=True)
        env = {"LTTNG_HOME": home, "LTTNG_RUNDIR": home}
        daemon = subprocess.Popen(["lttng-sessiond", "--no-kernel"], env={**os.environ, **env},
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                  start_new_session=True)
        try:
            wait_for(lambda: run(["lttng", "list"], env, check=False).status == 0, 10, "its daemon")
            for words in (["create", "bench", "--output=" + os.path.join(home, "out")],
                          ["enable-event", "-u", "lttng_ust_libc:*"], ["start"]):
                run(["lttng"] + words, env)
            yield [], {**env, "LD_PRELOAD": "liblttng-ust-libc-wrapper.so"}, home
        finally:
            run(["lttng", "destroy", "-a"], env, check=False)
            stop(daemon)
            remove(home)


class Heaptrack(Tool):
    def __init__(self):
        super().__init__("heaptrack", "library", ["heaptrack", "-o", "OUT"], calls=0.1)

    @contextlib.contextmanager
    def session(self, tmp, work):
        if work == "function":
            raise Failed("it knows the allocator only")
        with tempfile.TemporaryDirectory(dir=tmp) as d:
            yield self.prefix(os.path.join(d, "heap"), work), {}, None


class Uftrace(Tool):
    def __init__(self):
        super().__init__("uftrace", "library",
                         ["uftrace", "record", "--force", "--no-event", "--no-sched", "-d", "OUT"],
                         calls=0.1)


def itrace_tools(itrace):
    """itrace by method and by what is asked of it."""

    def tool(name, kind, words, calls=1.0, count=None, shown=None):
        return Tool(name, kind, [itrace] + words, calls, count, program=itrace, shown=shown)

    return [
        tool("itrace", "system", ["-f", "-o", "OUT"], 1.0, count_lines, "itrace, text to a file"),
        tool("itrace-c", "system", ["-f", "-c", "-o", "OUT"], 1.0, count_table, "itrace -c"),
        tool("itrace-no-patch", "system", ["-f", "-c", "--no-patch", "-o", "OUT"], 0.1, count_table,
             "itrace -c --no-patch"),
        tool("itrace-dispatched", "system", ["-f", "-c", "--seal-after=0", "-o", "OUT"], 1.0, count_table,
             "itrace -c --seal-after=0"),
        tool("itrace-shim", "system", ["-f", "-c", "--method=shim", "-o", "OUT"], 1.0, count_table,
             "itrace -c --method=shim"),
        tool("itrace-ptrace", "system", ["-f", "-c", "--method=ptrace", "-o", "OUT"], 0.005,
             count_table, "itrace -c --method=ptrace"),
        tool("itrace-filtered", "filtered", ["-f", "-e", "trace=openat", "-o", "OUT"], 1.0, None,
             "itrace -e trace=openat"),
        tool("itrace-library", "library", ["-f", "-e", "trace=none", "--library-calls=CALLS", "-o", "OUT"], 1.0,
             count_lines, "itrace --library-calls, text to a file"),
        tool("itrace-library-c", "library", ["-f", "-c", "-e", "trace=none", "--library-calls=CALLS", "-o",
                                             "OUT"], 1.0, count_table, "itrace -c --library-calls"),
    ]


def peers():
    return [
        Tool("strace", "system", ["strace", "-f", "-o", "OUT"], 0.005, count_lines),
        Tool("strace-seccomp", "system", ["strace", "-f", "--seccomp-bpf", "-o", "OUT"], 0.005,
             count_lines, shown="strace --seccomp-bpf"),
        Tool("strace-filtered", "filtered", ["strace", "-f", "-e", "trace=openat", "-o", "OUT"],
             0.005, shown="strace -e trace=openat"),
        Tool("strace-seccomp-filtered", "filtered",
             ["strace", "-f", "--seccomp-bpf", "-e", "trace=openat", "-o", "OUT"], 1.0,
             shown="strace --seccomp-bpf -e trace=openat"),
        Tool("perf-trace", "system", ["perf", "trace", "-o", "OUT"], 0.01, root=True,
             shown="perf trace"),
        Bpftrace(),
        Tool("ltrace-S", "system", ["ltrace", "-f", "-L", "-S", "-o", "OUT"], 0.002, count_lines,
             shown="ltrace -S"),
        Tool("ltrace", "library", ["ltrace", "-f", "-e", "PLUS", "-o", "OUT"], 0.002, count_lines),
        Uftrace(),
        Lttng(),
        Heaptrack(),
    ]
