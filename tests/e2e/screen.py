# SPDX-License-Identifier: MIT
"""A program in a real pseudo-terminal behind a terminal emulator (tests/tools/vtscreen.c)."""

import contextlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("HILO_BUILD") or ROOT / "build/release")
DEADLINE_S = 30.0

KEYS = {
    "enter": "\r",
    "esc": "\x1b",
    "tab": "\t",
    "backspace": "\x7f",
    "up": "\x1bOA",
    "down": "\x1bOB",
    "right": "\x1bOC",
    "left": "\x1bOD",
    "home": "\x1bOH",
    "end": "\x1bOF",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "delete": "\x1b[3~",
    "f1": "\x1bOP",
}


class Snapshot:
    """The screen and the program at one moment; fields as tests/tools/vtscreen.c names them."""

    def __init__(self, fields):
        self.__dict__.update(fields)
        self.rows = [row.rstrip() for row in self.rows]
        self.text = "\n".join(self.rows)

    def find(self, pattern):
        """(row, match) of the first row that matches, or None."""
        for number, row in enumerate(self.rows):
            found = re.search(pattern, row)
            if found:
                return number, found
        return None


class Screen:
    """A program in a pseudo-terminal behind a terminal emulator."""

    def __init__(self, test, argv, env=None, cwd=None, rows=24, columns=80):
        self._folder = tempfile.mkdtemp(prefix="hilo-screen-")
        test.addCleanup(shutil.rmtree, self._folder, ignore_errors=True)
        self.capture = os.path.join(self._folder, "output")
        words = [BUILD / "tests/vtscreen", rows, columns, self.capture, *argv]
        self._popen = subprocess.Popen(
            [str(word) for word in words], env=env, cwd=cwd, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        test.addCleanup(self.close)

    def _ask(self, line):
        self._popen.stdin.write(line.encode() + b"\n")
        self._popen.stdin.flush()
        answer = self._popen.stdout.readline()
        if not answer:
            raise AssertionError("the terminal emulator ended")
        return json.loads(answer)

    def snapshot(self):
        return Snapshot(self._ask("dump"))

    def cells(self, row):
        """The cells of a row: dicts of column, width, text, fg, bg (a number, "#rrggbb" or "default"), bold, reverse, …"""
        return self._ask(f"row {row}")

    def cell(self, row, column):
        for cell in self.cells(row):
            if cell["column"] <= column < cell["column"] + max(cell["width"], 1):
                return cell
        raise AssertionError(f"no cell at row {row}, column {column}")

    def send(self, data):
        """Bytes as typed; text is sent as UTF-8."""
        if isinstance(data, str):
            data = data.encode()
        self._ask("send " + data.hex())

    def key(self, *names):
        for name in names:
            self.send(KEYS[name])

    def paste(self, text):
        """As a terminal pastes: with marks when the program asked for them."""
        marked = self.snapshot().bracketed_paste
        self.send(f"\x1b[200~{text}\x1b[201~" if marked else text)

    def resize(self, rows, columns):
        self._ask(f"resize {rows} {columns}")

    def wait_change(self, since, deadline_s):
        """Waits until something happened after `since` (a snapshot's seq)."""
        self._ask(f"wait {since} {max(int(deadline_s * 1000), 1)}")

    def wait_true(self, condition, what, deadline_s=DEADLINE_S):
        """Waits until condition(snapshot) is true, looking after each change; returns that snapshot."""
        end = time.monotonic() + deadline_s
        while True:
            snapshot = self.snapshot()
            if condition(snapshot):
                return snapshot
            left = end - time.monotonic()
            if left <= 0 or snapshot.ended:
                why = "the program ended" if snapshot.ended else f"not within {deadline_s} s"
                state = f"exit {snapshot.exit}, signal {snapshot.signal}" if snapshot.ended else "running"
                raise AssertionError(f"{what}: {why} ({state}). The screen:\n{framed(snapshot)}")
            self.wait_change(snapshot.seq, left)

    def wait_for(self, pattern, deadline_s=DEADLINE_S):
        """Waits until the text of the screen (rows joined by newlines) matches; returns the snapshot."""
        return self.wait_true(lambda seen: re.search(pattern, seen.text), f"{pattern!r} on the screen", deadline_s)

    def wait_gone(self, pattern, deadline_s=DEADLINE_S):
        return self.wait_true(lambda seen: not re.search(pattern, seen.text), f"no {pattern!r} on the screen", deadline_s)

    def wait_stopped(self, deadline_s=DEADLINE_S):
        """Until the program stopped itself (Ctrl-Z)."""
        return self.wait_true(lambda seen: seen.stopped, "the program stops", deadline_s)

    def wait_end(self, deadline_s=DEADLINE_S):
        """Until the program has ended and all its output was taken in; the snapshot has exit and signal."""
        return self.wait_true(lambda seen: seen.ended, "the program ends", deadline_s)

    def resume(self):
        """What `fg` does to a stopped program."""
        self._ask("continue")

    def hang_up(self):
        """The terminal goes away under the program."""
        self._ask("hangup")

    def pid(self):
        return self.wait_true(lambda seen: seen.pid, "the program starts").pid

    def output(self):
        """All bytes that the program wrote so far."""
        return pathlib.Path(self.capture).read_bytes()

    def close(self):
        if self._popen.poll() is None:
            with contextlib.suppress(BrokenPipeError):
                self._popen.stdin.write(b"quit\n")
                self._popen.stdin.flush()
            try:
                self._popen.wait(10)
            except subprocess.TimeoutExpired:
                self._popen.kill()
                self._popen.wait()
        with contextlib.suppress(BrokenPipeError):
            self._popen.stdin.close()
        self._popen.stdout.close()


def framed(snapshot):
    line = "+" + "-" * snapshot.columns + "+"
    return "\n".join([line, *("|" + row for row in snapshot.rows), line])
