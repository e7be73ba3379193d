# SPDX-License-Identifier: MIT
"""Turns the events of one run into lines that are the same in every run.

Only what must differ between two runs is replaced, each kind by a rule below, and always by something that says
what stood there:

    addresses   in a mapping made by the program: its size, its number among those, and the offset in it; in the heap: the
                offset; of the program's image: their low 12 bits (it moves by whole pages); of the stack and
                the rest: their low 4 bits (alignment). Numbers outside the ranges that are randomised stay.
    ids         of threads and processes of the trace: their place in the family. Others: PID.
    times       what clocks and accounting returned, never what the program asked for.
    noise       random bytes, sizes of free space, ephemeral ports, numbers of anonymous inodes, and epoll's data
                where it is a pointer.
"""
import re

_PAGE = 4096

# Outputs of clocks and accounting: these calls' time values are the machine's, not the program's.
_CLOCKS = frozenset((
	"clock_gettime", "gettimeofday", "time", "times", "getrusage", "sysinfo", "clock_getres", "getitimer", "adjtimex",
	"clock_adjtime"))
_TIME_FIELDS = re.compile(r"\b((?:tv_sec|tv_nsec|tv_usec|tms_[a-z]+|si_[us]time|uptime)=)(?:0x)?[0-9a-f]+(?: /\* [\d.]+ s \*/)?")
# What was left of the time to wait.
_LEFT = re.compile(r"(?<=left )\{tv_sec=[^}]*\}(?=\)$)|(?<=\}, )\{tv_sec=[^}]*\}(?=\) = \? ERESTART_RESTARTBLOCK)")
_RUSAGE = re.compile(r"(\bru_\w+=)(?:\d+|\{[^}]*\})")
_SPACE = re.compile(r"\b(f_bfree|f_bavail|f_blocks|f_ffree|f_files|freeram|totalram|bufferram|sharedram|freeswap|"
		    r"procs|loads|freehigh)=(\[[^]]*\]|\d+)")
_FSID = re.compile(r"f_fsid=\{val=\[[^]]*\]\}")
_INODE = re.compile(r"\b(pipe|socket|anon_inode):\[(\d+)\]")
_EPOLL = re.compile(r"\{u32=\d+, u64=(\d+)\}")
_PORT = re.compile(r"htons\((\d+)\)")

# Where a number is an id of a process or thread: the result of these, ...
_ID_RESULT = frozenset((
	"getpid", "gettid", "getppid", "getpgid", "getpgrp", "getsid", "setsid", "fork", "vfork", "clone", "clone3",
	"set_tid_address", "wait4"))
# ... the first arguments of these, ...
_ID_FIRST = frozenset((
	"kill", "tgkill", "tkill", "setpgid", "getpgid", "getsid", "prlimit64", "wait4", "pidfd_open",
	"sched_getaffinity", "sched_setaffinity", "sched_getscheduler", "sched_setscheduler", "sched_getparam",
	"sched_setparam", "kcmp", "get_robust_list", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "process_vm_readv"))
# ... and what follows these words.
_ID_WORDS = re.compile(r"((?:si_pid|[{ ]pid|l_pid|TIOCSPGRP, \[|parent_tid=\[|child_tid=\[|F_SETOWN,|P_PID,|"
		       r"PRIO_PROCESS,|PRIO_PGRP,|<pid changed to) ?=?)(\d+)")
# The loader's own memory: it asks for it in small pieces before there is a malloc, keeps its notes on each library in
# it, and the first thread's control block behind them. One more library to take notes of shifts what comes after.
LOADER_MEMORY = re.compile(r"NULL, \d{4,5}, PROT_READ\|PROT_WRITE, MAP_PRIVATE\|MAP_ANONYMOUS, -1, 0$")

# The first execve is called by the tracer, on memory of its own.
_FIRST_ENVIRONMENT = re.compile(r"^(execve\(.*, )(?:0x[0-9a-f]+|[a-z]+\+\S+)( /\* \d+ vars \*/\) = )")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_HEX = re.compile(r"(?<![\w.])0x[0-9a-f]+\b")


class _Memory:
	"""What one address space has mapped: [start, end, label, offset of start]."""

	def __init__(self, regions=(), heap=None, heap_end=None):
		self.regions = [list(r) for r in regions]
		self.heap, self.heap_end = heap, heap_end

	def add(self, start, length, label):
		end = start + (length + _PAGE - 1) // _PAGE * _PAGE
		inside = self.find(start)
		if inside and self.find(end - 1) and self.find(end - 1)[2] == inside[2]:
			return  # MAP_FIXED within a mapping: still the same one
		self.remove(start, length)
		self.regions.append([start, end, label, 0])

	def remove(self, start, length):
		end = start + (length + _PAGE - 1) // _PAGE * _PAGE
		left = []
		for low, high, label, offset in self.regions:
			if low < start and start < high:
				left.append([low, start, label, offset])
			if low < end and end < high:
				left.append([end, high, label, offset + end - low])
			if high <= start or low >= end:
				left.append([low, high, label, offset])
		self.regions = left

	def find(self, address):
		for region in self.regions:
			if region[0] <= address < region[1]:
				return region
		return None

	def name(self, address):
		region = self.find(address)
		if region and region[2] == "loader":
			return "loader"
		if region:
			return f"{region[2]}+{address - region[0] + region[3]:#x}"
		if self.heap is not None and self.heap <= address <= self.heap_end:
			return f"heap+{address - self.heap:#x}"
		if 0x550000000000 <= address < 0x570000000000:
			return f"image+..{address & 0xfff:03x}"
		if 0x7e0000000000 <= address < 0x800000000000:
			return f"address+..{address & 0xf:x}"
		return None


def _number(text):
	try:
		return int(text, 0)
	except ValueError:
		return None


class Normaliser:
	"""Normalises a whole trace. fixed_ports are the ports that the test chose; every other one is ephemeral.
	preloaded: one of the traces to be compared is of programs with one more library (see LOADER_MEMORY)."""

	def __init__(self, trace, fixed_ports=(), preloaded=False):
		self.trace = trace
		self.loading = self._find_loading() if preloaded else frozenset()
		self.ports = frozenset(fixed_ports)
		self.ids = {t.tid: f"P{t.path}" for t in trace.threads}
		self.inodes = {}
		self.memory = {}
		self.maps = {}       # how many mappings a thread has made of a size
		self.random = set()  # (process, fd) of what was opened on /dev/urandom
		self.early = {}      # lines whose addresses had to be named before the call changed the memory

	def run(self):
		"""Returns {thread path: [(event, line)]}, in the order of the calls' beginnings."""
		lines = {t.path: [] for t in self.trace.threads}
		steps = [(e.begun, 0, e) for e in self.trace.events] + [(e.ended, 1, e) for e in self.trace.events]
		texts = {}
		for _, end, event in sorted(steps, key=lambda s: s[:2]):
			if end:
				self._after(event)
				texts[event] = self._line(event)
			else:
				self._before(event)
		for event in self.trace.events:
			lines[event.thread.path].append((event, texts[event]))
		return lines

	def _find_loading(self):
		"""The events of the loader's work in every program: from execve until it unmaps its cache."""
		found = set()
		for thread in self.trace.threads:
			begun, cache = [], False
			for event in thread.events:
				begun.append(event)
				if event.name == "execve" and event.result == "0":
					begun, cache = [], False
				cache |= event.name == "openat" and '"/etc/ld.so.cache"' in event.args
				if event.name == "munmap" and cache:
					found.update(begun)
					begun, cache = [], False
		return found

	def _memory_of(self, thread):
		if thread not in self.memory:
			if thread.parent is None:
				self.memory[thread] = _Memory()
			elif thread.shares:
				self.memory[thread] = self._memory_of(thread.parent)
			else:
				parent = self._memory_of(thread.parent)
				self.memory[thread] = _Memory(parent.regions, parent.heap, parent.heap_end)
		return self.memory[thread]

	def _before(self, event):
		memory = self._memory_of(event.thread)
		if event.name == "munmap":
			start, length = (_number(a) for a in event.args.split(", ")[:2])
			self.early[event] = self._replace(memory, event.text())
			memory.remove(start, length)

	def _after(self, event):
		if event.kind != "call":
			return
		if event.name == "execve" and event.result == "0":
			self.early[event] = self._replace(self._memory_of(event.thread), event.text())
			self.memory[event.thread] = _Memory()
			return
		result = _number(event.result.split(" ")[0])
		if result is None or result < 0:
			return
		memory = self._memory_of(event.thread)
		args = event.args.split(", ")
		if event.name == "mmap":
			size = _number(args[1]) or 0
			if event in self.loading and LOADER_MEMORY.match(event.args):
				memory.add(result, size, "loader")
				return
			kind = f"map{event.thread.path}:{size}"
			self.maps[kind] = self.maps.get(kind, 0) + 1
			memory.add(result, size, f"{kind}#{self.maps[kind]}")
		elif event.name == "mremap":
			old, size, new = (_number(a) for a in args[:3])
			region = memory.find(old)
			label = region[2] if region else "remapped"
			memory.remove(old, size)
			memory.add(result, new, label)
		elif event.name == "brk":
			memory.heap = result if memory.heap is None else memory.heap
			memory.heap_end = max(result, memory.heap_end or 0)
		elif event.name == "shmat":
			memory.add(result, _PAGE, f"shm{event.thread.path}")

	def _replace(self, memory, text):
		def one(match):
			name = memory.name(int(match[0], 16))
			return name if name is not None else match[0]
		pieces, last = [], 0
		for string in _STRING.finditer(text):
			pieces.append(_HEX.sub(one, text[last:string.start()]))
			pieces.append(string[0])
			last = string.end()
		pieces.append(_HEX.sub(one, text[last:]))
		return "".join(pieces)

	def _line(self, event):
		text = self.early.get(event)
		if text is None:
			text = self._replace(self._memory_of(event.thread), event.text())
		if event is self.trace.events[0]:
			text = _FIRST_ENVIRONMENT.sub(r"\1TRACER'S\2", text)
		text = self._name_ids(event, text)
		text = self._hide_times(event, text)
		text = _SPACE.sub(r"\1=SPACE", text)
		if event.name == "getcpu":
			text = re.sub(r"\[\d+\]", "[N]", text)
		text = _FSID.sub("f_fsid=FSID", text)
		text = _INODE.sub(self._name_inode, text)
		text = _PORT.sub(self._name_port, text)
		text = _EPOLL.sub(lambda m: m[0] if int(m[1]) < 1 << 32 else "POINTER", text)
		if self._is_random(event):
			text = re.sub(_STRING.pattern + r"(\.\.\.)?", "RANDOM", text)
		return text

	def _is_random(self, event):
		if event.name == "getrandom":
			return True
		first = (event.thread.process, event.args.split(",")[0])
		if event.name == "openat" and re.match(r'AT_FDCWD, "/dev/u?random"', event.args):
			self.random.add((event.thread.process, event.result))
		elif event.name == "close":
			self.random.discard(first)
		return event.name == "read" and first in self.random

	def _id(self, number):
		return self.ids.get(int(number), "PID" if int(number) > 0 else number)

	def _name_ids(self, event, text):
		text = _ID_WORDS.sub(lambda m: m[1] + self._id(m[2]), text)
		text = _STRING.sub(lambda s: re.sub(r"(?<![\w\\])\d{3,}\b", lambda m: self.ids.get(
			int(m[0]), m[0]), s[0]), text)
		if event.kind != "call":
			return text
		if event.name in _ID_RESULT:
			text = re.sub(r" = (\d+)$", lambda m: " = " + self._id(m[1]), text)
		if event.name in _ID_FIRST:
			count = 2 if event.name in ("tgkill", "setpgid", "rt_tgsigqueueinfo", "kcmp") else 1
			text = re.sub(r"\((-?)(\d+)(?:, (\d+)(?=,|\)))?", lambda m: "(" + m[1] + self._id(m[2]) + (
				", " + (self._id(m[3]) if count == 2 else m[3]) if m[3] else ""), text, count=1)
		return text

	@staticmethod
	def _hide_times(event, text):
		text = _LEFT.sub(lambda m: _TIME_FIELDS.sub(r"\1T", m[0]), text)
		if event.name in _CLOCKS:
			text = _RUSAGE.sub(r"\1N", _TIME_FIELDS.sub(r"\1T", text))
			if event.name in ("time", "times"):
				text = re.sub(r"\d{5,}", "T", text)
		elif event.kind == "signal":
			text = _TIME_FIELDS.sub(r"\1T", text)
		elif event.name == "wait4" or event.name == "waitid":
			text = _RUSAGE.sub(r"\1N", _TIME_FIELDS.sub(r"\1T", text))
		elif event.name == "clock_nanosleep" or event.name == "futex":
			# An absolute time to sleep until was read from a clock.
			if "TIMER_ABSTIME" in text or "FUTEX_WAIT_BITSET" in text:
				text = _TIME_FIELDS.sub(r"\1T", text)
		return text

	def _name_inode(self, match):
		key = match[0]
		self.inodes.setdefault(key, len(self.inodes) + 1)
		return f"{match[1]}:[#{self.inodes[key]}]"

	def _name_port(self, match):
		return match[0] if int(match[1]) in self.ports or match[1] == "0" else "htons(EPHEMERAL)"
