# SPDX-License-Identifier: MIT
"""The console's figures: keys while nothing happens and while 1,000 webhooks a second arrive, what a message takes to the
screen, start, memory, idle cost, held keys, a paste, search, and how many writes a frame takes.

While messages arrive, the last byte of a key's own painting cannot be told from other painting. There the screen is read
through the terminal emulator of the tests, and a key counts as painted with the byte that made what it does visible.
"""

import contextlib
import http.client
import os
import pathlib
import random
import re
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import time
import urllib.parse

from pseudo_terminal import COLUMNS, ROWS, PseudoTerminal, describe, quantile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/e2e"))

from harness import inbound, sign  # noqa: E402
from screen import Screen  # noqa: E402

FLOOD_PER_S = 1000
READY = r"Cliente \d"
PASTE = ("The quick brown fox jumps over the lazy dog. " * 100)[:4000].encode()
ESCAPE = b"\x1b[27u"
RARE = "þðŋħßæøłđŧ"  # letters that no message of the load has


class Stage(contextlib.ExitStack):
    """Stands in for a test where the tests' terminal wants one: what it starts is ended with the block."""

    addCleanup = contextlib.ExitStack.callback


class Context:
    """Where the programs are, what they run on, and the options of the run."""

    def __init__(self, build, home, source, environment, options):
        self.build = build
        self.home = home
        self.source = source
        self.environment = environment
        self.options = options
        self.count = 40 if options.quick else 200
        self.rounds = 1 if options.quick else options.rounds
        self.database = home / "console.db"

    def fresh(self):
        for ending in ("", "-wal", "-shm"):
            pathlib.Path(str(self.database) + ending).unlink(missing_ok=True)
        shutil.copyfile(self.source, self.database)
        # An SMS is the newest, since to one of them can always be replied.
        connection = sqlite3.connect(self.database)
        with connection:
            connection.execute(
                "UPDATE communication_threads SET last_message_at = (SELECT max(last_message_at) + 1000 FROM communication_threads)"
                " WHERE id = (SELECT id FROM communication_threads WHERE active_type = 'sms' ORDER BY last_message_at DESC LIMIT 1)"
            )
        connection.close()

    def env(self, **more):
        env = self.environment(self.home, self.database)
        env.update(more)
        return env

    def start(self, **more):
        """A console in a plain pseudo-terminal, once its list is there."""
        program = PseudoTerminal([self.build / "hilo"], self.env(**more), self.home)
        program.start_ms = program.read_until_shown(READY.encode())
        program.read_until_quiet(0.4, 0.4)
        return program

    def screen(self, stage, **more):
        """A console behind the emulator."""
        screen = Screen(stage, [self.build / "hilo"], self.env(**more), self.home, ROWS, COLUMNS)
        screen.wait_for(READY, 60)
        return screen

    def load(self, port, seconds):
        """The load, running by itself for about that long."""
        argv = [self.build / "tests/bench/loadgen", "--port", port, "--connections", 16, "--requests", int(FLOOD_PER_S * seconds)]
        argv += ["--token", self.env()["TWILIO_AUTH_TOKEN"], "--public-url", self.env()["HILO_PUBLIC_URL"], "--rate", FLOOD_PER_S]
        argv += ["--seed", random.randrange(1 << 30)]
        return subprocess.Popen([str(word) for word in argv], stdout=subprocess.DEVNULL)


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def wait_listening(port):
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.05)
    raise RuntimeError("the console's services do not answer")


# --- while nothing happens -------------------------------------------------------------------------------------------


def start_and_idle(context):
    starts = []
    for _ in range(max(3, context.rounds)):
        program = context.start()
        starts.append(program.start_ms)
        program.end()
    program = context.start()
    program.read_until_quiet(2.0, 2.0)
    idle = program.wake_ups(3 if context.options.quick else 10)
    resident = program.resident_mb()
    program.end()
    print(f"  start to usable list: {statistics.median(starts):.0f} ms (bar: 100); each: {' '.join(f'{ms:.0f}' for ms in starts)}")
    print(f"  idle: {idle:.2f} wake-ups a second (bar: 0.0); resident: {resident:.1f} MB (bar: 30)")


def quiet_keys(context):
    rows, sizes = {}, {}
    for _ in range(context.rounds):
        program = context.start()

        def take(name, keys, count=None):
            times, bytes_each = program.keys(keys, count or context.count)  # noqa: B023
            rows.setdefault(name, []).extend(times)
            sizes.setdefault(name, []).extend(bytes_each)
            if name.startswith("next"):
                rows.setdefault(name + ", first byte", []).extend(program.first_ms)  # noqa: B023

        take("selection up and down", [b"j", b"j", b"k", b"j"])
        program.write(b"\r")
        program.read_until_quiet(0.3, 1.0)
        take("next conversation from the reply", [b"\x0e"], context.count // 4)
        take("typing a reply", [b"a", b"b", b" ", b"c"])
        program.write(b"\x15" + ESCAPE * 3 + b"\x10")
        program.read_until_quiet(0.3, 1.0)
        take("command line and palette", [b"c", b"l", b"i", b"\x7f", b"\x7f", b"\x7f"], context.count // 2)
        program.end()
    for name, times in rows.items():
        describe("hilo: " + name, times, sizes.get(name, ()))


def held_and_pasted(context):
    held, pasted, repaints = [], [], []
    for _ in range(max(3, context.rounds)):
        program = context.start()
        ms, _ = program.all_at_once(b"j" * 300)
        held.append(ms)
        program.write(b"\r")
        program.read_until_quiet(0.3, 1.0)
        ms, _ = program.paste(PASTE)
        pasted.append(ms)
        if b"lazy dog" not in program.seen[-20000:]:
            raise RuntimeError("the paste is not to be seen")
        program.write(b"\x15")
        program.end()
    describe("hilo: 300 held keys (bar: 30 ms)", held)
    describe("hilo: 4,000 characters pasted (bar: 20 ms)", pasted)


def writes_to_terminal(pid, act):
    """How often the program wrote to its terminal while act() ran; None without strace."""
    if shutil.which("strace") is None:
        return None
    tracer = subprocess.Popen(
        ["strace", "-f", "-q", "-e", "trace=write,writev", "-p", str(pid)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    end = time.monotonic() + 10
    while f"TracerPid:\t{tracer.pid}\n" not in pathlib.Path(f"/proc/{pid}/status").read_text():
        if tracer.poll() is not None or time.monotonic() > end:
            tracer.kill()
            tracer.communicate()
            return None
        time.sleep(0.01)
    act()
    tracer.terminate()
    terminal = re.compile(r"writev?\((\d+),")
    fds = {fd for fd in os.listdir(f"/proc/{pid}/fd") if os.path.realpath(f"/proc/{pid}/fd/{fd}").startswith(("/dev/pts/", "/dev/tty"))}
    return sum(1 for line in tracer.communicate()[1].splitlines() if (found := terminal.search(line)) and found[1] in fds)


def writes_of_frames(context):
    program = context.start()
    keys = 20
    moves = writes_to_terminal(program.pid, lambda: program.keys([b"j"], keys, 0.05))
    program.write(b"\r")
    program.read_until_quiet(0.3, 1.0)
    typed = writes_to_terminal(program.pid, lambda: program.keys([b"a"], keys, 0.05))
    pasted = writes_to_terminal(program.pid, lambda: program.paste(PASTE))
    program.write(b"\x15")
    program.end()
    if moves is None:
        print("  writes a frame: strace is not there or may not look")
    else:
        print(f"  writes: {moves / keys:.2f} a move, {typed / keys:.2f} a typed letter (bar: 1 a frame), {pasted} for 4,000 characters pasted")


# --- while messages arrive -------------------------------------------------------------------------------------------


def painted_ms(screen, act, shown, deadline_s=5.0):
    """Milliseconds from act() to the byte after which shown(snapshot) is true; None if it never is."""
    sent = time.monotonic()
    act()
    end = sent + deadline_s
    while time.monotonic() < end:
        seen = screen.snapshot()
        if shown(seen):
            return max(seen.output_ns / 1e6 - sent * 1000, 0)
        screen.wait_change(seen.seq, end - time.monotonic())
    return None


def header(seen):
    """The first row of the conversation's pane: whose it is."""
    return seen.rows[1].split("│", 1)[-1].split("│")[0]


def moves_behind_emulator(screen, count):
    times, lost = [], 0
    for number in range(count):
        time.sleep(0.02 + random.random() * 0.04)
        before = header(screen.snapshot())
        ms = painted_ms(screen, lambda: screen.send("k" if number % 2 == 0 else "j"), lambda seen: header(seen) != before)
        times += [ms] if ms is not None else []
        lost += ms is None
    return times, lost


def letters_behind_emulator(screen, count):
    times, lost, typed = [], 0, ""
    for number in range(count):
        time.sleep(0.02 + random.random() * 0.04)
        letter = RARE[number % len(RARE)]
        if number % 20 == 19:
            screen.send("\x15")
            screen.wait_true(lambda seen: not re.search(f"[{RARE}]", seen.text), "the line is empty")
            typed = ""
        typed += letter
        ms = painted_ms(screen, lambda: screen.send(letter), lambda seen: typed in seen.text)
        times += [ms] if ms is not None else []
        lost += ms is None
    return times, lost


def keys_under_load(context):
    for load in (False, True):
        moves, letters, lost = [], [], 0
        for _ in range(context.rounds):
            with Stage() as stage:
                port = free_port()
                screen = context.screen(stage, HILO_LISTEN=f"127.0.0.1:{port}")
                wait_listening(port)
                flood = context.load(port, context.count * 0.14 + 3) if load else None
                time.sleep(0.5)
                # At the end of the list, so that what arrives above does not move what is looked at.
                screen.send("G")
                time.sleep(0.3)
                times, missed = moves_behind_emulator(screen, context.count)
                moves, lost = moves + times, lost + missed
                screen.send("\r")
                time.sleep(0.3)
                times, missed = letters_behind_emulator(screen, context.count)
                letters, lost = letters + times, lost + missed
                still = flood is not None and flood.poll() is None
                if flood:
                    flood.terminate()
                    flood.wait()
        note = "" if not load else ("" if still else " (the load ended first)")
        when = f"at {FLOOD_PER_S} webhooks a second" if load else "behind the emulator, quiet"
        describe(f"hilo: moves, {when}", moves, (), note)
        describe(f"hilo: typing, {when}", letters, (), note)
        if lost:
            print(f"  {lost} keys were never seen painted")


class Poster:
    """One webhook after the other over one connection."""

    def __init__(self, context, port):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        self._token = context.env()["TWILIO_AUTH_TOKEN"]
        self._url = context.env()["HILO_PUBLIC_URL"]
        self._account = context.env()["TWILIO_ACCOUNT_SID"]

    def post(self, body, sender):
        """Monotonic seconds of sending and of the answer, which comes after the commit."""
        target = "/api/webhooks/sms"
        pairs = inbound(sender=sender, Body=body, To="+15551230000", AccountSid=self._account)
        data = urllib.parse.urlencode(pairs)
        fields = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": sign(self._token, self._url + target, pairs),
        }
        sent = time.monotonic()
        self._connection.request("POST", target, data, fields)
        answer = self._connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"a webhook was answered with {answer.status}")
        return sent, time.monotonic()


def arrivals(context):
    with Stage() as stage:
        port = free_port()
        first = context.screen(stage, HILO_LISTEN=f"127.0.0.1:{port}", HILO_AGENT="first")
        wait_listening(port)
        second = context.screen(stage, HILO_AGENT="second")
        time.sleep(0.5)
        poster = Poster(context, port)
        times = {"same process, sent to painted": [], "same process, answered to painted": [], "another console, answered to painted": []}
        for number in range(context.count // 2):
            time.sleep(0.03 + random.random() * 0.05)
            mark = f"mark{number:04}"
            first_ms = []
            sent, answered = poster.post(mark, "+14151000001")
            for screen in (first, second):
                seen = screen.wait_for(mark, 10)
                first_ms.append(seen.output_ns / 1e6)
            times["same process, sent to painted"].append(first_ms[0] - sent * 1000)
            times["same process, answered to painted"].append(max(first_ms[0] - answered * 1000, 0))
            times["another console, answered to painted"].append(max(first_ms[1] - answered * 1000, 0))
    for name, values in times.items():
        describe("hilo: a message, " + name, values)


def searches(context):
    """From a word's last letter to its hits, which are shown as it is typed: a common one, a number, a rare one."""
    with Stage() as stage:
        screen = context.screen(stage)
        time.sleep(0.5)
        for name, words in (("a common word", ["pedido", "hotel"]), ("a number", ["4321", "7770"]), ("a rare word", ["ref77", "ref901"])):
            times = []
            for number in range(context.count // 10):
                word = words[number % len(words)]
                screen.send("/" + word[:-1])
                screen.wait_for(rf"/{word[:-1]} · \d")
                time.sleep(0.1)
                ms = painted_ms(screen, lambda: screen.send(word[-1]), lambda seen: re.search(rf"/{word} · \d", seen.rows[1]))  # noqa: B023
                times += [ms] if ms is not None else []
                screen.send(ESCAPE + ESCAPE)
                screen.wait_true(lambda seen: f"/{word}" not in seen.text, "the search is left")  # noqa: B023
            describe(f"hilo: search for {name}, last letter to hits (bar: 50)", times)


# --- all of it -------------------------------------------------------------------------------------------------------


def run(context):
    print(f"\nConsole, {COLUMNS}x{ROWS}: ms, median | p99 | max | bytes (median) | samples")
    context.fresh()
    echo = PseudoTerminal(["/bin/cat"], context.env(), context.home)
    describe("floor: echo of the terminal", *echo.keys([b"a"], context.count))
    echo.end()
    # The first start switches the fresh copy to the write-ahead log and syncs all of it; people start it the second time.
    context.start().end()
    quiet_keys(context)
    held_and_pasted(context)
    writes_of_frames(context)
    start_and_idle(context)
    searches(context)
    arrivals(context)
    keys_under_load(context)
