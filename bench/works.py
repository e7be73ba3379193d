# SPDX-License-Identifier: MIT
"""The works: loops of one call, programs, start-up, memory. Servers are in servers.py."""
import os
import re
import shutil
import subprocess
import sys
import time

from measure import Failed, Row, run

HERE = os.path.dirname(os.path.abspath(__file__))
SYSTEM_LOOPS = ("getppid", "read", "write", "open", "stat")
LIBRARY_LOOPS = ("malloc", "function")
THREADS = (1, 2, 4, 8, 16)


def compile_programs(build, cc="cc"):
    """The C programs of this folder, into build. Returns name -> path."""
    source = os.path.join(HERE, "programs")
    flags = [cc, "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-pthread"]
    library = os.path.join(build, "libbenchfunction.so")
    run(flags + ["-shared", "-fPIC", "-o", library, os.path.join(source, "function.c")])
    paths = {}
    for name in ("micro", "floor", "launch"):
        paths[name] = os.path.join(build, name)
        run(flags + ["-o", paths[name], os.path.join(source, name + ".c"), "-L" + build,
                     "-Wl,--as-needed", "-lbenchfunction", "-Wl,-rpath," + build])
    return paths


class Loop:
    """micro: one kind of call. The time is from the loop's start to the end of the tool."""

    def __init__(self, programs, name, threads=1, calls=1000000):
        self.micro, self.name, self.threads, self.calls = programs["micro"], name, threads, calls
        self.kinds = ("library",) if name in LIBRARY_LOOPS else \
            ("system", "filtered") if name == "read" else ("system",)
        if name in LIBRARY_LOOPS:
            self.calls *= 2

    def row(self, tool):
        return Row(self.name, tool.name, self.threads, max(int(self.calls * tool.calls), 1000))

    def command(self, row, tmp):
        return [self.micro, self.name, str(row.calls), str(self.threads), os.path.join(tmp, "times")]

    @staticmethod
    def times(tmp, result):
        path = os.path.join(tmp, "times")
        with open(path) as f:
            start, end, anon, shmem, cpu = map(int, f.read().split())
        os.unlink(path)
        return (result.end - start) / 1e9, (end - start) / 1e9, anon, shmem, cpu / 1e9

    def measure(self, row, tool, tmp):
        command = self.command(row, tmp)
        bare = self.times(tmp, run(command))
        with tool.session(tmp, self.name) as (prefix, env, out):
            result = run(prefix + command, env)
            traced = self.times(tmp, result)
            # what runs beside the command and not around it ends when it likes
            total = traced[1] if not prefix else traced[0]
            row.bare.append(bare[1] if not prefix else bare[0])
            row.traced.append(total)
            row.inside.append((bare[1], traced[1]))
            row.facts.update(tracee_anon_kib=traced[2] - bare[2], tracee_shared_kib=traced[3])
            row.facts.setdefault("tool_cpu_ns", []).append(
                (result.cpu - traced[4]) * 1e9 / row.calls)
            if tool.count:
                seen = tool.count(out, self.name)
                if seen is not None:
                    row.lost = max(row.lost or 0, row.calls - seen)


class Program:
    """A whole command; the time is that of the tool with it."""

    kinds = ("system", "filtered", "library")
    threads = 1

    def __init__(self, name, argv, cwd=None, stdin=None, clean=None, check=True):
        self.name, self.argv, self.cwd, self.stdin = name, argv, cwd, stdin
        self.clean, self.check = clean, check

    def row(self, tool):
        return Row(self.name, tool.name)

    def once(self, prefix, env):
        for path in self.clean or ():
            if os.path.exists(path):
                os.unlink(path)
        stdin = open(self.stdin, "rb") if self.stdin else None
        try:
            return run(prefix + self.argv, env, self.cwd, stdin=stdin, check=self.check).seconds()
        finally:
            if stdin:
                stdin.close()

    def measure(self, row, tool, tmp):
        if not row.bare:
            self.once([], {})  # what it reads is in the page cache from here on
        bare = self.once([], {})
        with tool.session(tmp, "program") as (prefix, env, _):
            traced = self.once(prefix, env)
        row.bare.append(bare)
        row.traced.append(traced)


class StartUp:
    """true under the tool: the time of starting, tracing and ending almost nothing."""

    kinds = ("system", "library")
    threads = 1
    name = "start-up"

    def __init__(self, programs, times=10):
        self.launch, self.times = programs["launch"], times

    def row(self, tool):
        return Row(self.name, tool.name)

    def once(self, prefix, env):
        out = run([self.launch, str(self.times)] + prefix + [shutil.which("true")], env).out
        values = sorted(int(line) for line in out.split())
        return values[len(values) // 2] / 1e9

    def measure(self, row, tool, tmp):
        row.bare.append(self.once([], {}))
        with tool.session(tmp, self.name) as (prefix, env, _):
            row.traced.append(self.once(prefix, env))


def repository_make(path, commits):
    """A repository with a history, written as a stream for git fast-import."""
    run(["git", "init", "-q", "--initial-branch=main", path])
    stream = []
    for i in range(commits):
        data = "\n".join("line %d of revision %d" % (n, i // (n + 1)) for n in range(40))
        stream.append("blob\nmark :%d\ndata %d\n%s\n" % (2 * i + 1, len(data), data))
        message = "change %d\n\nwhat was changed, and why: %s" % (i, "words " * (i % 17))
        stream.append("commit refs/heads/main\nmark :%d\ncommitter A <a@example.org> %d +0000\n"
                      "data %d\n%s\n%sM 100644 :%d dir%d/file%d\n" %
                      (2 * i + 2, 1600000000 + 60 * i, len(message), message,
                       "from :%d\n" % (2 * i) if i else "", 2 * i + 1, i % 20, i % 7))
    # objects in files of their own, as an active repository has them for the most part
    subprocess.run(["git", "-C", path, "-c", "fastimport.unpackLimit=1000000", "fast-import",
                    "--quiet"], input="".join(stream).encode(), check=True)


def files_make(path, files):
    os.makedirs(path)
    for i in range(files):
        folder = os.path.join(path, "d%d" % (i % 50))
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "f%d" % i), "w") as f:
            f.write("small file %d\n" % i * (i % 30 + 1))


def source_make(path):
    with open(path, "w") as f:
        f.write("#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n")
        for i in range(400):
            f.write("int f%d(const char *s) { return (int)strlen(s) * %d + printf(\"%%d\", %d); }\n" %
                    (i, i, i))


def inserts_make(path, inserts):
    with open(path, "w") as f:
        f.write("pragma synchronous=off;\ncreate table t(a integer primary key, b text);\n")
        for i in range(inserts):
            f.write("insert into t(b) values('row %d');\n" % i)


def find_program(root):
    # directories that vanish meanwhile are no failure
    return Program("find", ["find", root, "-name", "x"])


def programs_make(tmp, size=1.0, root="/usr"):
    """The programs with what they work on; those that are not installed are left out by name."""
    path = {n: os.path.join(tmp, n) for n in ("repository", "files", "unit.c", "unit.o", "t.tar",
                                             "inserts.sql", "t.db")}
    files_make(path["files"], int(3000 * size))
    source_make(path["unit.c"])
    inserts_make(path["inserts.sql"], int(2000 * size))
    works = [
        find_program(root),
        Program("cc", ["cc", "-c", "-O1", path["unit.c"], "-o", path["unit.o"]]),
        Program("python", [python_program(), "-c", "import json, re"]),
        Program("tar", ["tar", "cf", path["t.tar"], "files"], cwd=tmp),
    ]
    if shutil.which("git"):
        repository_make(path["repository"], int(600 * size))
        works.insert(1, Program("git", ["git", "--no-pager", "log", "--stat"],
                                cwd=path["repository"]))
    if shutil.which("sqlite3"):
        works.append(Program("sqlite", ["sqlite3", path["t.db"]], stdin=path["inserts.sql"],
                             clean=[path["t.db"]]))
    return works


def python_program():
    """The interpreter itself, past any wrapper script."""
    return os.path.realpath(sys.executable)


def floor_measure(programs, calls=300000):
    bare, with_floor, dispatch = map(float, run([programs["floor"], str(calls)]).out.split())
    return {"bare_ns": bare, "floor_ns": with_floor, "added_ns": with_floor - bare,
            "dispatch_ns": dispatch, "dispatch_added_ns": dispatch - bare if dispatch else None}


def status_kib(pid):
    """Resident memory of a process, from /proc/PID/status."""
    with open("/proc/%d/status" % pid) as f:
        return {k: int(v) for k, v in re.findall(r"(?m)^(VmHWM|Rss\w+):\s+(\d+) kB", f.read())}


def memory_measure(itrace, programs, tmp, calls):
    """What the launcher and the tracee hold while a loop is traced as text."""
    peak = {}
    times, out = os.path.join(tmp, "times"), os.path.join(tmp, "trace")
    bare = run([programs["micro"], "read", "1000", "1", times])
    assert bare.status == 0
    p = subprocess.Popen([itrace, "-f", "-o", out, programs["micro"], "read", str(calls), "1", times])
    while p.poll() is None:
        try:
            for key, kib in status_kib(p.pid).items():
                peak[key] = max(peak.get(key, 0), kib)
        except (FileNotFoundError, ProcessLookupError):
            pass
        time.sleep(0.01)
    with open(times) as f:
        anon, shmem = map(int, f.read().split()[2:4])
    return {"launcher_kib": peak, "tracee_kib": {"RssAnon": anon, "RssShmem": shmem}}


SITES = re.compile(r"call sites seen: (\d+), rewritten: (\d+)")


def sites_measure(itrace, command):
    """Which share of the system-call sites that a command went through was rewritten."""
    result = run([itrace, "-f", "-c", "--diagnose", "-o", "/dev/null"] + command, check=False)
    found = SITES.search(result.err)
    if not found:
        raise Failed("--diagnose: " + (result.err.strip().splitlines() or ["says nothing"])[-1])
    seen, rewritten = map(int, found.groups())
    reasons = re.findall(r"call sites left to the trap: (\d+): (.*)", result.err)
    return {"seen": seen, "rewritten": rewritten, "left": {why: int(n) for n, why in reasons}}
