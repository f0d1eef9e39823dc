# SPDX-License-Identifier: MIT
"""A program in a pseudo-terminal, timed from outside: from a key to the last byte of what it paints, start, held keys, paste,
cost of doing nothing. The time that a real terminal takes to draw is not in it. Questions to the terminal are answered, so
that a program that asks does not wait."""

import fcntl
import os
import pathlib
import pty
import random
import re
import select
import signal
import statistics
import struct
import termios
import time

ROWS, COLUMNS = 40, 120
CONTROL = re.compile(
    rb"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[P_^X].*?\x1b\\|\x1b\[[0-?]*[ -/]*[@-~]|\x1b[()*+][0-~]|\x1b[ -/]*[0-~]", re.S
)
# What a present-day terminal answers. The last of them, the device's attributes, is the one programs wait for.
ANSWERS = (
    (re.compile(rb"\x1b\[0?c"), b"\x1b[?62;22c"),
    (re.compile(rb"\x1b\[>0?c"), b"\x1b[>1;4000;0c"),
    (re.compile(rb"\x1b\[6n"), b"\x1b[1;1R"),
    (re.compile(rb"\x1b\[5n"), b"\x1b[0n"),
    (re.compile(rb"\x1b\]10;\?(?:\x07|\x1b\\)"), b"\x1b]10;rgb:d0d0/d0d0/d0d0\x1b\\"),
    (re.compile(rb"\x1b\]11;\?(?:\x07|\x1b\\)"), b"\x1b]11;rgb:1010/1010/1010\x1b\\"),
    (re.compile(rb"\x1b\[\?2026\$p"), b"\x1b[?2026;2$y"),
)


def quantile(times, share):
    return sorted(times)[min(len(times) - 1, int(share * len(times)))] if times else float("nan")


class PseudoTerminal:
    def __init__(self, argv, env, home):
        self.started = time.monotonic()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            # In time for the program's first look at its size.
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
            os.chdir(home)
            os.execve(str(argv[0]), [str(word) for word in argv], env)
        self.seen = b""
        self.total = 0
        self.bracketed = False

    def _read(self, wait_s):
        """What came within `wait_s`; None if nothing did or the program ended."""
        if not select.select([self.fd], [], [], max(wait_s, 0))[0]:
            return None
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            return None
        self.total += len(data)
        self.seen = (self.seen + data)[-2_000_000:]
        for switch in re.findall(rb"\x1b\[\?2004([hl])", self.seen[-len(data) - 8 :]):
            self.bracketed = switch == b"h"
        for question, answer in ANSWERS:
            for _ in question.findall(data):
                os.write(self.fd, answer)
        return data

    def read_until_quiet(self, quiet_s, first_s=10.0):
        """Time of the first and of the last byte before `quiet_s` of silence, and how many; None if nothing came."""
        first = last = None
        count = 0
        wait = first_s
        while data := self._read(wait):
            last = time.monotonic()
            first = first or last
            count += len(data)
            wait = quiet_s
        return (first, last, count) if first else None

    def read_until_shown(self, pattern, deadline_s=60.0):
        """Milliseconds from the start until the text without control sequences matches; nan if it never does."""
        end = time.monotonic() + deadline_s
        while not re.search(pattern, CONTROL.sub(b"", self.seen)):
            if time.monotonic() > end or self._read(end - time.monotonic()) is None:
                return float("nan")
        return (time.monotonic() - self.started) * 1000

    def write(self, data):
        os.write(self.fd, data)

    def keys(self, keys, count, quiet_s=0.03):
        """Milliseconds from key to last byte, one at a time, with an uneven pause between; and how many bytes came.
        first_ms has the same for the first byte."""
        times, sizes = [], []
        self.first_ms = []
        for number in range(count):
            self.read_until_quiet(0.02 + random.random() * 0.04, 0.0)
            sent = time.monotonic()
            os.write(self.fd, keys[number % len(keys)])
            seen = self.read_until_quiet(quiet_s, 1.0)
            if seen:
                self.first_ms.append((seen[0] - sent) * 1000)
                times.append((seen[1] - sent) * 1000)
                sizes.append(seen[2])
        return times, sizes

    def all_at_once(self, data, quiet_s=0.25):
        """Milliseconds from the first of many bytes to the last of what is painted, and how many bytes came."""
        flags = fcntl.fcntl(self.fd, fcntl.F_GETFL)
        fcntl.fcntl(self.fd, fcntl.F_SETFL, flags | os.O_NONBLOCK)
        sent, last, count = time.monotonic(), None, 0
        while True:
            readable, writable, _ = select.select([self.fd], [self.fd] if data else [], [], quiet_s)
            if writable:
                data = data[os.write(self.fd, data[:4096]) :]
            if readable and (got := self._read(0)):
                last = time.monotonic()
                count += len(got)
            if not readable and not writable:
                break
        fcntl.fcntl(self.fd, fcntl.F_SETFL, flags)
        return ((last or sent) - sent) * 1000, count

    def paste(self, text):
        return self.all_at_once(b"\x1b[200~" + text + b"\x1b[201~" if self.bracketed else text)

    def _status(self, name):
        total = 0
        for status in pathlib.Path(f"/proc/{self.pid}/task").glob("*/status"):
            total += int(re.search(rf"\n{name}:\s+(\d+)", status.read_text()).group(1))
        return total

    def wake_ups(self, seconds):
        """Voluntary switches a second of all threads, while nothing happens."""
        before, end = self._status("voluntary_ctxt_switches"), time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._read(left)
        return (self._status("voluntary_ctxt_switches") - before) / seconds

    def resident_mb(self):
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024

    def end(self, keys=b""):
        if keys:
            self.write(keys)
            self.read_until_quiet(0.2, 1.0)
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.kill(self.pid, number)
            except ProcessLookupError:
                break
            deadline = time.monotonic() + 5
            while time.monotonic() < deadline:
                self._read(0.05)
                if os.waitpid(self.pid, os.WNOHANG)[0]:
                    os.close(self.fd)
                    return
        os.close(self.fd)


def describe(name, times, sizes=(), note=""):
    bytes_median = f"{statistics.median(sizes):7.0f}" if sizes else "      -"
    largest = max(times, default=float("nan"))
    print(f"  {name:<48} {quantile(times, 0.5):7.2f} {quantile(times, 0.99):7.2f} {largest:7.2f}   {bytes_median} {len(times):5}{note}",
          flush=True)
