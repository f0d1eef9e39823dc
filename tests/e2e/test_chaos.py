# SPDX-License-Identifier: MIT
"""What a console must live through: storms of sizes, floods of messages while somebody types, huge pastes, terminals that go
away, keys without sense. What is on the screen afterwards must be what a fresh drawing of it gives. timeout_s: 900"""

import os
import random
import re
import signal
import sqlite3
import time

from flood import Flood
from harness import wait_until
from test_console import OTHER_CUSTOMER, ConsoleTest

CTRL_L = "\x0c"
ALL_BUT_NOTICE = slice(0, -1)  # a notice in the last row goes with the next key
ESC = "\x1b[27u"  # Escape that no following key can turn into another one
AGE = re.compile(r"\bnow\b|[ \d]\dm\b")
# Under a sanitizer everything takes longer, the leak check at the end most of all.
SANITIZED = bool(os.environ.get("SANITIZE"))


class ChaosTest(ConsoleTest):
    timeout_s = 300

    def port(self):
        return int(self.url.rsplit(":", 1)[1])

    def wait_list(self, screen):
        screen.wait_true(lambda seen: seen.rows[1].startswith("▸"), "the list has the keys")

    def settled(self, screen):
        """The screen once nothing has changed for a moment."""
        seen = screen.snapshot()
        while True:
            screen.wait_change(seen.seq, 0.1)
            later = screen.snapshot()
            if later.seq == seen.seq:
                return seen
            seen = later

    def assert_consistent(self, screen, what="", rows=slice(None)):
        """Drawing everything anew changes nothing in these rows, but for the minutes that may pass meanwhile."""
        seen = self.settled(screen)
        screen.send(CTRL_L)
        screen.wait_true(lambda now: now.bytes > seen.bytes, f"{what}: the screen is drawn anew")
        drawn = self.settled(screen)
        shown = lambda now: [AGE.sub("AGE", row) for row in now.rows[rows]]
        self.assertEqual(shown(seen), shown(drawn), what)
        self.assertEqual(seen.cursor, drawn.cursor, what)

    def paste_slowly(self, screen, text, size=100_000):
        """As a terminal hands a large paste over: marked, in pieces."""
        data = text.encode()
        screen.send("\x1b[200~")
        for start in range(0, len(data), size):
            screen.send(data[start : start + size])
        screen.send("\x1b[201~")

    def stored(self):
        return self.hilo.value("SELECT count(*) FROM messages WHERE body LIKE 'flood %'")


class TestSizes(ChaosTest):
    # Where the storm blows: the keys that lead there.
    PLACES = {
        "the list": "",
        "the messages": "\r\x1b",
        "a reply": "\rhalf a thought 🙂 漢字",
        "the help": "?",
    }

    def test_a_storm_of_two_hundred_sizes(self):
        lot = random.Random(11)
        screen = self.start(carrier=None)
        for number in range(9):
            self.write_in(f"number {number} " + "漢字 🙂 words " * (number % 7), sender=f"+1206555{number:04}")
        screen.wait_for("number 8")
        for place, keys in self.PLACES.items():
            with self.subTest(place):
                screen.send(keys)
                if place == "a reply":
                    screen.wait_for("draft")
                self.assert_consistent(screen, place)
                before = screen.snapshot()
                for step in range(200):
                    rows, columns = (1, 1) if step % 50 == 49 else (lot.randint(1, 100), lot.randint(1, 300))
                    screen.resize(rows, columns)
                    if step % 20 == 19:
                        screen.resize(max(rows, 10), max(columns, 40))
                        self.assert_consistent(screen, f"{place} in step {step}")
                started = time.monotonic()
                screen.resize(24, 80)
                screen.wait_true(lambda seen: seen.rows == before.rows and seen.cursor == before.cursor, f"{place}: as before")
                self.assertLess(time.monotonic() - started, 2 if SANITIZED else 0.5, "settled")
                screen.send("\x15" + 3 * ESC if place == "a reply" else 3 * ESC)
                self.wait_list(screen)

    def test_every_small_size(self):
        screen = self.start(carrier=None)
        self.write_in("hello")
        screen.wait_for("hello")
        screen.key("enter")
        screen.wait_for("▸To ")
        screen.send("text")
        for columns in (1, 2, 3, 5, 8, 13, 20, 39, 40, 41, 59, 60, 61, 79):
            for rows in (1, 2, 3, 4, 5, 6, 8, 9, 10, 11):
                screen.resize(rows, columns)
                screen.send(CTRL_L)
        # One row is room for the beginning of what to do about it.
        screen.resize(1, 30)
        screen.wait_for("^hilo needs a window")
        screen.resize(24, 80)
        screen.wait_for(r"(?s)hello.*▸To .*text")
        self.assert_consistent(screen)


class TestFlood(ChaosTest):
    def test_a_thousand_messages_a_second_while_somebody_types(self):
        screen = self.start(carrier=None)
        self.write_in("hello", sender=OTHER_CUSTOMER)
        screen.wait_for("hello")
        screen.key("enter")
        screen.wait_for("▸To ")
        lot = random.Random(3)
        words = ["".join(lot.choice("abcdefghijklmnopqrstuvwxyzñé🙂") for _ in range(lot.randint(1, 12))) for _ in range(60)]
        flood = Flood(self.port(), 1000 if SANITIZED else 4000)
        text = ""
        with flood:
            while flood.running() or words:
                word = (words.pop() if words else "more") + f"#{len(text)}"
                for letter in word:
                    screen.send(letter)
                text += word + " "
                screen.wait_for(word[-5:])
                screen.send(" ")
                if len(text) > 1400:
                    break
        self.assertEqual(flood.problems, [])
        self.assertEqual(self.stored(), flood.answered)
        wait_until(lambda: self.hilo.query("SELECT 1 FROM drafts WHERE body = ?", text), "no key is lost")
        self.assertEqual(self.hilo.value("SELECT count(*) FROM messages WHERE direction = 'out'"), 0)
        self.assert_consistent(screen)
        screen.send(3 * ESC + "g")
        # The newest one is on top, as the store has it.
        newest = self.hilo.value("SELECT last_message_preview FROM communication_threads ORDER BY last_message_at DESC, id DESC LIMIT 1")
        screen.wait_for(newest)
        self.assert_consistent(screen)

    def test_a_flood_while_moving_resizing_and_stopping(self):
        lot = random.Random(4)
        screen = self.start(carrier=None)
        self.write_in("hello", sender=OTHER_CUSTOMER)
        screen.wait_for("hello")
        flood = Flood(self.port(), 600 if SANITIZED else 2000, rate=500)
        with flood:
            for turn in range(60):
                screen.send(lot.choice(["j", "k", "G", "g", "\r", ESC, "?", ESC, "u", "u", "n"]))
                if turn % 7 == 6:
                    screen.resize(lot.randint(1, 60), lot.randint(1, 200))
                if turn % 29 == 28:
                    screen.send(3 * ESC + "\x1a")
                    screen.wait_stopped()
                    self.assert_restored(screen)
                    screen.resume()
                    screen.wait_true(lambda seen: seen.alternate, "it is back")
        self.assertEqual(flood.problems, [])
        self.assertEqual(self.stored(), flood.answered)
        screen.resize(24, 80)
        screen.send(3 * ESC)
        self.wait_list(screen)
        self.assert_consistent(screen)


class TestPaste(ChaosTest):
    MEGABYTE = ("One of many lines, with ñ and 🙂 and \x1b[2J in it.\n" * 30000)[:1_000_000]

    def test_a_megabyte_into_a_reply(self):
        screen = self.start(carrier=None)
        self.write_in("hello")
        screen.wait_for("hello")
        screen.key("enter")
        screen.wait_for("▸To ")
        self.paste_slowly(screen, self.MEGABYTE)
        # Whatever is kept of it, the program answers to keys, sends nothing and shows no control.
        screen.send("END")
        screen.wait_for(r"END", deadline_s=60)
        screen.key("enter")
        screen.wait_for(r"too long|longer")
        self.assertEqual(self.hilo.value("SELECT count(*) FROM messages WHERE direction = 'out'"), 0)
        self.assert_consistent(screen, rows=ALL_BUT_NOTICE)
        screen.send(3 * ESC + "q")
        self.assertEqual(screen.wait_end().exit, 0)
        self.assert_restored(screen)

    def test_a_megabyte_where_nothing_can_be_pasted(self):
        screen = self.start(carrier=None)
        self.write_in("hello")
        screen.wait_for("hello")
        self.paste_slowly(screen, self.MEGABYTE)
        screen.wait_for("Press r first", deadline_s=60)
        self.assertEqual(self.hilo.value("SELECT status FROM communication_threads"), "open")
        self.assert_consistent(screen, rows=ALL_BUT_NOTICE)
        screen.send("?")
        screen.wait_for("In the list of conversations")
        self.paste_slowly(screen, self.MEGABYTE)
        screen.send(2 * ESC + ":")
        self.paste_slowly(screen, self.MEGABYTE)
        screen.send(2 * ESC)
        self.wait_list(screen)
        screen.wait_for("hello")
        self.assert_consistent(screen, rows=ALL_BUT_NOTICE)

    def test_a_paste_whose_end_is_lost(self):
        screen = self.start(carrier=None)
        self.write_in("hello")
        screen.wait_for("hello")
        screen.key("enter")
        screen.wait_for("▸To ")
        screen.send("\x1b[200~line one\rline two")
        screen.send("\x1b")
        screen.send("after")
        wait_until(lambda: self.hilo.query("SELECT 1 FROM drafts WHERE body LIKE 'line one%line two%'"), "the text is kept")
        self.assertEqual(self.hilo.value("SELECT count(*) FROM messages WHERE direction = 'out'"), 0)


class TestEnds(ChaosTest):
    def test_the_terminal_goes_away_in_a_flood_and_nobody_says_so(self):
        ignoring = self.hilo.home / "ignoring"
        ignoring.write_text(f"#!/bin/sh\ntrap '' HUP\nexec {self.hilo.program}\n", encoding="utf-8")
        ignoring.chmod(0o700)
        self.hilo.program = ignoring
        screen = self.start(carrier=None)
        self.write_in("hello", sender=OTHER_CUSTOMER)
        screen.wait_for("hello")
        screen.key("enter")
        screen.wait_for("▸To ")
        screen.send("unfinished")
        screen.wait_for("unfinished")
        flood = Flood(self.port(), 50, rate=200)
        with flood:
            pass
        started = time.monotonic()
        screen.hang_up()
        seen = screen.wait_end(deadline_s=10)
        took = time.monotonic() - started
        self.assertEqual(seen.exit, 0)
        self.assertLess(took, 5 if SANITIZED else 1)
        self.assertEqual(self.hilo.value("SELECT body FROM drafts"), "unfinished")
        self.assertEqual(self.stored(), flood.answered)

    def test_stop_and_continue_again_and_again(self):
        screen = self.start(carrier=None)
        self.write_in("hello")
        screen.wait_for("hello")
        for turn in range(10):
            screen.send("\x1a")
            screen.wait_stopped()
            self.assert_restored(screen)
            screen.resize(24 + turn % 3, 80 + turn)
            screen.resume()
            screen.wait_true(lambda seen: seen.alternate and seen.find("hello"), "it is back")
        self.assert_consistent(screen)


class TestNonsense(ChaosTest):
    PIECES = [
        "j", "k", "g", "G", "n", "f", "s", "u", "r", "R", "?", ":", "/", "\r", "\t", "\x1b", "\x7f", " ", "x", "1", "5", "e", "a", "ñ", "🙂",
        "\x1b[A", "\x1b[B", "\x1bOC", "\x1b[5~", "\x1b[6~", "\x1b[H", "\x1b[200~pasted\n\x1b[201~", "\x1b[I", "\x1b[O", "\x10", "\x0e", "\x01",
        "\x05", "\x0b", "\x15", "\x17", "\x19", "\x0c", "\x1b[<0;10;5M", "\x1b[<0;10;5m", "\x1b[<64;3;3M", "\x1b[?997;1n", "\x1b[999;999R",
        "\x1b]11;rgb:0/0/0\x07", "\x1bP1$r0m\x1b\\", "\x1b[", "\x1b]", "\x9b", "\xff", "\x1b[27;5;13~", "\x1b[97;5u", "\x08", "y",
    ]

    def test_keys_without_sense(self):
        lot = random.Random(2026)
        screen = self.start()
        for number in range(9):
            self.write_in(f"number {number} 漢字 🙂", sender=f"+1206555{number:04}")
        screen.wait_for("number 8")
        restarts = 0
        for turn in range(600 if SANITIZED else 1500):
            screen.send(lot.choice(self.PIECES))
            if turn % 40 == 39:
                screen.resize(lot.randint(1, 60), lot.randint(1, 180))
            if turn % 100 == 99 and not screen.snapshot().ended:
                self.write_in(f"meanwhile {turn}")
                screen.resize(24, 80)
                screen.send(3 * ESC)
                self.assert_consistent(screen, f"after {turn} keys", ALL_BUT_NOTICE)
            if screen.snapshot().ended:
                # Some of them may mean "leave"; nothing else ends it.
                self.assertEqual(screen.wait_end().exit, 0)
                restarts += 1
                screen = self.start()
        self.assertLess(restarts, 20)
        connection = sqlite3.connect(f"file:{self.hilo.database}?mode=ro", uri=True, timeout=10)
        try:
            self.assertEqual(connection.execute("PRAGMA quick_check").fetchone()[0], "ok")
        finally:
            connection.close()

    def test_noise_of_bytes(self):
        lot = random.Random(7)
        screen = self.start(carrier=None)
        self.write_in("hello")
        screen.wait_for("hello")
        screen.key("enter")
        screen.wait_for("▸To ")
        for _ in range(40):
            # Without Enter, which would send it, and without what stops or ends programs.
            screen.send(bytes(byte for byte in lot.randbytes(500) if byte not in (0x0D, 0x0A, 0x1A, 0x1C, 0x03, 0x11, 0x13)))
        screen.send(4 * ESC)
        if not screen.snapshot().ended:
            self.assert_consistent(screen, rows=ALL_BUT_NOTICE)
            os.kill(screen.pid(), signal.SIGTERM)
        self.assertEqual(screen.wait_end().exit, 0)
        self.assert_restored(screen)
