# SPDX-License-Identifier: MIT
"""The programs of the parity test: what is run, on what files, and how far its comparison is weakened, and why."""
import http.server
import os
import re
import shutil
import socket
import subprocess
import threading
import time
from dataclasses import dataclass, field

from compare import ADDRESS
from newer import NEWER
from rule import Rule

PYTHON = "/usr/bin/python3"
OLD = 1_000_000_000  # the modification time of every file that a program finds


@dataclass
class Program:
	name: str
	command: list          # {dir}, {port}, {tools} are replaced
	files: dict = field(default_factory=dict)  # name -> content, before each run
	env: dict = field(default_factory=dict)
	counted: bool = False  # compare counts per line instead of order
	why_counted: str = ""
	merge: str = ""        # counted: regular expression; what it matches in a thread's path is cut off
	state: bool = False    # shows the machine's state: what differs between runs of strace, word by word, may differ
	rules: tuple = ()
	asynchronous: tuple = ()
	serve: object = None   # context manager for a server that the program talks to
	drive: object = None   # called while the program runs; must make it end
	tools: tuple = ()      # built programs it needs
	shim_shows: tuple = () # patterns that method shim must show; empty: not run with shim
	status: int = 0

	def group(self, path):
		return re.sub(self.merge, "", path) if self.merge else path


def prepare(program, folder, values):
	"""Makes the folder anew with the program's files, all with the same old times."""
	shutil.rmtree(folder, ignore_errors=True)
	os.makedirs(folder)
	for name, content in program.files.items():
		path = os.path.join(folder, name)
		os.makedirs(os.path.dirname(path), exist_ok=True)
		with open(path, "w", encoding="ascii") as file:
			file.write(content.format(**values) if "{dir}" in content else content)
	for parent, folders, files in os.walk(folder, topdown=False):
		for name in files + folders:
			os.utime(os.path.join(parent, name), (OLD, OLD))
	os.utime(folder, (OLD, OLD))


# Servers and clients around the programs

def wait_until(ready, what, seconds=30):
	end = time.monotonic() + seconds
	while not ready():
		if time.monotonic() > end:
			raise TimeoutError(what)
		time.sleep(0.02)


def _connects(family, address):
	with socket.socket(family) as s:
		return s.connect_ex(address) == 0


class _Page(http.server.BaseHTTPRequestHandler):
	protocol_version = "HTTP/1.0"

	def do_GET(self):
		body = b"a page\n" * 100
		head = f"HTTP/1.0 200 OK\r\nContent-Length: {len(body)}\r\n\r\n"
		self.wfile.write(head.encode("ascii") + body)

	def log_message(self, *_):
		pass


class PageServer:
	"""A web server in this process: the whole answer in one segment, the same bytes each time."""

	def __init__(self, values):
		self.server = http.server.HTTPServer(("127.0.0.1", values["port"]), _Page)

	def __enter__(self):
		threading.Thread(target=self.server.serve_forever, daemon=True).start()

	def __exit__(self, *_):
		self.server.shutdown()
		self.server.server_close()


class RedisServer:
	"""An untraced redis-server with one key, on the socket in the run's folder."""

	def __init__(self, values):
		self.path = values["dir"] + "/server.sock"
		self.command = ["redis-server", "--port", "0", "--unixsocket", self.path, "--save", "", "--dir", "/tmp"]

	def __enter__(self):
		self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL)
		wait_until(lambda: _connects(socket.AF_UNIX, self.path), "redis-server does not start")

	def __exit__(self, *_):
		self.process.terminate()
		self.process.wait()


def drive_redis(values):
	path = values["dir"] + "/redis.sock"
	wait_until(lambda: os.path.exists(path), "redis-server makes no socket")
	for words in (["set", "key", "value"], ["get", "key"], ["lpush", "list", "1", "2"], ["shutdown", "nosave"]):
		subprocess.run(["redis-cli", "-s", path] + words, check=True, stdout=subprocess.DEVNULL, timeout=30)


def _waits_for_events(pid):
	"""Whether the process has an epoll set with something in it."""
	for fd in os.listdir(f"/proc/{pid}/fd"):
		try:
			if os.readlink(f"/proc/{pid}/fd/{fd}") == "anon_inode:[eventpoll]":
				with open(f"/proc/{pid}/fdinfo/{fd}", encoding="ascii") as file:
					return file.read().count("tfd:") > 1
		except FileNotFoundError:
			pass
	return False


def _nginx_is_ready(folder):
	"""Both workers have come to rest: until then they would be told to stop at a moment of chance."""
	try:
		with open(folder + "/nginx.pid", encoding="ascii") as file:
			master = int(file.read())
		with open(f"/proc/{master}/task/{master}/children", encoding="ascii") as file:
			workers = file.read().split()
		return len(workers) == 2 and all(map(_waits_for_events, workers))
	except (FileNotFoundError, ValueError):
		return False


def drive_nginx(values):
	wait_until(lambda: _nginx_is_ready(values["dir"]), "nginx does not start its workers")
	url = f"http://127.0.0.1:{values['port']}/page.txt"
	for _ in range(3):
		subprocess.run(["curl", "-s", "-o", "/dev/null", url], check=True, timeout=30)
	with open(values["dir"] + "/nginx.pid", encoding="ascii") as file:
		os.kill(int(file.read()), 3)


# What programs are given

TREE = {f"tree/{d}/{n}": f"{d} {n}\n" * 20 for d in ("one", "two/three") for n in ("a.c", "b.h", "c.txt")}
HELLO = '#include <stdio.h>\nint main(void)\n{\n\tputs("hello");\n\treturn 0;\n}\n'
NGINX = """
daemon off; worker_processes 2; pid nginx.pid; error_log error.log notice; {user}
events {{ worker_connections 64; }}
http {{
	access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
	uwsgi_temp_path uwsgi; scgi_temp_path scgi; sendfile on;
	server {{ listen 127.0.0.1:{port}; root {dir}; }}
}}
"""
SUBPROCESS = """
import subprocess
for i in range(3):
    print(subprocess.run(["echo", str(i)], close_fds=True, stdout=subprocess.PIPE).stdout)
print(subprocess.run(["no-such-program"], shell=True, stderr=subprocess.DEVNULL).returncode)
"""
THREADS = """
import threading
def work(n):
    open(f"{n}.txt", "w").write(str(n) * 10)
threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
for t in threads: t.start()
for t in threads: t.join()
"""
PERL = ('use POSIX; open(F, ">", "f") or die; print F join(",", map { $_ * 2 } 1..500); close F; '
	'print strftime("%Y", gmtime(0)), -s "f"; system("true"); print `echo hi`; rename "f", "g"; opendir(D, "."); '
	'print sort readdir D;')
GIT = ("set -e; git init -q -b main .; git add .; git commit -q -m first; echo more >>tree/one/a.c; "
       "git commit -q -a -m second; git log --stat | cat")
GIT_ENV = {k: v for role in ("AUTHOR", "COMMITTER") for k, v in (
	(f"GIT_{role}_NAME", "A"), (f"GIT_{role}_EMAIL", "a@example.org"),
	(f"GIT_{role}_DATE", "1000000000 +0000"))} | {"GIT_CONFIG_NOSYSTEM": "1"}
SQL = ("create table t(a integer primary key, b text); insert into t(b) values('x'),('y'); "
       "begin; insert into t(b) select b||b from t; commit; select * from t;")
NODE = ('const fs = require("fs"); fs.writeFileSync("out.txt", "x".repeat(1000)); '
	'fs.readFile("out.txt", (e, d) => { console.log(d.length); fs.stat(".", () => fs.unlinkSync("out.txt")); });')

def dropped(calls, reason):
	return Rule(rf"^(?:{calls})\(", None, reason)


ARENA_RULES = (
	Rule(r"^mmap\(NULL, \d+, PROT_NONE, .*MAP_STACK.*", None,
	     "whether a thread has ended, so that its stack can be used again, is scheduling"),
	Rule(r"^mmap\([^,]*, (?:134217728|67108864), PROT_NONE, .*|^munmap\(map[\d.:]+#\d+\+0x[0-9a-f]+, \d{7,8}\)"
	     r"|^mprotect\(map[\d.:]+#\d+\+0x[0-9a-f]+, \d+, PROT_READ\|PROT_WRITE\)", None,
	     "which threads get an arena of malloc's is scheduling, and how its 128 MiB are cut to an aligned 64 MiB "
	     "depends on the address"),
)
POINTER_AS_FLAGS = Rule(r"^(prctl\(PR_(?:S[VM]E_SET_VL|SET_SECUREBITS|SET_TAGGED_ADDR_CTRL), ).*\baddress\b.*\) =", r"\1POINTER) =",
			"an address as the argument: which flags its bits make is chance")
KERNEL_ORDER = Rule(r"^(kcmp\(.*\)) = [12]$", r"\1 = ORDER",
		    "which of two objects of the kernel's comes first in its memory is chance")
PYTHON_ARENA = Rule(r"^mmap\(NULL, 1048576, PROT_READ\|PROT_WRITE, MAP_PRIVATE\|MAP_ANONYMOUS, -1, 0\)", None,
		    "python's heap: how much of an arena can be used depends on its alignment, and with it, when the next "
		    "is needed")
THREAD_END = Rule(r"^exit\(0\)|^madvise\([^,]*, 8368128, MADV_DONTNEED\)|^rt_sigprocmask\(SIG_BLOCK, ~\[RT_1\], NULL, 8\)", None,
		  "join() waits for the function, not for its thread, which may still be there when the program ends")
MKSTEMP = Rule(r"^getrandom\(RANDOM, 8, GRND_NONBLOCK\)", None,
	       "libc's mkstemp draws again when a number does not suit it")
FUTEX = dropped("futex", "whether a lock is contended, and who wakes whom, is scheduling")
DESCRIPTOR = "which thread opens first, and so gets which number, is scheduling"
DESCRIPTORS = (
	Rule(r"^(read|write|close|fstat|newfstatat|fcntl|getdents64|ioctl|lseek)\(\d+", r"\1(FD", DESCRIPTOR),
	Rule(r"^(openat\(.*\)|epoll_create1\(.*\)|eventfd2\(.*\)) = \d+$", r"\1 = FD", DESCRIPTOR),
	Rule(r"^epoll_ctl\(\d+, (\w+), \d+", r"epoll_ctl(FD, \1, FD", DESCRIPTOR),
	Rule(r"^pipe2\(\[\d+, \d+\]", "pipe2([FD, FD]", DESCRIPTOR),
)
ADDRESSES = Rule(ADDRESS.pattern, "ADDRESS",
		 "whose mapping, or which part of the heap, is scheduling")
GO_RULES = (
	FUTEX,
	dropped("clone|clone3|sigaltstack|rt_sigprocmask|gettid|set_robust_list|rseq|exit",
		"how many threads Go's scheduler starts is scheduling; these are made once for each"),
	dropped("sched_yield|nanosleep|epoll_pwait|epoll_wait|madvise|tgkill|getpid|rt_sigreturn|restart_syscall",
		"Go's scheduler looking for work, its background thread, and its preemption"),
	Rule(r"^--- SIGURG ", None, "the same: preemption"),
	dropped("mmap|munmap|mprotect|brk", "stacks of those threads, and the heap's growth"),
	Rule(r"^\+\+\+ exited", None, "one for each thread"),
	ADDRESSES,
) + DESCRIPTORS
NODE_RULES = (
	FUTEX,
	dropped("mmap|munmap|mprotect|madvise|brk|mremap",
		"the JIT compiler and the collector work in threads, on memory they place by chance"),
	dropped("epoll_wait|epoll_pwait|sched_yield|getpid|rt_sigprocmask",
		"how often the event loop and its workers come round is scheduling"),
	Rule(r'^openat\(AT_FDCWD, "/(?:proc/self/maps|usr/bin/node)"|^fstat\(17, .*|^newfstatat\(17, "", .*|^close\(17\)', None,
	     "it moves its own code to huge pages, in steps that depend on where the kernel put it"),
	Rule(r'^read\(\d+, "(?:[^"\\]|\\.)*"\.\.\., 1024\) = \d+$|^read\(\d+, "(?:[^"\\]|\\.)*", 1024\) = \d+$', None,
	     "it reads /proc/self/maps: addresses, as text, in lines whose number depends on them"),
	ADDRESSES,
)
REDIS_RULES = (
	FUTEX,
	Rule(r'^write\(1, "P0:.*', "write(1, LOG)", "log lines hold the time"),
	Rule(r"(^epoll_wait\(.*), \d+\)", r"\1, TIMEOUT)", "the time to the next tick of its 10 Hz clock"),
	Rule(r'^openat\(AT_FDCWD, "/proc/self/stat"|^close\([78]\)|^epoll_wait\(.*\) = 0$|^read\(\d+, "P0 \(redis-server\).*', None,
	     "ticks: how many there are is timing; its own /proc/self/stat: times and addresses"),
)
NGINX_RULES = (
	Rule(r"^(epoll_wait|epoll_ctl|accept4|recvfrom|writev|sendfile|setsockopt|close|ioctl|write|read|shutdown)"
	     r"\(\d+(, EPOLL_CTL_\w+, \d+)?", r"\1(FD", "which worker gets a connection decides its number"),
	Rule(r"^(accept4\(.*\)|openat\(.*/page.txt.*\)) = \d+$", r"\1 = FD", "the same"),
	Rule(r'^newfstatat\(\d+, ""|^sendfile\(FD, \d+', "FD", "the same"),
	Rule(r"^--- SIGIO |^rt_sigsuspend\(|^rt_sigreturn|^wait4\(-PID, .* = 0$", None,
	     "a worker's message to the master raises SIGIO if it comes before the signal that tells of its death"),
	Rule(r"^close\(FD\) = 0$", None, "a worker that outlives the other is told to close the channel to it"),
	Rule(r'^gettid\(|^write\(FD, "\d{4}/\d\d/\d\d .*', None,
	     "log lines, each with the time and thread: one for each such signal"),
	Rule(r'"P0\\n", \d+\) = \d+', '"P0\\\\n")', "the pid file's length is that of the pid"),
	Rule(r'^(sendmsg|recvmsg)\(.*iov_len=32.*', None,
	     "the master's binary messages to its workers: they hold process ids, and how many a worker still reads "
	     "before it stops is timing"),
)
SQLITE_RULES = (
	Rule(r'^(pwrite64\(4, )"(?:[^"\\]|\\.)*"(\.\.\., 512, 0\))', r"\1JOURNAL HEAD\2",
	     "the head of the journal holds a random number"),
	Rule(r'^(p(?:write|read)64\(4, )"(?!\\0\\0\\0)(?:[^"\\]|\\.)*"(, 4, \d+\))', r"\1CHECKSUM\2",
	     "a page's checksum in the journal begins with that random number"),
)
GIT_RULES = (
	MKSTEMP,
	Rule(r"\.git/t[A-Za-z0-9]{6}\b", ".git/tNAME", "mkstemp's random name"),
	Rule(r"\btmp_obj_[A-Za-z0-9]{6}", "tmp_obj_NAME", "the same"),
	Rule(r'^write\(3, "(?:[^"\\]|\\.)*", 20\)', "write(3, CHECKSUM, 20)", "the index's checksum, for that reason"),
	Rule(r'"DIRC(?:[^"\\]|\\.)*"', '"DIRC"', "the index holds inode numbers and change times"),
)
GCC_RULES = (
	Rule(r"/tmp/cc[A-Za-z0-9]{6}\b", "/tmp/ccNAME", "mkstemp's random name"),
	MKSTEMP,
	Rule(r"^brk\(heap\+", None, "how far cc1's heap grows depends on where the kernel put it"),
)
CURL_RULES = (
	Rule(r"^poll\(", None, "how often and how long curl waits before the server has answered is timing"),
	Rule(r"^rt_sigaction\(SIGPIPE, ", None, "made around each such wait"),
)

PROGRAMS = [
	Program("ls", ["ls", "-l", "tree/one"], TREE,
		shim_shows=(r"^statx\(AT_FDCWD, \"tree/one/a.c\"", )),
	Program("cat", ["cat", "a", "b", "missing"], {"a": "a" * 200000, "b": "b\n"}, status=1,
		shim_shows=(r'^openat\(AT_FDCWD, "a"|^open\("a"', r'^copy_file_range\(3, ')),
	Program("cp", ["cp", "-a", "tree", "copy"], TREE),
	Program("find", ["find", ".", "-name", "*.c", "-newermt", "2001-01-01", "-size", "+0"], TREE),
	Program("tar", ["tar", "-czf", "tree.tar.gz", "tree"], TREE),
	Program("tar-extract", ["bash", "-c", "tar -cf t.tar tree && rm -r tree && tar -xf t.tar"], TREE),
	Program("bash-pipeline", ["bash", "-c", "ls | wc -l"], TREE,
		shim_shows=(r"^execve\(.*/wc", )),
	Program("python-import", [PYTHON, "-c", "import json, decimal; print(json.dumps({'a': [1, None]}))"],
		rules=(PYTHON_ARENA,),
		shim_shows=(r"^read\(", r"^close\(")),
	Program("python-subprocess", [PYTHON, "-c", SUBPROCESS], rules=(PYTHON_ARENA,)),
	Program("python-threads", [PYTHON, "-c", THREADS], rules=ARENA_RULES + DESCRIPTORS + (FUTEX, PYTHON_ARENA, THREAD_END, ADDRESSES), counted=True, merge=r"\..*",
		why_counted="the interpreter's lock decides which thread runs, and whether a stack is used again"),
	Program("perl", ["perl", "-e", PERL]),
	Program("git", ["bash", "-c", GIT], TREE, GIT_ENV, rules=GIT_RULES),
	Program("gcc", ["gcc", "-O1", "-o", "hello", "hello.c"], {"hello.c": HELLO}, rules=GCC_RULES),
	Program("sqlite3", ["sqlite3", "data.db", SQL], rules=SQLITE_RULES),
	Program("curl", ["curl", "-s", "http://127.0.0.1:{port}/page"], serve=PageServer, rules=CURL_RULES),
	Program("redis-cli", ["redis-cli", "-s", "{dir}/server.sock", "set", "key", "value"], serve=RedisServer),
	Program("redis-server", ["redis-server", "--port", "0", "--unixsocket", "{dir}/redis.sock", "--save", "",
				 "--daemonize", "no"], drive=drive_redis, counted=True, rules=REDIS_RULES,
		why_counted="what has arrived when it looks decides how many events one call returns"),
	Program("nginx", ["nginx", "-p", "{dir}", "-c", "{dir}/nginx.conf", "-e", "{dir}/error.log"],
		{"nginx.conf": NGINX, "page.txt": "a page\n" * 100}, drive=drive_nginx, counted=True,
		merge=r"\.[12]$", rules=NGINX_RULES, why_counted="which worker gets a connection is chance"),
	Program("node", ["node", "-e", NODE], counted=True, merge=r"\..*", rules=NODE_RULES,
		why_counted="which of its threads does which work is scheduling"),
	Program("go-static", ["{tools}/parity-go-static"], TREE, tools=("parity-go-static",), counted=True,
		merge=r"\..*", rules=GO_RULES, why_counted="which thread runs which goroutine is scheduling"),
	Program("go-cgo", ["{tools}/parity-go-cgo"], TREE, tools=("parity-go-cgo",), counted=True, merge=r"\..*",
		rules=GO_RULES, why_counted="which thread runs which goroutine is scheduling"),
	Program("busybox", ["busybox", "ls", "-l", "tree/one"], TREE),
	Program("busybox-pipeline", ["busybox", "sh", "-c", "busybox ls | busybox wc -l"], TREE),
	Program("threads16", ["{tools}/parity-threads16"], tools=("parity-threads16",), rules=(FUTEX,)),
]

# The programs that make calls of one kind each, with good and bad arguments: the decoders' test.
CALLS = sorted(name[:-2] for name in os.listdir(os.path.join(os.path.dirname(__file__), "../launcher/calls"))
	       if name.endswith(".c"))
PROGRAMS += [Program(f"call-{name}", [f"{{tools}}/call-{name}"], tools=(f"call-{name}",), state=True, rules=(MKSTEMP, POINTER_AS_FLAGS, KERNEL_ORDER) + NEWER,
		     asynchronous=("SIGALRM",)) for name in CALLS]
BY_NAME = {p.name: p for p in PROGRAMS}
