#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every system call, with arguments that no program passes, as strace prints it and as itrace does.

    sweep.py PROBE PRINT KNOWN

strace answers every call itself (-e inject), so nothing is really called: the program PROBE asks for
all of them, whatever they do. PRINT prints the same calls by itrace's tables and decoders. Pointers
are NULL or unreadable; what is compared is names, numbers of arguments, how each number is printed,
which flags and words are known and in which order.

KNOWN lists the calls and vectors whose lines may differ, with the reason.
"""
import re
import subprocess
import sys

SKIP = 77
VERSION = "6.1"  # of strace: the lines that KNOWN excuses are this one's
NEWEST = 450  # the last system call that it knows
URETPROBE = 335  # newer than its neighbours
VECTORS = {
    "zero": "0 0 0 0 0 0",
    "small": "1 2 3 4 5 6",
    "minus": "-1 -1 -1 -1 -1 -1",
    "wide": " ".join(f"0x7ffffffff00{i}" for i in range(1, 7)),
}
# Not to be answered by anybody but the kernel: they start and end the program.
REAL = {"execve", "execveat", "exit", "exit_group", "rt_sigreturn"}


def skip(reason):
    print("skipped:", reason)
    sys.exit(SKIP)


def check_strace():
    try:
        version = subprocess.run(["strace", "-V"], capture_output=True, text=True).stdout
    except OSError:
        skip("there is no strace")
    if f"version {VERSION}\n" not in version:
        skip(f"strace is not {VERSION}")
    if subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True).returncode:
        skip("ptrace is not permitted")


def numbers(printer):
    """{name: number} of the system calls that are as old as strace: "NUMBER NAME" lines of PRINT."""
    run = subprocess.run([printer], capture_output=True, text=True, check=True)
    table = {}
    for line in run.stdout.splitlines():
        number, name = line.split()
        if int(number) <= NEWEST and int(number) != URETPROBE:
            table[name] = int(number)
    return table


def normal(line):
    line = line.replace(" (INJECTED)", "")
    return re.sub(r"\) += ", ") = ", line)


def strace_lines(probe, calls):
    names = ",".join(sorted(REAL))
    run = subprocess.run(
        ["strace", "-o", "/dev/stdout", "-e", f"trace=!{names}", "-e", "signal=none",
         "-e", f"inject=!{names}:error=EINVAL", probe] + calls, capture_output=True, text=True)
    lines = [normal(line) for line in run.stdout.splitlines()]
    return [line for line in lines if not line.startswith("+++")]


def read_known(path):
    known = set()
    for line in open(path):
        line = line.split("#")[0].split()
        if line:
            known.update((line[0], vector) for vector in line[1:])
    return known


def main():
    probe, printer, known_path = sys.argv[1:]
    check_strace()
    known = read_known(known_path)
    table = numbers(printer)
    keys = [(name, vector) for name in sorted(table) if name not in REAL for vector in VECTORS]
    calls = [f"{table[name]} {VECTORS[vector]}" for name, vector in keys]
    wanted = strace_lines(probe, calls)
    run = subprocess.run([printer] + calls, capture_output=True, text=True)
    got = [normal(line) for line in run.stdout.splitlines()]
    if len(wanted) != len(keys) or len(got) != len(keys):
        sys.exit(f"{len(keys)} calls, {len(wanted)} lines of strace, {len(got)} of itrace")
    failed = 0
    for key, strace, itrace in zip(keys, wanted, got):
        if strace == itrace and key in known:
            print(f"{' '.join(key)}: does not differ any more, but is excused")
            failed += 1
        elif strace != itrace and key not in known:
            print(f"{' '.join(key)}:\n  strace {strace}\n  itrace {itrace}")
            failed += 1
    print(f"{len(keys)} calls, {failed} failed, {len(known)} excused")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
