# SPDX-License-Identifier: MIT
"""The tables, and the goals computed from them."""


def find(rows, work, tool, threads=1):
    for row in rows:
        if (row.work, row.tool, row.threads) == (work, tool, threads) and row.traced:
            return row
    return None


class Goal:
    """One figure to reach; value() gives None where nothing was measured."""

    def __init__(self, text, limit, value, above=False, unit=""):
        self.text, self.limit, self.value, self.above, self.unit = text, limit, value, above, unit

    def data(self, rows):
        value = self.value(rows)
        met = None if value is None else value >= self.limit if self.above else value <= self.limit
        return {"goal": self.text, "limit": self.limit, "at_least": self.above, "value": value,
                "unit": self.unit, "met": met}


def ratio(work, tool):
    def value(rows):
        row = find(rows, work, tool)
        return row.ratio().median if row else None
    return value


def inside_ratio(work, tool):
    def value(rows):
        row = find(rows, work, tool)
        return row.inside_ratio().median if row else None
    return value


def added(work, tool):
    def value(rows):
        row = find(rows, work, tool)
        return row.added_ns().median if row else None
    return value


def lines(work, tool):
    def value(rows):
        row = find(rows, work, tool)
        return row.lines_per_second().median / 1e6 if row else None
    return value


def lost(rows):
    known = [row.lost for row in rows if row.tool.startswith("itrace") and row.lost is not None]
    return sum(known) if known else None


def throughput(rows):
    row = find(rows, "redis", "itrace")
    return 100 / row.ratio().median if row else None


def start_up(rows):
    ours, theirs = find(rows, "start-up", "itrace"), find(rows, "start-up", "strace")
    if not ours or not theirs:
        return None
    extra = [sorted(t - b for b, t in zip(row.bare, row.traced))[len(row.bare) // 2]
             for row in (ours, theirs)]
    return extra[0] / extra[1]


def times_less(work, ours, theirs):
    def value(rows):
        a, b = find(rows, work, ours), find(rows, work, theirs)
        return b.added_ns().median / max(a.added_ns().median, 0.1) if a and b else None
    return value


GOALS = [
    Goal("read loop, patched, -c", 1.5, inside_ratio("read", "itrace-c"), unit="x"),
    Goal("read loop, -e trace=openat", 1.15, inside_ratio("read", "itrace-filtered"), unit="x"),
    Goal("read loop, text to a file", 3.5, ratio("read", "itrace"), unit="x"),
    Goal("read loop, text to a file: lines", 3.0, lines("read", "itrace"), True, "M/s"),
    Goal("nothing lost, over all runs", 0, lost, unit="calls"),
    Goal("find, text to a file", 1.4, ratio("find", "itrace"), unit="x"),
    Goal("redis, server traced with -f, text to a file: throughput", 85, throughput, True, "%"),
    Goal("start-up: added beside what strace adds", 0.5, start_up, unit="x"),
    Goal("added per call in the tracee, record only (getppid)", 40, added("getppid", "itrace-c"),
         unit="ns"),
    Goal("added per call in the tracee, record only (read)", 40, added("read", "itrace-c"),
         unit="ns"),
    Goal("added per call, strace beside itrace (read, text)", 100,
         times_less("read", "itrace", "strace"), True, "x less"),
    Goal("added per call, perf trace beside itrace (read, text)", 100,
         times_less("read", "itrace", "perf-trace"), True, "x less"),
    Goal("malloc + free, added per event", 60, added("malloc", "itrace-library-c"), unit="ns"),
    Goal("any function of any library, added per event", 150, added("function", "itrace-library-c"),
         unit="ns"),
    Goal("malloc + free, ltrace beside itrace, added per event", 1000,
         times_less("malloc", "itrace-library-c", "ltrace"), True, "x less"),
]


def duration(seconds):
    for unit, scale in (("s", 1), ("ms", 1e3), ("us", 1e6)):
        if seconds * scale >= 1:
            return "%.3g %s" % (seconds * scale, unit)
    return "%.3g ns" % (seconds * 1e9)


def spread(s, form="%.2f"):
    return (form + " (" + form + "..." + form + ")") % (s.median, s.min, s.max)


def cells(row, shown):
    name = row.work + (" x%d" % row.threads if row.threads > 1 else "")
    if not row.traced:
        return [name, shown, "-", "-", "-", "-", "-", "skipped: " + (row.skipped or "not run")]
    note = []
    if row.lost is not None:
        note.append("lost %d" % row.lost)
    if "traced_p99_ms" in row.facts:
        f = row.facts
        middle = lambda key: sorted(f[key])[len(f[key]) // 2]
        note.append("%.0f of %.0f requests/s, p99 %.2f of %.2f ms" %
                    tuple(middle(k) for k in ("traced_rps", "bare_rps", "traced_p99_ms",
                                              "bare_p99_ms")))
    per = row.calls or 1
    middle = sorted(row.traced)[len(row.traced) // 2]
    return [name, shown, str(row.calls or ""), duration(middle / per), spread(row.ratio()),
            spread(row.inside_ratio()) if row.inside else "",
            spread(row.added_ns(), "%.0f") if row.inside else "", ", ".join(note) or row.skipped or ""]


HEAD = ["work", "tool", "calls", "time", "ratio", "ratio in the tracee", "added ns/call", "notes"]


def table(head, lines_):
    widths = [max(len(r[i]) for r in [head] + lines_) for i in range(len(head))]
    form = lambda r: ("| " + " | ".join(c.ljust(w) for c, w in zip(r, widths)) + " |").rstrip()
    rule = "|" + "|".join("-" * (w + 2) for w in widths) + "|"
    return "\n".join([form(head), rule] + [form(r) for r in lines_])


def rows_table(rows, shown):
    return table(HEAD, [cells(row, shown.get(row.tool, row.tool)) for row in rows])


def goals_table(goals):
    def line(g):
        value = "-" if g["value"] is None else "%.3g %s" % (g["value"], g["unit"])
        limit = "%s %g %s" % ("at least" if g["at_least"] else "at most", g["limit"], g["unit"])
        return [g["goal"], limit, value.strip(),
                {True: "met", False: "MISSED", None: "not measured"}[g["met"]]]

    return table(["goal", "limit", "measured", ""], [line(g) for g in goals])
