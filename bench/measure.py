# SPDX-License-Identifier: MIT
"""Running a command under a tool, and what one run yields.

Every time is taken beside a run of the same command without a tool, made just before it: a machine
whose speed drifts then changes both, and a row's ratio is the median of ratios, not a ratio of
medians.
"""
import os
import resource
import signal
import statistics
import subprocess
import tempfile
import time


class Failed(Exception):
    """A run that gives no figure; the text is the reason for the row."""


class Spread:
    """Median and range of some figures."""

    def __init__(self, values):
        self.median = statistics.median(values)
        self.min, self.max = min(values), max(values)

    def data(self):
        return {"median": self.median, "min": self.min, "max": self.max}


class Row:
    """One work under one tool. Figures come in pairs, bare and traced, in seconds."""

    def __init__(self, work, tool, threads=1, calls=0):
        self.work, self.tool, self.threads, self.calls = work, tool, threads, calls
        self.bare, self.traced = [], []
        self.inside = []  # pairs of the loop's own time, where the program takes it
        self.lost = None  # calls that the tool did not see, where that can be known
        self.skipped = None
        self.not_here = False  # skipped because the work itself is not installed
        self.facts = {}

    def ratio(self):
        return Spread([t / b for b, t in zip(self.bare, self.traced)])

    def inside_ratio(self):
        return Spread([t / b for b, t in self.inside])

    def added_ns(self):
        """Per call in the tracee; the tool's work after the loop is not in it."""
        return Spread([(t - b) * 1e9 / self.calls for b, t in self.inside])

    def lines_per_second(self):
        return Spread([self.calls / t for t in self.traced])

    def key(self):
        return "%s/%s/%d" % (self.work, self.tool, self.threads)

    def data(self):
        d = {"work": self.work, "tool": self.tool, "threads": self.threads, "rounds": len(self.traced)}
        if self.calls:
            d["calls"] = self.calls
        if self.traced:
            d.update(bare_s=Spread(self.bare).data(), traced_s=Spread(self.traced).data(),
                     ratio=self.ratio().data())
        if self.inside:
            d.update(inside_bare_s=Spread([b for b, _ in self.inside]).data(),
                     inside_traced_s=Spread([t for _, t in self.inside]).data(),
                     inside_ratio=self.inside_ratio().data(), added_ns=self.added_ns().data())
        if self.lost is not None:
            d["lost"] = self.lost
        if self.skipped:
            d["skipped"] = self.skipped
        d.update(self.facts)
        return d


class Result:
    """What a run was: when it began and ended (CLOCK_MONOTONIC, ns), what it printed."""

    def __init__(self, start, end, out, err, status, cpu):
        self.start, self.end, self.out, self.err = start, end, out, err
        self.status, self.cpu = status, cpu

    def seconds(self):
        return (self.end - self.start) / 1e9


def last_line(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:160] if lines else ""


def kill_group(pid):
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def wait_until(process, seconds):
    """Waits without looking again and again, as Popen.wait(timeout) does: that would be measured.
    Returns the status, and whether it had to be killed."""
    late = []

    def on_alarm(*_):
        late.append(True)
        kill_group(process.pid)

    before = signal.signal(signal.SIGALRM, on_alarm)
    signal.alarm(seconds)
    try:
        return process.wait(), bool(late)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def run(argv, env=None, cwd=None, timeout=30, stdin=None, check=True):
    """Runs argv to its end in a process group of its own."""
    full = dict(os.environ)
    full.update(env or {})
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.monotonic_ns()
        try:
            p = subprocess.Popen(argv, stdin=stdin or subprocess.DEVNULL, stdout=out, stderr=err,
                                 env=full, cwd=cwd, start_new_session=True)
        except OSError as e:
            raise Failed("%s: %s" % (argv[0], e.strerror)) from e
        status, late = wait_until(p, timeout)
        end = time.monotonic_ns()
        if late:
            raise Failed("took longer than %d s" % timeout)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        texts = []
        for f in out, err:
            f.seek(0)
            texts.append(f.read().decode(errors="replace"))
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if check and status:
        raise Failed("exit status %d: %s" % (status, last_line(texts[1]) or last_line(texts[0])))
    return Result(start, end, texts[0], texts[1], status, cpu)


def wait_for(condition, seconds, what):
    """Polls condition until it holds."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise Failed("%s did not happen within %d s" % (what, seconds))
        time.sleep(0.01)


def stop(process, sig=signal.SIGTERM, seconds=20):
    """Ends a process that this program started."""
    if process.poll() is None:
        process.send_signal(sig)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            kill_group(process.pid)
            process.wait()
