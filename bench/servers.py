# SPDX-License-Identifier: MIT
"""Servers on the loopback interface, traced from their start: throughput and the 99th percentile.

The tool's figure for a row is the time of one request (1 / throughput), so that a row's ratio reads
as everywhere else: how many times slower.
"""
import os
import re
import shutil
import signal
import socket
import subprocess

from measure import Failed, Row, run, stop, wait_for

UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), 0.2).close()
    except OSError:
        return False
    return True


class Server:
    kinds = ("system",)
    threads = 1

    def row(self, tool):
        return Row(self.name, tool.name)

    def missing(self):
        for program in self.needs:
            if not shutil.which(program):
                return "%s is not installed" % program
        return None

    def serve(self, prefix, env, tmp, share):
        """Returns (requests per second, p99 in ms) of one server's life with that share of the load."""
        port = free_port()
        command = self.command(port, tmp)
        p = subprocess.Popen(prefix + command, env={**os.environ, **env}, stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                             start_new_session=True)
        try:
            wait_for(lambda: answers(port) or p.poll() is not None, 20, "listening")
            if p.poll() is not None:
                raise Failed("the server ended with status %d" % p.returncode)
            return self.load(port, share)
        finally:
            self.end(port, tmp)
            try:
                p.wait(20)
            except subprocess.TimeoutExpired:
                pass
            stop(p, signal.SIGTERM)

    def measure(self, row, tool, tmp):
        folder = os.path.join(tmp, "server")
        os.makedirs(folder, exist_ok=True)
        share = 1 if tool.calls >= 0.1 else 0.1  # a slow tool would take minutes
        bare, bare_p99 = self.serve([], {}, folder, share)
        with tool.session(tmp, "program") as (prefix, env, _):
            traced, traced_p99 = self.serve(prefix, env, folder, share)
        row.bare.append(1 / bare)
        row.traced.append(1 / traced)
        for key, value in (("bare_p99_ms", bare_p99), ("traced_p99_ms", traced_p99),
                           ("bare_rps", bare), ("traced_rps", traced)):
            row.facts.setdefault(key, []).append(value)
        shutil.rmtree(folder, ignore_errors=True)


class Redis(Server):
    name = "redis"
    needs = ("redis-server", "redis-benchmark", "redis-cli")

    def __init__(self, requests):
        self.requests = requests

    def command(self, port, tmp):
        return ["redis-server", "--port", str(port), "--save", "", "--appendonly", "no", "--bind",
                "127.0.0.1", "--dir", tmp]

    def load(self, port, share):
        requests = str(int(self.requests * share))
        out = run(["redis-benchmark", "-p", str(port), "-c", "50", "-n", requests, "-t", "get",
                   "--csv"]).out
        # "test","rps","avg_latency_ms","min_latency_ms","p50...","p95...","p99...","max..."
        words = [w.strip('"') for w in out.strip().splitlines()[-1].split(",")]
        return float(words[1]), float(words[6])

    def end(self, port, tmp):
        run(["redis-cli", "-p", str(port), "shutdown", "nosave"], check=False)


NGINX = """daemon off;
worker_processes 1;
pid %(tmp)s/nginx.pid;
error_log %(tmp)s/error.log;
events { worker_connections 256; }
http {
	access_log off;
	client_body_temp_path %(tmp)s/body; proxy_temp_path %(tmp)s/proxy;
	fastcgi_temp_path %(tmp)s/fastcgi; uwsgi_temp_path %(tmp)s/uwsgi; scgi_temp_path %(tmp)s/scgi;
	server { listen 127.0.0.1:%(port)d; root %(tmp)s/www; }
}
"""


class Nginx(Server):
    name = "nginx"
    needs = ("nginx", "wrk")

    def __init__(self, seconds):
        self.seconds = seconds

    def command(self, port, tmp):
        www = os.path.join(tmp, "www")
        os.makedirs(www, exist_ok=True)
        # its worker may run as another user
        os.chmod(tmp, 0o755)
        os.chmod(os.path.dirname(tmp), 0o755)
        with open(os.path.join(www, "index.html"), "w") as f:
            f.write("<html>%s</html>\n" % ("x" * 600))
        with open(os.path.join(tmp, "nginx.conf"), "w") as f:
            f.write(NGINX % {"tmp": tmp, "port": port})
        return ["nginx", "-c", os.path.join(tmp, "nginx.conf"), "-p", tmp, "-e",
                os.path.join(tmp, "error.log")]

    def load(self, port, share):
        # requests that take longer are fewer in the same time: no need to lessen the load
        out = run(["wrk", "-t1", "-c50", "-d%ds" % self.seconds, "--latency",
                   "http://127.0.0.1:%d/" % port]).out
        rate = re.search(r"Requests/sec:\s+([\d.]+)", out)
        p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", out)
        if not rate or not p99 or float(rate.group(1)) == 0 or "Non-2xx" in out:
            raise Failed("wrk: " + " ".join(out.split())[:120])
        return float(rate.group(1)), float(p99.group(1)) * UNITS[p99.group(2)]

    def end(self, port, tmp):
        try:
            with open(os.path.join(tmp, "nginx.pid")) as f:
                os.kill(int(f.read()), signal.SIGQUIT)
        except (OSError, ValueError):
            pass
