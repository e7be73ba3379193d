# SPDX-License-Identifier: MIT
"""The cases of the options' test: what is run, and where the output is looked for.

A case: name, options, what program.c does. "{dir}" is the run's folder. Cases whose signals the program ignores are
compared without them for the methods that cannot see them (see SET_ASIDE in ../compare.py).
"""
from dataclasses import dataclass


@dataclass
class Case:
	name: str
	options: list
	what: tuple = ("calls",)
	table: bool = False    # the output is, or ends in, the table of -c
	env: tuple = ()
	mirror: int = 0        # the exit status that must come out: the program's, negative for a signal


def simple(name, options, *what, **more):
	return Case(name, options.split(), what or ("calls",), **more)


CASES = [
	simple("plain", ""),
	simple("signals", "", "signals"),
	simple("exec", "", "exec", mirror=9),

	# where it goes
	simple("file", "-o {dir}/out"),
	Case("pipe", ["-o", "|cat >{dir}/piped"]),
	Case("pipe-bang", ["-o", "!cat >{dir}/piped"]),
	simple("append", "-A -o {dir}/before"),
	simple("overwrite", "-o {dir}/before"),
	simple("separately", "-ff -o {dir}/out -e trace=write", "children"),
	simple("separately-long", "--follow-forks --output-separately --output={dir}/out -e trace=write", "children"),
	simple("follow", "-f -e trace=write", "children"),
	simple("follow-file", "-f -o {dir}/out -e trace=write", "children"),
	simple("follow-threads", "-f -e trace=write", "threads"),
	simple("no-follow", "-e trace=write", "children"),

	# tables; without mmap, which the loader may call once more or less (LOADER_MEMORY in ../normal.py)
	simple("count", "-c -e trace=!mmap", table=True),
	simple("count-wall", "-c -w -e trace=!mmap", table=True),
	simple("count-file", "-c -o {dir}/out -e trace=!mmap", table=True),
	simple("count-too", "-C -e trace=openat,close", table=True),
	simple("count-by-calls", "-c -S calls -e trace=!mmap", table=True),
	simple("count-by-name", "-c -S name -e trace=!mmap", table=True),
	simple("count-by-errors", "-c -S errors -e trace=!mmap", table=True),
	simple("count-by-nothing", "-c -S nothing -e trace=!mmap", table=True),
	simple("count-follow", "-c -f -e trace=write,openat", "children", table=True),
	simple("count-long", "--summary-only --summary-sort-by=name -e trace=!mmap", table=True),
	simple("count-columns", "-c -S name -U name,calls,errors,max-time -e trace=!mmap", table=True),
	simple("count-none", "-c -e trace=mkdir", table=True),

	# times
	simple("relative", "-r"),
	simple("relative-long", "--relative-timestamps"),
	simple("clock", "-t"),
	simple("clock-us", "-tt"),
	simple("clock-unix", "-ttt"),
	simple("clock-long", "--absolute-timestamps=unix,us"),
	simple("duration", "-T"),
	simple("duration-long", "--syscall-times=ns"),

	# strings and columns
	simple("string-5", "-s 5"),
	simple("string-0", "-s 0"),
	simple("string-200", "-s 200"),
	simple("string-long", "--string-limit=7"),
	simple("hex-some", "-x"),
	simple("hex-all", "-xx -s 100"),
	simple("hex-long", "--strings-in-hex=non-ascii"),
	simple("column-20", "-a 20"),
	simple("column-60", "-a60"),
	simple("column-0", "--columns=0"),
	simple("column-prefix", "-t -a 50 -e trace=close"),
	simple("verbose", "-v -e trace=%stat,execve,read", env=("KEPT",)),
	simple("paths", "-y"),
	simple("paths-long", "--decode-fds=path -e trace=desc"),

	# what is shown
	simple("successful", "-z"),
	simple("failed", "-Z"),
	simple("failed-long", "--failed-only"),
	simple("last-of-z-wins", "-z -Z"),
	simple("quiet", "-q -f -e trace=write", "children"),
	simple("quiet-2", "-qq -f -e trace=write", "children"),
	simple("quiet-3", "-qqq -e trace=write"),
	simple("quiet-long", "--quiet=exit"),
	simple("name", "-e openat"),
	simple("names", "-e trace=openat,close"),
	simple("names-t", "-e t=openat,close"),
	simple("names-long", "--trace=openat,close"),
	simple("class-file", "-e trace=%file"),
	simple("class-file-legacy", "-e trace=file"),
	simple("class-desc", "-e trace=%desc"),
	simple("class-memory", "-e trace=memory"),
	simple("class-network", "-e trace=%net"),
	simple("class-signal", "-e trace=%signal", "signals"),
	simple("class-process", "-e trace=%process"),
	simple("class-stat", "-e trace=%%stat"),
	simple("class-fstat", "-e trace=%fstat"),
	simple("not", "-e trace=!%file,%desc,%memory"),
	simple("not-name", "-e !openat"),
	simple("not-class", "-e trace=!%file"),
	simple("regex", "-e trace=/^open|close$"),
	simple("optional", "-e trace=?no_such_call,close"),
	simple("personality", "-e trace=openat@64"),
	simple("last-trace-wins", "-e trace=openat -e trace=close"),
	simple("all", "-e trace=all"),
	simple("none", "-e trace=none"),
	simple("signal-one", "-e trace=none -e signal=SIGUSR1", "signals"),
	simple("signal-lower", "-e signal=!alrm -e trace=none", "signals"),
	simple("signal-none", "-e signal=none", "signals"),
	simple("signal-long", "--signal=none", "signals"),
	simple("raw", "-e raw=read,openat"),
	simple("abbrev", "-e abbrev=none -e trace=read,%stat"),
	simple("not-verbose", "-e verbose=none -e trace=%stat,writev"),
	simple("status", "-e status=failed"),
	simple("status-unfinished", "-e status=unfinished"),
	simple("path", "-P data"),
	simple("path-two", "-P {dir}/data -P /dev/null -e trace=!fstat"),

	# the program's environment and end
	simple("set-variable", "-E ADDED=yes -E KEPT=new -o {dir}/out", "environment", env=("KEPT",)),
	simple("remove-variable", "-E REMOVED -o {dir}/out", "environment", env=("REMOVED", "KEPT")),
	simple("variable-long", "--env=ADDED=long -o {dir}/out", "environment"),
	simple("exit-7", "", "exit", "7", mirror=7),
	simple("exit-255", "-o {dir}/out", "exit", "255", mirror=255),
	simple("exit-7-count", "-c -e trace=!mmap -o {dir}/out", "exit", "7", mirror=7, table=True),
	simple("killed-term", "-o {dir}/out", "kill", "15", mirror=-15),
	simple("killed-kill", "-o {dir}/out", "kill", "9", mirror=-9),
	simple("crash", "-o {dir}/out", "crash", mirror=-11),
]
BY_NAME = {c.name: c for c in CASES}
