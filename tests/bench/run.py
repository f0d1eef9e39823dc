# SPDX-License-Identifier: MIT
"""The figures of `make bench`: hilo beside the bare limit, in one run, interleaved, on a store of a stated size.

Flags (BENCH="..."): --messages N, --threads N, --rounds N, --quick. Figures are medians of the rounds. The peers are
bare_hello (libmicrohttpd alone) and bare_group (the same transaction and durability, no checks); both take the same load
from loadgen over loopback. Nothing here passes or fails.
"""

import argparse
import json
import os
import pathlib
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import console
import peers

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("HILO_BUILD") or ROOT / "build/release")
PROGRAMS = BUILD / "tests/bench"
TOKEN = "0123456789abcdef0123456789abcdef"
PUBLIC_URL = "https://hilo.example"
CONNECTIONS = (1, 16, 64, 256)


def environment(home, database):
    env = {name: value for name, value in os.environ.items() if not re.match(r"(HILO|TWILIO|XDG|LC)_|LANG", name)}
    env.update(
        HOME=str(home), XDG_CONFIG_HOME=str(home), XDG_DATA_HOME=str(home), XDG_STATE_HOME=str(home), LANG="C.UTF-8",
        TERM="xterm-256color", HILO_DATABASE=str(database), HILO_LISTEN="127.0.0.1:0", HILO_PUBLIC_URL=PUBLIC_URL,
        HILO_UNDO_SECONDS="0",
        TWILIO_ACCOUNT_SID="AC00000000000000000000000000000001", TWILIO_AUTH_TOKEN=TOKEN,
        TWILIO_PHONE_NUMBER="+15551230000", HILO_AGENT="bench",
    )
    return env


class Server:
    """One of the programs that take the load."""

    def __init__(self, name, home, source):
        self.database = home / f"{name}.db"
        for ending in ("", "-wal", "-shm"):
            pathlib.Path(str(self.database) + ending).unlink(missing_ok=True)
        if name != "hello":
            shutil.copyfile(source, self.database)
        argv = {
            "hilo": [BUILD / "hilo", "serve"],
            "hello": [PROGRAMS / "bare_hello"],
            "group": [PROGRAMS / "bare_group", self.database],
        }[name]
        self.process = subprocess.Popen(argv, env=environment(home, self.database), cwd=home, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        self.port = int(re.findall(r"\d+", line)[-1])

    def load(self, connections, requests, rate=0.0):
        argv = [PROGRAMS / "loadgen", "--port", str(self.port), "--connections", str(connections), "--requests",
                str(requests), "--token", TOKEN, "--public-url", PUBLIC_URL, "--rate", str(rate), "--seed",
                str(random.randrange(1 << 30))]
        figures = json.loads(subprocess.run(argv, stdout=subprocess.PIPE, text=True, check=True).stdout)
        figures["per_s"] = figures["answered"] / figures["seconds"]
        return figures

    def cpu_s(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident_mb(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)


def median(figures, key):
    return statistics.median(figure[key] for figure in figures)


def webhooks(home, source, options):
    print("\nDurable webhooks: requests a second | p50 ms | p99 ms (median of", options.rounds, "rounds)")
    requests = {1: 1000, 16: 6000, 64: 12000, 256: 16000}
    if options.quick:
        requests = {count: number // 5 for count, number in requests.items()}
    results = {}
    for _ in range(options.rounds):
        for connections in CONNECTIONS:
            for name in ("hello", "group", "hilo"):
                server = Server(name, home, source)
                try:
                    server.load(connections, 200)  # warm
                    cpu = server.cpu_s()
                    figures = server.load(connections, requests[connections])
                    figures["cpu_us"] = (server.cpu_s() - cpu) / requests[connections] * 1e6
                    figures["resident_mb"] = server.resident_mb()
                    if figures["errors"]:
                        print(f"  {name}: {figures['errors']} of {figures['answered']} answers were no 200")
                    results.setdefault((connections, name), []).append(figures)
                finally:
                    server.end()
    print(f"  {'connections':>11}  {'hello':>24}  {'group commit':>24}  {'hilo':>24}  {'hilo/group':>10}  {'CPU us':>7}  {'RSS MB':>6}")
    for connections in CONNECTIONS:
        cells = []
        for name in ("hello", "group", "hilo"):
            figures = results[connections, name]
            cells.append(f"{median(figures, 'per_s'):9.0f} {median(figures, 'p50_ms'):6.2f} {median(figures, 'p99_ms'):7.2f}")
        hilo = results[connections, "hilo"]
        ratio = median(hilo, "per_s") / median(results[connections, "group"], "per_s")
        print(f"  {connections:>11}  {cells[0]:>24}  {cells[1]:>24}  {cells[2]:>24}  {ratio:>10.2f}  {median(hilo, 'cpu_us'):7.0f}"
              f"  {median(hilo, 'resident_mb'):6.1f}")


def open_loop(home, source, options):
    print("\nOffered 200 a second over 16 connections: p50 | p99 | max ms (bar: p99 <= 5 ms)")
    results = {}
    for _ in range(options.rounds):
        for name in ("group", "hilo"):
            server = Server(name, home, source)
            try:
                server.load(16, 200)
                results.setdefault(name, []).append(server.load(16, 400 if options.quick else 2000, 200.0))
            finally:
                server.end()
    for name, figures in results.items():
        print(f"  {name:>6}  {median(figures, 'p50_ms'):7.2f}  {median(figures, 'p99_ms'):7.2f}  {median(figures, 'max_ms'):7.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=1000000)
    parser.add_argument("--threads", type=int, default=100000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="a fifth of the load, one round, a small store")
    parser.add_argument("--only", default="webhooks,console,peers", help="which parts, separated by commas")
    options = parser.parse_args()
    parts = options.only.split(",")
    if options.quick:
        options.rounds, options.messages, options.threads = 1, min(options.messages, 20000), min(options.threads, 2000)
    home = pathlib.Path(tempfile.mkdtemp(prefix="hilo-bench-", dir=os.environ.get("BENCH_DIR")))
    try:
        source = home / "source.db"
        started = time.monotonic()
        subprocess.run([sys.executable, ROOT / "tests/bench/generate.py", source, str(options.threads), str(options.messages)],
                       check=True)
        print(f"Store: {options.threads} conversations, {options.messages} messages,"
              f" {source.stat().st_size / 1e6:.0f} MB, made in {time.monotonic() - started:.0f} s; {os.cpu_count()} cores")
        if "webhooks" in parts:
            webhooks(home, source, options)
            open_loop(home, source, options)
        if "console" in parts:
            console.run(console.Context(BUILD, home, source, environment, options))
        if "peers" in parts:
            peers.run(home, options)
    finally:
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
