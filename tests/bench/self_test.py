#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The benchmark's own judgement: a lost call, an empty row and a missed goal must be noticed."""
import importlib.machinery
import importlib.util
import os
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
BENCH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "bench")
sys.path.insert(0, BENCH)

import measure
import report
import tools


def load_run():
    loader = importlib.machinery.SourceFileLoader("bench_run", os.path.join(BENCH, "run"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("bench_run", loader))
    loader.exec_module(module)
    return module


def row_of(work, tool, bare, traced, calls=1000, lost=0):
    row = measure.Row(work, tool, 1, calls)
    row.bare, row.traced, row.lost = [bare], [traced], lost
    row.inside = [(bare, traced)]
    return row


GOOD_SITES = {"sites_read": {"seen": 20, "rewritten": 20}, "sites_find": {"seen": 40, "rewritten": 39}}


class Facts(unittest.TestCase):
    def setUp(self):
        self.run = load_run()

    def complaints(self, *rows, **sites):
        return self.run.facts_check(rows, {**GOOD_SITES, **sites})

    def test_whole_rows_are_no_complaint(self):
        self.assertEqual(self.complaints(row_of("read", "itrace", 1, 2)), [])

    def test_a_lost_call_is_one(self):
        self.assertEqual(len(self.complaints(row_of("read", "itrace", 1, 2, lost=1))), 1)

    def test_a_row_without_figures_needs_a_reason(self):
        row = measure.Row("read", "strace")
        self.assertEqual(len(self.complaints(row)), 1)
        row.skipped = "strace is not installed"
        self.assertEqual(self.complaints(row), [])

    def test_itrace_may_not_be_skipped(self):
        row = measure.Row("read", "itrace")
        row.skipped = "exit status 1"
        self.assertEqual(len(self.complaints(row)), 1)

    def test_one_site_in_twenty_left_is_too_much(self):
        self.assertEqual(len(self.complaints(sites_find={"seen": 20, "rewritten": 19})), 1)

    def test_no_answer_about_sites_is_a_complaint(self):
        self.assertEqual(len(self.complaints(sites_read={"skipped": "it says nothing"})), 1)


class Goals(unittest.TestCase):
    def verdict(self, text, *rows):
        return next(g.data(rows)["met"] for g in report.GOALS if g.text == text)

    def test_ratio(self):
        goal = "find, text to a file"
        self.assertTrue(self.verdict(goal, row_of("find", "itrace", 1.0, 1.3)))
        self.assertFalse(self.verdict(goal, row_of("find", "itrace", 1.0, 1.5)))
        self.assertIsNone(self.verdict(goal))

    def test_throughput_of_a_slower_server(self):
        goal = "redis, server traced with -f, text to a file: throughput"
        self.assertTrue(self.verdict(goal, row_of("redis", "itrace", 1 / 100, 1 / 90)))
        self.assertFalse(self.verdict(goal, row_of("redis", "itrace", 1 / 100, 1 / 80)))

    def test_nothing_lost(self):
        goal = "nothing lost, over all runs"
        self.assertTrue(self.verdict(goal, row_of("read", "itrace", 1, 2)))
        self.assertFalse(self.verdict(goal, row_of("read", "itrace", 1, 2, lost=3)))


class Counting(unittest.TestCase):
    def count(self, counter, work, text):
        with tempfile.NamedTemporaryFile("w") as f:
            f.write(text)
            f.flush()
            return counter(f.name, work)

    def test_lines(self):
        text = ('read(3, "\\0", 1) = 1\n712   read(3,  <unfinished ...>\n712   <... read resumed>"", 1) = 1\n'
                '[pid  7] read(3, "", 1) = 1\npread64(3, "read(", 5, 0) = 5\n')
        self.assertEqual(self.count(tools.count_lines, "read", text), 3)

    def test_lines_of_library_calls(self):
        self.assertEqual(self.count(tools.count_lines, "malloc", "malloc(1) = 0x1\nfree@libc.so.6(0x1)\n"), 2)

    def test_table(self):
        text = " 50.00  0.1  1  1000  2 openat\n 50.00  0.1  1  999  close\n100.00 0.2 1 1999 2 total\n"
        self.assertEqual(self.count(tools.count_table, "open", text), 1999)


class Running(unittest.TestCase):
    def test_a_failure_is_a_reason(self):
        with self.assertRaisesRegex(measure.Failed, "status 3"):
            measure.run(["sh", "-c", "exit 3"])

    def test_a_tool_that_does_not_end_is_ended(self):
        with self.assertRaisesRegex(measure.Failed, "longer than 1 s"):
            measure.run(["sleep", "30"], timeout=1)


if __name__ == "__main__":
    unittest.main()
