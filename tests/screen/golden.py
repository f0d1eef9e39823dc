#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Screens compared with files: keys in, cells out. test_golden.py runs the rows of scenarios.py.

    tests/screen/golden.py --update [NAME...]     writes tests/screen/golden/NAME.txt anew; read the diff before committing

A file holds sections. "== 80x24 en" is followed by the rows of the screen, each after a "|", and the place of the cursor. "== 80x24 en 256-dark styles"
is followed by a legend (a letter and its look) and, for each row that is not plain, its runs: "03 a30 .5 b2" is 30 cells
of look a, 5 plain ones and 2 of look b. Where the words of a colour mode differ from those of the plain section, its
rows come first. What changes with the day is masked: names of days and months, dates, the version.
"""

import argparse
import difflib
import os
import pathlib
import re
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parent / "e2e"))
    sys.path.insert(0, str(HERE))

import sample_store  # noqa: E402
from harness import Hilo  # noqa: E402

FOLDER = HERE / "golden"
SIZES = ((24, 80), (12, 40), (60, 200))
LANGUAGES = ("en", "es")
# Each changes what the terminal is or what was asked of it. Plain sections are made with PLAIN_MODE.
MODES = {
    "256-dark": {"TERM": "xterm-256color", "HILO_THEME": "dark", "HILO_COLOURS": "256"},
    "256-light": {"TERM": "xterm-256color", "HILO_THEME": "light", "HILO_COLOURS": "256"},
    "256-contrast": {"TERM": "xterm-256color", "HILO_THEME": "contrast", "HILO_COLOURS": "256"},
    "true-dark": {"TERM": "xterm-256color", "COLORTERM": "truecolor", "HILO_THEME": "dark", "HILO_COLOURS": "true"},
    "16-dark": {"TERM": "xterm", "HILO_THEME": "dark", "HILO_COLOURS": "16"},
    "16-light": {"TERM": "xterm", "HILO_THEME": "light", "HILO_COLOURS": "16"},
    "none": {"TERM": "xterm-256color", "NO_COLOR": "1"},
}
PLAIN_MODE = "256-dark"
DEADLINE_S = 4.0
QUIET_S = 0.3

DAY_LINE = re.compile(rf"─+ (?:Today|Yesterday|Hoy|Ayer|(?:{sample_store.date_words()}), .*?) (─+)", re.IGNORECASE)
DATE = re.compile(rf"\b\d{{1,2}} (?:de )?(?:{sample_store.date_words()})(?: (?:de )?\d{{4}})?\b", re.IGNORECASE)
ISO_DATE = re.compile(r"\b20\d\d-\d\d-\d\d\b")
# "Mon 23 Nov", "lun 23 nov": at the right edge, so the blanks before it go too.
SHORT_DATE = re.compile(r" *\b[A-Za-zé]{3} \d{1,2} (?:jan|ene|feb|mar|apr|abr|may|jun|jul|aug|ago|sep|oct|nov|dec|dic)\b", re.IGNORECASE)
WEEKDAY = re.compile(rf"\b(?:{sample_store.date_words()})\b", re.IGNORECASE)
VERSION = re.compile(r"\bhilo \d+\.\d+\.\d+\b")


def mask(row):
    """What differs from day to day, by a word; the line that begins a day keeps its length."""
    row = DAY_LINE.sub(lambda found: "── DAY ".ljust(len(found[0]), "─"), row)
    row = ISO_DATE.sub("YYYY-MM-DD", row)
    row = SHORT_DATE.sub(" DATE", row)
    row = DATE.sub("DATE", row)
    row = WEEKDAY.sub("DAY", row)
    return VERSION.sub("hilo VERSION", row).rstrip()


# --- the form of the files -------------------------------------------------------------------------------------------


def look_of(cell):
    words = [f"{name}={cell[name]}" for name in ("fg", "bg") if cell[name] != "default"]
    words += [name for name in ("bold", "dim", "italic", "underline", "reverse", "strike") if cell.get(name)]
    return " ".join(words)


def style_lines(rows_of_cells):
    """The legend and the runs of a screen."""
    letters, runs = {}, []
    for number, cells in enumerate(rows_of_cells):
        row = []
        for cell in cells:
            look = look_of(cell)
            letter = "." if not look else letters.setdefault(look, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"[len(letters)])
            if row and row[-1][0] == letter:
                row[-1][1] += max(cell["width"], 1)
            else:
                row.append([letter, max(cell["width"], 1)])
        if row and row[-1][0] == ".":
            row.pop()
        if row:
            runs.append(f"{number:02} " + " ".join(f"{letter}{count}" for letter, count in row))
    return [f"{letter} {look}" for look, letter in letters.items()] + runs


def load(name):
    """The sections of a file: title to lines."""
    sections = {}
    path = FOLDER / f"{name}.txt"
    lines = None
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        if line.startswith("== "):
            lines = sections.setdefault(line[3:], [])
        elif lines is not None:
            lines.append(line)
    return sections


def store(name, sections):
    FOLDER.mkdir(exist_ok=True)
    text = "".join(f"== {title}\n" + "".join(line + "\n" for line in lines) for title, lines in sections.items())
    (FOLDER / f"{name}.txt").write_text(text, encoding="utf-8")


# --- driving the program ---------------------------------------------------------------------------------------------


class Stage:
    """A console on a fresh store, brought to a view by the steps of its scenario.

    A step is text to type, or a pattern to wait for: ("wait", ENGLISH) or ("wait", ENGLISH, SPANISH).
    """

    def __init__(self, test, scenario, language, mode, rows=24, columns=80):
        now_s = int(time.time())
        self._differed = False
        self.hilo = Hilo(test, TZ=sample_store.zone(now_s), LANGUAGE=language, **MODES[mode], **scenario.get("settings", {}))
        if scenario.get("store", True):
            sample_store.fill(str(self.hilo.database), scenario.get("conversations"), scenario.get("work", True), now_s * 1000)
        if "config" in scenario:
            self.hilo.write_config(scenario["config"])
        self.screen = self.hilo.console(rows=rows, columns=columns)
        self.screen.wait_for(scenario.get("ready", r"Ana Ruiz"))
        for step in scenario["steps"]:
            if isinstance(step, str):
                self.screen.send(step)
            else:
                self.screen.wait_for(step[-1] if language == "es" else step[1], DEADLINE_S)

    def close(self):
        self.screen.close()

    def settle(self):
        """When nothing has changed for a moment: only for writing files, never for comparing."""
        seen = self.screen.snapshot()
        while True:
            self.screen.wait_change(seen.seq, QUIET_S)
            later = self.screen.snapshot()
            if later.seq == seen.seq:
                return later
            seen = later

    def text(self, seen=None):
        seen = seen or self.screen.snapshot()
        cursor = "cursor {}, {}".format(*seen.cursor) if seen.cursor_visible else "no cursor"
        return ["|" + mask(row) for row in seen.rows] + [cursor]

    def styles(self, rows):
        return style_lines([self.screen.cells(row) for row in range(rows)])

    def expect(self, wanted, take, what):
        """Waits until what take() gives is what is wanted; else shows the difference."""
        # What differs once is not waited for as long again.
        end = time.monotonic() + (DEADLINE_S if not self._differed else 0.3)
        while True:
            seen = self.screen.snapshot()
            found = take(seen)
            if found == wanted:
                return
            left = end - time.monotonic()
            if left <= 0 or seen.ended:
                self._differed = True
                diff = difflib.unified_diff(wanted, found, "wanted", "found", lineterm="", n=2)
                raise AssertionError(f"{what} differs:\n" + "\n".join(diff))
            self.screen.wait_change(seen.seq, left)


def sections_of(scenario):
    """(language, mode, sizes, whether its colours are kept too) of the consoles that a scenario needs."""
    modes = scenario.get("modes", MODES)
    for language in LANGUAGES:
        yield language, PLAIN_MODE, scenario.get("sizes", SIZES), language == "en" and PLAIN_MODE in modes
    for mode in modes:
        if mode != PLAIN_MODE:
            yield "en", mode, (), True


def size_title(rows, columns, language):
    return f"{columns}x{rows} {language}"


def compare(test, name, scenario, language, mode, sizes, styles):
    """Compares all sections of one console with the file."""
    sections = load(name)
    stage = Stage(test, scenario, language, mode)
    plain = size_title(24, 80, language)
    if styles:
        with test.subTest(f"{plain} {mode}"):
            stage.expect(sections.get(f"{plain} {mode}", sections.get(plain, [])), stage.text, f"{name}: {plain} {mode}")
            wanted = sections.get(f"{plain} {mode} styles", [])
            stage.expect(wanted, lambda seen: stage.styles(len(seen.rows)), f"{name}: {plain} {mode} styles")
    for rows, columns in sizes:
        title = size_title(rows, columns, language)
        with test.subTest(title):
            stage.screen.resize(rows, columns)
            stage.expect(sections.get(title, []), stage.text, f"{name}: {title}")
    stage.close()


def update(test, name, scenario):
    """Makes the file of a scenario from what the program shows now."""
    sections, colours = {}, {}
    for language, mode, sizes, styles in sections_of(scenario):
        stage = Stage(test, scenario, language, mode)
        plain = size_title(24, 80, language)
        seen = stage.settle()
        if styles:
            colours[f"{plain} {mode}"] = stage.text(seen)
            colours[f"{plain} {mode} styles"] = stage.styles(len(seen.rows))
        for rows, columns in sizes:
            stage.screen.resize(rows, columns)
            sections[size_title(rows, columns, language)] = stage.text(stage.settle())
        stage.close()
    # Words that are those of the plain screen are not written again.
    plain = sections.get(size_title(24, 80, "en"))
    sections.update({title: lines for title, lines in colours.items() if lines != plain})
    store(name, sections)


def main():
    from scenarios import SCENARIOS

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true", required=True)
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args()
    for name in options.names or SCENARIOS:

        class Update(unittest.TestCase):
            def runTest(self):
                update(self, name, SCENARIOS[name])  # noqa: B023

        result = unittest.TextTestRunner(stream=open(os.devnull, "w", encoding="utf-8")).run(Update())
        for _, problem in result.errors + result.failures:
            print(problem, file=sys.stderr)
        print(f"{name}: " + ("written" if result.wasSuccessful() else "FAILED"))


if __name__ == "__main__":
    main()
