# SPDX-License-Identifier: MIT
"""Where the program believes text to end, where libvterm ends it and where tmux ends it: one and the same column. And whole
views drawn in tmux, compared with the files that libvterm gave."""

import json
import os
import pathlib
import re
import sys
import time

import golden
import sample_store
from harness import Hilo, HiloTest, Screen, wait_until
from scenarios import SCENARIOS
from tmux import Tmux

# What each looks like is the terminal's affair; how many columns it takes is not. Each is drawn with "|" behind it.
TEXTS = {
    "ASCII": "plain",
    "accents of their own": "cafe\u0301 n\u0303o\u0308",
    "Zalgo": "h\u0300\u0301\u0302\u0303\u0304\u0305\u0306i\u0300\u0301\u0302\u0303\u0304",
    "family": "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
    "couple with tones": "\U0001f469\U0001f3fd\u200d\u2764\ufe0f\u200d\U0001f468\U0001f3ff",
    "woman of science": "\U0001f469\U0001f3fb\u200d\U0001f52c",
    "rainbow flag": "\U0001f3f3\ufe0f\u200d\U0001f308",
    "thumb with tone": "\U0001f44d\U0001f3fd\U0001f44d",
    "heart with VS16": "\u2764\ufe0f\u2764",
    "coffee, VS15 and VS16": "\u2615\ufe0e\u2615\ufe0f\u260e\ufe0f",
    "digit with VS16": "1\ufe0f2\ufe0f",
    "keycaps": "1\ufe0f\u20e3#\ufe0f\u20e3*\u20e3",
    "flags": "\U0001f1e9\U0001f1ea\U0001f1f2\U0001f1fd",
    "half a flag": "\U0001f1e9 \U0001f1e9\U0001f1ea\U0001f1eb",
    "flag of Scotland": "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "emoji of Unicode 15": "\U0001f6dc\U0001fae8",
    "emoji of Unicode 16": "\U0001fae9\U0001fac6",
    "emoji of Unicode 14": "\U0001fae0\U0001faf6",
    "Chinese": "\u4f60\u597d\uff0c\u4e16\u754c",
    "half-width kana": "\uff76\uff80\uff76\uff85\uff9e",
    "Korean": "\ud55c\uad6d\uc5b4",
    "Korean in letters": "\u1112\u1161\u11ab\u1100",
    "Devanagari": "\u0928\u092e\u0938\u094d\u0924\u0947 \u0915\u094d\u0937",
    "Tamil": "\u0bb5\u0ba3\u0b95\u0bcd\u0b95\u0bae\u0bcd",
    "Bengali": "\u09a8\u09ae\u09b8\u09cd\u0995\u09be\u09b0",
    "Thai": "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35 \u0e19\u0e49\u0e33",
    "Lao": "\u0eaa\u0eb0\u0e9a\u0eb2\u0e8d\u0e94\u0eb5 \u0e99\u0ecd\u0eb3",
    "Burmese": "\u1019\u1004\u103a\u1039\u1002\u101c\u102c\u1015\u102b",
    "Khmer": "\u179f\u17bd\u179f\u17d2\u178f\u17b8",
    "Tibetan": "\u0f56\u0f40\u0fb2\u0f0b\u0f64\u0f72\u0f66",
    "Hebrew with points": "\u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd",
    "Arabic with points": "\u0645\u064e\u0631\u0652\u062d\u064e\u0628\u064b\u0627",
    "Persian with a non-joiner": "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "Arabic ligature of one code": "\ufdfd\ufdfa",
    "Syriac and N'Ko": "\u072b\u0720\u0721\u0710 \u07de\u07cf\u07eb",
    "direction controls": "a\u202eb\u202c\u2067c\u2069\u200fd",
    "invisible": "a\u200bb\u2060c\ufeffd\u00ade\u034ff\u3164g",
    "spaces": "a\u00a0b\u3000c\u2009d\u202fe",
    "ambiguous": "\u00a1\u00b1\u2026\u2460\u2160\u25a0\u2605\u0410\u03b1",
    "soft marks at the start": "\u0301\u20dda",
    "mathematical": "\U0001d49c\U0001d7d8",
    "hexagrams and signs": "\u4dc0\u2630\u2614\u26a1\u231a\u23e9",
    "old scripts": "\U00013000\U00012000\U0001b000",
    "private use": "\ue000\U000f0000",
    "control pictures and C1": "\u0085\u009b31m\x1b[31m\x07",
    "dominoes and cards": "\U0001f030\U0001f0a1\U0001f004",
    "skin tone alone": "\U0001f3fd \U0001f3fd",
    "variation of an ideograph": "\u845b\U000e0100",
    "circled and squared": "\u3250\u32ff\u33ff\U0001f200",
}
# The libvterm of Debian 12 has the emoji of Unicode 9 and the marks of Unicode 5.0; U+103A is one of 5.1.
UNKNOWN_TO_LIBVTERM = {"emoji of Unicode 14", "emoji of Unicode 15", "emoji of Unicode 16", "Burmese"}
MODE = "256-dark"


def conversation():
    messages = [
        ("client", 10 * sample_store.MINUTE, f"<{text}|{number:02}", {}) for number, text in enumerate(TEXTS.values())
    ]
    return {"name": "Widths", "address": "+14155550000", "channel": "whatsapp", "messages": messages}


def customers():
    """Each text as a customer's name, so that the list's columns stand behind it."""
    return [
        {
            "name": text, "address": f"+141555500{number:02}", "channel": "sms",
            "messages": [("client", (number + 2) * sample_store.HOUR, f"name {number:02}", {})],
        }
        for number, text in enumerate(TEXTS.values())
    ]


class WidthTest(HiloTest):
    timeout_s = 240

    def setUp(self):
        now_s = int(time.time())
        self.now_ms = now_s * 1000
        self.hilo = Hilo(self, TZ=sample_store.zone(now_s), LANGUAGE="en", **golden.MODES[MODE])

    def fill(self, conversations):
        sample_store.fill(str(self.hilo.database), conversations, work=False, now_ms=self.now_ms)


class TestWidths(WidthTest):
    def measure(self, texts, make):
        """The columns each text takes in a terminal: make(argv) starts a program in it."""
        folder = pathlib.Path(self.hilo.home)
        asked, answers = folder / "texts.json", folder / "answers.json"
        answers.unlink(missing_ok=True)
        asked.write_text(json.dumps(texts), encoding="utf-8")
        make([sys.executable, pathlib.Path(__file__).with_name("measure.py"), asked, answers])
        wait_until(answers.exists, "the terminal answers")
        return json.loads(answers.read_text(encoding="utf-8"))

    def assert_same_columns(self, drawn, believed):
        """drawn: name to what the program wrote; believed: name to the columns it took that for."""
        env = self.hilo.env()
        terminals = {
            "libvterm": lambda argv: Screen(self, argv, env, self.hilo.home, 5, 300),
            "tmux": lambda argv: Tmux(self, argv, env, self.hilo.home, 5, 300),
        }
        for terminal, make in terminals.items():
            for name, columns in zip(drawn, self.measure(list(drawn.values()), make)):
                if terminal == "libvterm" and name in UNKNOWN_TO_LIBVTERM:
                    continue
                with self.subTest(f"{name}, {terminal}"):
                    self.assertEqual(columns, believed[name], f"{drawn[name]!r} in {terminal}")

    def both(self, rows, columns, patterns):
        """The program in both terminals, once all the patterns are on the screen of each."""
        screen = self.hilo.console(rows=rows, columns=columns)
        tmux = Tmux(self, [self.hilo.program], self.hilo.env(), self.hilo.home, rows, columns)
        seen = screen.wait_true(lambda seen: all(seen.find(pattern) for pattern in patterns), "all texts are shown")
        missing = lambda: [pattern for pattern in patterns if not any(re.search(pattern, row) for row in tmux.rows())]
        self.assertEqual(tmux.wait_until(missing, []), [])
        return screen, seen, tmux.rows()

    def test_texts_in_messages(self):
        self.fill([conversation()])
        patterns = [rf"<.*\|{number:02}(?:\s|$)" for number in range(len(TEXTS))]
        # As high as needed, and wide enough for one pane only.
        screen, seen, in_tmux = self.both(3 * len(TEXTS) + 20, 120, patterns)
        drawn, believed = {}, {}
        for pattern, name in zip(patterns, TEXTS):
            row, found = seen.find(pattern)
            cells = screen.cells(row)
            end = next(at for at in range(len(cells)) if cells[at]["text"] == "|")
            start = max(at for at in range(end) if cells[at]["text"].startswith("<"))
            believed[name] = cells[end]["column"] - cells[start]["column"]
            text = next(row for row in in_tmux if re.search(pattern, row))
            drawn[name] = text[text.rindex("<") : text.rindex("|")]
        self.assert_same_columns(drawn, believed)

    def test_texts_as_names(self):
        self.fill(customers())
        patterns = [rf"name {number:02}\b" for number in range(len(TEXTS))]
        screen, seen, in_tmux = self.both(2 * len(TEXTS) + 10, 80, patterns)
        drawn, believed = {}, {}
        for pattern, name in zip(patterns, TEXTS):
            cells = screen.cells(seen.find(pattern)[0] - 1)
            believed[name] = next(cell["column"] for cell in cells if cell["text"] == "│")
            number = next(number for number, row in enumerate(in_tmux) if re.search(pattern, row))
            drawn[name] = in_tmux[number - 1].split("│")[0]
        self.assertEqual(len(set(believed.values())), 1, "the border of the list is one straight line")
        self.assert_same_columns(drawn, believed)


class TestViewsInTmux(WidthTest):
    """A set of the views of test_golden.py, drawn in tmux."""

    def show(self, name):
        scenario = SCENARIOS[name]
        sample_store.fill(
            str(self.hilo.database), scenario.get("conversations"), scenario.get("work", True), self.now_ms
        )
        tmux = Tmux(self, [self.hilo.program], self.hilo.env(), self.hilo.home)
        shown = lambda pattern: (lambda: bool(re.search(pattern, "\n".join(tmux.rows()))))
        self.assertTrue(tmux.wait_until(shown("Ana Ruiz"), True), tmux.rows())
        for step in scenario["steps"]:
            if isinstance(step, str):
                tmux.send(step)
            else:
                self.assertTrue(tmux.wait_until(shown(step[1]), True), (step, tmux.rows()))
        wanted = golden.load(name)[golden.size_title(24, 80, "en")]
        take = lambda: ["|" + golden.mask(row) for row in tmux.rows()]
        self.assertEqual(tmux.wait_until(take, wanted[:-1]), wanted[:-1])
        if wanted[-1].startswith("cursor"):
            self.assertEqual("cursor {}, {}".format(*tmux.cursor()), wanted[-1])


def add(name):
    setattr(TestViewsInTmux, f"test_{name.replace('-', '_')}", lambda self: self.show(name))


for view in ("inbox", "conversation", "reply", "hostile", "failed"):
    add(view)
